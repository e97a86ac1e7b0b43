"""Each alarm rings by what it is for, and by nothing else."""

from __future__ import annotations

import logging
import shutil
import time
from dataclasses import replace
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, Table, func, select, update

from heitje_chain.backup.model import BACKUP_TAKEN
from heitje_chain.chain.model import EVENT, INTENT
from heitje_chain.chain.node import Node, NodeUnavailable
from heitje_chain.chain.watcher import WrongChain
from heitje_chain.db import open_engine, reading, transaction
from heitje_chain.ledger.model import JOURNAL_LINE
from heitje_chain.operations.figures.collectors import ServeFigures, WorkerFigures
from heitje_chain.operations.model import HEARTBEAT
from heitje_chain.operations.situation import limits_of
from heitje_chain.people.model import PARTICIPANT
from heitje_chain.reconcile.model import RECONCILIATION
from heitje_chain.settlement.model import BATCH, REDEMPTION
from heitje_chain.stops.model import PAUSE
from heitje_chain.webhooks.model import DELIVERY, ENDPOINT
from heitje_chain.worker import open_worker
from tests.http.server import wait_until
from tests.service.survival import People
from tests.service.test_retries import closed
from tests.service.town import Person, Town

from .promql import Scrapes, rings
from .sight import MACHINE, SERVE, WORKER, Sight, alarms, series_of

NOWHERE = "http://127.0.0.1:9"
DAY = 86_400


@pytest.fixture
def sight(town: Town) -> Sight:
    """Of a town with a backup of a moment ago, so that no alarm rings."""
    with transaction(town.engine) as connection:
        taken = BACKUP_TAKEN.insert().values(taken_at=int(time.time()), sha256="00" * 32, bytes=1)
        connection.execute(taken)
    return Sight(town, town.config)


def make_older(town: Town, table: Table, column: str, seconds: int) -> None:
    """Let what is there have happened so long ago."""
    with transaction(town.engine) as connection:
        connection.execute(update(table).values({column: table.c[column] - seconds}))


def work(town: Town) -> None:
    """Let the worker do all there is to do, and tell then how it is."""
    town.work()
    town.worker.heart._next = 0.0
    town.worker.heart.beat()


class FewRounds(Event):
    """Lets a worker go round a few times, so that no test waits for ever."""

    rounds = 0

    def wait(self, timeout: float | None = None) -> bool:
        self.rounds += 1
        if self.rounds >= 10:
            self.set()
        return self.is_set()


def how_many(town: Town, table: Table) -> int:
    with reading(town.engine) as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def test_town__that_works__rings_no_alarm_but_for_the_backup_it_lacks(town: Town, people: People) -> None:
    seen = Sight(town, town.config)
    people.approve()
    people.redeem()
    town.post("auditor", "/reconciliations", {})
    work(town)

    assert seen.ringing() == ["HeitjeBackupOld"]


def test_backup__of_yesterday__rings(town: Town, sight: Sight) -> None:
    work(town)
    assert sight.ringing() == []

    make_older(town, BACKUP_TAKEN, "taken_at", 27 * 3600)
    assert sight.ringing() == ["HeitjeBackupOld"]


def test_worker__that_stands_still__rings_alone(town: Town, sight: Sight) -> None:
    work(town)
    sight.config = replace(sight.config, ready_round_seconds=1)

    wait_until(lambda: sight.ringing() == ["HeitjeWorkerStandsStill"])


def test_node__that_is_gone__rings_alone(town: Town, sight: Sight) -> None:
    town.config = sight.config = replace(sight.config, ready_round_seconds=1)
    town.restart_worker()
    work(town)
    worker, down = town.worker, Node(NOWHERE, timeout_seconds=1)
    worker.node = worker.sender._node = worker.watcher._node = worker.heart._node = down

    def went_round() -> list[str]:
        with pytest.raises(NodeUnavailable):
            worker.round()
        return sight.ringing()

    wait_until(lambda: went_round() == ["HeitjeNodeSilent"])


def test_node__on_another_chain__ends_the_worker_and_rings_alone(town: Town, sight: Sight, node: str) -> None:
    work(town)
    kept = how_many(town, EVENT)
    worker, other = town.worker, Node(node)
    worker.node = worker.sender._node = worker.watcher._node = worker.heart._node = other

    with pytest.raises(WrongChain):
        worker.run(FewRounds())
    assert sight.ringing() == ["HeitjeOtherChain"]
    assert how_many(town, EVENT) == kept  # nothing that is on our chain was forgotten

    with pytest.raises(WrongChain):
        open_worker(replace(town.config, rpc_url=node))
    assert sight.ringing() == ["HeitjeOtherChain"]

    town.restart_worker()
    work(town)
    assert sight.ringing() == []


def test_chain__that_makes_no_block_though_it_should__rings_alone(town: Town, sight: Sight) -> None:
    work(town)
    sight.config = replace(sight.config, block_seconds=1)
    assert sight.ringing() == []

    make_older(town, HEARTBEAT, "head_time", DAY)
    assert sight.ringing() == ["HeitjeChainStandsStill"]
    sight.config = replace(sight.config, block_seconds=0)  # a devnet, which makes none when nobody orders
    assert sight.ringing() == []


def test_worker__that_is_blocks_behind__rings_alone(town: Town, sight: Sight) -> None:
    work(town)
    make_older(town, HEARTBEAT, "seen", 201)

    assert sight.ringing() == ["HeitjeReadingBehind"]


def test_chain__that_steps_back__rings_alone(town: Town, people: People, sight: Sight) -> None:
    before = town.rpc("evm_snapshot")
    people.pay()
    work(town)
    assert sight.ringing() == []
    town.rpc("evm_revert", before)
    work(town)

    assert sight.ringing() == ["HeitjeChainSteppedBack"]


def test_sending_account__that_is_used_elsewhere__is_paused_and_rings_alone(
    town: Town, sight: Sight, people: People
) -> None:
    work(town)
    [account] = town.record.senders
    town.rpc("anvil_impersonateAccount", account)
    town.rpc("eth_sendTransaction", {"from": account, "to": account, "value": "0x0"})
    people.pay()
    for _ in range(3):
        town.worker.round()

    assert sight.ringing() == ["HeitjeLanePaused"]


def test_transaction__that_gets_into_no_block__rings_alone(town: Town, people: People, sight: Sight) -> None:
    work(town)
    town.rpc("evm_setAutomine", False)
    try:
        people.pay()
        town.worker.round()
        sight.config = replace(sight.config, ready_sending_seconds=0)
        wait_until(lambda: sight.ringing() == ["HeitjeTransactionStuck"])
    finally:
        town.rpc("evm_mine")
        town.rpc("evm_setAutomine", True)
    work(town)
    assert sight.ringing() == []


def test_sending_account__with_little_gas__rings_alone(town: Town, sight: Sight) -> None:
    [account] = town.record.senders
    town.rpc("anvil_setBalance", account, hex(10**17))
    work(town)

    assert sight.ringing() == ["HeitjeGasLow"]


@pytest.mark.parametrize("what", ["payment", "damaged wallet"])
def test_order__that_waits__rings(town: Town, people: People, sight: Sight, what: str) -> None:
    work(town)
    people.pay()
    if what == "damaged wallet":
        with transaction(town.engine) as connection:
            connection.execute(update(INTENT).where(INTENT.c.kind == "payment").values(payload={}))
        town.worker.round()
        assert sight.ringing() == ["HeitjeOrderNotBuilt"]

    make_older(town, INTENT, "created_at", 901)
    also = ["HeitjeOrderNotBuilt"] if what == "damaged wallet" else []
    assert sight.ringing() == ["HeitjeOrderWaits", *also]


def test_duty__that_the_contract_refuses_for_good__rings_alone(town: Town, sight: Sight) -> None:
    work(town)
    sight = Sight(town, sight.config)  # the figures are there since the worker was
    with closed(town, "ParticipantRegistry"):
        town.post("registrar", "/residents", {"id": "3f8a2b1c4d5e4f60817263544a5b6c7d", "name": "Bilal"})
        work(town)

    assert sight.ringing() == ["HeitjeDutyRefused"]


def test_person__who_waits_for_a_wallet__rings_alone(town: Town, sight: Sight) -> None:
    work(town)
    town.post("registrar", "/residents", {"id": "3f8a2b1c4d5e4f60817263544a5b6c7d", "name": "Bilal"})
    make_older(town, PARTICIPANT, "created_at", 901)

    assert sight.ringing() == ["HeitjeWalletWaits"]


def test_disk__that_is_nearly_full__rings_alone(
    town: Town, sight: Sight, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(town)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(free=11))
    assert sight.ringing(about_this_machine=True) == []

    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(free=9))
    assert sight.ringing(about_this_machine=True) == ["HeitjeDiskNearlyFull"]


def usage(free: int) -> Any:
    return SimpleNamespace(total=100, used=100 - free, free=free)


def test_worker__whose_node_comes_back__logs_that_it_goes_on(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    worker = town.worker
    up, down = worker.sender._node, Node(NOWHERE, timeout_seconds=1)
    worker.sender._node = down

    class Stop(FewRounds):
        def wait(self, timeout: float | None = None) -> bool:
            worker.sender._node = up
            return super().wait(timeout)

    with caplog.at_level(logging.INFO, "heitje_chain.worker"):
        worker.run(Stop())

    told = [(one.getMessage(), one.__dict__.get("after")) for one in caplog.records]
    assert [one for one in told if one[0] in ("node_unavailable", "going_on")] == [
        ("node_unavailable", None),
        ("going_on", "node_unavailable"),
    ]


def test_books__that_differ__ring_alone_until_they_are_equal(
    town: Town, people: People, sight: Sight
) -> None:
    def book(connection: Connection, cents: int) -> None:
        wallets = JOURNAL_LINE.c.account.like("wallet:%")
        first = select(func.min(JOURNAL_LINE.c.entry_number)).where(wallets).scalar_subquery()
        changed = update(JOURNAL_LINE).where(wallets & (JOURNAL_LINE.c.entry_number == first))
        connection.execute(changed.values(cents=JOURNAL_LINE.c.cents + cents))

    with town.change_books() as connection:
        book(connection, 1)
    town.post("auditor", "/reconciliations", {})
    work(town)
    assert sight.ringing() == ["HeitjeDifference"]

    with transaction(town.engine) as connection:
        book(connection, -1)
    town.post("auditor", "/reconciliations", {})
    work(town)
    assert sight.ringing() == []


def test_comparison__of_too_long_ago__rings_alone(town: Town, people: People, sight: Sight) -> None:
    work(town)
    make_older(town, RECONCILIATION, "done_at", 3601)

    assert sight.ringing() == ["HeitjeComparisonLate"]


def test_payouts__that_wait__ring_one_by_one(town: Town, people: People, sight: Sight) -> None:
    people.redeem()
    work(town)
    make_older(town, REDEMPTION, "locked_at", 9 * DAY)
    assert sight.ringing() == ["HeitjeRedemptionWaits"]

    number = town.act("settlement", "/payout-batches", {})["content"]["batch"]
    work(town)
    assert sight.ringing() == []
    make_older(town, BATCH, "closed_at", 5 * DAY)
    assert sight.ringing() == ["HeitjeBatchNotSettled"]

    path, [line] = f"/payout-batches/{number}", lines_of(town, number)
    town.post("settlement", f"{path}/file")
    town.post("settlement", f"{path}/outcomes", {"booked": [line["id"]]})
    town.act("settlement", f"{path}/settlement", {})
    work(town)
    assert sight.ringing() == []
    told = {
        "end_to_end_id": line["end_to_end_id"],
        "occurred_at": int(time.time()) - 4 * DAY,
        "reason": "AC04",
    }
    town.post("settlement", f"/redemptions/{line['id']}/bank-return", told)
    assert sight.ringing() == ["HeitjeReturnNotRepaid"]


def lines_of(town: Town, number: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = town.get("settlement", f"/redemptions?batch={number}")["items"]
    return found


def test_coin__that_is_paused__rings_alone(town: Town, people: People, sight: Sight) -> None:
    town.act("enforcer", "/pauses", {"reason": 1})
    work(town)
    assert sight.ringing() == []

    make_older(town, PAUSE, "since", DAY)
    assert sight.ringing() == ["HeitjeCoinPaused"]


def test_euros__fewer_than_coins__ring_alone(town: Town, people: People, sight: Sight) -> None:
    work(town)
    town.attest(1_00)
    work(town)
    town.post("auditor", "/reconciliations", {})
    work(town)

    assert sight.ringing() == ["HeitjeReserveShort"]


def test_faults__of_ours__ring_alone(town: Town, sight: Sight) -> None:
    work(town)

    def broken() -> None:
        raise KeyError("Anna Jansen")

    town.http.app.add_api_route("/broken", broken)  # type: ignore[attr-defined]
    assert town.http.get("/broken").status_code == 500
    assert sight.ringing() == ["HeitjeUnexpectedFault"]
    sight = Sight(town, sight.config)
    for _ in range(2):
        assert town.http.get("/broken").status_code == 500

    assert sight.ringing() == ["HeitjeFaults", "HeitjeUnexpectedFault"]


def test_webhooks__that_wait_or_fail__ring_one_by_one(town: Town, shop: Person, sight: Sight) -> None:
    made = town.post(shop, "/webhooks", {"url": "https://merchant.example/hook"})
    town.post(shop, f"/webhooks/{made['id']}/test")
    work(town)
    assert sight.ringing() == []
    make_older(town, DELIVERY, "next_at", 601)
    assert sight.ringing() == ["HeitjeWebhooksStandStill"]

    with transaction(town.engine) as connection:
        later = int(time.time())
        connection.execute(update(DELIVERY).values(next_at=later + 60))
        connection.execute(update(ENDPOINT).values(failing_since=later - 7 * 3600))
    assert sight.ringing() == ["HeitjeWebhookFails"]


def test_database__that_is_gone__rings_with_what_it_makes_unready(town: Town) -> None:
    engine = open_engine(f"sqlite:///{town.config.home / 'new.db'}")  # without any table
    limits = limits_of(town.config, town.record)
    web = series_of(SERVE, ServeFigures(engine, town.config, limits).collect())
    work = series_of(WORKER, WorkerFigures(engine, town.config).collect())
    engine.dispose()

    seen = Scrapes(web | work, web | work)
    ringing = {name for name, rule in alarms().items() if rings(rule["expr"], seen)}
    assert ringing - set(MACHINE) == {"HeitjeDatabaseDown"}

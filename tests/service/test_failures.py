"""What must be survived, driven over the API on a real chain and a real database, with processes killed.

Each test names the case of shared/failures.md that it is about. After each: one event per act, no hole in the
nonces, and chain, books and bank equal.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any, Literal

import pytest
import requests
from eth_account import Account
from sqlalchemy import func, inspect, select, table, update

from heitje_chain.chain import typed_data
from heitje_chain.chain.ids import new_client_id
from heitje_chain.chain.model import DONE, EVENT, FINAL, INTENT, SENDING_ACCOUNT, TRANSACTION
from heitje_chain.chain.node import CallReverted, Node, NodeRefused, NodeUnavailable
from heitje_chain.chain.sender import SendingKeyUsedElsewhere
from heitje_chain.chain.watcher import WrongChain
from heitje_chain.custody import model as custody
from heitje_chain.custody.errors import MasterKeyMissing, MasterKeyWrong
from heitje_chain.custody.master_key import write_new_master_key
from heitje_chain.db import transaction
from heitje_chain.reconcile import service as reconcile
from heitje_chain.reconcile.rules import Figures
from heitje_chain.worker import open_worker
from tests.devnet.home import wait_for
from tests.engine.dying_worker import Moment

from .dying import (
    KILLED,
    Served,
    close_connections,
    end_of,
    forked,
    seal_and_die,
    served,
    work_and_die,
    work_for_ever,
    work_until_idle,
)
from .town import IBANS, Person, Town

TOKEN = "HeitjeToken"  # noqa: S105 - a contract's name
NOWHERE = "http://127.0.0.1:9"
GAS = 5_000_000


@dataclass(frozen=True)
class Told:
    """How the chain tells of an act: this event, with this in it."""

    event: str
    argument: str
    value: str

    def count(self, town: Town) -> int:
        return sum(event[self.argument] == self.value for event in town.events(self.event))


def paid_told(payment: dict[str, Any]) -> Told:
    return Told("AuthorizationUsed", "nonce", f"0x{payment['id']}")


def locked_told(redemption: dict[str, Any]) -> Told:
    return Told("RedemptionLocked", "redemption", f"0x{redemption['id']}")


def claim_told(event: str, claim: str) -> Told:
    return Told(event, "claim", f"0x{claim}")


@dataclass(frozen=True)
class People:
    """A partner; Anna, who has 15 euros; and a shop."""

    town: Town
    partner: Person
    anna: Person
    shop: Person

    def submitted(self) -> str:
        """Return a claim of Anna's that waits for approval."""
        return str(self.town.submitted(self.partner, self.anna, reward=5_00, slots=1)["id"])

    # What is asked for, and how the chain will tell of it.

    def approve(self) -> Told:
        claim = self.submitted()
        self.town.act(self.partner, "/approvals", {"claims": [claim]})
        return claim_told("ClaimApproved", claim)

    def pay(self, cents: int = 4_00, key: str = "") -> dict[str, Any]:
        order = {"code": self.town.code_of(self.shop), "cents": cents}
        payment: dict[str, Any] = self.town.post(self.anna, "/payments", order, key)
        return payment

    def redeem(self) -> Told:
        self.town.paid(self.anna, self.shop, 6_00)
        return locked_told(self.town.post(self.shop, "/redemptions", {"cents": 6_00}))

    def award(self) -> Told:
        body = {
            "partner": self.partner.id,
            "period": 2026,
            "resident": self.anna.id,
            "cents": 7_00,
            "reason": "Te laat.",
        }
        return Told("Acted", "clientId", f"0x{self.town.act('treasurer', '/awards', body)['id']}")

    def closed_batch(self, cents: int = 6_00) -> tuple[int, dict[str, Any]]:
        """Return a closed batch and its one line."""
        self.town.paid(self.anna, self.shop, cents)
        line: dict[str, Any] = self.town.post(self.shop, "/redemptions", {"cents": cents})
        self.town.work()
        number: int = self.town.act("settlement", "/payout-batches", {})["content"]["batch"]
        self.town.work()
        return number, line


ORDERS: dict[str, Callable[[People], Told]] = {
    "approval": People.approve,
    "payment": lambda people: paid_told(people.pay()),
    "redemption": People.redeem,
    "officer's act": People.award,
}


@pytest.fixture
def people(town: Town) -> People:
    partner, anna = town.partner(budget=1_000_00), town.resident()
    town.earned(partner, anna, 15_00)
    return People(town, partner, anna, town.merchant())


def assert_sound(town: Town, *acts: Told) -> None:
    """Each act is told once, books and chain are equal, and the nonces have no hole."""
    assert town.differences() == ()
    assert {act: act.count(town) for act in acts} == dict.fromkeys(acts, 1)
    with transaction(town.engine) as connection:
        lane = connection.execute(select(SENDING_ACCOUNT)).one()
        sent = connection.execute(
            select(TRANSACTION.c.nonce, TRANSACTION.c.state).order_by(TRANSACTION.c.nonce)
        )
        nonces, states = zip(*sent, strict=True)
    assert nonces == tuple(range(lane.next_nonce - len(nonces), lane.next_nonce))
    assert set(states) == {FINAL}
    assert Node(town.url).transaction_count(lane.address) == lane.next_nonce


def transactions(town: Town) -> list[str]:
    """Return the hash of everything that was signed, in order."""
    with transaction(town.engine) as connection:
        return list(connection.scalars(select(TRANSACTION.c.hash).order_by(TRANSACTION.c.id)))


def rows(town: Town) -> dict[str, int]:
    """Return how many rows each table has."""
    with transaction(town.engine) as connection:
        return {
            name: connection.scalar(select(func.count()).select_from(table(name))) or 0
            for name in inspect(connection).get_table_names()
        }


def end_leases(town: Town) -> None:
    """A dead worker's leases end by themselves in a minute, which a test does not wait for."""
    with transaction(town.engine) as connection:
        connection.execute(update(INTENT).values(lease_until=0))


def figures(town: Town) -> Figures:
    return reconcile.compare(town.engine, Node(town.url), town.contracts).figures


def wallet_of(person: Person) -> str:
    return f"0x{person.chain_id}"


def wallet_key(town: Town, person: Person) -> bytes:
    """Open the key that the service keeps for somebody."""
    with transaction(town.engine) as connection:
        sealed = custody.find_sealed(connection, person.id)
    assert sealed is not None
    return town.worker.vault.open(sealed)


def send_past_the_service(town: Town, key: bytes, to: str, data: bytes) -> bool:
    """Send a transaction by this key; return whether the contract took it."""
    sender = Account.from_key(key).address
    town.rpc("anvil_setBalance", sender, hex(10**18))
    node = Node(town.url)
    signed = Account.sign_transaction(
        {
            "chainId": node.chain_id(),
            "nonce": node.transaction_count(sender),
            "to": to,
            "data": data,
            "value": 0,
            "gas": GAS,
            "gasPrice": 2 * node.gas_price(),
        },
        key,
    )
    return mined(town, town.rpc("eth_sendRawTransaction", "0x" + bytes(signed.raw_transaction).hex()))


def mined(town: Town, sent: str) -> bool:
    """Wait until a transaction is in a block; return whether the contract took it."""
    node = Node(town.url)
    wait_for(lambda: node.receipt(sent) is not None, "a block")
    receipt = node.receipt(sent)
    assert receipt is not None
    return receipt.succeeded


# ---------------------------------------------------------------- killed workers


@pytest.mark.parametrize("moment", ["signing", "saved", "sent"])
@pytest.mark.parametrize("kind", list(ORDERS))
def test_worker__when_killed_while_it_carries_an_act__ends_in_one_effect(
    town: Town, people: People, kind: str, moment: Moment
) -> None:
    """Cases 1, 2 and 3."""
    act = ORDERS[kind](people)
    before = transactions(town)

    assert end_of(forked(town, work_and_die, town.config, moment)) == KILLED
    signed = transactions(town)
    assert len(signed) - len(before) == (0 if moment == "signing" else 1)
    assert act.count(town) == (1 if moment == "sent" else 0)

    town.restart_worker()
    assert_sound(town, act)
    assert len(transactions(town)) == len(before) + 1
    assert transactions(town)[: len(signed)] == signed, "the same bytes"


def test_worker__when_killed_again_and_again__does_each_act_once(town: Town, people: People) -> None:
    """Cases 1, 2, 3 and 8: at random moments, while everybody goes on asking."""
    crowd = Crowd(people, random.Random(20261124))
    for _ in range(10):
        worker = forked(town, work_for_ever, town.config)
        until = time.monotonic() + crowd.chance.uniform(0.1, 0.9)
        crowd.ask_around()
        time.sleep(max(until - time.monotonic(), 0))  # the moment of death is what the test varies
        worker.kill()
        assert end_of(worker) == KILLED
        end_leases(town)

    town.restart_worker()
    assert_sound(town, *crowd.acts)
    asked = Counter(act.event for act in crowd.acts)
    assert set(asked) == {
        "ClaimMade",
        "ClaimSubmitted",
        "ClaimApproved",
        "AuthorizationUsed",
        "RedemptionLocked",
    }
    assert min(asked.values()) >= 3
    for event in ("ClaimMade", "ClaimSubmitted", "ClaimApproved", "RedemptionLocked"):
        assert len(town.events(event)) == asked[event] + crowd.before[event]
    told = [town.get(person, "/payments?limit=100")["items"] for person in (people.anna, people.shop)]
    assert {payment["state"] for payments in told for payment in payments} == {"paid"}


class Crowd:
    """Asks for this and that, and remembers what was accepted."""

    def __init__(self, people: People, chance: random.Random) -> None:
        self.people = people
        self.town = people.town
        self.chance = chance
        self.acts: list[Told] = []
        for _ in range(10):
            terms = self.town.terms(reward=1_00, slots=2)
            self.town.act(people.partner, "/jobs", terms)
        self.town.work()
        self.jobs = [job["id"] for job in self._open_jobs()]
        self.before = Counter(
            {name: len(self.town.events(name)) for name in ("ClaimMade", "ClaimSubmitted", "ClaimApproved")}
        )

    def ask_around(self) -> None:
        """Ask for one of everything that can be asked for now."""
        for ask in (self._claim, self._submit, self._approve, self._pay, self._refund, self._redeem):
            ask()

    def _open_jobs(self) -> Iterator[dict[str, Any]]:
        jobs = self.town.get(self.people.anna, "/jobs?limit=100")["items"]
        return (job for job in jobs if job["reward"] == 1_00)

    def _claim(self) -> None:
        if self.jobs:
            claim = self.town.post(self.people.anna, "/claims", {"job": self.jobs.pop()})
            self.acts.append(claim_told("ClaimMade", claim["id"]))

    def _submit(self) -> None:
        for claim in self._claims("claimed"):
            self.town.post(self.people.anna, f"/claims/{claim}/submission", {"note": "Klaar"})
            self.acts.append(claim_told("ClaimSubmitted", claim))

    def _approve(self) -> None:
        claims = self._claims("submitted")
        if claims:
            self.town.act(self.people.partner, "/approvals", {"claims": claims})
            self.acts.extend(claim_told("ClaimApproved", claim) for claim in claims)

    def _pay(self) -> None:
        self.acts.append(paid_told(self.people.pay(self.chance.randint(10, 90))))

    def _refund(self) -> None:
        payments = self.town.get(self.people.anna, "/payments?state=paid&limit=100")["items"]
        paid = [one for one in payments if one["kind"] == "pay"]
        if paid and self.town.spendable(self.people.shop) >= 1:
            path = f"/payments/{self.chance.choice(paid)['id']}/refunds"
            self.acts.append(paid_told(self.town.post(self.people.shop, path, {"cents": 1})))

    def _redeem(self) -> None:
        if self.town.spendable(self.people.shop) >= 5:
            self.acts.append(locked_told(self.town.post(self.people.shop, "/redemptions", {"cents": 5})))

    def _claims(self, state: str) -> list[str]:
        claims = self.town.get(self.people.anna, "/claims?limit=100")["items"]
        return [one["id"] for one in claims if one["state"] == state and one["pending"] is None]


def test_workers__when_two_at_once__do_each_act_once(town: Town, people: People) -> None:
    """Case 8."""
    acts = [people.approve(), people.redeem(), people.award()]
    acts += [paid_told(people.pay(10 + number)) for number in range(20)]

    workers = [forked(town, work_until_idle, town.config) for _ in range(2)]

    assert [end_of(worker) for worker in workers] == [0, 0]
    town.restart_worker()
    assert_sound(town, *acts)


# ---------------------------------------------------------------- the web process


def test_web_process__when_killed_while_it_takes_payments__takes_each_once(
    town: Town, people: People
) -> None:
    """Cases 6 and 7: whoever got no answer sends the same again, with the same key."""
    code, enough = town.code_of(people.shop), Event()
    orders = {f"payment-{number:03}": {"code": code, "cents": 10 + number} for number in range(40)}
    answers: dict[str, Any] = {}

    def send(web: Served, key: str) -> None:
        try:
            answer = web.post(people.anna.secret, "/payments", orders[key], key)
        except requests.RequestException:
            return
        assert answer.status_code == 202, answer.text
        answers[key] = answer.json()
        if len(answers) >= 8:
            enough.set()

    close_connections(town)
    with served(town) as web, ThreadPoolExecutor(4) as pool:
        sending = pool.map(partial(send, web), orders)
        assert enough.wait(60)
        web.kill()
        list(sending)
    first = dict(answers)
    assert 8 <= len(first) < len(orders)
    with served(town) as web, ThreadPoolExecutor(4) as pool:
        list(pool.map(partial(send, web), orders))

    assert answers.keys() == orders.keys()
    assert first.items() <= answers.items()
    assert_sound(town, *map(paid_told, answers.values()))
    assert len({payment["id"] for payment in answers.values()}) == len(orders)
    total = sum(range(10, 50))
    assert (town.spendable(people.anna), town.spendable(people.shop)) == (15_00 - total, total)


# ---------------------------------------------------------------- what a node does


class Silent(Node):
    """Takes a transaction and never answers."""

    def send(self, raw: bytes) -> None:
        super().send(raw)
        raise NodeUnavailable("eth_sendRawTransaction", "ReadTimeout")


class OddlyWorded(Node):
    """Takes a transaction and answers with an error."""

    def send(self, raw: bytes) -> None:
        super().send(raw)
        raise NodeRefused("eth_sendRawTransaction", "ALREADY_EXISTS: doppelte Transaktion 0x2a")


class Refusing(Node):
    """Takes nothing."""

    def send(self, raw: bytes) -> None:
        raise NodeRefused("eth_sendRawTransaction", "txpool is full; nonce too low, already known")


@pytest.mark.parametrize("fault", [Silent, OddlyWorded, Refusing])
@pytest.mark.parametrize("kind", ["payment", "approval"])
def test_node__when_its_answer_misleads__is_judged_by_hash(
    town: Town, people: People, kind: str, fault: type[Node]
) -> None:
    """Cases 4, 5 and 11: no text decides, and no second nonce is taken."""
    act = ORDERS[kind](people)
    before = transactions(town)
    town.worker.sender._node = fault(town.url)
    town.worker.round()
    assert act.count(town) == (0 if fault is Refusing else 1)
    town.worker.sender._node = Node(town.url)

    assert_sound(town, act)
    assert len(transactions(town)) == len(before) + 1


@pytest.mark.parametrize("drop", ["anvil_dropTransaction", "anvil_dropAllTransactions"])
def test_transaction__when_dropped_from_the_pool__is_sent_again_as_it_was(
    town: Town, people: People, drop: str
) -> None:
    """Case 12."""
    node = Node(town.url)
    with waiting_pool(town):
        act = paid_told(people.pay())
        town.worker.round()
        signed = transactions(town)
        assert node.knows(signed[-1])
        town.rpc(drop, *(signed[-1:] if drop == "anvil_dropTransaction" else ()))
        assert not node.knows(signed[-1])

        town.worker.round()
        assert node.knows(signed[-1])

    assert_sound(town, act)
    assert transactions(town) == signed


@contextmanager
def waiting_pool(town: Town) -> Iterator[None]:
    """Have the node mine nothing for a while."""
    town.rpc("evm_setAutomine", False)
    try:
        yield
    finally:
        town.rpc("evm_setAutomine", True)
        town.rpc("evm_mine")


def test_price__after_many_transactions__is_what_it_was(town: Town, people: People) -> None:
    """Case 11: nobody else sends here, so the node's advice follows what the service itself paid."""
    first = len(transactions(town))
    for _ in range(8):
        town.paid(people.anna, people.shop, 10)
    receipts = [town.rpc("eth_getTransactionReceipt", one) for one in transactions(town)[first - 1 :]]
    prices = [int(receipt["effectiveGasPrice"], 16) for receipt in receipts]
    assert max(prices) <= prices[0], prices


def test_node__when_down__is_waited_for_by_what_was_accepted(town: Town, people: People) -> None:
    """Case 17."""
    claim = people.submitted()
    prepared = town.prepare(people.partner, "/approvals", {"claims": [claim]})
    down, worker = Node(NOWHERE, timeout_seconds=1), town.worker
    worker.node = worker.sender._node = worker.watcher._node = down

    answer = town.ask("POST", people.partner, "/approvals", prepared)
    payment = people.pay()
    assert (answer.status_code, answer.json()["claims"][0]["pending"]) == (202, "approve")
    for _ in range(3):
        with pytest.raises(NodeUnavailable):
            worker.round()
    assert town.get(people.anna, f"/claims/{claim}")["pending"] == "approve"
    assert town.get(people.anna, f"/payments/{payment['id']}")["state"] == "pending"

    town.restart_worker()
    assert_sound(town, claim_told("ClaimApproved", claim), paid_told(payment))
    assert town.get(people.anna, f"/claims/{claim}")["state"] == "approved"
    assert town.get(people.anna, f"/payments/{payment['id']}")["state"] == "paid"


def test_chain__when_put_back_to_an_older_state__gets_what_it_lost(town: Town, people: People) -> None:
    """Case 15."""
    claim = people.submitted()
    before = town.rpc("evm_snapshot")
    town.act(people.partner, "/approvals", {"claims": [claim]})
    town.work()
    payment = town.paid(people.anna, people.shop, 2_00)
    award = people.award()
    number, line = people.closed_batch(cents=6_00)
    file = town.post("settlement", f"/payout-batches/{number}/file")
    acts = [claim_told("ClaimApproved", claim), paid_told(payment), award, locked_told(line)]
    assert_sound(town, *acts)

    town.rpc("evm_revert", before)
    assert [act.count(town) for act in acts] == [0, 0, 0, 0]
    late = people.pay(1_00)
    assert_sound(town, *acts, paid_told(late))

    assert len(town.events("BatchClosed")) == 1
    assert town.get(people.anna, f"/claims/{claim}")["state"] == "approved"
    for one in (payment, late):
        assert town.get(people.anna, f"/payments/{one['id']}")["state"] == "paid"
    assert town.get(people.shop, f"/redemptions/{line['id']}")["state"] == "batched"
    assert town.get("settlement", f"/payout-batches/{number}")["batch"]["file_sha256"] == file["sha256"]
    assert town.spendable(people.anna) == 15_00 + 5_00 + 7_00 - 2_00 - 6_00 - 1_00
    assert (figures(town).minted, figures(town).redemption) == (27_00, 6_00)


# ---------------------------------------------------------------- an old backup


def back_up(town: Town, to: Path) -> None:
    close_connections(town)
    with sqlite3.connect(str(town.engine.url.database)) as now, sqlite3.connect(to) as then:
        now.backup(then)


def restore(town: Town, backup: Path) -> None:
    """Put the backup in the database's place, and open the worker as an operator then must."""
    close_connections(town)
    database = Path(str(town.engine.url.database))
    for left in database.parent.glob(f"{database.name}-*"):
        left.unlink()
    shutil.copy(backup, database)
    with pytest.raises(SendingKeyUsedElsewhere):
        open_worker(town.config)
    town._worker = open_worker(town.config, adopt_nonce=True)


def test_database__when_restored_from_a_backup__learns_from_the_chain_what_it_forgot(
    town: Town, people: People, tmp_path: Path
) -> None:
    """Case 16: between people whom the backup knows."""
    claim = people.submitted()
    back_up(town, tmp_path / "backup.db")
    town.act(people.partner, "/approvals", {"claims": [claim]})
    payment = people.pay(4_00, key="payment-1")
    award = people.award()
    town.work()
    number, line = people.closed_batch(cents=3_00)
    acts = [claim_told("ClaimApproved", claim), paid_told(payment), award, locked_told(line)]
    held = town.spendable(people.anna)

    restore(town, tmp_path / "backup.db")
    assert_sound_but_nonces(town, *acts)

    assert town.get(people.anna, f"/claims/{claim}")["state"] == "approved"
    assert town.get(people.anna, f"/payments/{payment['id']}")["state"] == "paid"
    found = town.get(people.shop, f"/redemptions/{line['id']}")
    assert (found["state"], found["batch"], found["held"]) == ("batched", number, True)
    assert people.pay(4_00, key="payment-1")["id"] == payment["id"]
    assert_sound_but_nonces(town, *acts)
    assert town.spendable(people.anna) == held
    town.paid(people.anna, people.shop, 1_00)
    assert_sound_but_nonces(town, *acts)


@pytest.mark.parametrize("kind", list(ORDERS))
def test_act__waiting_in_the_backup_and_done_since__is_done_once(
    town: Town, people: People, tmp_path: Path, kind: str
) -> None:
    """Case 16."""
    act = ORDERS[kind](people)
    back_up(town, tmp_path / "backup.db")
    town.work()
    held = town.spendable(people.anna)

    restore(town, tmp_path / "backup.db")
    assert_sound_but_nonces(town, act)
    assert town.spendable(people.anna) == held
    with transaction(town.engine) as connection:
        assert set(connection.scalars(select(INTENT.c.state))) == {DONE}


def test_work_and_payouts__that_a_restored_database_forgot__go_on(
    town: Town, people: People, tmp_path: Path
) -> None:
    """Case 16: a job and work on it, a filed batch, and a settled one with a rejected line."""
    other = town.merchant("Pat's Tostibar", IBANS[1])
    town.paid(people.anna, other, 1_00)
    back_up(town, tmp_path / "backup.db")
    claim = people.submitted()
    rejected = town.post(other, "/redemptions", {"cents": 1_00})
    first, booked = people.closed_batch(cents=2_00)
    path = f"/payout-batches/{first}"
    town.post("settlement", f"{path}/file")
    outcomes = {"booked": [booked["id"]], "rejected": [{"redemption": rejected["id"], "reason": "AC04"}]}
    town.post("settlement", f"{path}/outcomes", outcomes)
    town.act("settlement", f"{path}/settlement", {})
    town.work()
    second, line = people.closed_batch(cents=3_00)
    sealed = town.post("settlement", f"/payout-batches/{second}/file")

    restore(town, tmp_path / "backup.db")
    assert_sound_but_nonces(town, locked_told(booked), locked_told(rejected), locked_told(line))

    assert town.get(people.shop, f"/redemptions/{booked['id']}")["state"] == "booked"
    assert town.get(other, f"/redemptions/{rejected['id']}")["state"] == "released"
    assert town.get("settlement", path)["batch"]["state"] == "settled"
    assert town.refused("settlement", f"{path}/file")[0] == 409, "nothing is paid twice"
    assert town.refused("settlement", f"/payout-batches/{second}/file")[0] == 409, "its line is held"
    town.post("settlement", f"/redemptions/{line['id']}/account-confirmation")
    again = town.post("settlement", f"/payout-batches/{second}/file")
    assert {**again, "sha256": ""} == {**sealed, "sha256": ""}, "by its ids the bank knows it"
    content = town.ask("GET", "settlement", f"/payout-batches/{second}/file").content
    assert line["end_to_end_id"].encode() in content

    assert town.get(people.partner, f"/claims/{claim}")["state"] == "submitted"
    town.act(people.partner, "/approvals", {"claims": [claim]})
    assert_sound_but_nonces(town, claim_told("ClaimApproved", claim))
    assert town.spendable(people.anna) == 15_00 - 1_00 - 2_00 - 3_00 + 5_00
    assert (town.spendable(other), town.spendable(people.shop)) == (1_00, 0)


def test_refund__that_a_restored_database_forgot__is_known_and_moves_nothing_twice(
    town: Town, people: People, tmp_path: Path
) -> None:
    """Case 16: the chain tells of a refund, and it counts against its payment at once."""
    payment = town.paid(people.anna, people.shop, 4_00)
    path = f"/payments/{payment['id']}/refunds"
    back_up(town, tmp_path / "backup.db")
    refund = town.post(people.shop, path, {"cents": 1_00}, "refund-1")
    town.work()

    restore(town, tmp_path / "backup.db")
    assert_sound_but_nonces(town, paid_told(refund))
    found = town.get(people.shop, f"/payments/{refund['id']}")
    assert (found["state"], found["refund_of"]) == ("paid", payment["id"])
    assert town.refused(people.shop, path, {"cents": 3_01})[0] == 409
    assert town.post(people.shop, path, {"cents": 1_00}, "refund-1")["id"] == refund["id"]
    assert_sound_but_nonces(town, paid_told(refund))
    assert town.refused(people.shop, path, {"cents": 3_01})[0] == 409
    assert (town.spendable(people.anna), town.spendable(people.shop)) == (12_00, 3_00)


def test_payment__of_a_resident_whom_a_restored_database_forgot__can_be_refunded(
    town: Town, people: People, tmp_path: Path
) -> None:
    """Case 16: the resident is added again, but does not send the payment again."""
    back_up(town, tmp_path / "backup.db")
    bilal = town.resident("Bilal")
    town.earned(people.partner, bilal, 10_00)
    payment = town.paid(bilal, people.shop, 10_00)

    restore(town, tmp_path / "backup.db")
    assert town.differences() == ()
    town.post("registrar", "/residents", {"id": bilal.id, "name": "Bilal"})
    town.work()
    bilal.secret = town.post("registrar", "/tokens", {"participant": bilal.id})["secret"]
    assert [one["id"] for one in town.get(bilal, "/payments")["items"]] == [payment["id"]]
    refund = town.post(people.shop, f"/payments/{payment['id']}/refunds", {"cents": 4_00})
    assert_sound_but_nonces(town, paid_told(payment), paid_told(refund))
    assert (town.spendable(bilal), town.spendable(people.shop)) == (4_00, 6_00)


@pytest.mark.parametrize("sent_again", ["before the worker runs", "afterwards"])
def test_payment__sent_again_after_a_restore__moves_nothing_twice(
    town: Town, people: People, tmp_path: Path, sent_again: str
) -> None:
    """Case 16."""
    back_up(town, tmp_path / "backup.db")
    payment = people.pay(4_00, key="payment-1")
    town.work()

    restore(town, tmp_path / "backup.db")
    if sent_again == "afterwards":
        town.work()
    assert people.pay(4_00, key="payment-1")["id"] == payment["id"]

    assert_sound_but_nonces(town, paid_told(payment))
    assert town.get(people.anna, f"/payments/{payment['id']}")["state"] == "paid"
    assert (town.spendable(people.anna), town.spendable(people.shop)) == (11_00, 4_00)


def test_residents__whom_a_restored_database_forgot__have_their_coins_when_added_again(
    town: Town, people: People, tmp_path: Path
) -> None:
    """Case 16: their keys come from the second store, their coins from the chain."""
    back_up(town, tmp_path / "backup.db")
    bilal = town.resident("Bilal")
    town.earned(people.partner, bilal, 10_00)
    payment = town.post(bilal, "/payments", {"code": town.code_of(people.shop), "cents": 3_00}, "bilal-pays")
    town.work()
    wallet = wallet_of(bilal)

    restore(town, tmp_path / "backup.db")
    with transaction(town.engine) as connection:
        sealed = custody.find_sealed(connection, bilal.id)
    assert sealed is not None
    assert sealed.address.lower() == wallet
    assert town.differences() == ()

    assert town.ask("POST", "registrar", "/residents", {"id": bilal.id, "name": "Bilal"}).status_code == 202
    town.work()
    again = town.get("registrar", f"/residents/{bilal.id}")
    assert (again["state"], again["participant"]) == ("active", wallet)
    bilal.secret = town.post("registrar", "/tokens", {"participant": bilal.id})["secret"]
    assert town.spendable(bilal) == 7_00
    order = {"code": town.code_of(people.shop), "cents": 3_00}
    assert town.post(bilal, "/payments", order, "bilal-pays")["id"] == payment["id"]
    assert_sound_but_nonces(town, paid_told(payment))
    assert town.get(bilal, f"/payments/{payment['id']}")["state"] == "paid"
    town.paid(bilal, people.shop, 7_00)
    assert (town.spendable(bilal), town.spendable(people.shop)) == (0, 10_00)
    assert_sound_but_nonces(town, paid_told(payment))


def test_merchant__whom_a_restored_database_forgot__can_be_added_again_and_redeem(
    town: Town, people: People, tmp_path: Path
) -> None:
    """Case 16: it was admitted by a signature that the database forgot, which cannot be given twice."""
    back_up(town, tmp_path / "backup.db")
    bakery = town.merchant("Bakkerij", IBANS[1])
    payment = town.paid(people.anna, bakery, 5_00)
    line = town.post(bakery, "/redemptions", {"cents": 2_00})
    town.work()
    wallet = wallet_of(bakery)

    restore(town, tmp_path / "backup.db")
    assert town.differences() == ()
    body = {"id": bakery.id, "name": "Bakkerij", "iban": IBANS[1], "category": "horeca"}
    town.post("registrar", "/merchants", body)
    town.work()
    again = town.get("registrar", f"/merchants/{bakery.id}")
    assert (again["state"], again["participant"]) == ("active", wallet)
    bakery.secret = town.post("registrar", "/tokens", {"participant": bakery.id})["secret"]
    assert town.spendable(bakery) == 3_00
    assert town.get(people.anna, f"/payments/{payment['id']}")["state"] == "paid"
    rest = town.post(bakery, "/redemptions", {"cents": 3_00})
    town.work()
    assert_sound_but_nonces(town, paid_told(payment), locked_told(line), locked_told(rest))


def assert_sound_but_nonces(town: Town, *acts: Told) -> None:
    """As `assert_sound`, where a restored database forgot some of the transactions that it signed."""
    assert town.differences() == ()
    assert {act: act.count(town) for act in acts} == dict.fromkeys(acts, 1)
    with transaction(town.engine) as connection:
        lane = connection.execute(select(SENDING_ACCOUNT)).one()
    assert Node(town.url).transaction_count(lane.address) == lane.next_nonce


# ---------------------------------------------------------------- what the contract refuses


def test_payment__when_the_coins_were_frozen_meanwhile__is_refused_and_its_hold_ends(
    town: Town, people: People
) -> None:
    """Case 18."""
    payment = people.pay(4_00)
    town._enforce("setFrozenTokens", wallet_of(people.anna), 12_00)
    assert town.spendable(people.anna) == 11_00
    town.work()

    found = town.get(people.anna, f"/payments/{payment['id']}")
    assert (found["state"], found["refusal"]["name"]) == ("refused", "ERC7943InsufficientUnfrozenBalance")
    assert paid_told(payment).count(town) == 0
    assert town.get(people.anna, "/wallet")["outgoing"] == 0
    assert town.spendable(people.anna) == 15_00
    town._enforce("setFrozenTokens", wallet_of(people.anna), 0)
    assert_sound(town)
    assert paid_told(payment).count(town) == 0, "refused for good"
    assert town.get(people.anna, f"/payments/{payment['id']}")["state"] == "refused"


def test_redemption__when_the_coins_were_frozen_meanwhile__is_refused_and_its_hold_ends(
    town: Town, people: People
) -> None:
    """Case 18."""
    town.paid(people.anna, people.shop, 6_00)
    line = town.post(people.shop, "/redemptions", {"cents": 6_00})
    town._enforce("setFrozenTokens", wallet_of(people.shop), 1)
    assert town.spendable(people.shop) == 0
    town.work()

    found = town.get(people.shop, f"/redemptions/{line['id']}")
    assert (found["state"], found["refusal"]["name"]) == ("refused", "ERC7943InsufficientUnfrozenBalance")
    assert town.spendable(people.shop) == 6_00
    assert_sound(town)


def test_payment__when_the_balance_went_meanwhile__is_refused_and_its_hold_ends(
    town: Town, people: People
) -> None:
    """Case 18: Anna's own key pays, past the service, what she is paying here."""
    payment = people.pay(4_00)
    key, token = wallet_key(town, people.anna), town.contracts.address(TOKEN)
    sides = (wallet_of(people.anna), wallet_of(people.shop))
    arguments = (*sides, 14_00, 0, town.now() + 3600, new_client_id())
    message = typed_data.transfer_with_authorization(town.contracts.token_domain, *arguments)
    signature = message.signed_by(key)
    v, r, s = signature[64], signature[:32], signature[32:64]
    data = town.contracts.codec.call(TOKEN, "transferWithAuthorization", *arguments, v, r, s)
    assert send_past_the_service(town, key, token, data)
    town.work()

    found = town.get(people.anna, f"/payments/{payment['id']}")
    assert (found["state"], found["refusal"]["name"]) == ("refused", "ERC20InsufficientBalance")
    assert (town.spendable(people.anna), town.spendable(people.shop)) == (1_00, 14_00)
    assert_sound(town)


@pytest.mark.parametrize(
    ("contract", "refusal"),
    [("Redemption", "ERC7943CannotTransfer"), ("JobEscrow", "ERC7943CannotReceive")],
)
def test_transfer__to_a_contract_of_ours_by_a_wallets_own_key__is_refused(
    town: Town, people: People, contract: str, refusal: str
) -> None:
    """Case 29."""
    town.paid(people.anna, people.shop, 6_00)
    token, codec, node = town.contracts.address(TOKEN), town.contracts.codec, Node(town.url)
    data = codec.call(TOKEN, "transfer", town.contracts.address(contract), 1_00)
    for person, left in ((people.anna, 9_00), (people.shop, 6_00)):
        with pytest.raises(CallReverted) as reverted:
            node.call(wallet_of(person), token, data)
        assert codec.refusal(reverted.value.data).name == refusal
        assert not send_past_the_service(town, wallet_key(town, person), token, data)
        town.work()
        assert town.spendable(person) == left
    assert_sound(town)


@pytest.mark.parametrize("kind", list(ORDERS))
def test_call__replayed_by_a_stranger__changes_nothing(town: Town, people: People, kind: str) -> None:
    """Case 23: all that was sent for the act is sent again, word for word, by somebody else."""
    act = ORDERS[kind](people)
    town.work()
    before, held = rows(town), town.spendable(people.anna)
    with transaction(town.engine) as connection:
        events = connection.execute(
            select(EVENT.c.transaction_hash, EVENT.c.arguments).where(EVENT.c.name == act.event)
        )
        [sent] = [row[0] for row in events if row[1][act.argument] == act.value]
    call = town.rpc("eth_getTransactionByHash", sent)
    stranger = town.rpc("eth_accounts")[0]
    again = {"from": stranger, "to": call["to"], "data": call["input"], "gas": hex(GAS)}
    mined(town, town.rpc("eth_sendTransaction", again))

    assert_sound(town, act)
    assert town.spendable(people.anna) == held
    after = rows(town)
    assert {name for name in before if after[name] != before[name]} <= {"block", "chain_event"}


# ---------------------------------------------------------------- requests sent again


def test_signature__sent_again_after_the_claim_is_decided__changes_nothing(
    town: Town, people: People
) -> None:
    """Case 23: the approval's own, and a rejection that was signed before and not sent."""
    claim = people.submitted()
    rejection = town.prepare(
        people.partner, "/rejections", {"claim": claim, "reason": 2, "words": "Niet af."}
    )
    approval = town.prepare(people.partner, "/approvals", {"claims": [claim]})
    town.post(people.partner, "/approvals", approval, key="approval-1")
    town.work()
    before = rows(town)

    same = town.post(people.partner, "/approvals", approval, key="approval-1")
    assert [one["pending"] for one in same["claims"]] == ["approve"], "the answer that it got"
    late = town.post(people.partner, "/approvals", approval, key="approval-2")
    assert [one["state"] for one in late["claims"]] == ["approved"]
    assert town.refused(people.partner, "/rejections", rejection)[0] == 409

    after = rows(town)
    assert {name for name in before if after[name] != before[name]} == {"idempotent_answer"}
    assert_sound(town, claim_told("ClaimApproved", claim))
    assert town.events("ClaimRejected") == []


def test_key__used_for_another_body__is_refused_and_nothing_is_written(town: Town, people: People) -> None:
    """Case 7."""
    job, other_job = (town.job(people.partner, reward=1_00) for _ in range(2))
    payment = town.paid(people.anna, people.shop, 6_00)
    code = town.code_of(people.shop)
    orders = [
        (people.anna, "/payments", {"code": code, "cents": 1_00}, {"code": code, "cents": 1_01}),
        (people.anna, "/claims", {"job": job["id"]}, {"job": other_job["id"]}),
        (people.shop, "/redemptions", {"cents": 2_00}, {"cents": 1_00}),
        (people.shop, f"/payments/{payment['id']}/refunds", {"cents": 10}, {"cents": 20}),
        (people.shop, "/payment-requests", {"cents": 10}, {"cents": 20}),
    ]
    for number, (person, path, body, _) in enumerate(orders):
        town.post(person, path, body, key=f"order-{number:03}")
    before = rows(town)

    for number, (person, path, _, other) in enumerate(orders):
        answer = town.ask("POST", person, path, other, f"order-{number:03}")
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/idempotency-key-reused"), path
    assert rows(town) == before
    assert_sound(town)
    assert (town.spendable(people.anna), town.spendable(people.shop)) == (8_10, 4_90)


# ---------------------------------------------------------------- paying out


@pytest.mark.parametrize("moment", ["built", "stored"])
def test_bank_file__when_killed_while_it_is_sealed__is_sealed_later(
    town: Town, people: People, moment: Literal["built", "stored"]
) -> None:
    """Case 24."""
    number, _ = people.closed_batch()
    path = f"/payout-batches/{number}"

    assert end_of(forked(town, seal_and_die, town.config, number, moment)) == KILLED
    assert town.get("settlement", path)["batch"]["state"] == "closed"
    assert town.ask("GET", "settlement", f"{path}/file").status_code == 409

    sealed = town.post("settlement", f"{path}/file")
    contents = {town.ask("GET", "settlement", f"{path}/file").content for _ in range(3)}
    assert town.post("settlement", f"{path}/file") == sealed
    assert {hashlib.sha256(content).hexdigest() for content in contents} == {sealed["sha256"]}
    assert_sound(town)


def test_bank_file__when_sealed_by_many_at_once__is_one(town: Town, people: People) -> None:
    """Case 24."""
    number, _ = people.closed_batch()
    path = f"/payout-batches/{number}/file"

    def seal_and_read(_: int) -> tuple[str, bytes]:
        sealed = town.post("settlement", path)
        return sealed["sha256"], town.ask("GET", "settlement", path).content

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(seal_and_read, range(8)))

    [(sha256, content)] = found
    assert hashlib.sha256(content).hexdigest() == sha256
    assert content.count(b"<EndToEndId>") == 1


def test_payment_of_the_bank__returned_after_the_burn__is_owed_again_and_nothing_is_minted(
    town: Town, people: People
) -> None:
    """Case 25."""
    number, line = people.closed_batch(cents=6_00)
    path = f"/payout-batches/{number}"
    owed = figures(town).owed
    town.post("settlement", f"{path}/file")
    town.post("settlement", f"{path}/outcomes", {"booked": [line["id"]], "rejected": []})
    town.act("settlement", f"{path}/settlement", {})
    town.work()
    burned = figures(town)
    assert (burned.supply, burned.burned, burned.payable, burned.owed) == (9_00, 6_00, 0, owed - 6_00)

    returned = {"end_to_end_id": line["end_to_end_id"], "occurred_at": town.now(), "reason": "AC04"}
    for key in ("bank-return-1", "bank-return-1", "bank-return-2"):
        answer = town.post("settlement", f"/redemptions/{line['id']}/bank-return", returned, key)
        assert answer["return_reason"] == "AC04"
    assert_sound(town, locked_told(line))

    now = figures(town)
    assert (now.supply, now.minted, now.burned) == (burned.supply, burned.minted, burned.burned)
    assert (now.payable, now.owed) == (6_00, owed)
    assert len(town.events("BatchSettled")) == 1
    assert town.spendable(people.shop) == 0
    other = {**returned, "reason": "AC01"}
    assert town.refused("settlement", f"/redemptions/{line['id']}/bank-return", other)[0] == 409


# ---------------------------------------------------------------- refusing to start


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"chain_id": 5}, "The node is on chain 31337, but the contracts are on chain 5."),
        ({"genesis_hash": "0x" + "00" * 32}, "It is another chain, or the devnet was made anew."),
    ],
)
def test_worker__on_another_chain__refuses_to_start_and_says_why(
    town: Town, people: People, tmp_path: Path, changed: dict[str, Any], reason: str
) -> None:
    """Case 15."""
    payment = people.pay()
    before = rows(town)
    record = tmp_path / "another.json"
    record.write_text(json.dumps(json.loads(town.config.deployment_record.read_text()) | changed))
    (town.config.home / "sender.key").write_text(
        "2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6"
    )

    with pytest.raises(WrongChain) as refused:
        open_worker(replace(town.config, deployment_record=record))
    assert reason in str(refused.value)
    assert rows(town) == before
    assert_sound(town, paid_told(payment))


def test_worker__without_the_right_master_key__refuses_to_start(
    town: Town, people: People, tmp_path: Path
) -> None:
    """Case 26."""
    payment = people.pay()
    before = rows(town)
    write_new_master_key(tmp_path / "other.key")
    for name, refusal, sentence in (
        ("nowhere.key", MasterKeyMissing, "cannot be read: No such file or directory."),
        ("other.key", MasterKeyWrong, "This is not master key 1, which wraps the wallets' keys."),
    ):
        with pytest.raises(refusal, match=sentence):
            open_worker(replace(town.config, master_key_file=tmp_path / name))
    assert rows(town) == before
    assert_sound(town, paid_told(payment))


def test_line__of_a_changed_account__is_held_and_the_others_are_paid(town: Town, people: People) -> None:
    """Case 27 and 29: one that cannot be paid keeps nobody else from it."""
    other = town.merchant("Pat's Tostibar", IBANS[1])
    town.paid(people.anna, people.shop, 6_00)
    town.paid(people.anna, other, 4_00)
    held, good = (town.post(shop, "/redemptions", {"cents": 1_00}) for shop in (people.shop, other))
    town.work()
    account = {"iban": IBANS[2], "account_holder": "Welpie Toys"}
    assert town.ask("PUT", "registrar", f"/merchants/{people.shop.id}/account", account).status_code == 200

    closed = town.act("settlement", "/payout-batches", {})
    town.work()
    assert closed["content"]["redemptions"] == [good["id"]]
    assert town.get(people.shop, f"/redemptions/{held['id']}")["held"] is True
    assert_sound(town)

"""Alarms about books and payouts: each rings by what it is for, and by nothing else."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select, update

from heitje_chain.config import OWN_THRESHOLDS
from heitje_chain.db import transaction
from heitje_chain.ledger.model import JOURNAL_LINE
from heitje_chain.reconcile.model import RECONCILIATION
from heitje_chain.settlement.model import BATCH, REDEMPTION
from heitje_chain.stops.model import PAUSE
from tests.service.survival import People
from tests.service.town import Town

from .provoking import DAY, make_older, work
from .sight import Sight


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


def test_volume__near_the_threshold__rings_alone(
    town: Town, people: People, sight: Sight, tmp_path: Path
) -> None:
    people.pay(7_00)
    work(town)
    assert sight.ringing() == []

    path = tmp_path / "thresholds.toml"
    sight.config = replace(sight.config, thresholds_file=path)
    for cents, alarms in ((10_01, []), (10_00, ["HeitjeVolumeNearsThreshold"])):
        text = OWN_THRESHOLDS.read_text().replace("cents = 100_000_000", f"cents = {cents}")
        path.write_text(text)
        assert sight.ringing() == alarms


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

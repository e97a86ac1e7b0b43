"""The guard on its tables: what takes room, what gives it back, and what events alone bring back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier as Start
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, select

from heitje_chain.allowance import limits, records, rules, service
from heitje_chain.allowance.errors import (
    AllowanceReached,
    AwardPassesLimit,
    LimitsUnknown,
    ResidentUnconfirmed,
)
from heitje_chain.allowance.model import ENTRY, LIMITS
from heitje_chain.chain.clock import latest_now
from heitje_chain.days import day_of
from heitje_chain.db import transaction
from heitje_chain.http.transaction import RequestDatabase
from heitje_chain.people.service import Participant

from .desk import DAY, NOW, add_resident, at, claim, enter_limits, new_id, used, work

JULY = at(2025, 7, 3)
NEXT_YEAR = at(2026, 2, 3)


def entries(connection: Connection) -> list[tuple[Any, ...]]:
    columns = (ENTRY.c.kind, ENTRY.c.cents, ENTRY.c.first_month, ENTRY.c.last_month, ENTRY.c.state)
    return [tuple(row) for row in connection.execute(select(*columns).order_by(ENTRY.c.id))]


# ---------------------------------------------------------------- a claim's way


def test_claim__until_it_is_handed_in__takes_room_in_every_month(
    connection: Connection, anna: Participant
) -> None:
    claim_id = claim(connection, anna, until=JULY)
    assert (used(connection, anna), used(connection, anna, JULY)) == (15_00, 15_00)

    service.submitted(connection, claim_id, JULY)
    assert (used(connection, anna), used(connection, anna, JULY)) == (0, 15_00)


def test_claim__awarded_months_later__counts_where_it_was_handed_in(
    connection: Connection, anna: Participant
) -> None:
    claim_id = claim(connection, anna, until=JULY)
    service.submitted(connection, claim_id, NOW)
    service.counted(connection, claim_id)  # in February of the next year, says the block

    assert entries(connection) == [("claim", 15_00, "2025-06", "2025-06", "counted")]
    assert used(connection, anna, NEXT_YEAR) == 0


@pytest.mark.parametrize("handed_in", [False, True])
def test_claim__that_ended_unpaid__gives_its_room_back(
    connection: Connection, anna: Participant, handed_in: bool
) -> None:
    claim_id = claim(connection, anna)
    if handed_in:
        service.submitted(connection, claim_id, NOW)
    service.freed(connection, claim_id)

    assert used(connection, anna) == 0
    service.counted(connection, claim_id)  # told out of order, it stays
    service.submitted(connection, claim_id, JULY)
    assert entries(connection) == [
        ("claim", 15_00, "2025-06", "2025-06", "freed"),
    ]


def test_claim__refused_by_the_contract_and_made_after_all__takes_room_again(
    connection: Connection, anna: Participant
) -> None:
    claim_id = claim(connection, anna)
    service.refused(connection, claim_id)
    assert used(connection, anna) == 0

    service.claimed(connection, claim_id, anna.chain_id or "", 15_00, NOW, NOW + DAY)
    assert used(connection, anna) == 15_00


def test_claim__made_after_the_deadlines_since_the_coin_was_paused__counts_from_then(
    connection: Connection, anna: Participant
) -> None:
    claim_id = claim(connection, anna)

    service.claimed(connection, claim_id, anna.chain_id or "", 15_00, JULY, NOW + DAY)

    assert (used(connection, anna), used(connection, anna, JULY)) == (0, 15_00)


def test_events__told_twice_or_late__change_nothing(connection: Connection, anna: Participant) -> None:
    claim_id = claim(connection, anna, until=JULY)
    service.submitted(connection, claim_id, NOW)
    service.counted(connection, claim_id)
    before = entries(connection)

    service.claimed(connection, claim_id, anna.chain_id or "", 15_00, NOW, JULY)
    service.submitted(connection, claim_id, JULY)
    service.freed(connection, claim_id)
    service.refused(connection, claim_id)

    assert entries(connection) == before


def test_events__alone__bring_back_what_orders_wrote(connection: Connection, anna: Participant) -> None:
    """As after a backup that knew nothing of these claims."""
    resident = anna.chain_id or ""
    open_one, done, gone = (claim(connection, anna, until=JULY) for _ in range(3))

    def told() -> None:
        for one in (open_one, done, gone):
            service.claimed(connection, one, resident, 15_00, NOW, JULY)
        service.submitted(connection, done, JULY)
        service.counted(connection, done)
        service.freed(connection, gone)
        service.awarded(connection, "a" * 64, resident, 7_00, NOW)

    told()
    written = entries(connection)
    connection.execute(delete(ENTRY))
    told()

    assert entries(connection) == written
    assert sorted(written) == [
        ("award", 7_00, "2025-06", "2025-06", "counted"),
        ("claim", 15_00, "2025-06", "2025-07", "freed"),
        ("claim", 15_00, "2025-06", "2025-07", "reserved"),
        ("claim", 15_00, "2025-07", "2025-07", "counted"),
    ]


# ---------------------------------------------------------------- what changes in between


def test_limits__lowered_while_a_claim_is_open__leave_it_and_warn(
    connection: Connection, anna: Participant
) -> None:
    claim_id = claim(connection, anna)
    service.submitted(connection, claim_id, NOW)
    assert service.warnings(connection, [claim_id], NOW) == {}

    enter_limits(connection, month=10_00)

    [warning] = service.warnings(connection, [claim_id], NOW)[claim_id]
    assert (warning.code, warning.when, warning.limit, warning.used) == ("month", "2025-06", 10_00, 15_00)
    with pytest.raises(AllowanceReached):
        claim(connection, anna, reward=1)
    service.counted(connection, claim_id)
    assert used(connection, anna) == 15_00


def test_band__that_changes_after_claiming__leaves_the_claim(
    connection: Connection, anna: Participant
) -> None:
    today = day_of(latest_now(connection))
    records.record(connection, "registrar", anna.id, True, True, date(today.year + 1, 1, 1))
    assert service.reserve_claim(connection, anna, new_id(), work()) == 9_90

    records.record(connection, "registrar", anna.id, True, False, None)
    service.reserve_claim(connection, anna, new_id(), work())
    assert used(connection, anna) == 9_90 + 15_00


def test_claims__without_any_row__are_refused(connection: Connection, anna: Participant) -> None:
    connection.execute(delete(LIMITS))

    with pytest.raises(LimitsUnknown):
        claim(connection, anna)


def test_proposal__that_nobody_confirmed__does_not_hold(connection: Connection, anna: Participant) -> None:
    limits.propose(connection, "treasurer", rules.Limits(2025, date(2025, 1, 1), 0, 0, 0, 0, None))

    assert claim(connection, anna)


# ---------------------------------------------------------------- awards


def test_award__within_the_limits__takes_room_once_it_is_signed(
    connection: Connection, anna: Participant
) -> None:
    service.check_award(connection, anna, 210_00, NOW, NOW)
    assert used(connection, anna) == 0

    service.reserve_award(connection, anna, "a" * 64, 200_00, NOW, NOW)
    service.reserve_award(connection, anna, "a" * 64, 200_00, NOW, NOW)
    assert used(connection, anna) == 200_00
    with pytest.raises(AllowanceReached):
        claim(connection, anna)

    service.awarded(connection, "a" * 64, anna.chain_id or "", 200_00, JULY)
    assert (used(connection, anna), used(connection, anna, JULY)) == (0, 200_00)


def test_award__over_a_limit__is_refused_without_saying_which(
    connection: Connection, anna: Participant
) -> None:
    records.set_stop(connection, anna.id, 5_00, None)
    with pytest.raises(AwardPassesLimit) as by_stop:
        service.check_award(connection, anna, 5_01, NOW, NOW)
    records.set_stop(connection, anna.id, None, None)
    with pytest.raises(AwardPassesLimit) as by_law:
        service.reserve_award(connection, anna, "a" * 64, 210_01, NOW, NOW)

    assert str(by_stop.value) == str(by_law.value)
    assert vars(by_stop.value) == vars(by_law.value) == {}


def test_award__to_whom_nobody_confirmed__is_refused(connection: Connection) -> None:
    stranger = add_resident(connection, confirmed=False)

    with pytest.raises(ResidentUnconfirmed):
        service.reserve_award(connection, stranger, "a" * 64, 1, NOW, NOW)


# ---------------------------------------------------------------- the last euro


def test_claims__of_one_person_at_once__never_pass_a_limit_together(engine: Engine) -> None:
    """210 euros are enough for fourteen of 15; the other six are refused."""
    with transaction(engine) as connection:
        anna = add_resident(connection)
    start = Start(20)

    def one(_: int) -> bool:
        start.wait()
        try:
            RequestDatabase(engine).change(lambda c: service.reserve_claim(c, anna, new_id(), work()))
        except AllowanceReached:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        taken = list(pool.map(one, range(20)))

    with transaction(engine) as connection:
        assert used(connection, anna) == 210_00
    assert sorted(taken) == [False] * 6 + [True] * 14


def test_claims_and_awards__at_once_with_a_merger__never_pass_a_limit(engine: Engine) -> None:
    with transaction(engine) as connection:
        anna, other = add_resident(connection), add_resident(connection)
    start = Start(9)

    def order(number: int) -> None:
        start.wait()
        database = RequestDatabase(engine)
        try:
            if number == 0:
                database.change(lambda c: records.merge(c, "registrar", other.id, anna.id))
            elif number % 2:
                database.change(lambda c: service.reserve_award(c, anna, new_id(), 50_00, NOW, NOW))
            else:
                about = work(reward=50_00, minutes=900)
                database.change(lambda c: service.reserve_claim(c, anna, new_id(), about))
        except (AllowanceReached, AwardPassesLimit):
            pass

    with ThreadPoolExecutor(9) as pool:
        list(pool.map(order, range(9)))

    with transaction(engine) as connection:
        assert used(connection, anna) == 200_00

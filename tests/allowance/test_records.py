"""What the registrar records of residents, what they say of themselves, and what merging accounts does."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Connection, delete, select

from heitje_chain.allowance import records, rules, service
from heitje_chain.allowance.errors import (
    AccountMerged,
    AllowanceReached,
    BandInvalid,
    ElsewhereUnknown,
    MergerInvalid,
    ResidentUnconfirmed,
)
from heitje_chain.allowance.model import LIMITS
from heitje_chain.allowance.months import Month
from heitje_chain.audit.model import AUDIT_RECORD
from heitje_chain.chain.clock import latest_now
from heitje_chain.days import day_of
from heitje_chain.people.service import Participant

from .desk import NOW, add_resident, claim, used

# ---------------------------------------------------------------- one person, one limit


def test_merger__of_two_accounts__counts_both_and_closes_one(
    connection: Connection, anna: Participant
) -> None:
    other = add_resident(connection)
    paid = claim(connection, other, reward=100_00, minutes=1_200)
    service.submitted(connection, paid, NOW)
    claim(connection, anna, reward=100_00, minutes=1_200)

    records.merge(connection, "registrar", other.id, anna.id)

    assert used(connection, anna) == 200_00
    with pytest.raises(AllowanceReached):
        claim(connection, anna)
    with pytest.raises(AccountMerged):
        claim(connection, other, reward=1)
    with pytest.raises(AccountMerged):
        service.check_award(connection, other, 1, NOW, NOW)
    service.counted(connection, paid)
    assert used(connection, anna) == 200_00, "what was promised stays, and counts"


def test_merger__above_a_limit__warns_for_both(connection: Connection, anna: Participant) -> None:
    other = add_resident(connection)
    claims = [claim(connection, who, reward=150_00, minutes=1_800) for who in (anna, other)]
    for one in claims:
        service.submitted(connection, one, NOW)
    assert service.warnings(connection, claims, NOW) == {}

    records.merge(connection, "registrar", other.id, anna.id)

    assert set(service.warnings(connection, claims, NOW)) == set(claims)


def test_merger__of_three__goes_on_in_the_last(connection: Connection, anna: Participant) -> None:
    second, third = add_resident(connection), add_resident(connection)
    for who in (anna, second, third):
        claim(connection, who)

    records.merge(connection, "registrar", anna.id, second.id)
    records.merge(connection, "registrar", second.id, third.id)
    records.merge(connection, "registrar", second.id, third.id)  # said again

    assert used(connection, third) == 45_00


def test_merger__of_what_people_said__keeps_the_lower_stop_and_the_sum(
    connection: Connection, anna: Participant
) -> None:
    other = add_resident(connection)
    records.set_stop(connection, anna.id, 50_00, None)
    records.set_stop(connection, other.id, 40_00, 400_00)
    june, july = Month(2025, 6), Month(2025, 7)
    records.set_elsewhere(connection, anna.id, june, 5_00)
    records.set_elsewhere(connection, other.id, june, 6_00)
    records.set_elsewhere(connection, other.id, july, 7_00)

    records.merge(connection, "registrar", other.id, anna.id)

    assert service.own(connection, anna.id) == rules.Own({june: 11_00, july: 7_00}, 40_00, 400_00)
    assert service.own(connection, other.id) == rules.Own()
    with pytest.raises(AccountMerged):
        records.set_stop(connection, other.id, None, None)


def test_merger__that_makes_no_sense__is_refused(connection: Connection, anna: Participant) -> None:
    other, third = add_resident(connection), add_resident(connection)
    stranger = add_resident(connection, confirmed=False)
    records.merge(connection, "registrar", other.id, anna.id)

    for closed, kept in (
        (anna.id, anna.id),
        (other.id, third.id),  # merged already
        (third.id, other.id),  # into one that is closed
        (third.id, stranger.id),
    ):
        with pytest.raises(MergerInvalid):
            records.merge(connection, "registrar", closed, kept)


# ---------------------------------------------------------------- records and what people say


def test_record__of_a_band__has_a_day_under_21_and_none_above(
    connection: Connection, anna: Participant
) -> None:
    today = day_of(latest_now(connection))
    far = date(today.year + 22, 1, 1)
    for under_21, day in (
        (True, None),
        (False, date(today.year + 1, 1, 1)),
        (None, far),
        (True, far),
        (True, today),
    ):
        with pytest.raises(BandInvalid):
            records.record(connection, "registrar", anna.id, True, under_21, day)


def test_record__made_again__keeps_who_confirmed_first(connection: Connection, anna: Participant) -> None:
    again = records.record(connection, "second-registrar", anna.id, True, None, None)
    assert (again.confirmed_by, again.under_21) == ("registrar", None)

    taken_back = records.record(connection, "second-registrar", anna.id, False, False, None)
    assert (taken_back.confirmed_by, taken_back.confirmed_at) == (None, None)
    with pytest.raises(ResidentUnconfirmed):
        claim(connection, anna)


def test_elsewhere__entered_counts_and_deleted_does_not(connection: Connection, anna: Participant) -> None:
    june = Month(2025, 6)
    records.set_elsewhere(connection, anna.id, june, 1_00)
    records.set_elsewhere(connection, anna.id, june, 200_00)
    with pytest.raises(AllowanceReached):
        claim(connection, anna)

    records.delete_elsewhere(connection, anna.id, june)
    assert claim(connection, anna)
    with pytest.raises(ElsewhereUnknown):
        records.delete_elsewhere(connection, anna.id, june)


def test_audit__holds_what_officers_did_and_nothing_that_people_said(
    connection: Connection, anna: Participant
) -> None:
    records.set_stop(connection, anna.id, 12_34, 43_21)
    records.set_elsewhere(connection, anna.id, Month(2025, 6), 56_78)
    other = add_resident(connection)
    records.merge(connection, "registrar", other.id, anna.id)

    acts = connection.execute(
        select(AUDIT_RECORD.c.act, AUDIT_RECORD.c.subject, AUDIT_RECORD.c.details)
    ).all()
    assert [tuple(one) for one in acts] == [
        ("record_resident", f"resident:{anna.id}", '{"confirmed":1,"under_21":0}'),
        ("record_resident", f"resident:{other.id}", '{"confirmed":1,"under_21":0}'),
        ("merge_residents", f"resident:{other.id}", f'{{"into":"resident:{anna.id}"}}'),
    ]


def test_near_limit__counts_persons_by_heitjes_alone(connection: Connection, anna: Participant) -> None:
    second, third, account = (add_resident(connection) for _ in range(3))
    for who, cents in ((anna, 168_00), (second, 167_99), (third, 100_00), (account, 100_00)):
        service.submitted(connection, claim(connection, who, reward=cents, minutes=3_000), NOW)
    records.set_elsewhere(connection, second.id, Month(2025, 6), 40_00)
    assert service.near_limit(connection, NOW) == 1

    records.merge(connection, "registrar", account.id, third.id)
    assert service.near_limit(connection, NOW) == 2
    connection.execute(delete(LIMITS))
    assert service.near_limit(connection, NOW) == 0

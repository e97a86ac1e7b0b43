"""When a merchant's contracts hold, and for how long Heitjes are accepted, drawn and at the edges."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heitje_chain.people import contract_rules
from heitje_chain.people.contract_rules import MerchantContract
from heitje_chain.people.errors import ContractDaysInvalid, ContractEndInvalid, ContractOver, ContractsOverlap

TODAY = date(2026, 12, 31)


def contract(first: str, last: str, ended: str | None = None) -> MerchantContract:
    days = [date.fromisoformat(day) for day in (first, last, ended or last)]
    return MerchantContract("c1", "m1", *days)


@pytest.mark.parametrize(
    ("one", "state"),
    [
        (contract("2026-01-01", "2026-12-30"), "over"),
        (contract("2026-01-01", "2026-12-31"), "valid"),
        (contract("2026-12-31", "2026-12-31"), "valid"),
        (contract("2027-01-01", "2027-12-31"), "coming"),
        (contract("2026-01-01", "2027-12-31", "2026-12-30"), "over"),
        (contract("2027-01-01", "2027-12-31", "2026-12-31"), "over"),
    ],
)
def test_state__by_its_days__is_told(one: MerchantContract, state: str) -> None:
    assert one.state(TODAY) == state


@pytest.mark.parametrize(
    ("held", "until"),
    [
        ([], None),
        ([contract("2026-01-01", "2026-12-30")], None),
        ([contract("2027-01-01", "2027-12-31")], None),
        ([contract("2026-01-01", "2026-12-31")], "2026-12-31"),
        ([contract("2027-01-01", "2027-12-31"), contract("2026-01-01", "2026-12-31")], "2027-12-31"),
        ([contract("2026-01-01", "2026-12-31"), contract("2027-01-02", "2027-12-31")], "2026-12-31"),
        ([contract("2026-01-01", "2028-12-31", "2027-06-30")], "2027-06-30"),
    ],
)
def test_accepted_until__contracts_in_a_row__is_the_last_without_a_gap(
    held: list[MerchantContract], until: str | None
) -> None:
    expected = None if until is None else date.fromisoformat(until)

    assert contract_rules.accepted_until(held, TODAY) == expected


@given(
    st.lists(st.tuples(st.integers(-400, 400), st.integers(0, 200)), max_size=6),
    st.integers(-400, 400),
)
def test_accepted_until__any_contracts__is_a_day_before_the_first_without_one(
    spans: list[tuple[int, int]], offset: int
) -> None:
    today = TODAY + timedelta(days=offset)
    held: list[MerchantContract] = []
    for start, length in spans:
        first = TODAY + timedelta(days=start)
        last = first + timedelta(days=length)
        try:
            contract_rules.check_apart(first, last, held)
        except ContractsOverlap:
            continue
        held.append(MerchantContract("c", "m", first, last, last))

    until = contract_rules.accepted_until(held, today)

    def holds(day: date) -> bool:
        return any(one.valid_from <= day <= one.last_day for one in held)

    assert (until is not None) == holds(today) == any(one.state(today) == "valid" for one in held)
    if until is not None:
        assert all(holds(today + timedelta(days=gap)) for gap in range((until - today).days + 1))
        assert not holds(until + timedelta(days=1))


@pytest.mark.parametrize(
    ("until", "soon"), [(None, False), ("2026-12-31", True), ("2027-03-31", True), ("2027-04-01", False)]
)
def test_ends_soon__ninety_days_before__is_so(until: str | None, soon: bool) -> None:
    day = None if until is None else date.fromisoformat(until)

    assert contract_rules.ends_soon(day, TODAY) is soon


def test_days__end_before_the_beginning__are_refused() -> None:
    contract_rules.check_days(TODAY, TODAY)
    with pytest.raises(ContractDaysInvalid):
        contract_rules.check_days(TODAY, TODAY - timedelta(days=1))


def test_apart__on_the_same_day__is_refused_with_the_other_one() -> None:
    other = contract("2026-01-01", "2026-12-31", "2026-06-30")
    contract_rules.check_apart(date(2026, 7, 1), date(2026, 12, 31), [other])
    with pytest.raises(ContractsOverlap) as refused:
        contract_rules.check_apart(date(2026, 6, 30), date(2026, 12, 31), [other])
    assert (refused.value.valid_from, refused.value.last_day) == ("2026-01-01", "2026-06-30")


def test_end__outside_of_what_is_left__is_refused() -> None:
    one = contract("2026-01-01", "2027-12-31")
    for day in (date(2026, 12, 30), TODAY, date(2027, 12, 31)):
        contract_rules.check_end(one, day, TODAY)
    for day in (date(2026, 12, 29), date(2028, 1, 1)):
        with pytest.raises(ContractEndInvalid) as refused:
            contract_rules.check_end(one, day, TODAY)
        assert (refused.value.earliest, refused.value.latest) == ("2026-12-30", "2027-12-31")
    with pytest.raises(ContractOver):
        contract_rules.check_end(contract("2026-01-01", "2026-12-30"), TODAY, TODAY)

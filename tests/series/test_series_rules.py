"""The calendar of a series: the same local weekday and hour each week, whatever clocks and years do."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heitje_chain.days import HERE
from heitje_chain.jobs.errors import ClaimByPassed, SubmitByTooFar
from heitje_chain.jobs.rules import HORIZON_SECONDS, Terms
from heitje_chain.series import rules
from heitje_chain.series.errors import DraftOver, OpensTooLate

HIGHEST = 250_00


def local(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=HERE).timestamp())


def shown(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, HERE):%Y-%m-%d %H:%M}"


def weeks(opens: str, claim: str, submit: str, number: int) -> list[rules.Week]:
    return rules.weeks_of(Terms(2026, 15_00, 3, local(claim), local(submit)), local(opens), number)


def test_weeks__over_summer_time_and_back__keep_their_hour() -> None:
    made = weeks("2026-03-16 09:00", "2026-03-20 18:00", "2026-03-22 20:00", 33)

    assert [shown(made[number].opens_at) for number in (0, 1, 2, 31, 32)] == [
        "2026-03-16 09:00",
        "2026-03-23 09:00",
        "2026-03-30 09:00",
        "2026-10-19 09:00",
        "2026-10-26 09:00",
    ]
    assert made[2].opens_at - made[1].opens_at == 7 * 86_400 - 3600
    assert made[32].opens_at - made[31].opens_at == 7 * 86_400 + 3600
    assert shown(made[2].terms.claim_by) == "2026-04-03 18:00"
    assert shown(made[1].terms.submit_by) == "2026-03-29 20:00"


def test_weeks__over_the_end_of_a_year_of_53_weeks__go_on() -> None:
    made = weeks("2026-12-21 09:00", "2026-12-25 18:00", "2026-12-31 23:59", 3)

    assert [shown(one.opens_at) for one in made] == [
        "2026-12-21 09:00",
        "2026-12-28 09:00",
        "2027-01-04 09:00",
    ]
    assert [shown(one.terms.submit_by) for one in made] == [
        "2026-12-31 23:59",
        "2027-01-07 23:59",
        "2027-01-14 23:59",
    ]
    assert [(one.number, one.terms.period, one.terms.reward, one.terms.slots) for one in made] == [
        (number, 2026, 15_00, 3) for number in (1, 2, 3)
    ]


@given(
    st.integers(local("2024-01-01 00:00"), local("2034-01-01 00:00")),
    st.integers(2 * 3600, 6 * 86_400),
    st.integers(0, 20 * 86_400),
    st.integers(1, rules.MOST_WEEKS),
)
def test_weeks__any_series__are_on_one_weekday_and_can_all_be_posted_today(
    opens_at: int, claimable: int, handing_in: int, number: int
) -> None:
    claim_by = opens_at + claimable
    first = Terms(2026, 15_00, 1, claim_by, claim_by + handing_in)
    made = rules.weeks_of(first, opens_at, number)

    start = datetime.fromtimestamp(opens_at, HERE)
    for week in made:
        day = datetime.fromtimestamp(week.opens_at, HERE)
        assert (day.weekday(), day.date()) == (
            start.weekday(),
            start.date() + timedelta(weeks=week.number - 1),
        )
        assert week.opens_at < week.terms.claim_by <= week.terms.submit_by
    assert [week.number for week in made] == list(range(1, number + 1))
    assert len({week.terms.claim_by for week in made}) == number
    rules.check_weeks(made, HIGHEST, opens_at)


def test_series__of_53_weeks__can_be_posted_and_one_that_ends_after_400_days_cannot() -> None:
    now = local("2026-01-05 09:00")
    made = weeks("2026-01-05 09:00", "2026-01-09 18:00", "2026-01-12 18:00", rules.MOST_WEEKS)
    rules.check_weeks(made, HIGHEST, now)
    assert made[-1].terms.submit_by <= now + HORIZON_SECONDS

    late = weeks("2026-01-05 09:00", "2026-01-09 18:00", "2026-02-15 18:00", rules.MOST_WEEKS)
    with pytest.raises(SubmitByTooFar):
        rules.check_weeks(late, HIGHEST, now)


def test_series__whose_claiming_is_over_when_it_opens__is_refused_with_the_week() -> None:
    now = local("2026-03-01 09:00")
    with pytest.raises(OpensTooLate) as refused:
        rules.check_weeks(weeks("2026-03-21 18:00", "2026-03-21 18:00", "2026-03-22 18:00", 2), HIGHEST, now)
    assert refused.value.number == 1
    # In the night to 29 March half past two is half past three, and three o'clock stays three.
    with pytest.raises(OpensTooLate) as refused:
        rules.check_weeks(weeks("2026-03-22 02:30", "2026-03-22 03:00", "2026-03-22 18:00", 2), HIGHEST, now)
    assert refused.value.number == 2
    with pytest.raises(ClaimByPassed):
        rules.check_weeks(weeks("2026-02-02 09:00", "2026-02-06 09:00", "2026-03-06 09:00", 9), HIGHEST, now)


@pytest.mark.parametrize(
    ("state", "signable", "cancellable", "over"),
    [
        ("prepared", True, True, True),
        ("signed", True, True, True),
        ("opened", True, False, False),
        ("skipped", False, False, False),
        ("cancelled", False, True, False),
    ],
)
def test_week__by_its_state__may_be_signed_cancelled_or_skipped(
    state: str, signable: bool, cancellable: bool, over: bool
) -> None:
    for check, allowed in ((rules.check_signable, signable), (rules.check_cancellable, cancellable)):
        if allowed:
            check(1, state)
        else:
            with pytest.raises(DraftOver):
                check(1, state)
    assert rules.is_over(state, 100, 100) is over
    assert not rules.is_over(state, 100, 99)

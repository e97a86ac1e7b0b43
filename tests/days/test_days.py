"""The city's calendar, at its edges and drawn: summer time, the year's end, leap days, years of 53 weeks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heitje_chain import days
from heitje_chain.days import HERE

MOMENTS = st.integers(1_577_836_800, 4_102_444_800)  # 2020 to 2100


def local(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=HERE).timestamp())


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-12-31 22:59:59", "2026-12-31"),
        ("2026-12-31 23:00:00", "2027-01-01"),
        ("2026-06-30 21:59:59", "2026-06-30"),
        ("2026-06-30 22:00:00", "2026-07-01"),
    ],
)
def test_day_of__a_moment_in_utc__is_the_local_date(moment: str, day: str) -> None:
    seconds = int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp())

    assert days.day_of(seconds) == date.fromisoformat(day)


@given(MOMENTS)
def test_start_of__any_day__begins_it(seconds: int) -> None:
    start = days.start_of(days.day_of(seconds))

    assert start <= seconds < start + 25 * 3600
    assert days.day_of(start) == days.day_of(seconds)
    assert days.day_of(start - 1) == days.day_of(seconds) - timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "first"),
    [
        ("2026-11-29", "2025-11-30"),
        ("2026-01-01", "2025-01-02"),
        ("2026-12-31", "2026-01-01"),
        ("2027-02-28", "2026-03-01"),
        ("2028-02-28", "2027-03-01"),
        ("2028-02-29", "2027-03-01"),
        ("2029-02-28", "2028-02-29"),
        ("2029-03-01", "2028-03-02"),
    ],
)
def test_year_before__a_day__begins_the_day_after_the_same_date(day: str, first: str) -> None:
    assert days.year_before(date.fromisoformat(day)) == date.fromisoformat(first)


@given(st.dates(date(2020, 1, 1), date(2100, 1, 1)))
def test_year_before__any_day__is_365_or_366_days_with_it(day: date) -> None:
    length = (day - days.year_before(day)).days + 1

    assert length in (365, 366)


@pytest.mark.parametrize(
    ("start", "weeks", "there"),
    [
        ("2026-03-23 09:00", 1, "2026-03-30 09:00"),  # summer time began in between
        ("2026-10-19 09:00", 1, "2026-10-26 09:00"),  # and ended
        ("2026-12-28 17:30", 1, "2027-01-04 17:30"),  # 2026 has 53 weeks
        ("2026-01-31 10:00", 4, "2026-02-28 10:00"),
        ("2028-02-22 10:00", 1, "2028-02-29 10:00"),
        ("2026-03-22 02:30", 1, "2026-03-29 03:30"),  # that night has no half past two
        ("2026-10-18 02:30", 1, "2026-10-25 02:30"),  # and that one has two: the first
    ],
)
def test_weeks_later__a_moment__has_the_same_weekday_and_hour(start: str, weeks: int, there: str) -> None:
    assert days.weeks_later(local(start), weeks) == local(there)


@given(MOMENTS, st.integers(0, 53))
def test_weeks_later__any_moment__is_on_the_same_weekday_a_week_after_the_one_before(
    seconds: int, weeks: int
) -> None:
    first = datetime.fromtimestamp(seconds, HERE)
    later = datetime.fromtimestamp(days.weeks_later(seconds, weeks), HERE)

    assert later.weekday() == first.weekday()
    assert later.date() == first.date() + timedelta(weeks=weeks)
    assert (later.hour - first.hour, later.minute) in ((0, first.minute), (1, first.minute))
    if later.hour != first.hour:
        assert first.hour == 2


@pytest.mark.parametrize(
    ("day", "weekday", "next_one"),
    [("2026-11-30", 2, "2026-12-01"), ("2026-12-01", 2, "2026-12-08"), ("2026-12-02", 1, "2026-12-07")],
)
def test_next_weekday__of_a_day__is_the_first_after_it(day: str, weekday: int, next_one: str) -> None:
    assert days.next_weekday(date.fromisoformat(day), weekday) == date.fromisoformat(next_one)

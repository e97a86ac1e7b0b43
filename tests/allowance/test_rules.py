"""How limits bind, on plain values: each with its own eyes, by Amsterdam's calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from heitje_chain.allowance import rules
from heitje_chain.allowance.errors import (
    AccountMerged,
    AgeBandUnknown,
    AllowanceReached,
    HoursUnknown,
    LimitsInvalid,
    LimitsUnknown,
    NothingToEarn,
    ResidentUnconfirmed,
)
from heitje_chain.allowance.months import Month, month, month_at, span
from heitje_chain.allowance.rules import Barrier, Entry, Limits, Own, Record, Situation, Work
from heitje_chain.days import day_of
from heitje_chain.http.problems import Refused, sentence

KNOWN = (
    Limits(2023, date(2023, 1, 1), 500, 275, 190_00, 1_900_00, None),
    Limits(2024, date(2024, 1, 1), 550, 325, 210_00, 2_100_00, None),
    Limits(2025, date(2025, 1, 1), 560, 330, 210_00, 2_100_00, 1_500_00),
)
ADULT = Record(confirmed=True, under_21=False)
YOUNG = Record(confirmed=True, under_21=True, changes_on=date(2025, 7, 1))
JUNE = Month(2025, 6)


def at(*when: int) -> int:
    """A moment in UTC as seconds."""
    return int(datetime(*when, tzinfo=UTC).timestamp())  # type: ignore[arg-type, misc]


def work(reward: int = 15_00, minutes: int | None = 180, **when: int) -> Work:
    now = when.get("now", at(2025, 6, 10))
    return Work(reward, minutes, now, when.get("until", now + 86_400))


def adult(*entries: Entry, rows: tuple[Limits, ...] = KNOWN, **own: Any) -> Situation:
    return Situation(rows, ADULT, entries, Own(**own))


def in_june(cents: int) -> Entry:
    return Entry(cents, JUNE, JUNE)


# ---------------------------------------------------------------- the calendar


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (at(2025, 12, 31, 22, 59, 59), Month(2025, 12)),  # 23:59:59 in winter
        (at(2025, 12, 31, 23), Month(2026, 1)),
        (at(2025, 6, 30, 21, 59, 59), Month(2025, 6)),  # 23:59:59 in summer
        (at(2025, 6, 30, 22), Month(2025, 7)),
        (at(2025, 3, 30, 0, 59), Month(2025, 3)),  # the hour that summer time takes
        (at(2025, 10, 26, 0, 30), Month(2025, 10)),  # the hour that there is twice
        (at(2024, 2, 29, 12), Month(2024, 2)),
    ],
)
def test_month__of_a_moment__is_amsterdams(when: int, expected: Month) -> None:
    assert month_at(when) == expected
    assert day_of(when).month == expected.number


def test_months__of_a_span__go_on_over_the_year() -> None:
    assert list(span(Month(2025, 11), Month(2026, 2))) == [
        Month(2025, 11),
        Month(2025, 12),
        Month(2026, 1),
        Month(2026, 2),
    ]
    assert list(span(Month(2025, 2), Month(2025, 1))) == []
    assert month(str(Month(2025, 3))) == Month(2025, 3)


@pytest.mark.parametrize("text", ["2025-13", "2025-00", "2025-1", "25-01", "2025-01-01", "", "maart"])
def test_month__of_another_text__is_none(text: str) -> None:
    with pytest.raises(ValueError, match="is no month"):
        month(text)


# ---------------------------------------------------------------- which limits


def test_limits__of_a_year__are_its_row() -> None:
    assert rules.limits_for(KNOWN, Month(2024, 3), date(2024, 3, 1)) == KNOWN[1]


def test_limits__of_a_year_without_a_row__are_the_last_years_and_told_so() -> None:
    found = rules.limits_for(KNOWN, Month(2027, 3), date(2027, 3, 1))

    assert found == KNOWN[2]
    assert rules.is_carried_over(found, Month(2027, 3))
    assert not rules.is_carried_over(found, Month(2025, 12))


def test_limits__before_the_first_row__are_none() -> None:
    assert rules.limits_for(KNOWN, Month(2022, 12), date(2022, 12, 31)) is None
    assert rules.limits_for((), Month(2025, 6), date(2025, 6, 1)) is None


def test_limits__that_change_within_a_year__hold_from_their_day() -> None:
    later = Limits(2025, date(2025, 7, 15), 400, 300, 100_00, 1_000_00, None)
    rows = (*KNOWN, later)

    assert rules.limits_for(rows, Month(2025, 7), date(2025, 7, 14)) == KNOWN[2]
    assert rules.limits_for(rows, Month(2025, 7), date(2025, 7, 15)) == later
    assert rules.limits_for(rows, Month(2025, 8), date(2025, 6, 1)) == later, "known before August begins"


def test_limits__for_the_same_day_twice__are_those_of_the_later_row() -> None:
    mended = Limits(2025, date(2025, 1, 1), 570, 340, 220_00, 2_200_00, None)

    assert rules.limits_for((*KNOWN, mended), JUNE, date(2025, 6, 1)) == mended


@pytest.mark.parametrize(
    "wrong",
    [
        {"effective_from": date(2026, 1, 1)},
        {"hour_under_21": 561},
        {"month": 2_100_01},
        {"city_year": 2_100_01},
    ],
)
def test_limits__that_cannot_be_meant__are_refused(wrong: Mapping[str, Any]) -> None:
    fields = {name: getattr(KNOWN[2], name) for name in Limits.__dataclass_fields__} | dict(wrong)

    with pytest.raises(LimitsInvalid):
        rules.check_limits(Limits(**fields))


@pytest.mark.parametrize("row", [*KNOWN, Limits(2025, date(2025, 1, 1), 0, 0, 0, 0, 0)])
def test_limits__that_fit__are_taken(row: Limits) -> None:
    rules.check_limits(row)


# ---------------------------------------------------------------- the hour


@pytest.mark.parametrize(
    ("record", "reward", "minutes", "cents"),
    [
        (ADULT, 15_00, 180, 15_00),
        (ADULT, 17_00, 180, 16_80),
        (ADULT, 16_80, 180, 16_80),
        (ADULT, 16_81, 180, 16_80),
        (YOUNG, 15_00, 180, 9_90),
        (YOUNG, 5_00, 60, 3_30),
        (YOUNG, 10_00, 50, 2_75),
        (YOUNG, 10_00, 7, 38),  # 38.5: rounded down to a cent
        (YOUNG, 1_00, 180, 1_00),
    ],
)
def test_amount__is_the_reward_or_the_hours_times_their_limit(
    record: Record, reward: int, minutes: int, cents: int
) -> None:
    assert rules.offered(Situation(KNOWN, record), work(reward, minutes)) == cents


def test_amount__on_the_birthday__is_an_adults() -> None:
    person = Situation(KNOWN, YOUNG)
    evening, midnight = at(2025, 6, 30, 21, 59, 59), at(2025, 6, 30, 22)

    assert rules.offered(person, work(now=evening, until=evening)) == 9_90
    assert rules.offered(person, work(now=midnight, until=midnight)) == 15_00


def test_amount__of_work_over_new_year__is_by_the_lower_of_both_hours() -> None:
    now = at(2023, 12, 30)

    assert rules.offered(adult(), work(20_00, 180, now=now, until=at(2024, 1, 3))) == 15_00
    assert rules.offered(adult(), work(20_00, 180, now=at(2024, 1, 1))) == 16_50


def test_amount__of_a_job_without_its_hours__is_refused() -> None:
    with pytest.raises(HoursUnknown):
        rules.offered(adult(), work(minutes=None))


def test_amount__without_a_band__is_refused() -> None:
    with pytest.raises(AgeBandUnknown):
        rules.offered(Situation(KNOWN, Record(confirmed=True)), work())


# ---------------------------------------------------------------- month, year, city


def test_claim__within_every_limit__has_the_reward() -> None:
    assert rules.check_claim(adult(), work()) == 15_00


@pytest.mark.parametrize("spent", [195_00, 194_99, 0])
def test_claim__up_to_the_last_cent_of_the_month__is_taken(spent: int) -> None:
    assert rules.check_claim(adult(in_june(spent)), work()) == 15_00


def refused(situation: Situation, wanted: Work) -> tuple[str, str, int, int]:
    with pytest.raises(AllowanceReached) as caught:
        rules.check_claim(situation, wanted)
    error = caught.value
    return error.barrier, error.when, error.left, error.needed


def test_claim__a_cent_over_the_month__is_refused_with_what_is_left() -> None:
    assert refused(adult(in_june(195_01)), work()) == ("month", "2025-06", 14_99, 15_00)


def test_claim__over_the_year__is_refused_though_the_month_has_room() -> None:
    rows = (Limits(2025, date(2025, 1, 1), 560, 330, 210_00, 2_100_00, None),)
    whole = [
        Entry(210_00, Month(2025, number), Month(2025, number)) for number in range(1, 11) if number != 6
    ]
    nearly = adult(*whole, in_june(196_00), rows=rows)

    assert rules.check_claim(nearly, work(14_00)) == 14_00
    assert refused(
        adult(*whole, in_june(190_00), Entry(6_00, Month(2025, 11), Month(2025, 11)), rows=rows), work()
    ) == ("year", "2025", 14_00, 15_00)


def test_claim__over_the_citys_own_year__is_refused() -> None:
    spent = [Entry(200_00, Month(2025, number), Month(2025, number)) for number in (1, 2, 3, 4, 5, 7, 8)]

    assert refused(adult(*spent, in_june(90_00)), work()) == ("city_year", "2025", 10_00, 15_00)


def test_claim__is_not_averaged_over_months() -> None:
    """Nothing in January to May does not make June larger."""
    assert refused(adult(in_june(210_00)), work(1)) == ("month", "2025-06", 0, 1)


def test_claim__of_many_partners__adds_up() -> None:
    assert refused(adult(*[in_june(15_00)] * 14), work(1)) == ("month", "2025-06", 0, 1)


# ---------------------------------------------------------------- what is reserved where


def test_claim__that_can_be_handed_in_next_month__takes_room_there_too() -> None:
    open_claim = Entry(200_00, JUNE, Month(2025, 7))

    assert refused(adult(open_claim), work()) == ("month", "2025-06", 10_00, 15_00)
    assert refused(adult(open_claim), work(now=at(2025, 7, 10))) == ("month", "2025-07", 10_00, 15_00)
    assert rules.check_claim(adult(open_claim), work(now=at(2025, 8, 10))) == 15_00


def test_claim__that_can_be_handed_in_next_year__takes_room_in_both() -> None:
    over_new_year = work(now=at(2025, 12, 30), until=at(2026, 1, 5))
    january = Entry(205_00, Month(2026, 1), Month(2026, 1))

    assert over_new_year.months == (Month(2025, 12), Month(2026, 1))
    assert refused(adult(january), over_new_year) == ("month", "2026-01", 5_00, 15_00)
    spent = [Entry(200_00, Month(2025, number), Month(2025, number)) for number in range(1, 8)]
    assert refused(adult(*spent, Entry(95_00, Month(2025, 8), Month(2025, 8))), over_new_year) == (
        "city_year",
        "2025",
        5_00,
        15_00,
    )


def test_claim__whose_grace_ends_after_midnight__takes_room_in_the_next_month() -> None:
    """23:59:59 on 30 June is the shown deadline; the contract takes it three seconds longer."""
    shown = at(2025, 6, 30, 21, 59, 59)

    assert work(now=at(2025, 6, 10), until=shown).months == (JUNE, JUNE)
    assert work(now=at(2025, 6, 10), until=shown + 3).months == (JUNE, Month(2025, 7))


def test_claim__over_new_year__is_judged_by_each_years_own_limits() -> None:
    lower = Limits(2026, date(2026, 1, 1), 560, 330, 10_00, 100_00, None)
    over_new_year = work(now=at(2025, 12, 30), until=at(2026, 1, 5))

    assert refused(adult(rows=(*KNOWN, lower)), over_new_year) == ("month", "2026-01", 10_00, 15_00)


# ---------------------------------------------------------------- own stops, elsewhere


def test_elsewhere__counts_for_the_law_and_not_for_the_city() -> None:
    person = adult(elsewhere={JUNE: 200_00})

    assert refused(person, work()) == ("month", "2025-06", 10_00, 15_00)
    elsewhere = {Month(2025, number): 150_00 for number in range(1, 13)}
    used = {
        one.code: one.used for one in rules.barriers(adult(elsewhere=elsewhere), JUNE, JUNE, date(2025, 6, 1))
    }
    assert used == {"month": 150_00, "year": 1_800_00, "city_year": 0}


def test_own_stop__counts_everything() -> None:
    person = adult(
        in_june(20_00), elsewhere={JUNE: 20_00, Month(2025, 1): 5_00}, stop_month=50_00, stop_year=60_00
    )

    found = rules.barriers(person, JUNE, JUNE, date(2025, 6, 1))
    assert list(found) == [
        Barrier("month", "2025-06", 210_00, 40_00),
        Barrier("own_month", "2025-06", 50_00, 40_00),
        Barrier("year", "2025", 2_100_00, 45_00),
        Barrier("city_year", "2025", 1_500_00, 20_00),
        Barrier("own_year", "2025", 60_00, 45_00),
    ]
    assert refused(person, work(11_00)) == ("own_month", "2025-06", 10_00, 11_00)
    assert rules.check_claim(person, work(10_00)) == 10_00


def test_own_stop__of_zero__lets_nothing_through() -> None:
    assert refused(adult(stop_year=0), work(1)) == ("own_year", "2025", 0, 1)


# ---------------------------------------------------------------- zero, nobody, nothing


def test_limit__of_zero_for_an_hour__offers_nothing() -> None:
    rows = (Limits(2025, date(2025, 1, 1), 0, 0, 210_00, 2_100_00, None),)

    with pytest.raises(NothingToEarn):
        rules.check_claim(adult(rows=rows), work())


@pytest.mark.parametrize(
    ("field", "barrier"),
    [("month", ("month", "2025-06")), ("year_total", ("year", "2025")), ("city_year", ("city_year", "2025"))],
)
def test_limit__of_zero__lets_nothing_through(field: str, barrier: tuple[str, str]) -> None:
    values = {name: getattr(KNOWN[2], name) for name in Limits.__dataclass_fields__} | {field: 0}

    assert refused(adult(rows=(Limits(**values),)), work(1)) == (*barrier, 0, 1)


@pytest.mark.parametrize(
    ("record", "error"),
    [
        (Record(), ResidentUnconfirmed),
        (Record(under_21=False), ResidentUnconfirmed),
        (Record(confirmed=True), AgeBandUnknown),
        (Record(confirmed=True, under_21=False, merged=True), AccountMerged),
    ],
)
def test_claim__of_whom_the_registrar_does_not_know__is_refused(record: Record, error: type[Refused]) -> None:
    with pytest.raises(error):
        rules.check_claim(Situation(KNOWN, record), work())


def test_claim__without_any_limits__is_refused() -> None:
    with pytest.raises(LimitsUnknown):
        rules.check_claim(adult(rows=()), work())


# ---------------------------------------------------------------- in words


def test_room__is_the_smallest_of_what_is_left() -> None:
    assert rules.room(adult(in_june(15_00)), at(2025, 6, 10)) == rules.Room(195_00, 1_485_00)
    assert rules.room(adult(in_june(15_00), stop_year=20_00), at(2025, 6, 10)) == rules.Room(5_00, 5_00)
    assert rules.room(adult(in_june(220_00)), at(2025, 6, 10)) == rules.Room(0, 1_280_00)


def test_offer__tells_amount_rate_room_and_what_is_in_the_way() -> None:
    offer = rules.offer(Situation(KNOWN, YOUNG, (in_june(205_00),)), work())

    assert (offer.cents, offer.hourly, offer.hour_limit) == (9_90, 330, 330)
    assert offer.room == rules.Room(5_00, 1_295_00)
    assert [sentence(one, "nl") for one in offer.obstacles] == [
        "Met deze klus kom je boven je grens voor juni 2025. Je kunt daar nog € 5,00 van verdienen, en deze "
        "klus is € 9,90."
    ]
    assert [sentence(one, "en") for one in offer.obstacles] == [
        "This job would take you over your limit for June 2025. You can still earn €5.00 of it, and this job "
        "is €9.90."
    ]


def test_offer__to_whom_nobody_knows__tells_all_that_is_missing() -> None:
    offer = rules.offer(Situation(KNOWN), work())

    assert [type(one) for one in offer.obstacles] == [ResidentUnconfirmed, AgeBandUnknown]
    assert (offer.cents, offer.hourly, offer.hour_limit) == (None, None, None)
    assert offer.room == rules.Room(210_00, 1_500_00)


def test_offer__without_limits__has_no_room() -> None:
    offer = rules.offer(adult(rows=()), work())

    assert offer.room is None
    assert [type(one) for one in offer.obstacles] == [LimitsUnknown]


def test_offer__and_claim__agree() -> None:
    """Whatever is offered without an obstacle is taken, and the other way round."""
    for spent in (0, 194_99, 195_00, 195_01, 210_00):
        person = adult(in_june(spent))
        offer = rules.offer(person, work())
        try:
            assert rules.check_claim(person, work()) == offer.cents
            assert offer.obstacles == ()
        except AllowanceReached:
            assert offer.obstacles


# ---------------------------------------------------------------- warnings and awards


def test_over__counts_heitjes_alone_against_law_and_city() -> None:
    paid = in_june(15_00)
    person = adult(paid, in_june(200_00), elsewhere={JUNE: 500_00}, stop_month=1)

    assert rules.over(person, paid, date(2025, 6, 20)) == [Barrier("month", "2025-06", 210_00, 215_00)]
    assert rules.over(adult(paid, elsewhere={JUNE: 500_00}, stop_year=0), paid, date(2025, 6, 20)) == []


def test_award__that_passes_any_limit__would() -> None:
    person = adult(in_june(205_00), stop_year=208_00)

    assert not rules.would_pass(person, 3_00, JUNE, JUNE, date(2025, 6, 10))
    assert rules.would_pass(person, 3_01, JUNE, JUNE, date(2025, 6, 10))

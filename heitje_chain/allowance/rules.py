"""How much somebody may still earn, and which limit stands in the way. No I/O.

An amount counts in the month in which the work was handed in. Until then nobody knows which month that will
be, so what is promised takes its room in every month, and every year, in which it can still be handed in.

    month, year          the law's: Heitjes, and volunteers' allowances that the person gets elsewhere
    city_year            the city's own, lower: Heitjes alone
    own_month, own_year  what the person does not want to pass: everything

Each binds by itself. They hold as they are known on the day of claiming; for a month whose year has no row,
those of the last year that has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from heitje_chain.days import day_of
from heitje_chain.http.problems import Refused

from .errors import (
    AccountMerged,
    AgeBandUnknown,
    AllowanceReached,
    HoursUnknown,
    LimitsInvalid,
    LimitsUnknown,
    NothingToEarn,
    ResidentUnconfirmed,
)
from .months import Month, month_at, span

Code = Literal["month", "year", "city_year", "own_month", "own_year"]

OWN: frozenset[Code] = frozenset({"own_month", "own_year"})
"""Known to the person alone."""


@dataclass(frozen=True)
class Limits:
    """A row of limits, in cents."""

    year: int
    effective_from: date
    hour: int
    hour_under_21: int
    month: int
    year_total: int
    city_year: int | None
    """None: the city has no limit of its own."""


@dataclass(frozen=True)
class Entry:
    """Heitjes that were paid or promised: cents, and the months in which they count or can still count."""

    cents: int
    first: Month
    last: Month


@dataclass(frozen=True)
class Record:
    """What the registrar knows of a resident."""

    confirmed: bool = False
    """Lives here, and has no other account."""
    under_21: bool | None = None
    changes_on: date | None = None
    """The first day on which somebody is no longer under 21."""
    merged: bool = False
    """Another account of the same person goes on."""

    def is_under_21(self, on: date) -> bool | None:
        """Whether somebody is under 21 on a day; None when nobody recorded it."""
        if self.under_21 and self.changes_on is not None and on >= self.changes_on:
            return False
        return self.under_21


@dataclass(frozen=True)
class Own:
    """What a person said of itself."""

    elsewhere: Mapping[Month, int] = field(default_factory=dict)
    stop_month: int | None = None
    stop_year: int | None = None


@dataclass(frozen=True)
class Situation:
    """All that decides about a person: limits, the registrar's record, Heitjes, what it said of itself."""

    rows: Sequence[Limits]
    """Confirmed ones; of two for the same day the later one counts."""
    record: Record = Record()
    entries: Sequence[Entry] = ()
    own: Own = Own()


@dataclass(frozen=True)
class Barrier:
    """A limit and what is used of it in one month ("2026-11") or year ("2026"), in cents."""

    code: Code
    when: str
    limit: int
    used: int

    @property
    def left(self) -> int:
        return max(self.limit - self.used, 0)


@dataclass(frozen=True)
class Room:
    """What somebody can still earn in work that is handed in this month, cents."""

    month: int
    year: int


# ---------------------------------------------------------------- limits


def limits_for(rows: Iterable[Limits], month: Month, on: date) -> Limits | None:
    """Return the limits for work of a month as they are known on a day; None when there are none at all.

    A row holds from its day on, and a year's first row is known before the year begins. A year that has no
    row yet has those of the last year before it.
    """
    known_by = max(on, month.first_day)
    known = [row for row in rows if row.year <= month.year and row.effective_from <= known_by]
    newest = max(((row.year, row.effective_from) for row in known), default=None)
    return next((row for row in reversed(known) if (row.year, row.effective_from) == newest), None)


def is_carried_over(limits: Limits, month: Month) -> bool:
    """Whether a month's limits are those of an earlier year, since its own were not entered."""
    return limits.year != month.year


def check_limits(limits: Limits) -> None:
    """Refuse a row that cannot be meant.

    Raises:
        LimitsInvalid
    """
    fits = (
        limits.effective_from.year == limits.year
        and limits.hour_under_21 <= limits.hour
        and limits.month <= limits.year_total
        and (limits.city_year is None or limits.city_year <= limits.year_total)
    )
    if not fits:
        raise LimitsInvalid


# ---------------------------------------------------------------- room


def barriers(situation: Situation, first: Month, last: Month, on: date) -> Iterator[Barrier]:
    """Yield what is left of every limit that binds what can count from the first to the last month.

    Raises:
        LimitsUnknown
    """
    told: set[Barrier] = set()
    for month in span(first, last):
        for barrier in _of_month(situation, month, on):
            if barrier not in told:
                told.add(barrier)
                yield barrier


def room(situation: Situation, now: int) -> Room:
    """Return what can still be earned with work that is handed in at this moment (UTC seconds).

    Raises:
        LimitsUnknown
    """
    month = month_at(now)
    left = {one.code: one.left for one in barriers(situation, month, month, day_of(now))}
    in_year = min(left[code] for code in ("year", "city_year", "own_year") if code in left)
    in_month = min(left[code] for code in ("month", "own_month") if code in left)
    return Room(min(in_month, in_year), in_year)


def passed(barrier: Barrier, cents: int) -> bool:
    """Whether this much more would pass the limit."""
    return barrier.used + cents > barrier.limit


def over(situation: Situation, entry: Entry, on: date) -> list[Barrier]:
    """Return the limits of law and city that are passed where an entry counts.

    What a person said of itself is left out: whoever pays the entry is not to learn of it.

    Raises:
        LimitsUnknown
    """
    heitjes = Situation(situation.rows, situation.record, situation.entries)
    return [one for one in barriers(heitjes, entry.first, entry.last, on) if one.used > one.limit]


# ---------------------------------------------------------------- claims and awards


@dataclass(frozen=True)
class Work:
    """What a job offers, and when it can be handed in."""

    reward: int
    """Cents."""
    minutes: int | None
    """How long it takes; None when only the chain told of the job."""
    now: int
    """UTC seconds, like the next."""
    until: int
    """The last moment at which the contract takes it, its grace period included."""

    @property
    def months(self) -> tuple[Month, Month]:
        first = month_at(self.now)
        return first, max(first, month_at(self.until))

    @property
    def day(self) -> date:
        return day_of(self.now)


def check_record(record: Record) -> None:
    """Refuse whoever the registrar does not know as one person of this city.

    Raises:
        AccountMerged, ResidentUnconfirmed
    """
    if record.merged:
        raise AccountMerged
    if not record.confirmed:
        raise ResidentUnconfirmed


def hour_limit(situation: Situation, work: Work) -> int:
    """Return the most that an hour may bring this person, cents: the lowest where the work can count.

    Raises:
        AgeBandUnknown, LimitsUnknown
    """
    under_21 = situation.record.is_under_21(work.day)
    if under_21 is None:
        raise AgeBandUnknown
    found = (_limits(situation, month, work.day) for month in span(*work.months))
    return min(limits.hour_under_21 if under_21 else limits.hour for limits in found)


def offered(situation: Situation, work: Work) -> int:
    """Return what this person gets for the work: the reward, at most the hour limit times the hours.

    Raises:
        HoursUnknown, AgeBandUnknown, LimitsUnknown
    """
    if work.minutes is None:
        raise HoursUnknown
    return min(work.reward, hour_limit(situation, work) * work.minutes // 60)


def in_the_way(situation: Situation, work: Work, cents: int) -> list[Barrier]:
    """Return the limits that this much for the work would pass.

    Raises:
        LimitsUnknown
    """
    return [one for one in barriers(situation, *work.months, work.day) if passed(one, cents)]


def check_claim(situation: Situation, work: Work) -> int:
    """Return the cents of a claim on this work.

    Raises:
        AccountMerged, ResidentUnconfirmed, LimitsUnknown, AgeBandUnknown, HoursUnknown
        NothingToEarn: a limit for an hour of 0.
        AllowanceReached
    """
    check_record(situation.record)
    cents = offered(situation, work)
    if cents == 0:
        raise NothingToEarn
    for barrier in in_the_way(situation, work, cents):
        raise AllowanceReached(barrier.code, barrier.when, barrier.left, cents)
    return cents


@dataclass(frozen=True)
class Offer:
    """What a job is to a person, before claiming. Amounts are cents, None when nobody can tell."""

    cents: int | None
    """What the person gets."""
    hourly: int | None
    hour_limit: int | None
    room: Room | None
    obstacles: tuple[Refused, ...]
    """Why a claim would be refused."""


def offer(situation: Situation, work: Work) -> Offer:
    """Return what a person gets for work, what it can still earn, and all that stands in the way."""
    obstacles: list[Refused] = []
    cents = hourly = limit = still = None
    try:
        check_record(situation.record)
    except Refused as refused:
        obstacles.append(refused)
    try:
        still = room(situation, work.now)
        limit = hour_limit(situation, work)
        cents = offered(situation, work)
        hourly = cents * 60 // (work.minutes or 1)
        if cents == 0:
            raise NothingToEarn
        obstacles += [
            AllowanceReached(one.code, one.when, one.left, cents)
            for one in in_the_way(situation, work, cents)
        ]
    except Refused as refused:
        obstacles.append(refused)
    return Offer(cents, hourly, limit, still, tuple(obstacles))


def obstacles(situation: Situation, now: int) -> list[Refused]:
    """Return why somebody could claim no job at all at a moment, UTC seconds."""
    found: list[Refused] = []
    try:
        check_record(situation.record)
    except Refused as refused:
        found.append(refused)
    try:
        hour_limit(situation, Work(0, 60, now, now))
    except Refused as refused:
        found.append(refused)
    return found


def would_pass(situation: Situation, cents: int, first: Month, last: Month, on: date) -> bool:
    """Whether this much more would pass any limit.

    Raises:
        LimitsUnknown
    """
    return any(passed(one, cents) for one in barriers(situation, first, last, on))


# ---------------------------------------------------------------- details


def _limits(situation: Situation, month: Month, on: date) -> Limits:
    found = limits_for(situation.rows, month, on)
    if found is None:
        raise LimitsUnknown
    return found


def _of_month(situation: Situation, month: Month, on: date) -> Iterator[Barrier]:
    """Yield every limit for a month and its year."""
    limits, own = _limits(situation, month, on), situation.own
    in_month = _heitjes(situation, month, month)
    in_year = _heitjes(situation, Month(month.year, 1), Month(month.year, 12))
    else_in_month = own.elsewhere.get(month, 0)
    else_in_year = sum(cents for one, cents in own.elsewhere.items() if one.year == month.year)
    of_month, of_year = str(month), str(month.year)
    bounds: list[tuple[Code, str, int | None, int]] = [
        ("month", of_month, limits.month, in_month + else_in_month),
        ("own_month", of_month, own.stop_month, in_month + else_in_month),
        ("year", of_year, limits.year_total, in_year + else_in_year),
        ("city_year", of_year, limits.city_year, in_year),
        ("own_year", of_year, own.stop_year, in_year + else_in_year),
    ]
    for code, when, limit, used in bounds:
        if limit is not None:
            yield Barrier(code, when, limit, used)


def _heitjes(situation: Situation, first: Month, last: Month) -> int:
    """Return what counts, or can still count, somewhere from the first to the last month."""
    return sum(one.cents for one in situation.entries if one.first <= last and one.last >= first)

"""What came of jobs: how many were done, how long they took, what they paid, where and of what kind.

A job is done when the work of one person is paid: by its partner's approval or by the arbiter. It counts in
the month in which that became final. Only counts leave here: of residents it is told how many they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, Connection, Select, case, distinct, func, literal, select

from heitje_chain.days import start_of
from heitje_chain.jobs.model import APPROVED, AWARDED, CLAIM, JOB

MOST_PLACES = 20


@dataclass(frozen=True)
class Done:
    """Work that was paid."""

    name: str
    """Of the neighbourhood or the kind; empty for all together, or when nothing is known of a job."""
    jobs: int
    minutes: int
    """As the jobs say."""
    cents: int
    residents: int
    """How many people did it."""

    @property
    def hours(self) -> int:
        """Return whole hours, the last one rounded to the nearest."""
        return (self.minutes + 30) // 60


@dataclass(frozen=True)
class MonthDone:
    first_day: date
    done: Done


@dataclass(frozen=True)
class Results:
    """What came of a partner's jobs in some months."""

    together: Done
    months: Sequence[MonthDone]
    """Each of them, the last one last."""
    neighbourhoods: Sequence[Done]
    """Where most was done first."""
    kinds: Sequence[Done]


def results(connection: Connection, partner: str, this_day: date, months: int) -> Results:
    """Return what came of the jobs of a partner in so many months, this one last.

    Args:
        partner: ParticipantId in hex
    """
    firsts = [_month_before(this_day, back) for back in range(months - 1, -1, -1)]
    done = _done(partner, firsts)
    by_month = {row.name: _of(row) for row in connection.execute(_sums(done, done.c.month))}
    together = _of(connection.execute(_sums(done, None)).one())
    nothing = Done("", 0, 0, 0, 0)
    return Results(
        together,
        [MonthDone(first, by_month.get(place, nothing)) for place, first in enumerate(firsts)],
        *(
            [_of(row) for row in connection.execute(_largest_first(_sums(done, column)))]
            for column in (done.c.neighbourhood, done.c.kind)
        ),
    )


# ---------------------------------------------------------------- details


def _done(partner: str, firsts: Sequence[date]) -> CTE:
    """Return a row for each piece of work that was paid, with the place of its month among these."""
    begins = [start_of(first) for first in firsts]
    # The calendar is the city's, and no database needs to know it: a month ends where the next one begins. Of
    # those before the first nothing is asked; it is there so that one month alone has a condition too.
    nexts = ((CLAIM.c.since < ends, place) for place, ends in enumerate(begins, -1))
    month = case(*nexts, else_=len(begins) - 1)
    return (
        select(
            month.label("month"),
            func.coalesce(JOB.c.details["neighbourhood"].as_string(), "").label("neighbourhood"),
            func.coalesce(JOB.c.details["kind"].as_string(), "").label("kind"),
            func.coalesce(JOB.c.details["minutes"].as_integer(), 0).label("minutes"),
            CLAIM.c.cents,
            CLAIM.c.resident,
        )
        .select_from(CLAIM.join(JOB, JOB.c.id == CLAIM.c.job))
        .where(
            JOB.c.partner == partner,
            CLAIM.c.state.in_((APPROVED, AWARDED)),
            CLAIM.c.since >= begins[0],
        )
        .cte("done")
    )


def _sums(done: CTE, by: Any) -> Select[Any]:
    """Return the statement of sums for each value of a column, or over all."""
    sums = select(
        (literal("") if by is None else by).label("name"),
        func.count().label("jobs"),
        func.coalesce(func.sum(done.c.minutes), 0).label("minutes"),
        func.coalesce(func.sum(done.c.cents), 0).label("cents"),
        func.count(distinct(done.c.resident)).label("residents"),
    ).select_from(done)
    return sums if by is None else sums.group_by(by)


def _largest_first(sums: Select[Any]) -> Select[Any]:
    return sums.order_by(func.count().desc(), sums.selected_columns[0]).limit(MOST_PLACES)


def _of(row: Any) -> Done:
    return Done(str(row.name), int(row.jobs), int(row.minutes), int(row.cents), int(row.residents))


def _month_before(day: date, back: int) -> date:
    """Return the first day of the month so many months before."""
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)

"""What the coin did: work done and Heitjes earned by neighbourhood, spent by kind of shop, and both by month.

Only what is final counts. Work counts when it was approved or awarded to the resident, a payment when it was
paid, what a shop gave back when it was given back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, FromClause, Select, case, func, select

from heitje_chain.days import day_of, start_of
from heitje_chain.jobs.model import APPROVED, AWARDED, CLAIM, JOB
from heitje_chain.payments.model import PAID, PAY, PAYMENT, REFUND
from heitje_chain.people.model import MERCHANT_DETAILS, PARTICIPANT

MONTHS = 12


@dataclass(frozen=True)
class Span:
    """Months of the city's calendar that follow on each other."""

    firsts: tuple[date, ...]
    """Their first days."""
    end: date
    """The first day after them."""

    @property
    def since(self) -> int:
        """UTC seconds."""
        return start_of(self.firsts[0])

    @property
    def until(self) -> int:
        """UTC seconds; this moment does not count any more."""
        return start_of(self.end)


@dataclass(frozen=True)
class Work:
    """Work that was found good."""

    jobs: int
    """Claims: three residents who do one job together count three times."""
    minutes: int
    """As the jobs said beforehand."""
    cents: int
    """Earned with it."""


@dataclass(frozen=True)
class NeighbourhoodWork:
    neighbourhood: str | None
    """None when only the chain tells of the jobs."""
    work: Work


@dataclass(frozen=True)
class CategorySpending:
    """What residents and associations paid to one kind of shop."""

    category: str | None
    payments: int
    spent: int
    """Cents, like the next."""
    given_back: int


@dataclass(frozen=True)
class Month:
    first_day: date
    work: Work
    payments: int
    spent: int
    given_back: int


def latest(today: date, months: int = MONTHS) -> Span:
    """Return so many months, today's last."""
    return Span(tuple(_month(today, -back) for back in range(months - 1, -1, -1)), _month(today, 1))


def of_year(year: int) -> Span:
    return Span(tuple(date(year, month, 1) for month in range(1, 13)), date(year + 1, 1, 1))


def years(connection: Connection, today: date) -> list[int]:
    """Return the years in which anything happened, the newest first, this one always among them."""
    firsts = [
        connection.scalar(select(func.min(CLAIM.c.since)).where(_FOUND_GOOD)),
        connection.scalar(select(func.min(PAYMENT.c.paid_at)).where(PAYMENT.c.state == PAID)),
    ]
    first = min((day_of(one).year for one in firsts if one is not None), default=today.year)
    return list(range(today.year, min(first, today.year) - 1, -1))


def work(connection: Connection, span: Span | None = None) -> Work:
    """Return all work, or that of a span."""
    return Work(*map(int, connection.execute(_worked(span)).one()))


def by_neighbourhood(connection: Connection, span: Span | None = None) -> list[NeighbourhoodWork]:
    """Return the same by neighbourhood, where most was done first."""
    where = JOB.c.details["neighbourhood"].as_string()
    found = select(where.label("neighbourhood"), *_WORK).select_from(_CLAIMS).where(*_during(span)).subquery()
    rows = connection.execute(
        select(found.c.neighbourhood, *_sums(found)).group_by(found.c.neighbourhood)
    ).all()
    told = [NeighbourhoodWork(row[0], Work(*map(int, row[1:]))) for row in rows]
    return sorted(told, key=lambda one: (-one.work.jobs, one.neighbourhood or ""))


def by_category(connection: Connection, span: Span | None = None) -> list[CategorySpending]:
    """Return what was spent by kind of shop, where most was spent first.

    A refund goes from the shop, so it is looked for by its payer.
    """
    shop = case((PAYMENT.c.kind == REFUND, PAYMENT.c.payer), else_=PAYMENT.c.payee)
    found = (
        select(MERCHANT_DETAILS.c.category, *_SPENDING)
        .select_from(PAYMENT)
        .outerjoin(PARTICIPANT, PARTICIPANT.c.chain_id == shop)
        .outerjoin(MERCHANT_DETAILS, MERCHANT_DETAILS.c.participant == PARTICIPANT.c.id)
        .where(*_paid(span))
        .subquery()
    )
    rows = connection.execute(select(found.c.category, *_spent(found)).group_by(found.c.category)).all()
    told = [CategorySpending(row[0], *map(int, row[1:])) for row in rows]
    return sorted(told, key=lambda one: (-one.spent, one.category or ""))


def by_month(connection: Connection, span: Span) -> list[Month]:
    """Return each month of a span, the first first, those in which nothing happened too."""
    worked = (
        select(_place(CLAIM.c.since, span).label("place"), *_WORK)
        .select_from(_CLAIMS)
        .where(*_during(span))
        .subquery()
    )
    spent = select(_place(PAYMENT.c.paid_at, span).label("place"), *_SPENDING).where(*_paid(span)).subquery()
    works = {
        row[0]: Work(*map(int, row[1:]))
        for row in connection.execute(select(worked.c.place, *_sums(worked)).group_by(worked.c.place))
    }
    payments = {
        row[0]: tuple(map(int, row[1:]))
        for row in connection.execute(select(spent.c.place, *_spent(spent)).group_by(spent.c.place))
    }
    return [
        Month(first, works.get(place, Work(0, 0, 0)), *payments.get(place, (0, 0, 0)))
        for place, first in enumerate(span.firsts)
    ]


# ---------------------------------------------------------------- details

_FOUND_GOOD = CLAIM.c.state.in_((APPROVED, AWARDED))
_CLAIMS = CLAIM.outerjoin(JOB, JOB.c.id == CLAIM.c.job)
_WORK = (JOB.c.details["minutes"].as_integer().label("minutes"), CLAIM.c.cents)
_SPENDING = (PAYMENT.c.kind, PAYMENT.c.cents)


def _during(span: Span | None) -> list[ColumnElement[bool]]:
    return [_FOUND_GOOD, *_within(CLAIM.c.since, span)]


def _paid(span: Span | None) -> list[ColumnElement[bool]]:
    is_spending = PAYMENT.c.kind.in_((PAY, REFUND)) & (PAYMENT.c.state == PAID)
    return [is_spending, *_within(PAYMENT.c.paid_at, span)]


def _within(moment: Column[Any], span: Span | None) -> list[ColumnElement[bool]]:
    return [] if span is None else [moment >= span.since, moment < span.until]


def _worked(span: Span | None) -> Select[Any]:
    return select(*_sums(select(*_WORK).select_from(_CLAIMS).where(*_during(span)).subquery()))


def _sums(found: FromClause) -> tuple[ColumnElement[Any], ...]:
    """Return the columns of Work over rows of _WORK."""
    return func.count(found.c.cents), _total(found.c.minutes), _total(found.c.cents)


def _spent(found: FromClause) -> tuple[ColumnElement[Any], ...]:
    """Return payments, cents spent and cents given back over rows of _SPENDING."""
    is_payment = found.c.kind == PAY
    return (
        func.count(case((is_payment, 1))),
        _total(case((is_payment, found.c.cents), else_=0)),
        _total(case((is_payment, 0), else_=found.c.cents)),
    )


def _total(cents: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.coalesce(func.sum(cents), 0)


def _place(moment: Column[Any], span: Span) -> ColumnElement[int]:
    """Return which month of a span a moment of it lies in: databases know no local time of ours."""
    ends = [(moment < start_of(after), place) for place, (_, after) in enumerate(pairwise(span.firsts))]
    last: Sequence[Any] = ends or [(moment < span.until, 0)]
    return case(*last, else_=len(span.firsts) - 1)


def _month(day: date, later: int) -> date:
    """Return the first day of the month so many months later."""
    months = day.year * 12 + day.month - 1 + later
    return date(months // 12, months % 12 + 1, 1)

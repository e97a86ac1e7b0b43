"""A shop's month: what came in on each day, and all of it as a file for its books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from heitje_chain.chain.clock import latest_now
from heitje_chain.days import day_of, start_of
from heitje_chain.desks import texts
from heitje_chain.desks.exports import EUROS, MOMENT, Column, SavedAs, Table, save
from heitje_chain.desks.frame import At, Desk
from heitje_chain.payments import service
from heitje_chain.payments.model import PAID, PAYMENT, REFUND
from heitje_chain.payments.service import Payment
from heitje_chain.reports.activity import months_before

from .day import tills_of

router = APIRouter(include_in_schema=False, prefix="/till")


@dataclass(frozen=True)
class Sum:
    """What was paid for good and what was given back, cents."""

    payments: int
    """How many."""
    came: int
    went: int

    @property
    def cents(self) -> int:
        return self.came - self.went


@dataclass(frozen=True)
class Month:
    first_day: date
    days: Sequence[tuple[date, Sum]]
    """Only those on which something was paid or given back, the first first."""
    whole: Sum


@router.get("/month")
def read_month(
    desk: Annotated[Desk, At("merchant")],
    month: Annotated[str | None, Query(max_length=7)] = None,
    saved: SavedAs = None,
) -> Response:
    """Show what came in in a month, by day."""

    def found(connection: Connection) -> tuple[Sequence[Payment], date, date, dict[str, str]]:
        this = day_of(latest_now(connection)).replace(day=1)
        chosen = _chosen(month, this)
        payments = _payments(connection, desk, chosen)
        return payments, chosen, this, tills_of(connection, desk.subject, payments)

    payments, chosen, this, tills = desk.read(found)
    if saved is not None:
        return save(desk, saved, _table(desk, chosen, payments, tills))
    after = months_before(chosen, -1)
    return desk.page(
        "merchant/month.html",
        month=_month(chosen, payments),
        name=texts.month_of_year(chosen, desk.language),
        before=months_before(chosen, 1),
        after=after if after <= this else None,
    )


# ---------------------------------------------------------------- details


def _chosen(text: str | None, this: date) -> date:
    """Return the first day of the month that was asked for, at the latest this one."""
    try:
        return min(date.fromisoformat(f"{text}-01"), this)
    except ValueError:
        return this


def _payments(connection: Connection, desk: Desk, first: date) -> Sequence[Payment]:
    """Return what was final in a month, the first first."""
    shop = desk.participant(connection)
    begins, ends = start_of(first), start_of(months_before(first, -1))
    final = (PAYMENT.c.state == PAID) & (PAYMENT.c.paid_at >= begins) & (PAYMENT.c.paid_at < ends)
    statement = service.payments_query(service.concerns(shop), final)
    rows = connection.execute(statement.order_by(PAYMENT.c.paid_at, PAYMENT.c.id))
    return [service.payment_of(row) for row in rows]


def _month(first: date, payments: Sequence[Payment]) -> Month:
    by_day: dict[date, list[Payment]] = {}
    for one in payments:
        by_day.setdefault(day_of(one.paid_at or 0), []).append(one)
    return Month(first, [(day, _sum(of_day)) for day, of_day in by_day.items()], _sum(payments))


def _sum(payments: Sequence[Payment]) -> Sum:
    back = [one.cents for one in payments if one.kind == REFUND]
    return Sum(len(payments) - len(back), sum(one.cents for one in payments) - sum(back), sum(back))


def _table(desk: Desk, first: date, payments: Sequence[Payment], tills: dict[str, str]) -> Table:
    columns = (
        Column(desk.text("When"), MOMENT),
        Column(desk.text("What")),
        Column(desk.text("Amount"), EUROS),
        Column(desk.text("Till")),
        Column(desk.text("Number of the payment")),
    )
    names = {True: desk.text("Given back"), False: desk.text("Payment")}
    rows = [
        (
            one.paid_at,
            names[one.kind == REFUND],
            -one.cents if one.kind == REFUND else one.cents,
            tills.get(one.id),
            one.id,
        )
        for one in payments
    ]
    return Table(f"payments-{first:%Y-%m}", columns, rows)

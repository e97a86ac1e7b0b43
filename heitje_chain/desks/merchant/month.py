"""A shop's month: what came in on each day, and all of it as a file for its books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import ColumnElement, Connection, select

from heitje_chain.chain.clock import latest_now
from heitje_chain.days import day_of, start_of
from heitje_chain.desks import texts
from heitje_chain.desks.entry import At
from heitje_chain.desks.exports import EUROS, MOMENT, Column, SavedAs, Table, save
from heitje_chain.desks.frame import Desk
from heitje_chain.payments import records
from heitje_chain.payments.model import PAID, PAYMENT, REFUND
from heitje_chain.reports.activity import months_before

from .day import EARLIEST, tills_of

router = APIRouter(include_in_schema=False, prefix="/till")

ROWS_AT_ONCE = 1000


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

    def with_payment(self, cents: int, *, is_back: bool) -> Sum:
        """Return it with one more payment, or one more that was given back."""
        return self + (Sum(0, 0, cents) if is_back else Sum(1, cents, 0))

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.payments + other.payments, self.came + other.came, self.went + other.went)


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

    def found(connection: Connection) -> tuple[date, date, Month, Table | None]:
        this = day_of(latest_now(connection)).replace(day=1)
        chosen = _chosen(month, this)
        own = _own(connection, desk, chosen)
        table = None if saved is None else _table(connection, desk, chosen, own)
        return chosen, this, _month(connection, chosen, own), table

    chosen, this, shown, table = desk.read(found)
    if saved is not None and table is not None:
        return save(desk, saved, table)
    after = months_before(chosen, -1)
    return desk.page(
        "merchant/month.html",
        month=shown,
        name=texts.month_of_year(chosen, desk.language),
        before=months_before(chosen, 1),
        after=after if after <= this else None,
    )


# ---------------------------------------------------------------- details


def _chosen(text: str | None, this: date) -> date:
    """Return the first day of the month that was asked for, at the latest this one."""
    try:
        return max(EARLIEST, min(date.fromisoformat(f"{text}-01"), this))
    except ValueError:
        return this


def _own(connection: Connection, desk: Desk, first: date) -> ColumnElement[bool]:
    """Return the condition on PAYMENT of what was final in a month."""
    begins, ends = start_of(first), start_of(months_before(first, -1))
    final = (PAYMENT.c.state == PAID) & (begins <= records.AT) & (ends > records.AT)
    return records.concerns(desk.participant(connection)) & final


def _month(connection: Connection, first: date, own: ColumnElement[bool]) -> Month:
    """Add a month up, without keeping its payments."""
    days: dict[date, Sum] = {}
    rows = select(records.AT.label("at"), PAYMENT.c.kind, PAYMENT.c.cents).where(own).order_by(records.AT)
    for row in connection.execute(rows.execution_options(yield_per=ROWS_AT_ONCE)):
        day = day_of(row.at)
        days[day] = days.get(day, Sum(0, 0, 0)).with_payment(row.cents, is_back=row.kind == REFUND)
    return Month(first, list(days.items()), sum(days.values(), Sum(0, 0, 0)))


def _table(connection: Connection, desk: Desk, first: date, own: ColumnElement[bool]) -> Table:
    found = records.payments_query(own).order_by(records.AT, PAYMENT.c.id)
    payments = [records.payment_of(row) for row in connection.execute(found)]
    tills = tills_of(connection, desk.subject, payments)
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
            one.at,
            names[one.kind == REFUND],
            -one.cents if one.kind == REFUND else one.cents,
            tills.get(one.id),
            one.id,
        )
        for one in payments
    ]
    return Table(f"payments-{first:%Y-%m}", columns, rows)

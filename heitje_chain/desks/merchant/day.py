"""What came in, and giving it back to whoever paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection, select

from heitje_chain.chain.clock import latest_now
from heitje_chain.chain.ids import ClientId
from heitje_chain.days import day_of, start_of
from heitje_chain.desks.forms import Form
from heitje_chain.desks.frame import TILL, At, Desk
from heitje_chain.http.fields import Hex32Path
from heitje_chain.http.problems import Refused
from heitje_chain.payments import service, spending
from heitje_chain.payments.errors import PaymentUnknown
from heitje_chain.payments.model import PAID, PAYMENT, PAYMENT_REQUEST, REFUND, REFUSED
from heitje_chain.payments.service import Payment
from heitje_chain.people import tills

router = APIRouter(include_in_schema=False, prefix="/till")

DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Day:
    """What a shop's day looks like."""

    starts_at: int
    """UTC seconds."""
    payments: Sequence[Payment]
    """Paid to the shop, or given back by it, newest first."""
    given_back: dict[str, int]
    """Payment -> cents of its refunds."""
    cents: int
    """Paid to it for good, less what was given back."""
    tills: Mapping[str, str]
    """Payment -> the name of the till that asked for it; not of what nobody's till did."""


@router.get("/day")
def read_day(
    desk: Annotated[Desk, At("merchant")], day: Annotated[str | None, Query(max_length=10)] = None
) -> Response:
    """Show what came in on one day."""

    def found(connection: Connection) -> tuple[Day, date, date]:
        this = day_of(latest_now(connection))
        return of_day(connection, desk, _chosen(day, this)), _chosen(day, this), this

    shown, chosen, this = desk.read(found)
    return desk.page(
        "merchant/day.html",
        day=shown,
        month=f"{chosen:%Y-%m}",
        before=chosen - timedelta(days=1),
        after=chosen + timedelta(days=1) if chosen < this else None,
    )


@router.get("/payments/{payment_id}")
def read_payment(payment_id: Hex32Path, desk: Annotated[Desk, At("merchant", TILL)]) -> Response:
    """Show one payment, and a form to give it back."""
    return _payment(desk, payment_id, None, "")


@router.post("/payments/{payment_id}/refund")
def refund(payment_id: Hex32Path, form: Form, desk: Annotated[Desk, At("merchant", TILL)]) -> Response:
    """Give a payment back, or a part of it."""
    window = desk.request.app.state.config.refund_days * DAY_SECONDS

    def work(connection: Connection, client_id: ClientId) -> str:
        cents, at_till = form.cents("amount"), desk.till is not None
        desk.note_use(connection)
        return service.refund(
            connection, desk.subject, payment_id, cents, client_id, window, same_day=at_till
        ).id

    try:
        return desk.submit(form, work, "/till/payments/{}")
    except Refused as error:
        return _payment(desk, payment_id, desk.refusal(error), form.raw("amount"))


# ---------------------------------------------------------------- shared


def today(connection: Connection, desk: Desk) -> Day:
    """Return the shop's day until now."""
    return of_day(connection, desk, day_of(latest_now(connection)))


def of_day(connection: Connection, desk: Desk, day: date) -> Day:
    """Return a day of the shop, in the city's calendar."""
    shop = desk.participant(connection)
    begins, ends = start_of(day), start_of(day + timedelta(days=1))
    within = (PAYMENT.c.created_at >= begins) & (PAYMENT.c.created_at < ends)
    rows = connection.execute(
        service.payments_query(service.concerns(shop), within).order_by(
            PAYMENT.c.created_at.desc(), PAYMENT.c.id
        )
    )
    payments = [service.payment_of(row) for row in rows]
    paid = [one for one in payments if one.state == PAID]
    cents = sum(-one.cents if one.kind == REFUND else one.cents for one in paid)
    given_back = {one.id: _given_back(connection, one.id) for one in payments}
    return Day(begins, payments, given_back, cents, tills_of(connection, shop.id, payments))


def check_day(connection: Connection, desk: Desk, payment: Payment) -> None:
    """Let a till see a payment of this day only; its owner sees all.

    Raises:
        PaymentUnknown
    """
    begins = start_of(day_of(latest_now(connection)))
    if desk.till is not None and (payment.paid_at or payment.created_at) < begins:
        raise PaymentUnknown


def tills_of(connection: Connection, shop_id: str, payments: Sequence[Payment]) -> dict[str, str]:
    """Return payment -> the name of the till that asked for it."""
    asked = [one.request for one in payments if one.request is not None]
    rows = connection.execute(
        select(PAYMENT_REQUEST.c.id, PAYMENT_REQUEST.c.till).where(
            PAYMENT_REQUEST.c.id.in_(asked) & PAYMENT_REQUEST.c.till.is_not(None)
        )
    )
    names = tills.names(connection, shop_id)
    by_request = {row.id: names.get(row.till, "") for row in rows}
    return {one.id: by_request[one.request] for one in payments if one.request in by_request}


# ---------------------------------------------------------------- details


def _payment(desk: Desk, payment_id: str, error: str | None, amount: str) -> Response:
    def found(connection: Connection) -> tuple[Payment, int]:
        own = service.concerns(desk.participant(connection))
        payment = service.find_payment(connection, payment_id, own)
        check_day(connection, desk, payment)
        return payment, _given_back(connection, payment.id)

    payment, given_back = desk.read(found)
    status = 200 if error is None else 409
    return desk.page(
        "merchant/payment.html", status, payment=payment, given_back=given_back, error=error, amount=amount
    )


def _given_back(connection: Connection, payment_id: str) -> int:
    return spending.total(connection, (PAYMENT.c.refund_of == payment_id) & (PAYMENT.c.state != REFUSED))


def _chosen(text: str | None, this: date) -> date:
    """Return the day that was asked for, at the latest this one."""
    try:
        return min(date.fromisoformat(text or ""), this)
    except ValueError:
        return this

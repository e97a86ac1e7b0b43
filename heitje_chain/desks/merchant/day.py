"""What came in, and giving it back to whoever paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection, case, func, select

from heitje_chain.chain.clock import latest_now
from heitje_chain.chain.ids import ClientId
from heitje_chain.days import day_of, start_of
from heitje_chain.desks import forms, texts
from heitje_chain.desks.entry import At
from heitje_chain.desks.forms import Form, TypedAmount
from heitje_chain.desks.frame import TILL, Desk
from heitje_chain.http.fields import Hex32Path
from heitje_chain.http.paging import Listing, Wanted, WantedPage
from heitje_chain.http.problems import Refused
from heitje_chain.payments import records, service, spending
from heitje_chain.payments.errors import PaymentUnknown, RefundTooHigh
from heitje_chain.payments.model import PAID, PAYMENT, REFUND, REFUSED
from heitje_chain.payments.records import Payment
from heitje_chain.people import tills

router = APIRouter(include_in_schema=False, prefix="/till")

DAY_SECONDS = 86_400

EARLIEST = date(2020, 1, 1)
"""Nobody paid with this coin before; clocks know no time before the year 1 either."""

PAYMENTS = Listing("day", (PAYMENT.c.created_at, PAYMENT.c.id))


@dataclass(frozen=True)
class Day:
    """What a shop's day looks like."""

    starts_at: int
    """UTC seconds."""
    payments: Sequence[Payment]
    """Paid to the shop, or given back by it, newest first: one page of them."""
    given_back: Mapping[str, int]
    """Payment -> cents of its refunds, when there are any."""
    cents: int
    """Paid to it for good on the whole day, less what was given back."""
    tills: Mapping[str, str]
    """Payment -> the name of the till at which it was made; not of what nobody's till did."""
    next: str | None
    """The address of the next page."""


@router.get("/day")
def read_day(
    desk: Annotated[Desk, At("merchant")],
    wanted: Wanted,
    day: Annotated[str | None, Query(max_length=10)] = None,
) -> Response:
    """Show what came in on one day."""

    def found(connection: Connection) -> tuple[Day, date, date]:
        this = day_of(latest_now(connection))
        chosen = _chosen(day, this)
        return of_day(connection, desk, chosen, wanted), chosen, this

    shown, chosen, this = desk.read(found)
    return desk.page(
        "merchant/day.html",
        day=shown,
        month=f"{chosen:%Y-%m}",
        before=chosen - timedelta(days=1),
        after=chosen + timedelta(days=1) if chosen < this else None,
    )


@router.get("/payments/{payment_id}")
def read_payment(
    payment_id: Hex32Path, desk: Annotated[Desk, At("merchant", TILL)], amount: TypedAmount = None
) -> Response:
    """Show one payment, and a form to give it back; with an amount, show that once more."""
    if amount is None:
        return _payment(desk, payment_id, None, "")
    try:
        return _once_more(desk, payment_id, amount, None)
    except Refused as error:
        return _payment(desk, payment_id, desk.refusal(error), amount)


@router.post("/payments/{payment_id}/refund")
def refund(payment_id: Hex32Path, form: Form, desk: Annotated[Desk, At("merchant", TILL)]) -> Response:
    """Give a payment back, or a part of it."""
    window = desk.request.app.state.config.refund_days * DAY_SECONDS

    def work(connection: Connection, client_id: ClientId) -> str:
        cents = form.cents("amount")
        desk.note_use(connection)
        return service.refund(
            connection,
            desk.subject,
            payment_id,
            cents,
            client_id,
            window,
            same_day=desk.till is not None,
            till=None if desk.till is None else desk.till.id,
        ).id

    try:
        return desk.submit(form, work, "/till/payments/{}")
    except Refused as error:
        told = desk.refusal(error)
        with suppress(Refused):
            return _once_more(desk, payment_id, form.raw("amount"), told)
        return _payment(desk, payment_id, told, form.raw("amount"))


# ---------------------------------------------------------------- shared


def today(connection: Connection, desk: Desk, wanted: WantedPage) -> Day:
    """Return the shop's day until now."""
    return of_day(connection, desk, day_of(latest_now(connection)), wanted)


def of_day(connection: Connection, desk: Desk, day: date, wanted: WantedPage) -> Day:
    """Return a day of the shop, in the city's calendar, with a page of its payments."""
    shop = desk.participant(connection)
    begins, ends = start_of(day), start_of(day + timedelta(days=1))
    own = records.concerns(shop) & (begins <= records.AT) & (ends > records.AT)
    page = PAYMENTS.page(connection, records.payments_query(own), wanted)
    payments = [records.payment_of(row) for row in page.rows]
    signed = case((PAYMENT.c.kind == REFUND, -PAYMENT.c.cents), else_=PAYMENT.c.cents)
    cents = connection.scalar(select(func.coalesce(func.sum(signed), 0)).where(own, PAYMENT.c.state == PAID))
    refunds = PAYMENT.c.refund_of.in_([one.id for one in payments]) & (PAYMENT.c.state != REFUSED)
    by_payment = select(PAYMENT.c.refund_of, func.sum(PAYMENT.c.cents)).where(refunds)
    given_back = {row[0]: int(row[1]) for row in connection.execute(by_payment.group_by(PAYMENT.c.refund_of))}
    names = tills_of(connection, shop.id, payments)
    return Day(begins, payments, given_back, int(cents or 0), names, page.next_address(desk.request))


def check_day(connection: Connection, desk: Desk, payment: Payment) -> None:
    """Let a till see a payment of this day only; its owner sees all.

    Raises:
        PaymentUnknown
    """
    begins = start_of(day_of(latest_now(connection)))
    if desk.till is not None and payment.at < begins:
        raise PaymentUnknown


def tills_of(connection: Connection, shop_id: str, payments: Sequence[Payment]) -> dict[str, str]:
    """Return payment -> the name of the till that asked for it, took its card or gave it back."""
    names = tills.names(connection, shop_id)
    return {one.id: names[one.till] for one in payments if one.till in names}


# ---------------------------------------------------------------- details


def _found(desk: Desk, payment_id: str) -> tuple[Payment, int]:
    """Return a payment and how much of it was given back."""

    def found(connection: Connection) -> tuple[Payment, int]:
        own = records.concerns(desk.participant(connection))
        payment = records.find_payment(connection, payment_id, own)
        check_day(connection, desk, payment)
        return payment, _given_back(connection, payment.id)

    return desk.read(found)


def _payment(desk: Desk, payment_id: str, error: str | None, amount: str) -> Response:
    payment, given_back = _found(desk, payment_id)
    status = 200 if error is None else 409
    return desk.page(
        "merchant/payment.html", status, payment=payment, given_back=given_back, error=error, amount=amount
    )


def _once_more(desk: Desk, payment_id: str, amount: str, error: str | None) -> Response:
    """Show what was typed once more; again when it was refused then.

    Raises:
        AmountUnclear, RefundTooHigh, PaymentUnknown
    """
    cents, (payment, given_back) = forms.cents(amount), _found(desk, payment_id)
    left = payment.cents - given_back
    if error is None and cents > left:
        raise RefundTooHigh(left)
    return desk.page(
        "sure.html",
        200 if error is None else 409,
        error=error,
        heading=desk.text("Give this back?"),
        cents=cents,
        about=desk.text("of the payment of %(when)s", when=texts.moment(payment.at, desk.language)),
        action=f"/till/payments/{payment_id}/refund",
        fields={"amount": amount},
        button=desk.text("Give back"),
        back=f"/till/payments/{payment_id}",
    )


def _given_back(connection: Connection, payment_id: str) -> int:
    return spending.total(connection, (PAYMENT.c.refund_of == payment_id) & (PAYMENT.c.state != REFUSED))


def _chosen(text: str | None, this: date) -> date:
    """Return the day that was asked for, at the latest this one."""
    try:
        return max(EARLIEST, min(date.fromisoformat(text or ""), this))
    except ValueError:
        return this

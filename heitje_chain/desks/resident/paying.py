"""Paying: a code is scanned or typed, the amount is confirmed, and "Paid" is said only when it is final."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from heitje_chain.chain.ids import ClientId
from heitje_chain.desks import texts
from heitje_chain.desks.entry import At
from heitje_chain.desks.forms import Form, FormData, TypedAmount
from heitje_chain.desks.frame import Desk
from heitje_chain.desks.live import Seen, follow, seen
from heitje_chain.http.fields import Hex32Path
from heitje_chain.http.problems import Refused
from heitje_chain.payments import records, service, spending
from heitje_chain.payments.model import PAID, PAYMENT, PENDING
from heitje_chain.payments.records import Payment
from heitje_chain.payments.service import Asked
from heitje_chain.payments.spending import Balance
from heitje_chain.people import service as people
from heitje_chain.people.model import MERCHANT

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Told:
    """A payment as its page tells it."""

    payment: Payment
    came: bool
    """Whether it came to the reader, as a refund or a gift."""
    other: str
    """The name of whoever is on its other side."""
    refunds: tuple[Payment, ...]
    """What was given back of it for good."""


@router.get("/pay")
def ask_for_code(
    desk: Annotated[Desk, At("resident", "association")],
    code: Annotated[str | None, Query(max_length=500)] = None,
    amount: TypedAmount = None,
) -> Response:
    """Ask for a shop's code; with a code, whom one pays and how much; with an amount, show it once more."""
    if code is None:
        return desk.page("resident/code.html", code="", error=None)
    form = FormData({"code": code, "amount": amount or ""})
    try:
        return _confirm(desk, form, None) if amount is None else _once_more(desk, form, None)
    except Refused as error:
        return _confirm(desk, form, desk.refusal(error))


@router.post("/pay")
def pay(form: Form, desk: Annotated[Desk, At("resident", "association")]) -> Response:
    """Pay what was confirmed."""

    def work(connection: Connection, client_id: ClientId) -> str:
        cents = form.cents("amount") if form.raw("amount") else None
        chain_id = desk.onchain.chain_id
        code = _tidy(form.raw("code"))
        payment = service.pay(connection, chain_id, desk.subject, code, cents, client_id)
        payee = people.by_chain_id(connection, payment.payee)
        if payee is not None:
            desk.check_no_gain(payee.id)
        return payment.id

    try:
        return desk.submit(form, work, "/payments/{}")
    except Refused as error:
        told = desk.refusal(error)
        with suppress(Refused):
            if form.raw("amount"):
                return _once_more(desk, form, told)
        return _confirm(desk, form, told)


@router.get("/payments/{payment_id}")
def read_payment(payment_id: Hex32Path, desk: Annotated[Desk, At("resident", "association")]) -> Response:
    """Show how a payment stands."""
    found = desk.read(lambda connection: _found(connection, desk, payment_id))
    return desk.page("resident/payment.html", told=found, seen=seen(found))


@router.get("/payments/{payment_id}/live")
def follow_payment(
    payment_id: Hex32Path, desk: Annotated[Desk, At("resident", "association")], already: Seen
) -> Response:
    """Show a payment anew until it is final."""
    return follow(
        desk,
        lambda connection: _found(connection, desk, payment_id),
        lambda found: found.payment.state != PENDING,
        lambda found: desk.fragment("resident/payment_state.html", told=found),
        already,
    )


# ---------------------------------------------------------------- details


def _confirm(desk: Desk, form: FormData, error: str | None) -> Response:
    typed, chain_id = _tidy(form.raw("code")), desk.onchain.chain_id

    def found(connection: Connection) -> dict[str, Any]:
        code = service.whole_code(connection, chain_id, typed)
        return {
            "code": code,
            "asked": service.read_code(connection, chain_id, code),
            "balance": spending.balance(connection, desk.participant(connection)),
        }

    try:
        fields = desk.read(found)
    except Refused as refused:
        return desk.page("resident/code.html", 400, code=typed, error=error or desk.refusal(refused))
    status = 200 if error is None else 409
    return desk.page("resident/confirm.html", status, form=form, error=error, **fields)


def _once_more(desk: Desk, form: FormData, error: str | None) -> Response:
    """Show what was typed once more; again when it was refused then. A till's request has its own amount.

    Raises:
        AmountUnclear, CoinPaused, BalanceTooLow, and what a code is refused with.
    """
    cents, typed, chain_id = form.cents("amount"), _tidy(form.raw("code")), desk.onchain.chain_id

    def found(connection: Connection) -> tuple[str, Asked, Balance]:
        code = service.whole_code(connection, chain_id, typed)
        asked, person = service.read_code(connection, chain_id, code), desk.participant(connection)
        if error is None and asked.cents is None:
            spending.check_spendable(connection, person, cents)
        return code, asked, spending.balance(connection, person)

    code, asked, balance = desk.read(found)
    if asked.cents is not None:
        return _confirm(desk, FormData({"code": code}), error)
    if asked.kind == MERCHANT:
        heading, button = desk.text("Pay %(name)s", name=asked.payee), desk.text("Pay now")
    else:
        heading, button = desk.text("Give to %(name)s", name=asked.payee), desk.text("Give now")
    return desk.page(
        "sure.html",
        200 if error is None else 409,
        error=error,
        heading=heading,
        cents=cents,
        about=desk.text("You have %(cents)s to spend.", cents=texts.euros(balance.spendable, desk.language)),
        action="/pay",
        fields={"code": code, "amount": form.raw("amount")},
        button=button,
        back=f"/pay?code={quote(code)}",
    )


def _tidy(code: str) -> str:
    return "".join(code.split())


def _found(connection: Connection, desk: Desk, payment_id: str) -> Told:
    """Return a payment of one's own, or one that came back."""
    person = desk.participant(connection)
    payment = records.find_payment(connection, payment_id, records.concerns(person))
    came = payment.payee == person.chain_id
    other = people.by_chain_id(connection, payment.payer if came else payment.payee)
    back = records.payments_query((PAYMENT.c.refund_of == payment.id) & (PAYMENT.c.state == PAID))
    refunds = [records.payment_of(row) for row in connection.execute(back.order_by(PAYMENT.c.paid_at))]
    return Told(payment, came, "" if other is None else other.name, tuple(refunds))

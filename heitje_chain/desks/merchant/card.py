"""Taking a card at the till: the amount, the card, and then the PIN, which the customer types."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.cards import rules, till
from heitje_chain.chain.ids import ClientId
from heitje_chain.desks.entry import At
from heitje_chain.desks.forms import Form, FormData
from heitje_chain.desks.frame import TILL, Desk
from heitje_chain.desks.live import Seen, follow, seen
from heitje_chain.http.fields import Hex32Path
from heitje_chain.http.idempotency import checked_key
from heitje_chain.http.problems import Refused
from heitje_chain.http.transaction import RequestDatabase
from heitje_chain.payments import records
from heitje_chain.payments.model import PENDING
from heitje_chain.payments.records import Payment

from .day import check_day

router = APIRouter(include_in_schema=False, prefix="/till/card")


@router.get("")
def ask_for_card(desk: Annotated[Desk, At("merchant", TILL)]) -> Response:
    """Ask for the amount and the card."""
    return _card(desk, FormData({}), None)


@router.post("/pin")
def ask_for_pin(form: Form, desk: Annotated[Desk, At("merchant", TILL)]) -> Response:
    """Show the customer what is to be paid, and ask for the PIN.

    Nothing is changed; it is a form so that what the card holds stands in no address, history or log.
    """
    try:
        form.cents("amount")
        form.line("code", rules.LONGEST_CODE)
    except Refused as error:
        return _card(desk, form, desk.refusal(error))
    return _pin(desk, form, None)


@router.post("")
def pay(form: Form, desk: Annotated[Desk, At("merchant", TILL)]) -> Response:
    """Pay, if the PIN opens the card. A wrong PIN is counted before the payment is refused."""
    engine, chain_id = desk.request.app.state.engine, desk.onchain.chain_id
    # What is kept of a form to know it again must not tell the PIN.
    known = FormData({name: value for name, value in form.fields.items() if name != "pin"})

    def work(connection: Connection, client_id: ClientId) -> str:
        desk.note_use(connection)
        cents, at = form.cents("amount"), None if desk.till is None else desk.till.id
        return till.pay(connection, chain_id, desk.subject, card_id, cents, client_id, at).id

    try:
        # A form that paid already pays no second time, so its PIN is not looked at again.
        before = desk.sent_before(known)
        if before is not None:
            return before
        shown = desk.read(lambda c: till.look(c, chain_id, desk.subject, form.raw("code")))
        proof, key = shown.proof(form.raw("pin")), checked_key(form.key)
        tried = RequestDatabase(engine).change(lambda c: till.try_pin(c, desk.subject, shown, proof, key))
        card_id = tried.opened()
        return desk.submit(known, work, "/till/card/payments/{}")
    except Refused as error:
        return _pin(desk, form, desk.refusal(error))


@router.get("/payments/{payment_id}")
def show_payment(payment_id: Hex32Path, desk: Annotated[Desk, At("merchant", TILL)]) -> Response:
    """Show whether it is paid."""
    payment = desk.read(lambda connection: _own(connection, desk, payment_id))
    return desk.page("merchant/card_payment.html", payment=payment, seen=seen(payment))


@router.get("/payments/{payment_id}/live")
def follow_payment(
    payment_id: Hex32Path, desk: Annotated[Desk, At("merchant", TILL)], already: Seen
) -> Response:
    """Show a payment anew until it is final."""
    return follow(
        desk,
        lambda connection: _own(connection, desk, payment_id),
        lambda payment: payment.state != PENDING,
        lambda payment: desk.fragment("merchant/card_payment_state.html", payment=payment),
        already,
    )


# ---------------------------------------------------------------- details


def _card(desk: Desk, form: FormData, error: str | None) -> Response:
    return _page(desk, "merchant/card.html", form, error, 400)


def _pin(desk: Desk, form: FormData, error: str | None) -> Response:
    try:
        cents = form.cents("amount")
    except Refused as refused:
        return _card(desk, form, desk.refusal(refused))
    return _page(desk, "merchant/card_pin.html", form, error, 409, cents=cents, digits=rules.PIN_DIGITS)


def _page(desk: Desk, template: str, form: FormData, error: str | None, status: int, **more: Any) -> Response:
    return desk.page(template, 200 if error is None else status, form=form, error=error, **more)


def _own(connection: Connection, desk: Desk, payment_id: str) -> Payment:
    payment = records.find_payment(connection, payment_id, records.concerns(desk.participant(connection)))
    check_day(connection, desk, payment)
    return payment

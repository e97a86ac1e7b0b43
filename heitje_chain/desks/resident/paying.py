"""Paying: a code is scanned or typed, the amount is confirmed, and "Paid" is said only when it is final."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from heitje_chain.chain.ids import ClientId
from heitje_chain.desks.forms import Form, FormData
from heitje_chain.desks.frame import At, Desk
from heitje_chain.desks.live import Seen, follow, seen
from heitje_chain.http.fields import Hex32Path
from heitje_chain.http.problems import Refused
from heitje_chain.payments import service, spending
from heitje_chain.payments.model import PENDING
from heitje_chain.payments.service import Payment
from heitje_chain.people import service as people

router = APIRouter(include_in_schema=False)


@router.get("/pay")
def ask_for_code(
    desk: Annotated[Desk, At("resident")], code: Annotated[str | None, Query(max_length=500)] = None
) -> Response:
    """Ask for a shop's code; with a code, show whom one pays, and how much."""
    if code is None:
        return desk.page("resident/code.html", code="", error=None)
    return _confirm(desk, FormData({"code": code}), None)


@router.post("/pay")
def pay(form: Form, desk: Annotated[Desk, At("resident")]) -> Response:
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
        return _confirm(desk, form, desk.refusal(error))


@router.get("/payments/{payment_id}")
def read_payment(payment_id: Hex32Path, desk: Annotated[Desk, At("resident")]) -> Response:
    """Show how a payment stands."""
    found = desk.read(lambda connection: _found(connection, desk, payment_id))
    return desk.page("resident/payment.html", payment=found[0], payee=found[1], seen=seen(found))


@router.get("/payments/{payment_id}/live")
def follow_payment(payment_id: Hex32Path, desk: Annotated[Desk, At("resident")], already: Seen) -> Response:
    """Show a payment anew until it is final."""
    return follow(
        desk,
        lambda connection: _found(connection, desk, payment_id),
        lambda found: found[0].state != PENDING,
        lambda found: desk.fragment("resident/payment_state.html", payment=found[0], payee=found[1]),
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


def _tidy(code: str) -> str:
    return "".join(code.split())


def _found(connection: Connection, desk: Desk, payment_id: str) -> tuple[Payment, str]:
    """Return a payment of one's own, and who is paid."""
    own = service.concerns(desk.participant(connection))
    payment = service.find_payment(connection, payment_id, own)
    payee = people.by_chain_id(connection, payment.payee)
    return payment, "" if payee is None else payee.name

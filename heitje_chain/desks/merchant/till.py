"""The till: an amount as a QR that lives for minutes, and the shop's own QR that lives for ever."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.chain.ids import ClientId
from heitje_chain.desks.entry import At
from heitje_chain.desks.forms import Form
from heitje_chain.desks.frame import TILL, Desk
from heitje_chain.desks.live import Seen, follow, seen
from heitje_chain.http.fields import Hex16Path
from heitje_chain.http.paging import Wanted, WantedPage
from heitje_chain.http.problems import Refused
from heitje_chain.payments import records, rules, service, spending
from heitje_chain.payments.records import PaymentRequest
from heitje_chain.payments.rules import Code
from heitje_chain.people import contracts
from heitje_chain.people.model import MERCHANT

from .codes import qr
from .day import today
from .printed import poster

router = APIRouter(include_in_schema=False, prefix="/till")


@router.get("")
def ask_for_amount(desk: Annotated[Desk, At("merchant", TILL)], wanted: Wanted) -> Response:
    """Ask what is to be paid; show what came in today."""
    return _till(desk, "", None, wanted)


@router.post("")
def request_payment(form: Form, desk: Annotated[Desk, At("merchant", TILL)]) -> Response:
    """Ask for an amount."""

    def work(connection: Connection, client_id: ClientId) -> str:
        cents = form.cents("amount")
        desk.note_use(connection)
        till = None if desk.till is None else desk.till.id
        return service.request_payment(connection, desk.subject, cents, client_id=client_id, till=till).id

    try:
        return desk.submit(form, work, "/till/requests/{}")
    except Refused as error:
        return _till(desk, form.raw("amount"), desk.refusal(error))


@router.get("/requests/{request_id}")
def show_request(request_id: Hex16Path, desk: Annotated[Desk, At("merchant", TILL)]) -> Response:
    """Show the QR, and whether it is paid."""
    request = desk.read(lambda connection: _own(connection, desk, request_id))
    return desk.page("merchant/request.html", seen=seen(request), **_fields(desk, request))


@router.get("/requests/{request_id}/live")
def follow_request(
    request_id: Hex16Path, desk: Annotated[Desk, At("merchant", TILL)], already: Seen
) -> Response:
    """Show a request anew until it is paid or has expired."""
    return follow(
        desk,
        lambda connection: _own(connection, desk, request_id),
        lambda request: request.state in ("paid", "expired"),
        lambda request: desk.fragment("merchant/request_state.html", **_fields(desk, request)),
        already,
    )


@router.get("/code")
def show_own_code(desk: Annotated[Desk, At("merchant")]) -> Response:
    """Show the shop's own QR, to be printed."""
    code = rules.make_code(desk.onchain.chain_id, Code(MERCHANT, desk.subject))
    return desk.page("merchant/code.html", short=rules.short(desk.subject), qr=qr(code))


@router.get("/code.pdf")
def print_own_code(desk: Annotated[Desk, At("merchant")]) -> Response:
    """Give the shop's own QR as a poster and a sheet of small ones."""
    code = rules.make_code(desk.onchain.chain_id, Code(MERCHANT, desk.subject))
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": 'inline; filename="heitje.pdf"',
        "X-Content-Type-Options": "nosniff",
    }
    content = poster(desk.name or "", code, rules.short(desk.subject))
    return Response(content, media_type="application/pdf", headers=headers)


# ---------------------------------------------------------------- details


def _till(desk: Desk, amount: str, error: str | None, wanted: WantedPage | None = None) -> Response:
    def found(connection: Connection) -> dict[str, Any]:
        return {
            "balance": spending.balance(connection, desk.participant(connection)),
            "acceptance": contracts.acceptance(connection, desk.subject),
            "day": today(connection, desk, wanted or WantedPage()),
        }

    status = 200 if error is None else 400
    return desk.page("merchant/till.html", status, amount=amount, error=error, **desk.read(found))


def _own(connection: Connection, desk: Desk, request_id: str) -> PaymentRequest:
    return records.request_as_seen_by(connection, request_id, desk.participant(connection))


def _fields(desk: Desk, request: PaymentRequest) -> dict[str, Any]:
    code = rules.make_code(desk.onchain.chain_id, Code(rules.REQUEST, request.id))
    return {"request": request, "short": rules.short(request.id), "qr": qr(code)}

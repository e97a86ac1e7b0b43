"""Tills for staff: the owner names one and reads a code to it; a device types the code and is that till."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from heitje_chain.chain.clock import latest_now
from heitje_chain.chain.ids import ClientId
from heitje_chain.desks import origins
from heitje_chain.desks.cookies import cookie_name, set_cookie
from heitje_chain.desks.entry import At
from heitje_chain.desks.forms import Form
from heitje_chain.desks.frame import TILL, Desk
from heitje_chain.http.fields import Hex16Path
from heitje_chain.http.problems import Refused
from heitje_chain.http.rates import rates_of
from heitje_chain.people import tills
from heitje_chain.people.login_errors import NotLoggedIn
from heitje_chain.people.tills import Till

from .codes import qr

router = APIRouter(include_in_schema=False, prefix="/till")

COOKIE_SECONDS = 365 * 86_400
"""Longer than any till is good: that is judged here."""


# ---------------------------------------------------------------- the owner


@router.get("/staff")
def list_tills(desk: Annotated[Desk, At("merchant")]) -> Response:
    """Show the shop's tills, and a form for another."""
    return _tills(desk, "", None)


@router.post("/staff")
def add_till(form: Form, desk: Annotated[Desk, At("merchant")]) -> Response:
    """Add a till."""

    def work(connection: Connection, client_id: ClientId) -> str:
        name = form.line("name", tills.LONGEST_NAME)
        return tills.add(connection, desk.subject, client_id.hex()[:32], name).id

    try:
        return desk.submit(form, work, "/till/staff/{}")
    except Refused as error:
        return _tills(desk, form.raw("name"), desk.refusal(error))


@router.get("/staff/{till_id}")
def read_till(till_id: Hex16Path, desk: Annotated[Desk, At("merchant")]) -> Response:
    """Show one till: whether a device is it, since when, and how to switch it off."""
    found = desk.read(lambda c: (tills.find(c, desk.subject, till_id), latest_now(c)))
    return desk.page("merchant/staff_till.html", till=found[0], now=found[1], code=None)


@router.post("/staff/{till_id}/code")
def show_code(till_id: Hex16Path, desk: Annotated[Desk, At("merchant")]) -> Response:
    """Make a code and show it, this once."""

    def work(connection: Connection) -> tuple[str, Till]:
        code = tills.make_code(connection, desk.subject, till_id)
        return code, tills.find(connection, desk.subject, till_id)

    code, till = desk.database.change(work)
    address = f"{desk.request.base_url}till/start?{urlencode({'code': code})}"
    at = f"{desk.request.url.netloc}/till/start"
    return desk.page(
        "merchant/staff_till.html", till=till, now=0, code=tills.spelled(code), qr=qr(address), at=at
    )


@router.post("/staff/{till_id}/end")
def end_till(till_id: Hex16Path, desk: Annotated[Desk, At("merchant")]) -> Response:
    """Switch a till off, at once."""
    desk.database.change(lambda c: tills.end(c, desk.subject, till_id))
    return desk.go("/till/staff")


# ---------------------------------------------------------------- the device


@router.get("/start")
def ask_for_code(
    desk: Annotated[Desk, At()], code: Annotated[str | None, Query(max_length=40)] = None
) -> Response:
    """Ask for a till's code; a scanned one is filled in already."""
    is_off = desk.read(lambda c: _was_switched_off(c, desk))
    return desk.page("till/start.html", code=code or "", error=None, is_off=is_off)


@router.post("/start")
def start_till(form: Form, desk: Annotated[Desk, At()]) -> Response:
    """Make this browser the till of a code."""
    rates = rates_of(desk.request)
    if rates is not None:
        rates.refuse(desk.request)
    code = form.raw("code")
    try:
        _, secret = desk.database.change(lambda c: tills.start(c, code))
    except Refused as error:
        return desk.page("till/start.html", 409, code=code[:40], error=desk.refusal(error), is_off=False)
    answer = desk.go("/till")
    set_cookie(desk.request, answer, cookie_name(desk.request, TILL), secret, COOKIE_SECONDS)
    return answer


@router.get("/off")
def ask_whether_off(desk: Annotated[Desk, At(TILL)]) -> Response:
    """Ask whether this device shall be a till no more."""
    return desk.page("till/off.html")


@router.post("/off")
def switch_off(desk: Annotated[Desk, At(TILL)]) -> Response:
    """Let this device be a till no more."""
    till = desk.till
    if till is not None:
        desk.database.change(lambda c: tills.end(c, till.merchant, till.id))
    answer = desk.go("/till/start")
    name = cookie_name(desk.request, TILL)
    answer.delete_cookie(name, path="/", secure=origins.is_secure(desk.request))
    return answer


# ---------------------------------------------------------------- details


def _tills(desk: Desk, name: str, error: str | None) -> Response:
    found, now = desk.read(lambda c: (tills.of_merchant(c, desk.subject), latest_now(c)))
    status = 200 if error is None else 409
    return desk.page("merchant/staff.html", status, tills=found, now=now, name=name, error=error)


def _was_switched_off(connection: Connection, desk: Desk) -> bool:
    """Whether this browser was a till that is off now."""
    secret = desk.request.cookies.get(cookie_name(desk.request, TILL))
    try:
        tills.by_secret(connection, secret)
    except NotLoggedIn:
        return secret is not None
    return False

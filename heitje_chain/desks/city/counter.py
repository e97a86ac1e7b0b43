"""The counter: acting for a resident without a phone, and asking for a new wallet in place of a lost one."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from heitje_chain.chain.ids import ClientId
from heitje_chain.desks import fields
from heitje_chain.desks.entry import At
from heitje_chain.desks.forms import Form, FormData
from heitje_chain.desks.frame import Desk
from heitje_chain.http.fields import Hex16Path
from heitje_chain.http.problems import Refused
from heitje_chain.http.texts import LineText
from heitje_chain.people import counters, rules
from heitje_chain.people import service as people
from heitje_chain.people.counters import Counter
from heitje_chain.people.login_errors import NotLoggedIn
from heitje_chain.people.model import ACTIVE, PARTICIPANT, RESIDENT

from . import words

router = APIRouter(include_in_schema=False, prefix="/city/counter")

AtCounter = Annotated[Desk, At(counters.ROLE)]

MOST_FOUND = 20


@router.get("")
def find_resident(
    desk: AtCounter, name: Annotated[LineText | None, Query(max_length=rules.MAX_NAME)] = None
) -> Response:
    """Look for whoever stands at the counter."""
    wanted = " ".join((name or "").split())

    def found(connection: Connection) -> dict[str, Any]:
        query = people.participants_query(name=wanted, kind=RESIDENT, state=ACTIVE, blocked=False)
        rows = connection.execute(query.order_by(PARTICIPANT.c.name, PARTICIPANT.c.id).limit(MOST_FOUND))
        return {
            "found": [people.from_row(row) for row in rows] if wanted else [],
            "present": present(connection, desk),
        }

    return desk.page("city/counter.html", name=wanted, **desk.read(found))


@router.post("/end")
def stop(desk: AtCounter) -> Response:
    """Act for nobody any more."""
    if desk.account is None or desk.session is None:
        raise NotLoggedIn
    account, session_id = desk.account, desk.session.id
    desk.database.change(lambda c: counters.end(c, account, session_id))
    return desk.go("/city/counter")


@router.get("/{resident_id}")
def ask_identity(
    resident_id: Hex16Path, desk: AtCounter, to: Annotated[Literal["card"] | None, Query()] = None
) -> Response:
    """Ask how it was seen who this is; on the way to its card, or to its jobs."""
    return _page(desk, resident_id, FormData({"to": to or ""}), None)


@router.post("/{resident_id}")
def begin(resident_id: Hex16Path, form: Form, desk: AtCounter) -> Response:
    """Act for a resident from now on."""
    if desk.account is None or desk.session is None:
        raise NotLoggedIn
    account, session_id = desk.account, desk.session.id

    def work(connection: Connection, client_id: ClientId) -> str:
        way = form.raw("identity")
        return counters.begin(connection, account, session_id, resident_id, way, fields.id_of(client_id)).id

    to = f"/city/cards/{resident_id}" if form.raw("to") == "card" else "/counter/{}/jobs"
    try:
        return desk.submit(form, work, to)
    except Refused as error:
        return _page(desk, resident_id, form, desk.refusal(error))


# ---------------------------------------------------------------- details


def present(connection: Connection, desk: Desk) -> Counter | None:
    """Return for whom this employee acts now, in this browser."""
    if desk.account is None or desk.session is None:
        return None
    return counters.present(connection, desk.account, desk.session.id)


def _page(desk: Desk, resident_id: str, form: FormData, error: str | None) -> Response:
    one = desk.read(lambda c: people.of_kind(c, resident_id, RESIDENT))
    minutes, ways = counters.SECONDS // 60, words.told(desk, words.IDENTITY)
    status = 200 if error is None else 409
    return desk.page(
        "city/counter_begin.html", status, one=one, form=form, error=error, ways=ways, minutes=minutes
    )

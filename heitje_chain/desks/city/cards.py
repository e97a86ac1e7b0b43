"""Cards for people without a phone: made, printed and blocked at the counter, or blocked by a call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from heitje_chain.cards import rules, service
from heitje_chain.cards.errors import CardMissing, CounterNeeded
from heitje_chain.chain.ids import ClientId
from heitje_chain.desks import fields
from heitje_chain.desks.entry import At
from heitje_chain.desks.exports import Column, SavedAs, Table, all_rows, save
from heitje_chain.desks.forms import Form, FormData
from heitje_chain.desks.frame import Desk
from heitje_chain.http.fields import Hex16Path
from heitje_chain.http.language import DEFAULT
from heitje_chain.http.paging import Listing, Wanted
from heitje_chain.http.problems import Refused
from heitje_chain.http.texts import LineText
from heitje_chain.people import accounts
from heitje_chain.people import rules as people_rules
from heitje_chain.people import service as people
from heitje_chain.people.counters import Counter
from heitje_chain.people.model import ACTIVE, PARTICIPANT, RESIDENT
from heitje_chain.people.service import Participant

from .card_paper import paper
from .counter import present

router = APIRouter(include_in_schema=False, prefix="/city/cards")

RESIDENTS = Listing("cards", (PARTICIPANT.c.created_at, PARTICIPANT.c.id))

_PINS = ("pin", "again")


@router.get("")
def list_residents(
    desk: Annotated[Desk, At("registrar", "enforcer")],
    wanted: Wanted,
    name: Annotated[LineText | None, Query(max_length=people_rules.MAX_NAME)] = None,
    saved: SavedAs = None,
) -> Response:
    """Find the resident whose card it is, or is to be."""
    tidy = " ".join((name or "").split())
    query = people.participants_query(name=tidy, kind=RESIDENT, state=ACTIVE)
    if saved is not None:
        rows = desk.read(lambda c: _rows(c, desk, map(people.from_row, all_rows(c, RESIDENTS, query))))
        return save(desk, saved, Table("cards", (Column(desk.text("Name")), Column(desk.text("Card"))), rows))

    def found(connection: Connection) -> dict[str, Any]:
        page = RESIDENTS.page(connection, query, wanted)
        residents = [people.from_row(row) for row in page.rows]
        return {
            "residents": [(one, service.present(connection, one.id)) for one in residents],
            "next": page.next_address(desk.request),
        }

    return desk.page("city/cards.html", name=tidy, **desk.read(found))


@router.get("/{resident_id}")
def read_card(
    resident_id: Hex16Path,
    desk: Annotated[Desk, At("registrar", "enforcer")],
    again: Annotated[str | None, Query(max_length=3)] = None,
) -> Response:
    """Show a resident's card, and what can be done with it."""
    return _page(desk, resident_id, FormData({}), None, again=again is not None)


@router.post("/{resident_id}")
def issue(resident_id: Hex16Path, form: Form, desk: Annotated[Desk, At("registrar")]) -> Response:
    """Make a card; the resident has typed its PIN twice."""

    def work(connection: Connection, client_id: ClientId) -> str:
        counter = _counter(connection, desk, resident_id)
        limits = (form.cents("payment"), form.cents("day"))
        pins = (form.raw("pin"), form.raw("again"))
        return service.issue(connection, counter, fields.id_of(client_id), *pins, *limits).participant

    # What is kept of a form to know it again must not tell its PIN.
    known = FormData({name: value for name, value in form.fields.items() if name not in _PINS})
    try:
        if desk.sent_before(known) is not None:
            return desk.go(f"/city/cards/{resident_id}?again=yes")
        return desk.submit(known, work, "/city/cards/{}")
    except Refused as error:
        return _page(desk, resident_id, known, desk.refusal(error))


@router.post("/{resident_id}/print")
def print_card(resident_id: Hex16Path, desk: Annotated[Desk, At("registrar")]) -> Response:
    """Give the card as a PDF, once: what stands on it is kept nowhere."""

    def work(connection: Connection) -> bytes:
        counter = _counter(connection, desk, resident_id)
        card = _present(connection, resident_id)
        made = service.print_card(connection, counter, card.id)
        own = accounts.of_subject(connection, RESIDENT, resident_id)
        return paper(desk.onchain.chain_id, made, card, own[0].language if own else DEFAULT)

    try:
        content = desk.database.change(work)
    except Refused as error:
        return _page(desk, resident_id, FormData({}), desk.refusal(error))
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": 'inline; filename="heitje-kaart.pdf"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="application/pdf", headers=headers)


@router.post("/{resident_id}/block")
def block(resident_id: Hex16Path, desk: Annotated[Desk, At("registrar", "enforcer")]) -> Response:
    """Block a resident's card at once; doing it twice is doing it once."""

    def work(connection: Connection) -> None:
        card = service.present(connection, resident_id)
        if card is not None:
            service.block_at_counter(connection, desk.subject, card.id)

    desk.database.change(work)
    return desk.go(f"/city/cards/{resident_id}")


# ---------------------------------------------------------------- details


def _rows(connection: Connection, desk: Desk, residents: Iterable[Participant]) -> list[tuple[str, str]]:
    """Return each resident with how its card stands."""
    rows = []
    for one in residents:
        card = service.present(connection, one.id)
        state = "no card" if card is None else "works" if card.printed_at else "not printed yet"
        rows.append((one.name, desk.text(state)))
    return rows


def _counter(connection: Connection, desk: Desk, resident_id: str) -> Counter:
    """Return under which counter session this employee acts for the resident now.

    Raises:
        CounterNeeded
    """
    found = present(connection, desk)
    if found is None or found.resident != resident_id:
        raise CounterNeeded
    return found


def _present(connection: Connection, resident_id: str) -> service.Card:
    """Raises:
    CardMissing
    """
    card = service.present(connection, resident_id)
    if card is None:
        raise CardMissing
    return card


def _page(
    desk: Desk, resident_id: str, form: FormData, error: str | None, *, again: bool = False
) -> Response:
    def found(connection: Connection) -> dict[str, Any]:
        resident = people.of_kind(connection, resident_id, RESIDENT)
        cards = service.of_resident(connection, resident_id)
        counter = present(connection, desk)
        return {
            "resident": resident,
            "at_counter": counter is not None and counter.resident == resident_id,
            "card": next((one for one in cards if one.state == "active"), None),
            "before": [one for one in cards if one.state != "active"],
        }

    return desk.page(
        "city/card.html",
        200 if error is None else 409,
        form=form,
        error=error,
        rules=rules,
        again=again,
        **desk.read(found),
    )

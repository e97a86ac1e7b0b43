"""What residents may earn: the limits that hold, and new ones, on which two officers agree."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.allowance import limits
from heitje_chain.allowance.model import LIMITS, PROPOSED
from heitje_chain.allowance.rules import Limits
from heitje_chain.chain.clock import chain_now
from heitje_chain.chain.ids import ClientId
from heitje_chain.desks import fields
from heitje_chain.desks.entry import At
from heitje_chain.desks.exports import DAY, EUROS, Column, SavedAs, Table, all_rows, save
from heitje_chain.desks.forms import Form, FormData
from heitje_chain.desks.frame import Desk
from heitje_chain.desks.words import role_name
from heitje_chain.http.fields import NumberPath
from heitje_chain.http.paging import Listing, Wanted, WantedPage
from heitje_chain.http.problems import Refused
from heitje_chain.people.roles import OFFICER_ROLES, having

router = APIRouter(include_in_schema=False, prefix="/city/allowances")

LISTING = Listing("allowance-limits", (LIMITS.c.number,))

WRITERS = tuple(having("allowance-limits:write"))

Writer = Annotated[Desk, At(*WRITERS)]

_DECISIONS = {"confirm": limits.confirm, "reject": limits.reject, "withdraw": limits.withdraw}


@router.get("")
def list_limits(desk: Annotated[Desk, At(*OFFICER_ROLES)], wanted: Wanted, saved: SavedAs = None) -> Response:
    """Show what holds now, what waits for a second officer, and what held before."""
    if saved is not None:
        return save(desk, saved, desk.read(lambda c: _table(c, desk)))
    return _page(desk, wanted, None)


@router.get("/new")
def ask_limits(desk: Writer) -> Response:
    """Ask for new limits; what holds now stands in the form."""
    now = desk.read(lambda c: limits.current(c, chain_now(c))).limits
    given = {} if now is None else _written(desk, now)
    return desk.page("city/new_allowances.html", form=FormData(given), error=None)


@router.post("/new")
def propose(form: Form, desk: Writer) -> Response:
    """Put limits before another officer."""

    def work(connection: Connection, _: ClientId) -> str:
        limits.propose(connection, desk.subject, _wanted(form))
        return ""

    try:
        return desk.submit(form, work, "/city/allowances{}")
    except Refused as error:
        return desk.page("city/new_allowances.html", 400, form=form, error=desk.refusal(error))


@router.post("/{number}/{decision}")
def decide(number: NumberPath, decision: str, form: Form, desk: Writer) -> Response:
    """Confirm or reject another officer's proposal, or withdraw one's own."""

    def work(connection: Connection, _: ClientId) -> str:
        chosen = _DECISIONS.get(decision)
        if chosen is None:
            raise fields.ChoiceMissing
        chosen(connection, desk.subject, number)
        return ""

    try:
        return desk.submit(form, work, "/city/allowances{}")
    except Refused as error:
        return _page(desk, WantedPage(), desk.refusal(error))


# ---------------------------------------------------------------- details


def _page(desk: Desk, wanted: WantedPage, error: str | None) -> Response:
    may_write = any(desk.has(role) for role in WRITERS)
    own = next((desk.account.subject(role) for role in WRITERS if desk.account and desk.has(role)), None)

    def found(connection: Connection) -> dict[str, Any]:
        waiting = limits.limits_query().where(LIMITS.c.state == PROPOSED).order_by(LIMITS.c.number.desc())
        page = LISTING.page(connection, limits.limits_query().where(LIMITS.c.state != PROPOSED), wanted)
        return {
            "current": limits.current(connection, chain_now(connection)),
            "waiting": [limits.proposal_of(row) for row in connection.execute(waiting)],
            "decided": [limits.proposal_of(row) for row in page.rows],
            "next": page.next_address(desk.request),
        }

    status = 200 if error is None else 409
    return desk.page(
        "city/allowances.html", status, error=error, may_write=may_write, own=own, **desk.read(found)
    )


def _wanted(form: FormData) -> Limits:
    first = fields.day(form, "effective_from")
    city_year = form.cents("city_year") if form.raw("city_year").strip() else None
    hour, under_21 = form.cents("hour"), form.cents("hour_under_21")
    return Limits(first.year, first, hour, under_21, form.cents("month"), form.cents("year"), city_year)


def _written(desk: Desk, now: Limits) -> dict[str, str]:
    """Return limits as one would type them."""
    amounts = {
        "hour": now.hour,
        "hour_under_21": now.hour_under_21,
        "month": now.month,
        "year": now.year_total,
        "city_year": now.city_year,
    }
    point = "," if desk.language == "nl" else "."
    return {
        name: "" if cents is None else f"{cents // 100}{point}{cents % 100:02}"
        for name, cents in amounts.items()
    }


def _table(connection: Connection, desk: Desk) -> Table:
    """Return all limits that were decided, the newest first."""
    columns = (
        Column(desk.text("Holds from"), DAY),
        Column(desk.text("Hour"), EUROS),
        Column(desk.text("Under 21"), EUROS),
        Column(desk.text("Month"), EUROS),
        Column(desk.text("Year"), EUROS),
        Column(desk.text("City"), EUROS),
        Column(desk.text("State")),
        Column(desk.text("Proposed by")),
        Column(desk.text("Decided by")),
    )
    rows = []
    for row in all_rows(connection, LISTING, limits.limits_query().where(LIMITS.c.state != PROPOSED)):
        one = limits.proposal_of(row)
        held = one.limits
        amounts = (held.hour, held.hour_under_21, held.month, held.year_total, held.city_year)
        by_law = one.proposed_by == "law"
        proposed_by = desk.text("the law") if by_law else role_name(one.proposed_by, desk.language)
        decided_by = one.decided_by and role_name(one.decided_by, desk.language)
        rows.append((held.effective_from, *amounts, desk.text(one.state), proposed_by, decided_by))
    return Table("allowance-limits", columns, rows)

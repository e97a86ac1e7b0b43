"""Budgets: what partners may promise, and what became of it; granting, closing, awarding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection, func, select

from heitje_chain.budgets import service
from heitje_chain.budgets.model import BUDGET
from heitje_chain.budgets.service import Budget
from heitje_chain.chain.clock import latest_now
from heitje_chain.days import day_of
from heitje_chain.desks.exports import EUROS, NUMBER, Column, SavedAs, Table, all_rows, save
from heitje_chain.desks.forms import Form, FormData
from heitje_chain.desks.frame import Desk
from heitje_chain.http.fields import Hex32Path
from heitje_chain.http.paging import Listing, Wanted
from heitje_chain.http.problems import NotFound, Refused
from heitje_chain.http.texts import LineText
from heitje_chain.people.model import ACTIVE, PARTICIPANT, PARTNER, RESIDENT
from heitje_chain.reports import reserve

from .readers import AnyOfficer, Treasurer

router = APIRouter(include_in_schema=False, prefix="/city/budgets")

BUDGETS = Listing("city-budgets", (BUDGET.c.period, BUDGET.c.id))

LAST_PERIOD = 2**32 - 1
MOST_WORDS = 2000
MOST_FOUND = 10
"""People that a search shows; whoever is not among them is looked for by more of the name."""


@dataclass(frozen=True)
class Someone:
    """A participant to choose."""

    id: str
    name: str

    @property
    def pair(self) -> tuple[str, str]:
        """As a choice in a form."""
        return self.id, self.name


@router.get("")
def list_budgets(desk: AnyOfficer, wanted: Wanted, saved: SavedAs = None) -> Response:
    """List all budgets, the newest period first, each with what became of it."""
    statement = service.budgets_query()
    if saved is not None:
        return save(
            desk,
            saved,
            desk.read(
                lambda c: _table(desk, [service.budget_of(c, row) for row in all_rows(c, BUDGETS, statement)])
            ),
        )

    def found(connection: Connection) -> dict[str, Any]:
        page = BUDGETS.page(connection, statement, wanted)
        return {
            "budgets": [service.budget_of(connection, row) for row in page.rows],
            "next": page.next_address(desk.request),
            "reserve": reserve.read(connection),
        }

    return desk.page("city/budgets.html", **desk.read(found))


@router.get("/grant")
def ask_for_grant(desk: Treasurer) -> Response:
    """Ask who may promise how much more."""
    return _grant(desk, FormData({}), None)


@router.post("/grant")
def grant(form: Form, desk: Treasurer) -> Response:
    """Prepare a grant, to be signed."""

    def prepare(connection: Connection) -> str:
        period, cents = form.number("period", 1, LAST_PERIOD), form.cents("amount")
        partner = form.line("partner", 32)
        return service.prepare_grant(connection, desk.onchain, desk.subject, partner, period, cents).id

    try:
        return desk.submit(form, lambda c, _: prepare(c), "/acts/{}")
    except Refused as error:
        return _grant(desk, form, desk.refusal(error))


@router.get("/{budget_id}")
def read_budget(budget_id: Hex32Path, desk: AnyOfficer) -> Response:
    """Show one budget, and to the treasurer what can be done with it."""
    return _budget(desk, budget_id, None)


@router.post("/{budget_id}/close")
def close_budget(budget_id: Hex32Path, form: Form, desk: Treasurer) -> Response:
    """Prepare that a budget promises nothing more, to be signed."""

    def prepare(connection: Connection) -> str:
        one = _find(connection, budget_id)
        return service.prepare_closing(connection, desk.onchain, desk.subject, one.partner, one.period).id

    try:
        return desk.submit(form, lambda c, _: prepare(c), "/acts/{}")
    except Refused as error:
        return _budget(desk, budget_id, desk.refusal(error))


@router.get("/{budget_id}/award")
def ask_for_award(
    budget_id: Hex32Path,
    desk: Treasurer,
    name: Annotated[LineText | None, Query(max_length=200)] = None,
) -> Response:
    """Ask who gets Heitjes at once, how many and why."""
    return _award(desk, budget_id, (name or "").strip(), FormData({}), None)


@router.post("/{budget_id}/awards")
def award(budget_id: Hex32Path, form: Form, desk: Treasurer) -> Response:
    """Prepare an award, to be signed."""

    def prepare(connection: Connection) -> str:
        one = _find(connection, budget_id)
        resident, cents = form.line("resident", 32), form.cents("amount")
        reason = form.lines("words", MOST_WORDS)
        return service.prepare_award(
            connection, desk.onchain, desk.subject, one.partner, one.period, resident, cents, reason
        ).id

    try:
        return desk.submit(form, lambda c, _: prepare(c), "/acts/{}")
    except Refused as error:
        return _award(desk, budget_id, form.raw("name"), form, desk.refusal(error))


# ---------------------------------------------------------------- shared


def partners(connection: Connection) -> list[Someone]:
    """Return the partners that can be given something, by name."""
    rows = connection.execute(
        select(PARTICIPANT.c.id, PARTICIPANT.c.name)
        .where((PARTICIPANT.c.kind == PARTNER) & (PARTICIPANT.c.state == ACTIVE) & ~PARTICIPANT.c.blocked)
        .order_by(PARTICIPANT.c.name, PARTICIPANT.c.id)
    )
    return [Someone(row.id, row.name) for row in rows]


# ---------------------------------------------------------------- details


def _find(connection: Connection, budget_id: str) -> Budget:
    """Raises:
    NotFound
    """
    row = connection.execute(service.budgets_query().where(BUDGET.c.id == budget_id)).one_or_none()
    if row is None:
        raise NotFound
    return service.budget_of(connection, row)


def _grant(desk: Desk, form: FormData, error: str | None) -> Response:
    def found(connection: Connection) -> dict[str, Any]:
        return {
            "partners": partners(connection),
            "room": reserve.read(connection).room,
            "this_year": day_of(latest_now(connection)).year,
        }

    status = 200 if error is None else 409
    return desk.page("city/grant.html", status, form=form, error=error, **desk.read(found))


def _budget(desk: Desk, budget_id: str, error: str | None) -> Response:
    found = desk.read(lambda c: _find(c, budget_id))
    return desk.page("city/budget.html", 200 if error is None else 409, budget=found, error=error)


def _award(desk: Desk, budget_id: str, name: str, form: FormData, error: str | None) -> Response:
    budget, people = desk.read(lambda c: (_find(c, budget_id), _residents(c, name)))
    status = 200 if error is None else 409
    return desk.page(
        "city/award.html", status, budget=budget, name=name, people=people, form=form, error=error
    )


def _residents(connection: Connection, name: str) -> list[Someone]:
    """Return residents whose name has this in it, by name; nobody as long as nothing is asked."""
    if not name:
        return []
    rows = connection.execute(
        select(PARTICIPANT.c.id, PARTICIPANT.c.name)
        .where(
            (PARTICIPANT.c.kind == RESIDENT)
            & (PARTICIPANT.c.state == ACTIVE)
            & func.lower(PARTICIPANT.c.name).contains(name.lower(), autoescape=True)
        )
        .order_by(PARTICIPANT.c.name, PARTICIPANT.c.id)
        .limit(MOST_FOUND)
    )
    return [Someone(row.id, row.name) for row in rows]


def _table(desk: Desk, budgets: Sequence[Budget]) -> Table:
    columns = (
        Column(desk.text("Partner organisation")),
        Column(desk.text("Period"), NUMBER),
        Column(desk.text("Granted"), EUROS),
        Column(desk.text("Promised"), EUROS),
        Column(desk.text("Earned"), EUROS),
        Column(desk.text("Free"), EUROS),
        Column(desk.text("State")),
    )
    rows = [
        (
            one.partner_name,
            one.period,
            one.books.granted,
            one.books.reserved,
            one.books.minted,
            one.books.available,
            desk.text("closed") if one.books.closed else desk.text("open"),
        )
        for one in budgets
    ]
    return Table("budgets", columns, rows)

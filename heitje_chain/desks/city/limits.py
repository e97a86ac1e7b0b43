"""Mint limits: how much a partner's approvals can bring into being in a while, if its key is stolen."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.budgets import rules, service
from heitje_chain.budgets.model import MINT_LIMIT
from heitje_chain.desks.exports import EUROS, NUMBER, Column, SavedAs, Table, all_rows, save
from heitje_chain.desks.forms import Form, FormData
from heitje_chain.desks.frame import Desk
from heitje_chain.http.paging import Listing, Wanted, WantedPage
from heitje_chain.http.problems import Refused

from .budgets import partners
from .readers import AnyOfficer, Treasurer

router = APIRouter(include_in_schema=False, prefix="/city/limits")

LIMITS = Listing("city-limits", (MINT_LIMIT.c.partner,))

HOUR_SECONDS = 3600
LEAST_HOURS = rules.SHORTEST_WINDOW_SECONDS // HOUR_SECONDS
MOST_HOURS = rules.LONGEST_WINDOW_SECONDS // HOUR_SECONDS


@router.get("")
def list_limits(desk: AnyOfficer, wanted: Wanted, saved: SavedAs = None) -> Response:
    """List the limits, and ask the treasurer for a new one."""
    if saved is not None:
        return save(desk, saved, desk.read(lambda c: _table(c, desk)))
    return _page(desk, wanted, FormData({}), None)


@router.post("")
def set_limit(form: Form, desk: Treasurer) -> Response:
    """Prepare a limit, to be signed; the act is delayed."""

    def prepare(connection: Connection) -> str:
        cents, hours = form.cents("amount"), form.number("hours", LEAST_HOURS, MOST_HOURS)
        return service.prepare_mint_limit(
            connection, desk.onchain, desk.subject, form.line("partner", 32), cents, hours * HOUR_SECONDS
        ).id

    try:
        return desk.submit(form, lambda c, _: prepare(c), "/acts/{}")
    except Refused as error:
        return _page(desk, WantedPage(), form, desk.refusal(error))


# ---------------------------------------------------------------- details


def _page(desk: Desk, wanted: WantedPage, form: FormData, error: str | None) -> Response:
    def found(connection: Connection) -> dict[str, Any]:
        page = LIMITS.page(connection, service.mint_limits_query(), wanted)
        return {
            "limits": [service.mint_limit_of(row) for row in page.rows],
            "next": page.next_address(desk.request),
            "partners": partners(connection),
        }

    status = 200 if error is None else 409
    return desk.page("city/limits.html", status, form=form, error=error, **desk.read(found))


def _table(connection: Connection, desk: Desk) -> Table:
    columns = (
        Column(desk.text("Partner organisation")),
        Column(desk.text("At most"), EUROS),
        Column(desk.text("In so many hours"), NUMBER),
    )
    limits = map(service.mint_limit_of, all_rows(connection, LIMITS, service.mint_limits_query()))
    rows = [(one.partner_name, one.capacity, one.window // HOUR_SECONDS) for one in limits]
    return Table("limits", columns, rows)

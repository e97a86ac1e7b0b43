"""The public register: for which kinds of jobs a partner says that they replace no paid work, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.declarations import service
from heitje_chain.declarations.api import REGISTER
from heitje_chain.declarations.service import Declaration
from heitje_chain.http.paging import Wanted

from .entry import At
from .exports import DAY, Column, SavedAs, Table, all_rows, save
from .frame import Desk
from .words import kind_name

router = APIRouter(include_in_schema=False)


@router.get("/declarations")
def read_register(desk: Annotated[Desk, At()], wanted: Wanted, saved: SavedAs = None) -> Response:
    """Show everybody all that was ever declared, the newest first."""
    statement = service.register_query()
    if saved is not None:
        rows = desk.read(lambda c: all_rows(c, REGISTER, statement))
        return save(desk, saved, _table(desk, [service.declaration_of(row) for row in rows]))

    def found(connection: Connection) -> dict[str, Any]:
        page = REGISTER.page(connection, statement, wanted)
        return {
            "declared": [service.declaration_of(row) for row in page.rows],
            "next": page.next_address(desk.request),
        }

    return desk.page("register.html", **desk.read(found))


# ---------------------------------------------------------------- details


def _table(desk: Desk, declared: Sequence[Declaration]) -> Table:
    columns = (
        Column(desk.text("Organisation")),
        Column(desk.text("Kind of job")),
        Column(desk.text("Why it replaces no paid work")),
        Column(desk.text("Who says so")),
        Column(desk.text("From"), DAY),
        Column(desk.text("Until"), DAY),
        Column(desk.text("Why it ended")),
    )
    rows = [
        (
            one.partner_name,
            kind_name(one.kind, desk.language),
            one.words,
            one.declared_by,
            one.declared_at,
            one.ended_at,
            one.reason,
        )
        for one in declared
    ]
    return Table("declarations", columns, rows)

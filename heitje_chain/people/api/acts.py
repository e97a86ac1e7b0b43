"""Acts and how far they are: `/api/v1/acts`. Officers see all of them, a partner its own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy import select

from heitje_chain.acts import service
from heitje_chain.acts.api import ActState, ActView, PreparedAct
from heitje_chain.acts.errors import ActUnknown
from heitje_chain.acts.model import ACT
from heitje_chain.acts.service import Act
from heitje_chain.http.fields import Hex32Path
from heitje_chain.http.paging import Listing, PageOf, Wanted
from heitje_chain.http.transaction import Database

from ..tokens import Caller
from .bearer import Needs

router = APIRouter(prefix="/api/v1/acts", tags=["acts"])

ACTS = Listing("acts", (ACT.c.created_at, ACT.c.id))


@router.get("/{act_id}")
def read_act(
    act_id: Hex32Path, caller: Annotated[Caller, Needs("acts:read")], database: Database
) -> PreparedAct:
    """Read one act with what is, or was, to be signed; ask again until it is done."""
    return PreparedAct.of(_own(caller, database.read(lambda connection: service.find(connection, act_id))))


@router.get("")
def list_acts(
    request: Request,
    caller: Annotated[Caller, Needs("acts:read")],
    wanted: Wanted,
    database: Database,
    kind: Annotated[
        str | None, Query(pattern="^[a-z_]{1,40}$", description="Only of this kind.", examples=["grant"])
    ] = None,
    state: Annotated[ActState | None, Query(description="Only in this state.")] = None,
) -> PageOf[ActView]:
    """List acts, newest first."""
    given = {ACT.c.kind: kind, ACT.c.state: state}
    statement = select(ACT).where(*(column == wish for column, wish in given.items() if wish is not None))
    if not caller.is_officer:
        statement = statement.where(ACT.c.actor == caller.subject)
    page = database.read(lambda connection: ACTS.page(connection, statement, wanted))
    return page.as_json(request, lambda row: ActView.of(service.act_of(row)))


def _own(caller: Caller, act: Act) -> Act:
    if not caller.is_officer and act.actor != caller.subject:
        raise ActUnknown
    return act

"""Giving to an association: choosing one; the rest is paying."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.desks.entry import At
from heitje_chain.desks.frame import Desk
from heitje_chain.payments import rules
from heitje_chain.payments.rules import Code
from heitje_chain.people import service as people
from heitje_chain.people.model import ACTIVE, ASSOCIATION, PARTICIPANT

router = APIRouter(include_in_schema=False)


@router.get("/give")
def list_associations(desk: Annotated[Desk, At("resident")]) -> Response:
    """List the associations that one can give to."""

    def found(connection: Connection) -> list[tuple[str, str]]:
        active = people.participants_query(kind=ASSOCIATION, state=ACTIVE, blocked=False)
        rows = connection.execute(active.order_by(PARTICIPANT.c.name, PARTICIPANT.c.id))
        return [(row.name, rules.make_code(desk.onchain.chain_id, Code(ASSOCIATION, row.id))) for row in rows]

    return desk.page("resident/give.html", associations=desk.read(found))

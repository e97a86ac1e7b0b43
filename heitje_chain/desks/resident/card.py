"""One's card for paying without a phone: how it stands, and blocking it at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from heitje_chain.cards import service
from heitje_chain.desks.entry import At
from heitje_chain.desks.frame import Desk

router = APIRouter(include_in_schema=False, prefix="/wallet/card")


@router.get("")
def read_card(desk: Annotated[Desk, At("resident")]) -> Response:
    """Show one's card."""
    cards = desk.read(lambda connection: service.of_resident(connection, desk.subject))
    return desk.page("resident/card.html", card=cards[0] if cards else None)


@router.post("/block")
def block(desk: Annotated[Desk, At("resident")]) -> Response:
    """Block one's card at once; doing it twice is doing it once."""
    desk.database.change(lambda connection: service.block_own(connection, desk.subject))
    return desk.go("/wallet/card")

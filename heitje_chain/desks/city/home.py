"""Where an officer begins: what waits for it, each thing a link, and how the money stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.desks.entry import At
from heitje_chain.desks.frame import Desk
from heitje_chain.people.roles import OFFICER_ROLES
from heitje_chain.reports import reserve

from . import waiting_money, waiting_people
from .waiting import Waiting

router = APIRouter(include_in_schema=False)

SOURCES: Sequence[Callable[[Connection, Desk], Iterable[Waiting]]] = (
    waiting_people.stops,
    waiting_people.acts_to_sign,
    waiting_people.admissions,
    waiting_people.recoveries,
    waiting_people.limits,
    waiting_people.passkeys_to_let,
    waiting_money.disputes,
    waiting_money.to_pay,
    waiting_money.uncovered,
    waiting_people.acts_under_way,
)
"""Each tells of one kind of thing that waits, in the order of the page."""


@router.get("/city")
def read_home(desk: Annotated[Desk, At(*OFFICER_ROLES)]) -> Response:
    """Show what waits for this officer, and how the money stands."""
    found, standing = desk.read(
        lambda c: ([one for source in SOURCES for one in source(c, desk)], reserve.read(c))
    )
    return desk.page(
        "city/home.html",
        reserve=standing,
        alarms=[one for one in found if one.is_alarm],
        waiting=[one for one in found if not one.is_alarm],
    )

"""What one has, and what came and went."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.chain.clock import latest_now
from heitje_chain.days import day_of
from heitje_chain.desks import texts
from heitje_chain.desks.charts import Group, chart
from heitje_chain.desks.frame import At, Desk
from heitje_chain.http.paging import Listing, Wanted
from heitje_chain.payments import spending
from heitje_chain.people.service import Participant
from heitje_chain.reports import activity
from heitje_chain.reports.activity import ENTRY

router = APIRouter(include_in_schema=False)

MONTHS = 6

ENTRIES = Listing("activity", (ENTRY.c.at, ENTRY.c.id))


@router.get("/wallet")
def read_wallet(desk: Annotated[Desk, At("resident")], wanted: Wanted) -> Response:
    """Show the balance and what happened, newest first."""

    def found(connection: Connection) -> dict[str, Any]:
        person = desk.participant(connection)
        page = ENTRIES.page(connection, activity.query(person), wanted)
        return {
            "balance": spending.balance(connection, person),
            "entries": [activity.entry_of(row) for row in page.rows],
            "next": page.next_address(desk.request),
            "chart": chart(_months(connection, desk, person)),
        }

    return desk.page("resident/wallet.html", **desk.read(found))


# ---------------------------------------------------------------- details


def _months(connection: Connection, desk: Desk, person: Participant) -> list[Group]:
    today = day_of(latest_now(connection))
    return [
        Group(texts.month(one.first_day, desk.language), (one.came, one.went))
        for one in activity.by_month(connection, person, today, MONTHS)
    ]

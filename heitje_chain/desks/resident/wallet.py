"""What one has, and what came and went."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from heitje_chain.chain.clock import latest_now
from heitje_chain.days import day_of, start_of
from heitje_chain.desks import texts
from heitje_chain.desks.charts import Group, chart
from heitje_chain.desks.entry import At
from heitje_chain.desks.frame import Desk
from heitje_chain.http.paging import Listing, Wanted
from heitje_chain.payments import spending
from heitje_chain.people.service import Participant
from heitje_chain.reports import activity
from heitje_chain.reports.activity import ENTRY

router = APIRouter(include_in_schema=False)

MONTHS = 6
MONTHS_TO_CHOOSE = 24

ENTRIES = Listing("activity", (ENTRY.c.at, ENTRY.c.id))


@router.get("/wallet")
def read_wallet(
    desk: Annotated[Desk, At("resident", "association")],
    wanted: Wanted,
    month: Annotated[str | None, Query(max_length=7)] = None,
) -> Response:
    """Show the balance and what happened, newest first, in one month or ever."""

    def found(connection: Connection) -> dict[str, Any]:
        person = desk.participant(connection)
        today = day_of(latest_now(connection))
        firsts = [activity.months_before(today, back) for back in range(MONTHS_TO_CHOOSE)]
        chosen = next((one for one in firsts if f"{one:%Y-%m}" == month), None)
        entries = activity.query(person)
        if chosen is not None:
            begins, ends = start_of(chosen), start_of(activity.months_before(chosen, -1))
            entries = entries.where((ENTRY.c.at >= begins) & (ENTRY.c.at < ends))
        page = ENTRIES.page(connection, entries, wanted)
        return {
            "months": [(f"{one:%Y-%m}", texts.month_of_year(one, desk.language)) for one in firsts],
            "month": "" if chosen is None else month,
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

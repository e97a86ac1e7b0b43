"""What came of it all: jobs, hours, Heitjes and people, by month, neighbourhood and kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Response

from heitje_chain.chain.clock import latest_now
from heitje_chain.days import day_of
from heitje_chain.desks import texts
from heitje_chain.desks.charts import Group, chart
from heitje_chain.desks.entry import At
from heitje_chain.desks.exports import Column, Kind, SavedAs, Table, save
from heitje_chain.desks.frame import Desk
from heitje_chain.desks.texts import marked as _
from heitje_chain.reports import jobs as reports
from heitje_chain.reports.jobs import Done, Results

router = APIRouter(prefix="/partner/results")

MONTHS = 12


@router.get("")
def read_results(desk: Annotated[Desk, At("partner")], saved: SavedAs = None) -> Response:
    """Show a year's results; as a file, month by month."""
    found = desk.read(
        lambda c: reports.results(c, desk.participant(c).chain_id or "", day_of(latest_now(c)), MONTHS)
    )
    if saved is not None:
        return save(desk, saved, _table(desk, found))
    return desk.page(
        "partner/results.html",
        results=found,
        months=[(texts.month_of_year(one.first_day, desk.language), one.done) for one in found.months],
        jobs_chart=chart(
            [Group(texts.month(one.first_day, desk.language), (one.done.jobs,)) for one in found.months]
        ),
        neighbourhoods=_shares(found.neighbourhoods),
        kinds=_shares(found.kinds),
    )


def _table(desk: Desk, found: Results) -> Table:
    """Return the months with all that is told of each."""
    columns = (
        Column(desk.text(_("Month"))),
        Column(desk.text(_("Jobs")), Kind.NUMBER),
        Column(desk.text(_("Hours")), Kind.HOURS),
        Column(desk.text(_("Paid out")), Kind.EUROS),
        Column(desk.text(_("People")), Kind.NUMBER),
    )
    rows = [
        (one.first_day.isoformat()[:7], one.done.jobs, one.done.minutes, one.done.cents, one.done.residents)
        for one in found.months
    ]
    return Table("results", columns, rows)


def _shares(found: Sequence[Done]) -> list[tuple[Done, float]]:
    """Return each with the length of its bar, of 100: the most is the whole of it."""
    most = max((one.jobs for one in found), default=1)
    return [(one, round(100 * one.jobs / most, 1)) for one in found]

"""The public page: what the coin did, what stands behind it, and where one can pay with it."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Response

from heitje_chain.reports import public
from heitje_chain.reports.public import PublicFigures

from . import texts
from .charts import Chart, Group, chart
from .entry import At
from .exports import EUROS, HOURS, NUMBER, Cell, Column, SavedAs, Table, save
from .frame import Desk

router = APIRouter(include_in_schema=False)

KEPT_SECONDS = 60
"""How old the figures may be: whoever asks without a login does not make the database count each time."""


@router.get("/figures")
def read_figures(desk: Annotated[Desk, At()], saved: SavedAs = None) -> Response:
    """Show the figures to everybody."""
    found = _figures(desk)
    if saved is not None:
        return save(desk, saved, _table(desk, found))
    return desk.page("figures.html", figures=found, chart=_chart(desk, found), least=public.LEAST)


# ---------------------------------------------------------------- details


def _figures(desk: Desk) -> PublicFigures:
    state, now = desk.request.app.state, time.monotonic()
    kept: tuple[float, PublicFigures] | None = getattr(state, "public_figures", None)
    if kept is None or now - kept[0] > KEPT_SECONDS:
        kept = (now, desk.read(public.read))
        state.public_figures = kept
    return kept[1]


def _chart(desk: Desk, found: PublicFigures) -> Chart:
    return chart([Group(texts.month(one.first_day, desk.language), (one.work.jobs,)) for one in found.months])


def _table(desk: Desk, found: PublicFigures) -> Table:
    """Return all that the page tells, a line for each figure."""
    reserve = found.reserve
    fewer = desk.text("fewer than %(least)s", least=public.LEAST)
    rows: list[tuple[Cell, ...]] = [
        (
            desk.text("Jobs done"),
            fewer if found.is_few else None,
            None if found.is_few else found.jobs,
            None,
            None,
        ),
        (desk.text("Hours"), None, None, None if found.is_few else found.minutes, None),
        (desk.text("Heitjes in circulation"), None, None, None, reserve.supply),
        (desk.text("Euros in the bank for them"), _day(desk, reserve.as_of), None, None, reserve.attested),
        (desk.text("What the municipality owes"), None, None, None, reserve.owed),
        (desk.text("Shops"), None, len(found.shops), None, None),
    ]
    if not found.is_few:
        rows += [
            (
                desk.text("Jobs in a neighbourhood"),
                one.name or desk.text("Other neighbourhoods together"),
                one.jobs,
                None,
                None,
            )
            for one in found.neighbourhoods
        ]
        rows += [
            (desk.text("Jobs in a month"), f"{one.first_day:%Y-%m}", one.work.jobs, None, None)
            for one in found.months
        ]
    rows += [(desk.text("Shop"), f"{one.name} ({one.category})", None, None, None) for one in found.shops]
    columns = (
        Column(desk.text("Figure")),
        Column(desk.text("About")),
        Column(desk.text("Number"), NUMBER),
        Column(desk.text("Hours"), HOURS),
        Column(desk.text("Euros"), EUROS),
    )
    return Table("figures", columns, rows)


def _day(desk: Desk, seconds: int | None) -> str | None:
    return None if seconds is None else texts.day(seconds, desk.language)

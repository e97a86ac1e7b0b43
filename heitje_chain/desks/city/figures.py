"""Figures: work and spending by month, neighbourhood and kind of shop, and the municipality's meters."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from heitje_chain.desks import texts
from heitje_chain.desks.charts import Group, chart
from heitje_chain.desks.exports import DAY, EUROS, HOURS, NUMBER, Column, SavedAs, Table, save
from heitje_chain.desks.frame import Desk
from heitje_chain.people import contracts
from heitje_chain.reports import figures, meters
from heitje_chain.reports.api.meters import warning
from heitje_chain.reports.figures import Span

from .readers import AnyOfficer

router = APIRouter(include_in_schema=False, prefix="/city/figures")

TableName = Literal["months", "neighbourhoods", "shops"]


@router.get("")
def read_figures(
    desk: AnyOfficer,
    year: Annotated[str | None, Query(max_length=4)] = None,
    saved: SavedAs = None,
    table: TableName = "months",
) -> Response:
    """Show the figures of the last twelve months, or of a year."""

    def found(connection: Connection) -> tuple[Span, list[int]]:
        today = contracts.today(connection)
        years = figures.years(connection, today)
        is_year = year is not None and year.isdecimal() and int(year) in years
        return figures.of_year(int(year or 0)) if is_year else figures.latest(today), years

    span, years = desk.read(found)
    if saved is not None:
        return save(desk, saved, desk.read(lambda c: _TABLES[table](c, desk, span)))

    def read(connection: Connection) -> dict[str, Any]:
        months = figures.by_month(connection, span)
        return {
            "work": figures.work(connection, span),
            "months": months,
            "neighbourhoods": figures.by_neighbourhood(connection, span),
            "categories": figures.by_category(connection, span),
            "meters": meters.read(connection, desk.request.app.state.thresholds),
            "jobs_chart": chart(
                [Group(texts.month(one.first_day, desk.language), (one.work.jobs,)) for one in months]
            ),
            "money_chart": chart(
                [
                    Group(texts.month(one.first_day, desk.language), (one.work.cents, one.spent))
                    for one in months
                ]
            ),
        }

    shown = desk.read(read)
    return desk.page(
        "city/figures.html",
        years=[(str(one), str(one)) for one in years],
        year=year or "",
        spent=sum(one.spent for one in shown["months"]),
        month_names=[texts.month_of_year(one.first_day, desk.language) for one in shown["months"]],
        warning=warning(shown["meters"].volume, desk.language),
        **shown,
    )


# ---------------------------------------------------------------- details


def _months(connection: Connection, desk: Desk, span: Span) -> Table:
    columns = (
        Column(desk.text("Month"), DAY),
        Column(desk.text("Jobs"), NUMBER),
        Column(desk.text("Hours"), HOURS),
        Column(desk.text("Earned"), EUROS),
        Column(desk.text("Payments"), NUMBER),
        Column(desk.text("Spent"), EUROS),
        Column(desk.text("Given back"), EUROS),
    )
    rows = [
        (
            one.first_day,
            one.work.jobs,
            one.work.minutes,
            one.work.cents,
            one.payments,
            one.spent,
            one.given_back,
        )
        for one in figures.by_month(connection, span)
    ]
    return Table("months", columns, rows)


def _neighbourhoods(connection: Connection, desk: Desk, span: Span) -> Table:
    columns = (
        Column(desk.text("Neighbourhood")),
        Column(desk.text("Jobs"), NUMBER),
        Column(desk.text("Hours"), HOURS),
        Column(desk.text("Earned"), EUROS),
    )
    rows = [
        (one.neighbourhood or desk.text("unknown"), one.work.jobs, one.work.minutes, one.work.cents)
        for one in figures.by_neighbourhood(connection, span)
    ]
    return Table("neighbourhoods", columns, rows)


def _shops(connection: Connection, desk: Desk, span: Span) -> Table:
    columns = (
        Column(desk.text("Kind of shop")),
        Column(desk.text("Payments"), NUMBER),
        Column(desk.text("Spent"), EUROS),
        Column(desk.text("Given back"), EUROS),
    )
    rows = [
        (one.category or desk.text("unknown"), one.payments, one.spent, one.given_back)
        for one in figures.by_category(connection, span)
    ]
    return Table("kinds-of-shop", columns, rows)


_TABLES = {"months": _months, "neighbourhoods": _neighbourhoods, "shops": _shops}

"""Tables as files: CSV as a Dutch Excel opens it, and XLSX.

A page that shows a table gives it as a file at the same address with `?as=csv` or `?as=xlsx`, with the same
filters and for the same readers:

    @router.get("/city/budgets")
    def list_budgets(desk: Annotated[Desk, At(*OFFICERS)], wanted: Wanted, saved: SavedAs = None) -> Response:
        if saved is not None:
            return save(desk, saved, desk.read(lambda c: _table(c, desk)))
        ...

and links to both by `{{ parts.exports() }}`. A file is whole or is refused: whoever adds up half a list pays
the wrong amount.

Sources: RFC 4180; OWASP, CSV Injection; a cell that begins like a formula is run by the program that opens
the file, by whoever opens it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import xlsxwriter
from fastapi import Query, Response
from sqlalchemy import Connection, Row, Select

from heitje_chain.days import HERE, day_of
from heitje_chain.http.language import Language
from heitje_chain.http.paging import Listing
from heitje_chain.http.problems import Refused
from heitje_chain.money import to_euros

from .frame import Desk

MOST_ROWS = 100_000


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    EUROS = "euros"
    """Cents."""
    NUMBER = "number"
    HOURS = "hours"
    """Minutes."""
    DAY = "day"
    """UTC seconds, like the next; or a date."""
    MOMENT = "moment"


TEXT, EUROS, NUMBER, HOURS, DAY, MOMENT = Kind

FileKind = Literal["csv", "xlsx"]

SavedAs = Annotated[FileKind | None, Query(alias="as")]

Cell = str | int | date | None
"""None is an empty cell."""

_FORMULA = (*"=+-@\t\r\n", *"\uff1d\uff0b\uff0d\uff20")
"""With what a formula begins, in signs of full width too."""

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMATS = {
    EUROS: "€ #,##0.00",
    NUMBER: "0",
    HOURS: "#,##0.00",
    DAY: "yyyy-mm-dd",
    MOMENT: "yyyy-mm-dd hh:mm",
}
_WIDTHS = {TEXT: 28, EUROS: 14, NUMBER: 10, HOURS: 10, DAY: 12, MOMENT: 17}


class ListTooLong(
    Refused,
    slug="list-too-long",
    status=409,
    nl="Deze lijst heeft meer dan {most} regels. Kies een kleiner deel, of vraag hem aan de beheerder.",
    en="This list has more than {most} rows. Choose a smaller part, or ask the operator for it.",
):
    """More than a file of ours holds."""

    def __init__(self, most: int = MOST_ROWS) -> None:
        self.most = most


@dataclass(frozen=True)
class Column:
    name: str
    """In the reader's language."""
    kind: Kind = TEXT


@dataclass(frozen=True)
class Table:
    name: str
    """Of the file, in a-z and hyphens: "budgets"."""
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    """Each as long as the columns."""


def all_rows(connection: Connection, listing: Listing, statement: Select[Any]) -> Sequence[Row[Any]]:
    """Return all rows of a list that a page shows in parts, in its order.

    Raises:
        ListTooLong
    """
    order = (column.desc() if listing.descending else column.asc() for column in listing.order)
    rows = connection.execute(statement.order_by(*order).limit(MOST_ROWS + 1)).all()
    if len(rows) > MOST_ROWS:
        raise ListTooLong
    return rows


def save(desk: Desk, kind: FileKind, table: Table) -> Response:
    """Answer with a table as a file.

    Raises:
        ListTooLong
    """
    if len(table.rows) > MOST_ROWS:
        raise ListTooLong
    content = as_csv(table, desk.language) if kind == "csv" else as_xlsx(table)
    name = f"heitje-{table.name}-{datetime.now(HERE).date().isoformat()}.{kind}"
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Vary": "Cookie, Accept-Language",
    }
    return Response(content, media_type=_TYPES[kind], headers=headers)


def as_csv(table: Table, language: Language) -> bytes:
    """Return UTF-8 with a mark at its head, semicolons, and in Dutch a decimal comma."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_harmless(column.name) for column in table.columns])
    for row in table.rows:
        writer.writerow(
            [_written(cell, column.kind, language) for cell, column in zip(row, table.columns, strict=True)]
        )
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(table: Table) -> bytes:
    """Return a workbook of one sheet: amounts are numbers, days are days, and no cell is a formula."""
    content = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, {"in_memory": True, "constant_memory": False, **options}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        formats = {kind: book.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, _WIDTHS[column.kind])
            sheet.write_string(0, place, column.name, bold)
        sheet.freeze_panes(1, 0)
        if table.rows:
            sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
        for line, place, cell, kind in _cells(table):
            value = _value(cell, kind)
            if isinstance(value, str):
                sheet.write_string(line, place, value)
            elif isinstance(value, date):
                sheet.write_datetime(line, place, value, formats[kind])
            else:
                sheet.write_number(line, place, value, formats[kind])
    return content.getvalue()


# ---------------------------------------------------------------- details


def _cells(table: Table) -> Iterator[tuple[int, int, str | int | date, Kind]]:
    """Yield line and place of each cell that is not empty; the columns' names are line 0."""
    for line, row in enumerate(table.rows, 1):
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            if cell is not None:
                yield line, place, cell, column.kind


def _value(cell: str | int | date, kind: Kind) -> str | int | Decimal | date:
    """Return a cell as a spreadsheet counts with it."""
    if kind == TEXT or isinstance(cell, str):
        return str(cell)
    if isinstance(cell, date):
        return cell
    if kind == DAY:
        return day_of(cell)
    if kind == MOMENT:
        return datetime.fromtimestamp(cell, HERE).replace(tzinfo=None)
    if kind == EUROS:
        return Decimal(to_euros(cell))
    return _hours(cell) if kind == HOURS else cell


def _written(cell: Cell, kind: Kind, language: Language) -> str:
    if cell is None:
        return ""
    value = _value(cell, kind)
    if isinstance(value, str):
        return _harmless(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    if isinstance(value, Decimal) and language == "nl":
        return str(value).replace(".", ",")
    return str(value)


def _hours(minutes: int) -> Decimal:
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"))


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text

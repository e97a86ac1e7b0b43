"""Reads what our exports wrote, with nothing of what wrote them."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime, timedelta

from lxml import etree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook's days have no time zone


def rows_of_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def cells_of_xlsx(content: bytes) -> dict[str, str | float]:
    """Return place -> text or number of a workbook's sheet; a formula fails."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        shared = etree.fromstring(book.read("xl/sharedStrings.xml"))
        texts = ["".join(one.itertext()) for one in shared.iter(f"{_MAIN}si")]
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert not list(sheet.iter(f"{_MAIN}f"))
    found: dict[str, str | float] = {}
    for cell in sheet.iter(f"{_MAIN}c"):
        value = str(cell.findtext(f"{_MAIN}v"))
        found[str(cell.get("r"))] = texts[int(value)] if cell.get("t") == "s" else float(value)
    return found


def formats_of_xlsx(content: bytes) -> dict[str, str]:
    """Return place -> how a number is shown, where it is told."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        styles = etree.fromstring(book.read("xl/styles.xml"))
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    codes = {one.get("numFmtId"): one.get("formatCode") for one in styles.iter(f"{_MAIN}numFmt")}
    [made] = styles.iter(f"{_MAIN}cellXfs")
    by_style = [codes.get(one.get("numFmtId"), "") for one in made]
    return {str(cell.get("r")): str(by_style[int(cell.get("s") or 0)]) for cell in sheet.iter(f"{_MAIN}c")}


def frozen_rows(content: bytes) -> int:
    """Return how many rows stay when one scrolls."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return sum(int(float(str(one.get("ySplit")))) for one in sheet.iter(f"{_MAIN}pane"))


def moment(number: float) -> datetime:
    """Return what a workbook's number means as a day and a time."""
    return _FIRST_DAY + timedelta(minutes=round(number * 1440))

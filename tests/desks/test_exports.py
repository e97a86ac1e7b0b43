"""Tables as files: what stands in each cell, and that no cell is run."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from heitje_chain.days import HERE
from heitje_chain.desks import exports
from heitje_chain.desks.exports import DAY, EUROS, HOURS, MOMENT, NUMBER, Column, Table
from tests.service.town import Person, Town

from .visitor import officer
from .workbooks import cells_of_xlsx, formats_of_xlsx, frozen_rows, moment, rows_of_csv

AT = int(datetime(2026, 11, 30, 23, 30, tzinfo=HERE).timestamp())

TABLE = Table(
    "all-kinds",
    (
        Column("Naam"),
        Column("Bedrag", EUROS),
        Column("Aantal", NUMBER),
        Column("Uren", HOURS),
        Column("Dag", DAY),
        Column("Moment", MOMENT),
    ),
    (
        ("Café 't Höfke; Heerlen", 1_234_50, 3, 90, AT, AT),
        ('Twee\nregels, "aangehaald"', -5, 0, 20, date(2026, 1, 2), None),
        (None, None, None, None, None, None),
    ),
)


def test_csv__opens_in_a_dutch_excel__with_each_cell_exact() -> None:
    content = exports.as_csv(TABLE, "nl")

    assert rows_of_csv(content) == [
        ["Naam", "Bedrag", "Aantal", "Uren", "Dag", "Moment"],
        ["Café 't Höfke; Heerlen", "1234,50", "3", "1,50", "2026-11-30", "2026-11-30 23:30"],
        ['Twee\nregels, "aangehaald"', "-0,05", "0", "0,33", "2026-01-02", ""],
        [""] * 6,
    ]
    assert b"\r\n" in content


def test_csv__in_english__has_a_decimal_point() -> None:
    assert rows_of_csv(exports.as_csv(TABLE, "en"))[1][1] == "1234.50"


def test_xlsx__has_amounts_as_numbers_and_days_as_days() -> None:
    content = exports.as_xlsx(TABLE)
    cells, formats = cells_of_xlsx(content), formats_of_xlsx(content)

    assert [cells[f"{column}1"] for column in "ABCDEF"] == [column.name for column in TABLE.columns]
    assert (cells["A2"], cells["B2"], cells["C2"], cells["D2"]) == ("Café 't Höfke; Heerlen", 1234.5, 3, 1.5)
    assert moment(float(cells["E2"])) == datetime(2026, 11, 30)  # noqa: DTZ001 - as it is shown
    assert moment(float(cells["F2"])) == datetime(2026, 11, 30, 23, 30)  # noqa: DTZ001
    assert (cells["B3"], cells["D3"], "F3" in cells, "A4" in cells) == (-0.05, 0.33, False, False)
    assert formats["B2"] == "€ #,##0.00"
    assert (formats["E2"], formats["F2"]) == ("yyyy-mm-dd", "yyyy-mm-dd hh:mm")
    assert frozen_rows(content) == 1


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("http://x.example","klik")',
        "+31 45 1234567",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\uff1d1",
    ],
)
def test_cell__that_begins_like_a_formula__is_a_text(text: str) -> None:
    table = Table("bad", (Column("Naam"),), ((text,),))

    assert rows_of_csv(exports.as_csv(table, "nl"))[1] == [f"'{text}"]
    assert str(cells_of_xlsx(exports.as_xlsx(table))["A2"]).replace("_x000D_", "\r") == text


def test_amounts__of_the_largest_size__lose_no_cent() -> None:
    table = Table("large", (Column("Bedrag", EUROS),), ((2**48 - 1,),))

    assert rows_of_csv(exports.as_csv(table, "nl"))[1] == ["2814749767106,55"]
    assert cells_of_xlsx(exports.as_xlsx(table))["A2"] == 2814749767106.55


def test_table__without_rows__is_its_head() -> None:
    table = Table("none", (Column("Naam"), Column("Bedrag", EUROS)), ())

    assert rows_of_csv(exports.as_csv(table, "nl")) == [["Naam", "Bedrag"]]
    assert cells_of_xlsx(exports.as_xlsx(table)) == {"A1": "Naam", "B1": "Bedrag"}


@pytest.mark.parametrize(
    ("role", "path", "head", "row"),
    [
        ("registrar", "/city/cards", ["Naam", "Kaart"], ["Anna Jansen", "geen kaart"]),
        (
            "registrar",
            "/city/logins",
            ["E-mailadres", "Rol"],
            ["registrar@heerlen.example", "Registratie"],
        ),
        (
            "auditor",
            "/city/allowances",
            [
                "Geldt vanaf",
                "Uur",
                "Onder 21",
                "Maand",
                "Jaar",
                "Stad",
                "Status",
                "Voorgesteld door",
                "Beslist door",
            ],
            None,
        ),
    ],
)
def test_list__of_the_municipality__is_there_as_both_files(
    town: Town, anna: Person, role: str, path: str, head: list[str], row: list[str] | None
) -> None:
    visitor = officer(town, role)
    visitor.language = "nl"

    links = [link for link in visitor.get(path).links() if "as=" in link]
    assert links == [f"{path}?as=csv", f"{path}?as=xlsx"]
    table, sheet = (visitor.client.get(link, headers={"Accept-Language": "nl"}).content for link in links)
    rows = rows_of_csv(table)
    assert rows[0] == head
    assert len(rows) > 1
    assert row is None or row in rows
    assert [cells_of_xlsx(sheet)[f"{'ABCDEFGHI'[at]}1"] for at in range(len(head))] == head

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Connection, Engine, Integer, LargeBinary, MetaData, String, Table, select

from heitje_chain.http.paging import CursorInvalid, Listing, WantedPage

from .cafe import SALE

ROWS = MetaData()
ROW = Table(
    "paged_row",
    ROWS,
    Column("day", Integer, nullable=False),
    Column("name", String(20), nullable=False),
    Column("seen", Integer),
    Column("raw", LargeBinary, nullable=False, default=b""),
)
NEWEST = Listing("rows", (ROW.c.day, ROW.c.name))
OLDEST = Listing("rows", (ROW.c.day, ROW.c.name), descending=False)

IDS = st.tuples(st.integers(-5, 5), st.text(st.sampled_from("abé~Z"), max_size=3))


def add(connection: Connection, rows: set[tuple[int, str]]) -> None:
    for day, name in rows:
        connection.execute(ROW.insert().values(day=day, name=name))


def walk(connection: Connection, listing: Listing, limit: int, meanwhile: list[set[tuple[int, str]]]) -> Any:
    seen: list[tuple[int, str]] = []
    cursor, additions = None, iter(meanwhile)
    while True:
        page = listing.page(connection, select(ROW), WantedPage(limit, cursor))
        assert len(page.rows) == limit or page.next_cursor is None
        seen += [(row.day, row.name) for row in page.rows]
        if page.next_cursor is None:
            return seen
        cursor = page.next_cursor
        add(connection, next(additions, set()))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.sets(IDS, max_size=30),
    heads=st.lists(st.sets(st.text("abc", max_size=2), max_size=4), max_size=10),
    limit=st.integers(1, 7),
)
def test_page__when_walked_while_rows_come_at_the_head__each_row_once_in_order(
    engine: Engine, rows: set[tuple[int, str]], heads: list[set[str]], limit: int
) -> None:
    meanwhile = [{(100 + number, name) for name in names} for number, names in enumerate(heads)]
    with engine.connect() as connection:  # which keeps nothing, not even the table
        ROWS.create_all(connection)
        add(connection, rows)
        newest = walk(connection, NEWEST, limit, meanwhile)
        everything = {(row.day, row.name) for row in connection.execute(select(ROW))}
        oldest = walk(connection, OLDEST, limit, [])

    assert newest == sorted(rows, reverse=True)
    assert oldest == sorted(everything)


def fill(engine: Engine, count: int) -> None:
    with engine.begin() as connection:
        for number in range(count):
            connection.execute(SALE.insert().values(sold_at=number // 3, buyer="anna", cents=number + 1))


def test_next__when_followed__walks_the_whole_list(client: TestClient, engine: Engine) -> None:
    fill(engine, 45)
    seen: list[int] = []
    address = "/api/sales?limit=20&of=me%26you"
    while address:
        page = client.get(address).json()
        seen += [item["cents"] for item in page["items"]]
        address = page["next"]
        assert address is None or ("of=me%26you" in address and "limit=20" in address)

    assert seen == list(range(45, 0, -1))


@pytest.mark.parametrize(("count", "limit"), [(0, 20), (20, 20)])
def test_next__on_the_last_page__is_null(client: TestClient, engine: Engine, count: int, limit: int) -> None:
    fill(engine, count)

    page = client.get(f"/api/sales?limit={limit}").json()

    assert (len(page["items"]), page["next"]) == (count, None)


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x"])
def test_limit__out_of_bounds__400(client: TestClient, limit: str) -> None:
    answer = client.get(f"/api/sales?limit={limit}")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "query.limit")


def cursor_of(place: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        "!!!!",
        cursor_of({"sales": 1}),
        cursor_of([]),
        cursor_of(["sales", 1]),
        cursor_of(["sales", 1, 1, 1]),
        cursor_of(["others", 1, 1]),
        cursor_of(["sales", 1, "1"]),
        cursor_of(["sales", 1, True]),
        cursor_of(["sales", 1, 1.0]),
        cursor_of(["sales", 1, 2**63]),
        cursor_of(["sales", 1, [1]]),
        base64.urlsafe_b64encode(b"[" * 200).decode(),
        "A" * 5000,
    ],
)
def test_cursor__not_made_here__400(client: TestClient, cursor: str) -> None:
    answer = client.get("/api/sales", params={"cursor": cursor})

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/cursor-invalid")


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "a" * 201])
def test_cursor__with_text_that_no_database_takes__refused(engine: Engine, text: str) -> None:
    with engine.connect() as connection, pytest.raises(CursorInvalid):
        NEWEST.page(connection, select(ROW), WantedPage(20, cursor_of(["rows", 1, text])))


def test_cursor__made_up_but_well_formed__only_begins_elsewhere(client: TestClient, engine: Engine) -> None:
    fill(engine, 4)

    page = client.get("/api/sales", params={"cursor": cursor_of(["sales", 0, 2])}).json()

    assert [item["cents"] for item in page["items"]] == [1]


@pytest.mark.parametrize("column", [ROW.c.seen, ROW.c.raw])
def test_listing__by_a_column_that_cannot_order__value_error(column: Column[Any]) -> None:
    with pytest.raises(ValueError, match="cannot be part of an order"):
        Listing("rows", (ROW.c.day, column))

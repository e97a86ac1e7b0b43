"""What only a server with several writers does to a request: deadlocks, waits with an end, one row twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine, select, text, update

from heitje_chain import db
from heitje_chain.http.transaction import DatabaseBusy, RequestDatabase
from tests.databases import only_postgresql

from .cafe import SALE, Cafe, application, sales_in

pytestmark = only_postgresql

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def impatient(database_url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An engine whose waits end at once; `engine` has made the tables."""
    limits = {"lock_timeout": 0.1, "statement_timeout": 0.3, "idle_in_transaction_session_timeout": 0.1}
    monkeypatch.setattr(db, "LIMITS", limits)
    opened = db.open_engine(database_url)
    opened.connect().close()
    yield opened
    opened.dispose()


def sell_two(engine: Engine) -> None:
    with db.transaction(engine) as connection:
        connection.execute(
            SALE.insert(), [{"id": n, "sold_at": 1, "buyer": "anna", "cents": 0} for n in (1, 2)]
        )


def raise_price(connection: Connection, sale: int) -> None:
    connection.execute(update(SALE).where(SALE.c.id == sale).values(cents=SALE.c.cents + 1))


def prices(engine: Engine) -> list[int]:
    with db.reading(engine) as connection:
        return list(connection.scalars(select(SALE.c.cents).order_by(SALE.c.id)))


def test_changes__that_block_each_other__are_both_made_once(engine: Engine) -> None:
    sell_two(engine)
    both_hold_one, tries = Barrier(2), []

    def change(order: tuple[int, int]) -> None:
        def work(connection: Connection) -> None:
            tries.append(order)
            raise_price(connection, order[0])
            if tries.count(order) == 1:
                both_hold_one.wait()
            raise_price(connection, order[1])

        RequestDatabase(engine).change(work)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(change, [(1, 2), (2, 1)]))

    assert len(tries) == 3, "one of them was undone and tried again"
    assert prices(engine) == [2, 2]


def test_change__of_a_row_that_somebody_writes_at_the_same_moment__finds_it_the_second_time(
    engine: Engine,
) -> None:
    nobody_had_it = Barrier(2)

    def put(_: int) -> str:
        tries = []

        def work(connection: Connection) -> str:
            tries.append(1)
            if connection.scalar(select(SALE.c.id).where(SALE.c.id == 7)) is not None:
                return "found"
            if len(tries) == 1:
                nobody_had_it.wait()
            connection.execute(SALE.insert().values(id=7, sold_at=1, buyer="anna", cents=1))
            return "made"

        return RequestDatabase(engine).change(work)

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(put, range(2)))

    assert sorted(said) == ["found", "made"]
    assert sales_in(engine) == 1


def test_request__that_waits_too_long_for_a_lock__503_and_served_after(
    impatient: Engine, engine: Engine
) -> None:
    sell_two(engine)
    cafe = Cafe(impatient, before_sale=lambda connection: raise_price(connection, 1))
    client = TestClient(application(cafe))

    with db.transaction(engine) as connection:
        raise_price(connection, 1)
        busy = client.post("/plain-sales", headers=ENGLISH)

    assert (busy.status_code, busy.json()["type"]) == (503, "/problems/database-busy")
    assert busy.json()["detail"] == "We are too busy now. Try again in 5 seconds."
    assert busy.headers["retry-after"] == "5"
    assert (prices(engine), sales_in(engine)) == ([1, 0], 2)
    cafe.before_sale = lambda connection: None
    assert client.post("/plain-sales").status_code == 200


def test_request__whose_statement_takes_too_long__503_and_nothing_is_kept(
    impatient: Engine, engine: Engine
) -> None:
    def dawdle(connection: Connection) -> None:
        connection.execute(text("SELECT pg_sleep(30)"))

    cafe = Cafe(impatient, after_sale=dawdle)
    client = TestClient(application(cafe))

    late = client.post("/plain-sales")
    cafe.after_sale = lambda connection: None

    assert (late.status_code, late.json()["type"]) == (503, "/problems/database-busy")
    assert sales_in(engine) == 0
    assert client.post("/plain-sales").status_code == 200


def test_change__that_hangs_in_the_middle__loses_its_locks_and_keeps_nothing(
    impatient: Engine, engine: Engine
) -> None:
    """Its process is stuck; whoever waits for its rows is let through."""
    sell_two(engine)
    holds, go_on = Event(), Event()

    def hang(connection: Connection) -> None:
        raise_price(connection, 1)
        holds.set()
        go_on.wait(60)
        raise_price(connection, 1)

    def change(work: Any) -> object:
        try:
            RequestDatabase(impatient).change(work)
        except DatabaseBusy as busy:
            return busy.retry_after
        return None

    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(change, hang)
        assert holds.wait(60)
        with db.transaction(engine) as connection:  # which waits until the server has ended the other
            raise_price(connection, 1)
        go_on.set()
        assert hanging.result(60) == 5

    assert prices(engine) == [1, 0]

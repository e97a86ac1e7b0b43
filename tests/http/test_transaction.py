from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from heitje_chain import db
from heitje_chain.http.transaction import ATTEMPTS, DatabaseBusy, RequestDatabase, is_unavailable, was_undone
from tests.databases import only_sqlite

from .cafe import SALE, Cafe, application, create_tables, sales_in


class ServerError(Exception):
    """What PostgreSQL's driver raises."""

    def __init__(self, sqlstate: str | None) -> None:
        self.sqlstate = sqlstate


def server_error(sqlstate: str | None, kind: type[DBAPIError] = OperationalError) -> DBAPIError:
    return kind("UPDATE", {}, ServerError(sqlstate))


def test_change__when_the_route_returns__is_committed(client: TestClient, engine: Engine) -> None:
    assert client.post("/plain-sales").json() == {"id": 1, "cents": 100}
    assert sales_in(engine) == 1


def test_change__twice_in_a_request__is_a_mistake_of_ours(client: TestClient, engine: Engine) -> None:
    assert client.post("/twice").status_code == 500
    assert sales_in(engine) == 1


def test_change__on_the_event_loop__is_a_mistake_of_ours(client: TestClient, engine: Engine) -> None:
    assert client.post("/async-sales").status_code == 500
    assert sales_in(engine) == 0


def test_read__that_writes__keeps_nothing(client: TestClient, engine: Engine) -> None:
    assert client.get("/selling-reads").status_code == 200
    assert sales_in(engine) == 0


def test_change__when_the_work_raises__is_undone(engine: Engine) -> None:
    cafe = Cafe(engine)

    def fail(connection: Connection) -> None:
        cafe.sell(connection, "anna", 100)
        raise KeyError

    with pytest.raises(KeyError):
        RequestDatabase(engine).change(fail)
    assert sales_in(engine) == 0


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_change__when_a_deadlock_undid_it__is_tried_again(engine: Engine, sqlstate: str) -> None:
    cafe, tries = Cafe(engine), []

    def unlucky(connection: Connection) -> Any:
        tries.append(1)
        sold = cafe.sell(connection, "anna", 100)
        if len(tries) < ATTEMPTS:
            raise server_error(sqlstate)
        return sold.cents

    assert RequestDatabase(engine).change(unlucky) == 100
    assert (len(tries), sales_in(engine)) == (ATTEMPTS, 1)


def test_change__when_deadlocks_go_on__busy_after_three(engine: Engine) -> None:
    tries = []

    def hopeless(_: Connection) -> None:
        tries.append(1)
        raise server_error("40P01")

    with pytest.raises(DatabaseBusy):
        RequestDatabase(engine).change(hopeless)
    assert len(tries) == ATTEMPTS


def test_change__when_the_connection_broke__is_not_tried_again(engine: Engine) -> None:
    tries = []

    def cut_off(_: Connection) -> None:
        tries.append(1)
        raise server_error("57P01")

    with pytest.raises(DatabaseBusy):
        RequestDatabase(engine).change(cut_off)
    assert len(tries) == 1


@pytest.mark.parametrize("read", [True, False])
def test_mistake_in_a_statement__is_no_busy_database(engine: Engine, read: bool) -> None:
    database = RequestDatabase(engine)
    with pytest.raises(DBAPIError, match="no_such_table"):
        (database.read if read else database.change)(
            lambda connection: connection.execute(text("SELECT * FROM no_such_table"))
        )


@only_sqlite
def test_request__while_sqlite_is_locked__503_and_served_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "BUSY_SECONDS", 0.1)
    engine = db.open_engine(f"sqlite:///{tmp_path / 'locked.db'}")
    create_tables(engine)
    client = TestClient(application(Cafe(engine)))

    with engine.begin():
        busy = client.post("/plain-sales", headers={"Accept-Language": "en"})

    assert (busy.status_code, busy.json()["type"]) == (503, "/problems/database-busy")
    assert busy.json()["detail"] == "We are too busy now. Try again in 5 seconds."
    assert busy.headers["retry-after"] == "5"
    assert client.post("/plain-sales").status_code == 200
    engine.dispose()


@only_sqlite
def test_request__while_sqlite_is_full__503_and_served_after(tmp_path: Path) -> None:
    engine = db.open_engine(f"sqlite:///{tmp_path / 'full.db'}")
    create_tables(engine)
    cafe = Cafe(engine)
    client = TestClient(application(cafe))
    cafe.before_sale = fill_up

    full = client.post("/plain-sales")
    cafe.before_sale = lambda connection: None

    assert (full.status_code, full.json()["type"]) == (503, "/problems/database-busy")
    assert sales_in(engine) == 0
    engine.dispose()
    assert client.post("/plain-sales").status_code == 200
    engine.dispose()


def fill_up(connection: Connection) -> None:
    """Let the file grow no further, and write more than fits."""
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    connection.execute(SALE.insert(), [{"sold_at": 1, "buyer": "a" * 80, "cents": 1}] * 1000)


@pytest.mark.parametrize(
    ("error", "unavailable", "undone"),
    [
        (server_error("40001"), True, True),
        (server_error("40P01"), True, True),
        (server_error("53100"), True, False),  # disk full
        (server_error("57P01"), True, False),  # the server is stopped
        (server_error("08006"), True, False),  # connection failure
        (server_error("55P03"), True, False),  # lock not available
        (server_error(None), True, False),  # no connection at all
        (server_error("42P01"), False, False),  # no such table
        (server_error("23505", IntegrityError), False, False),
        (PoolTimeout(), True, False),
        (ValueError(), False, False),
    ],
    ids=repr,
)
def test_error__of_the_database__is_told_apart(error: Exception, unavailable: bool, undone: bool) -> None:
    assert (is_unavailable(error), was_undone(error)) == (unavailable, undone)


def test_requests__more_than_there_are_threads_and_connections__all_answered(
    cafe: Cafe, engine: Engine
) -> None:
    """100 at once, 40 threads, 15 connections, one writer: a transaction in a dependency hangs here."""
    cafe.after_sale = lambda connection: time.sleep(0.005)
    app = application(cafe)

    with TestClient(app) as client, ThreadPoolExecutor(100) as pool:
        began = time.monotonic()
        answers = list(pool.map(lambda _: client.post("/plain-sales").status_code, range(100)))

    assert answers == [200] * 100
    assert time.monotonic() - began < 14  # before anybody's wait for the lock runs out
    assert sales_in(engine) == 100

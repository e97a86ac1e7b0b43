"""Case 19, on SQLite: somebody else holds the one write lock for longer than anybody waits."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from heitje_chain import db
from heitje_chain.http.transaction import is_unavailable
from tests.databases import only_sqlite
from tests.http.apps import app_of

from .survival import People, assert_sound, paid_told, rows, transactions
from .town import Town

pytestmark = only_sqlite


@contextmanager
def locked(town: Town) -> Iterator[None]:
    """Hold the write lock, as a backup program that copies the file may."""
    holder = sqlite3.connect(str(town.engine.url.database), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        holder.execute("ROLLBACK")
        holder.close()


@pytest.fixture
def impatient(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A town that waits for a lock for a tenth of a second."""
    monkeypatch.setattr(db, "BUSY_SECONDS", 0.1)
    town.engine = db.open_engine(town.config.database_url)
    app = app_of(town.engine, town.contracts, town.config)
    town.http = TestClient(app, raise_server_exceptions=False)
    town.restart_worker()
    return town


def test_database__when_locked__is_waited_for_and_nothing_is_half_done(
    impatient: Town, people: People
) -> None:
    town, order = impatient, {"code": impatient.code_of(people.shop), "cents": 4_00}
    waiting = people.pay(1_00)
    worker, before, signed = town.worker, rows(town), transactions(town)

    with locked(town):
        refused = town.ask("POST", people.anna, "/payments", order, "while-locked")
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/database-busy")
        assert town.get(people.anna, "/payments")["items"], "reading waits for nobody"
        with pytest.raises(OperationalError) as locked_out:
            worker.round()
        assert is_unavailable(locked_out.value), "Worker.run waits for it"
        assert paid_told(waiting).count(town) == 0

    assert (rows(town), transactions(town)) == (before, signed)
    payment = town.post(people.anna, "/payments", order, "while-locked")
    assert_sound(town, paid_told(waiting), paid_told(payment))

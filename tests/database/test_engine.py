"""The engine: which addresses it takes, what it says when there is no database, and who waits how long."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Connection, Engine, inspect, text

from heitje_chain import db
from heitje_chain.db import DatabaseUnusable, open_engine, reading, shown, transaction, upgrade
from tests.databases import new_database, only_on
from tests.devnet.home import HEITJE

PROCESSES = 4
NOBODY = "postgresql://clerk:s3cret@127.0.0.1:9/heitje"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return new_database(tmp_path, tables=False)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"])
def test_address__of_postgresql_in_any_form__means_the_driver_that_we_have(scheme: str) -> None:
    engine = open_engine(f"{scheme}://clerk:s3cret@db.example/heitje?sslmode=verify-full&connect_timeout=3")

    assert engine.dialect.driver == "psycopg"
    assert engine.url.query["sslmode"] == "verify-full"
    assert (engine.url.query["connect_timeout"], engine.url.query["keepalives_idle"]) == ("3", "30")
    assert shown(engine) == "postgresql://clerk:***@db.example/heitje"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (
            "s3cret",
            "HEITJE_DATABASE_URL is no address of a database, such as postgresql://user@host/heitje.",
        ),
        (
            "mysql://clerk:s3cret@host/x",
            "HEITJE_DATABASE_URL names mysql; Heitje runs on SQLite and PostgreSQL.",
        ),
    ],
)
def test_address__of_nothing_we_know__is_told_without_the_password(url: str, sentence: str) -> None:
    with pytest.raises(DatabaseUnusable) as refused:
        open_engine(url)
    assert str(refused.value) == sentence


# ---------------------------------------------------------------- no database


def test_commands__without_a_database__say_so_in_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [HEITJE, "db", "upgrade"],
        env={**os.environ, "HEITJE_HOME": str(tmp_path), "HEITJE_DATABASE_URL": NOBODY},
        capture_output=True,
        text=True,
        check=False,
    )

    [line] = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (1, "")
    assert line.startswith("Error: The database postgresql://clerk:***@127.0.0.1:9/heitje cannot be used: ")
    assert "Connection refused" in line
    assert "s3cret" not in line


def test_upgrade__of_a_newer_versions_tables__is_refused_and_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    with transaction(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseUnusable) as refused:
        upgrade(engine)

    assert str(refused.value) == (
        f"The database {shown(engine)} has the tables of a newer version (9999). Run that version."
    )
    with reading(engine) as connection:
        assert db.revision_of(connection) == "9999"


# ---------------------------------------------------------------- several at once


def test_upgrade__by_several_at_the_same_moment__is_done_once_and_all_go_on(url: str) -> None:
    engines, start = [open_engine(url) for _ in range(PROCESSES)], Barrier(PROCESSES)

    def upgrade_now(engine: Engine) -> str | None:
        start.wait()
        upgrade(engine)
        with reading(engine) as connection:
            return db.revision_of(connection)

    with ThreadPoolExecutor(PROCESSES) as pool:
        revisions = list(pool.map(upgrade_now, engines))

    assert len(set(revisions)) == 1
    assert "participant" in inspect(engines[0]).get_table_names()
    for engine in engines:
        engine.dispose()


def test_upgrade__while_a_long_one_runs__waits_longer_than_a_request_would(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_on("postgresql", engine)
    monkeypatch.setattr(db, "LIMITS", {"lock_timeout": 1, "statement_timeout": 1})
    impatient = open_engine(engine.url.render_as_string(hide_password=False))

    with ThreadPoolExecutor(1) as pool:
        with transaction(engine, alone="upgrade"):
            waiting = pool.submit(upgrade, impatient)
            with impatient.connect() as connection:
                _wait_until_it_waits(connection, waiting)
            time.sleep(1.5)  # longer than a request's limit
        waiting.result(60)

    assert "participant" in inspect(engine).get_table_names()
    impatient.dispose()


def test_connection__to_postgresql__has_an_end_to_every_wait(engine: Engine) -> None:
    only_on("postgresql", engine)
    with engine.connect() as connection:
        found = {name: connection.scalar(text(f"SHOW {name}")) for name in db.LIMITS}

    assert found == {
        "lock_timeout": "15s",
        "statement_timeout": "1min",
        "idle_in_transaction_session_timeout": "5min",
    }


def test_connection__to_a_server_that_may_forget_commits__asks_it_to_keep_ours(engine: Engine) -> None:
    only_on("postgresql", engine)
    with engine.connect() as connection:
        connection.execute(text("RESET synchronous_commit"))
        theirs = connection.scalar(text("SHOW synchronous_commit"))
        connection.rollback()
        ours = connection.scalar(text("SHOW synchronous_commit"))

    assert (theirs, ours) == ("off", "on")


def _wait_until_it_waits(connection: Connection, upgrading: Future[None]) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    while not connection.scalar(waiting):
        assert not upgrading.done(), upgrading.exception()
        time.sleep(0.01)

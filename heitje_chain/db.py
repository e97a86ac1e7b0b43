"""The database: one engine, one set of tables, one place that commits.

A slice describes its tables in `model.py` on `METADATA` and gets a connection; only `transaction` commits.
The same statements run on SQLite and PostgreSQL: Core, no dialect's own, and work is claimed by UPDATE ...
RETURNING.

SQLite runs in WAL mode with synchronous=FULL, and every transaction that may write begins with BEGIN
IMMEDIATE: a deferred one that reads and then writes can fail whatever the busy timeout. Errors never carry
the values of a statement, since those may be personal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Connection, Engine, MetaData, create_engine, event, make_url

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_READ_ONLY = "heitje_read_only"

BUSY_SECONDS = 15
"""How long a statement waits for another writer before it gives up."""


def open_engine(url: str) -> Engine:
    """Return an engine for the URL; a SQLite file's folder is made if it is missing."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, hide_parameters=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One commit at the end, or nothing at all."""
    with engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads and waits for no writer; whatever it wrote is undone."""
    with engine.connect().execution_options(**{_READ_ONLY: True}) as connection:
        yield connection


def upgrade(engine: Engine) -> None:
    """Bring the tables to what this version needs; does nothing when they are."""
    with engine.begin() as connection:
        config = AlembicConfig()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _prepare_sqlite(connection: SqliteConnection, _record: Any) -> None:
    # The driver must not begin by itself: _begin_immediate does.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    only_reads = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")

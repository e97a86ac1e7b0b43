"""The database: one engine, one set of tables, one place that commits.

A slice describes its tables in `model.py` on `METADATA` and gets a connection; only `transaction` commits.
The same statements run on SQLite and PostgreSQL: Core, no dialect's own, and work is claimed by UPDATE ...
RETURNING.

SQLite runs in WAL mode with synchronous=FULL, and every transaction that may write begins with BEGIN
IMMEDIATE: a deferred one that reads and then writes can fail whatever the busy timeout. On PostgreSQL every
wait has an end (`LIMITS`); whoever runs into it is told that trying again is safe. Errors never carry the
values of a statement, since those may be personal.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from sqlite3 import SQLITE_BUSY
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError as SqliteError
from typing import Any

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    URL,
    BigInteger,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    create_engine,
    event,
    make_url,
    text,
)
from sqlalchemy.exc import ArgumentError, OperationalError

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

WIDE = BigInteger().with_variant(Integer, "sqlite")
"""64 bits, which SQLite's INTEGER has: for times, block numbers and money."""

_READ_ONLY = "heitje_read_only"
_AFTER_COMMIT = "heitje_after_commit"

_APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER IF NOT EXISTS {table}_update BEFORE UPDATE ON {table} "
        "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS {table}_delete BEFORE DELETE ON {table} "
        "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        "CREATE TRIGGER IF NOT EXISTS {table}_replace BEFORE INSERT ON {table} "
        "WHEN EXISTS (SELECT 1 FROM {table} WHERE {same_key}) "
        "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE OR REPLACE TRIGGER {table}_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ),
}

_WAIT_FOR_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")

BUSY_SECONDS = 15
"""How long a statement waits for another writer before it gives up, and a request for a connection."""

LIMITS = {
    "lock_timeout": BUSY_SECONDS,
    "statement_timeout": 60,
    "idle_in_transaction_session_timeout": 300,
}
"""PostgreSQL's own, in seconds. The last is for a process that hangs: it must not keep its locks for ever."""

_KEEP = (
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
)
"""What is sent to the chain was saved before, also when the server crashes; as synchronous=FULL on SQLite."""

_NO_LIMITS = text("SELECT set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true)")

CONNECTIONS, MORE_CONNECTIONS = 10, 10
"""How many connections to PostgreSQL a process keeps, and opens besides when it is busy."""

_CONNECTING = {
    "connect_timeout": "10",
    "application_name": "heitje",
    # A server that is gone without a word is missed after a minute.
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}
"""What libpq is told unless the URL says otherwise."""


class DatabaseUnusable(Exception):
    """The service cannot start with this database; the message is a sentence that says why."""


def open_engine(url: str) -> Engine:
    """Return an engine for the URL; a SQLite file's folder is made if it is missing.

    Raises:
        DatabaseUnusable: the URL cannot be read, or names a database of another kind.
    """
    parsed = _address(url)
    if parsed.get_backend_name() == "postgresql":
        engine = create_engine(
            parsed.set(query={**_CONNECTING, **parsed.query}),
            pool_size=CONNECTIONS,
            max_overflow=MORE_CONNECTIONS,
            pool_timeout=BUSY_SECONDS,
            pool_pre_ping=True,
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def open_reader(engine: Engine) -> Engine:
    """Return an engine of the same database whose statements stand alone: each reads what is committed, and
    waits for no writer, not even for a transaction of the caller's own."""
    reader = create_engine(engine.url, pool_pre_ping=True, isolation_level="AUTOCOMMIT", hide_parameters=True)
    if reader.dialect.name == "postgresql":
        event.listen(reader, "connect", _prepare_postgresql)
    return reader


@contextmanager
def transaction(engine: Engine, *, alone: str | None = None) -> Iterator[Connection]:
    """One commit at the end, or nothing at all.

    Args:
        alone: two transactions with the same name come one after the other: the second waits here, and sees
            all that the first committed (SQLite has one writer at a time anyway)
    """
    with engine.begin() as connection:
        if alone is not None and connection.dialect.name == "postgresql":
            connection.execute(_WAIT_FOR_LOCK, {"name": alone})
        after: list[Callable[[], None]] = []
        connection.info[_AFTER_COMMIT] = after
        yield connection
    for act in after:
        act()


def after_commit(connection: Connection, act: Callable[[], None]) -> None:
    """Have this done when the transaction that is open here has committed, and not when it is undone.

    For telling of it, in the log and in figures: what must not be lost belongs into the transaction.
    """
    connection.info.setdefault(_AFTER_COMMIT, []).append(act)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, all of it at one moment, and waits for no writer; it keeps nothing."""
    options: dict[str, Any] = {_READ_ONLY: True}
    if engine.dialect.name == "postgresql":  # whose default sees what others commit in between
        options["isolation_level"] = "REPEATABLE READ"
    with engine.connect().execution_options(**options) as connection:
        yield connection


@contextmanager
def begun(engine: Engine) -> Iterator[Connection]:
    """As `transaction`, for a process that starts.

    Raises:
        DatabaseUnusable: there is no connection to be had.
    """
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(engine.connect())
            stack.enter_context(connection.begin())
        except OperationalError as error:
            why = " ".join(str(error.orig).split())
            raise DatabaseUnusable(f"The database {shown(engine)} cannot be used: {why}") from error
        yield connection


def upgrade(engine: Engine) -> None:
    """Bring the tables to what this version needs; does nothing when they are.

    Of processes that start at the same moment one does it, and the others wait for it.

    Raises:
        DatabaseUnusable: no connection, or the tables are those of a newer version.
    """
    with begun(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(_NO_LIMITS)  # a large table takes its time
            connection.execute(_WAIT_FOR_LOCK, {"name": "upgrade"})
        found = revision_of(connection)
        if found is not None and not knows_revision(found):
            raise DatabaseUnusable(
                f"The database {shown(engine)} has the tables of a newer version ({found}). Run that version."
            )
        if found != _scripts().get_current_head():
            upgrade_within(connection, "head")


def shown(engine: Engine) -> str:
    """Return the database's address for a person: no password, and no settings."""
    where = {name: value for name, value in engine.url.query.items() if name in ("host", "port")}
    url = engine.url.set(drivername=engine.dialect.name, query=where)
    return url.render_as_string(hide_password=True).replace("%2F", "/")


def upgrade_within(connection: Connection, revision: str) -> None:
    """As `upgrade`, to any revision and in the caller's transaction."""
    config = _alembic()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def revision_of(connection: Connection) -> str | None:
    """Return the revision that the tables have; None when there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def knows_revision(revision: str) -> bool:
    """Whether this version can bring tables from there to what it needs."""
    return revision in {one.revision for one in _scripts().walk_revisions()}


def append_only(table: Table, same_key: str) -> Callable[[Connection], None]:
    """Have the database refuse every change of this table's rows, from the moment that the table is made.

    `METADATA.create_all` does it by itself; a migration calls what is returned, which runs again without
    harm. SQLite loses a table's triggers when a batch migration rebuilds it: call it after that too.

    Args:
        same_key: SQL over NEW that finds any row which INSERT OR REPLACE would delete first
    """

    def protect(connection: Connection) -> None:
        for statement in _APPEND_ONLY[connection.dialect.name]:
            connection.exec_driver_sql(statement.format(table=table.name, same_key=same_key))

    def after_create(_table: Table, connection: Connection, **_: Any) -> None:
        protect(connection)

    event.listen(table, "after_create", after_create)
    return protect


@cache
def _scripts() -> ScriptDirectory:
    """This version's migrations, read once: that takes longer than all else of a worker's start."""
    return ScriptDirectory.from_config(_alembic())


def _alembic() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _address(url: str) -> URL:
    """Read a URL; postgresql:// and postgres:// mean the driver that we have.

    Raises:
        DatabaseUnusable
    """
    try:
        parsed = make_url(url)
    except ArgumentError:  # whose words repeat the password
        raise DatabaseUnusable(
            "HEITJE_DATABASE_URL is no address of a database, such as postgresql://user@host/heitje."
        ) from None
    kind = parsed.get_backend_name()
    if kind in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if kind == "sqlite":
        return parsed
    raise DatabaseUnusable(f"HEITJE_DATABASE_URL names {kind}; Heitje runs on SQLite and PostgreSQL.")


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    before, connection.autocommit = connection.autocommit, True
    for name, seconds in LIMITS.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, f"{seconds}s"))
    connection.execute(_KEEP)
    connection.autocommit = before


def _prepare_sqlite(connection: SqliteConnection, _record: Any) -> None:
    # The driver must not begin by itself: _begin_immediate does.
    connection.isolation_level = None
    _write_ahead(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: SqliteConnection) -> None:
    """Whoever opens a new file first puts it into WAL mode: the one lock that SQLite does not wait for."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except SqliteError as error:
            if error.sqlite_errorcode != SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(0.01)


def _begin(connection: Connection) -> None:
    only_reads = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")

"""The database: one engine, one set of tables, one place that commits.

A slice describes its tables in `model.py` on `METADATA` and gets a connection; only `transaction` commits.
The same statements run on SQLite and PostgreSQL: Core, no dialect's own, and work is claimed by UPDATE ...
RETURNING.

SQLite runs in WAL mode with synchronous=FULL, and every transaction that may write begins with BEGIN
IMMEDIATE: a deferred one that reads and then writes can fail whatever the busy timeout. Errors never carry
the values of a statement, since those may be personal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event, make_url, text

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


def upgrade(engine: Engine) -> None:
    """Bring the tables to what this version needs; does nothing when they are."""
    with engine.begin() as connection:
        upgrade_within(connection, "head")


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
    return revision in {one.revision for one in ScriptDirectory.from_config(_alembic()).walk_revisions()}


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


def _alembic() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def _prepare_sqlite(connection: SqliteConnection, _record: Any) -> None:
    # The driver must not begin by itself: _begin_immediate does.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    only_reads = connection.get_execution_options().get(_READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if only_reads else "BEGIN IMMEDIATE")

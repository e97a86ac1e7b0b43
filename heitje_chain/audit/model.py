"""The audit log's tables, which the database itself keeps append-only (as in `heitje_chain.ledger.model`)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, Table, Text, UniqueConstraint, event

from heitje_chain.db import METADATA

AUDIT_RECORD = Table(
    "audit_record",
    METADATA,
    # 1, 2, 3 ... without a gap: counted by the writer under the lock, never by the database.
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("occurred_at", BigInteger, nullable=False),  # UTC seconds
    Column("actor", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", Text, nullable=False),  # canonical JSON of ids and amounts
    Column("previous", Text, nullable=False),  # hex of 32 bytes
    Column("hash", Text, nullable=False),
    UniqueConstraint("previous"),  # one record follows another
)

AUDIT_LOCK = Table(
    "audit_lock",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),  # one row, 1: who writes holds it
)

_LOCK_ROW = "INSERT INTO audit_lock (number) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM audit_lock)"

# Any row that INSERT OR REPLACE would delete first.
_SAME_KEY = {
    "audit_record": "number = NEW.number OR previous = NEW.previous",
    "audit_lock": "number = NEW.number",
}


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


def create_triggers(connection: Connection) -> None:
    """Make the tables append-only and lay down the lock row; for the migration that creates them.

    `METADATA.create_all` does the same by itself. Runs again without harm. SQLite loses a table's triggers
    when a batch migration rebuilds it: call this after it.
    """
    for table in (AUDIT_RECORD, AUDIT_LOCK):
        _protect(table, connection)


def _protect(table: Table, connection: Connection, **_: Any) -> None:
    for statement in _APPEND_ONLY[connection.dialect.name]:
        connection.exec_driver_sql(statement.format(table=table.name, same_key=_SAME_KEY[table.name]))
    if table is AUDIT_LOCK:
        connection.exec_driver_sql(_LOCK_ROW)


for _table in (AUDIT_RECORD, AUDIT_LOCK):
    event.listen(_table, "after_create", _protect)

"""The audit log's tables, which the database itself keeps append-only (as in `heitje_chain.ledger.model`)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, Table, Text, UniqueConstraint, event

from heitje_chain.db import METADATA, append_only

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

_GUARDS = (
    append_only(AUDIT_RECORD, "number = NEW.number OR previous = NEW.previous"),
    append_only(AUDIT_LOCK, "number = NEW.number"),
)


def create_triggers(connection: Connection) -> None:
    """Make the tables append-only and lay down the lock row; for a migration that makes or rebuilds them."""
    for guard in _GUARDS:
        guard(connection)
    connection.exec_driver_sql(_LOCK_ROW)


@event.listens_for(AUDIT_LOCK, "after_create")
def _lay_down_lock_row(_table: Table, connection: Connection, **_: Any) -> None:
    connection.exec_driver_sql(_LOCK_ROW)

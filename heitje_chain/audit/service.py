"""Writes in the log and verifies it. Nothing here commits: the caller's transaction does, with the act."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict

from sqlalchemy import Connection, insert, select

from .model import AUDIT_LOCK, AUDIT_RECORD
from .rules import START, Detail, Head, LockMissing, Record, first_fault, seal

_R = AUDIT_RECORD.c
_ROWS_AT_ONCE = 1000


def record(
    connection: Connection,
    *,
    occurred_at: int,
    actor: str,
    act: str,
    subject: str,
    details: Mapping[str, Detail] | None = None,
) -> Record:
    """Append a record of a privileged act.

    Of two writers the second waits until the first commits or rolls back; a rolled back record leaves no
    gap. Call it last in a transaction: all other writers of the log wait from here to the commit. PostgreSQL
    must run at READ COMMITTED, its default.

    Args:
        occurred_at: UTC seconds, by the chain's clock for what happened there.
        actor: id of whoever acted, never a name.
        act: the act's code, such as `grant`.
        subject: id of whom or what it was done to.
        details: ids, codes and amounts.

    Raises:
        NotAnId: a field is no id by its form.
        LockMissing: the tables were made without `model.create_triggers`.
    """
    # On SQLite SQLAlchemy leaves FOR UPDATE away: there BEGIN IMMEDIATE took the one write lock.
    if connection.execute(select(AUDIT_LOCK).with_for_update()).first() is None:
        raise LockMissing
    made = seal(
        head(connection),
        occurred_at=occurred_at,
        actor=actor,
        act=act,
        subject=subject,
        details=details or {},
    )
    connection.execute(insert(AUDIT_RECORD).values(asdict(made)))
    return made


def record_by_officer(
    connection: Connection,
    officer: str,
    act: str,
    subject: str,
    details: Mapping[str, Detail] | None = None,
) -> Record:
    """Append a record of what an officer did here and on no chain, by this machine's clock; see `record`."""
    return record(
        connection,
        occurred_at=int(time.time()),
        actor=f"officer:{officer}",
        act=act,
        subject=subject,
        details=details,
    )


def head(connection: Connection) -> Head:
    """Return number and hash of the newest record, to be kept where this database's owner cannot write."""
    newest = select(_R.number, _R.hash).order_by(_R.number.desc()).limit(1)
    row = connection.execute(newest).first()
    return Head(0, START) if row is None else Head(row.number, row.hash)


def verify(connection: Connection, expected: Head | None = None) -> list[str]:
    """Read the whole log and name the first record that is broken; empty when all is well.

    Found are a changed, a removed, a replaced and an inserted record. A cut-off end, and a log that was
    rewritten up to its end, show only against `expected`: a head that was kept elsewhere, the newest or an
    older one.
    """
    in_order = select(AUDIT_RECORD).order_by(_R.number).execution_options(yield_per=_ROWS_AT_ONCE)
    with connection.execute(in_order) as rows:
        fault = first_fault((Record(**row._mapping) for row in rows), expected)
    return [] if fault is None else [fault]

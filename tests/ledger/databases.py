"""A database per test, with the tables of the books and of the audit log alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from heitje_chain.audit import model as audit_model
from heitje_chain.db import METADATA, open_engine
from heitje_chain.ledger import model as ledger_model
from tests.databases import new_database

TABLES = [
    ledger_model.JOURNAL_ENTRY,
    ledger_model.JOURNAL_LINE,
    audit_model.AUDIT_RECORD,
    audit_model.AUDIT_LOCK,
]

_TRIGGERS = {"sqlite": ("update", "delete", "replace"), "postgresql": ("change",)}


@pytest.fixture
def url(tmp_path: Path) -> str:
    return new_database(tmp_path, tables=False)


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = with_books(url)
    yield engine
    engine.dispose()


def with_books(url: str) -> Engine:
    """Make the tables in a new database."""
    engine = open_engine(url)
    METADATA.create_all(engine, TABLES)
    return engine


def unprotect(connection: Connection, table: str) -> None:
    """What somebody does who owns the database: take the triggers away."""
    dialect = connection.dialect.name
    on_table = f" ON {table}" if dialect == "postgresql" else ""
    for trigger in _TRIGGERS[dialect]:
        connection.exec_driver_sql(f"DROP TRIGGER {table}_{trigger}{on_table}")

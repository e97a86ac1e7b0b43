"""A real database per test: a SQLite file, and PostgreSQL too when HEITJE_TEST_POSTGRES names an empty one.

Its form is SQLAlchemy's, postgresql+psycopg://...; the driver is no dependency of Heitje's.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from heitje_chain.audit import model as audit_model
from heitje_chain.db import METADATA, open_engine
from heitje_chain.ledger import model as ledger_model

TABLES = [
    ledger_model.JOURNAL_ENTRY,
    ledger_model.JOURNAL_LINE,
    audit_model.AUDIT_RECORD,
    audit_model.AUDIT_LOCK,
]

_POSTGRES = os.environ.get("HEITJE_TEST_POSTGRES")
_TRIGGERS = {"sqlite": ("update", "delete", "replace"), "postgresql": ("change",)}


@pytest.fixture(params=["sqlite", "postgresql"] if _POSTGRES else ["sqlite"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of a database that may hold an earlier test's tables."""
    return _POSTGRES if _POSTGRES and request.param == "postgresql" else f"sqlite:///{tmp_path / 'heitje.db'}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    """A database with empty tables."""
    engine = emptied(url)
    yield engine
    engine.dispose()


def emptied(url: str) -> Engine:
    engine = open_engine(url)
    METADATA.drop_all(engine, TABLES)
    METADATA.create_all(engine, TABLES)
    return engine


def only_on(dialect: str, database: Engine | Connection) -> None:
    """Skip what the other database does not know."""
    if database.dialect.name != dialect:
        pytest.skip(f"only {dialect} can do this")


def unprotect(connection: Connection, table: str) -> None:
    """What somebody does who owns the database: take the triggers away."""
    dialect = connection.dialect.name
    on_table = f" ON {table}" if dialect == "postgresql" else ""
    for trigger in _TRIGGERS[dialect]:
        connection.exec_driver_sql(f"DROP TRIGGER {table}_{trigger}{on_table}")

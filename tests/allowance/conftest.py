"""Tests of the guard on the rules alone, on a database without a chain, and in a town."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from heitje_chain.db import open_engine, transaction, upgrade
from heitje_chain.people.service import Participant
from tests.databases import new_database
from tests.service.conftest import partner as partner
from tests.service.conftest import town as town

from .desk import add_resident


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A database with its tables, and in them the law's limits of 2023 to 2025."""
    engine = open_engine(new_database(tmp_path))
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with transaction(engine) as connection:
        yield connection


@pytest.fixture
def anna(connection: Connection) -> Participant:
    return add_resident(connection)

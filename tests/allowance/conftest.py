"""Tests of the guard on the rules alone, on a database without a chain, and in a town."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from heitje_chain.db import open_engine, transaction, upgrade
from tests.conftest import Chain
from tests.databases import new_database
from tests.service.town import Person, Town, open_town


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
def town(chain: Chain, tmp_path: Path) -> Iterator[Town]:
    made = open_town(chain.url, chain.record, chain.record_path, tmp_path / "home")
    yield made
    made.engine.dispose()


@pytest.fixture
def partner(town: Town) -> Person:
    """A partner with a budget of 1,000 euros."""
    return town.partner(budget=1_000_00)

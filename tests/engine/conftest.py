"""A new database for each test, on the chain that all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from heitje_chain import db
from tests.conftest import Chain
from tests.databases import new_database

from .city import Bench


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = db.open_engine(new_database(tmp_path))
    db.METADATA.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def bench(chain: Chain, engine: Engine) -> Bench:
    return Bench(chain.url, chain.record, chain.record_path, engine)

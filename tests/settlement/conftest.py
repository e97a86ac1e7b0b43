"""A city with an empty database per test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from heitje_chain.db import METADATA, open_engine
from tests.databases import new_database
from tests.settlement.city import City


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    engine = open_engine(new_database(tmp_path))
    METADATA.create_all(engine)
    yield City(engine)
    engine.dispose()

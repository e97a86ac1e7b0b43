from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from heitje_chain.db import METADATA, open_engine, transaction
from tests.databases import new_database

from .town import Town


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(new_database(tmp_path))
    METADATA.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def town(engine: Engine) -> Iterator[Town]:
    with transaction(engine) as connection:
        yield Town(connection)

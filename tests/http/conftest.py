from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from heitje_chain import db
from tests.databases import new_database

from .cafe import Cafe, application, create_tables


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    return new_database(tmp_path, tables=False)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    opened = db.open_engine(database_url)
    create_tables(opened)
    yield opened
    opened.dispose()


@pytest.fixture
def cafe(engine: Engine) -> Cafe:
    return Cafe(engine)


@pytest.fixture
def client(cafe: Cafe) -> Iterator[TestClient]:
    with TestClient(application(cafe), raise_server_exceptions=False) as opened:
        yield opened

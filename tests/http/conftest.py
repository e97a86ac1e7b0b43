from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, make_url, text

from heitje_chain import db

from .cafe import Cafe, application, create_tables

POSTGRES_URL = os.environ.get("HEITJE_TEST_POSTGRES_URL")
"""A server on which databases may be made, such as postgresql+psycopg://postgres@localhost/postgres."""


@pytest.fixture(params=["sqlite", *(["postgresql"] if POSTGRES_URL else [])])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'cafe.db'}"
        return
    assert POSTGRES_URL is not None
    name = f"cafe_{uuid4().hex}"
    server = db.open_engine(POSTGRES_URL).execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(POSTGRES_URL).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


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

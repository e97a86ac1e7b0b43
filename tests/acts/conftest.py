"""A new database for each test, and the deployment of the chain that all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from heitje_chain.chain.contracts import Contracts
from heitje_chain.db import open_engine, transaction, upgrade
from tests.conftest import Chain
from tests.databases import new_database


@pytest.fixture
def contracts(chain: Chain) -> Contracts:
    return Contracts(chain.record)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = open_engine(new_database(tmp_path))
    upgrade(engine)
    with transaction(engine) as connection:
        yield connection
    engine.dispose()

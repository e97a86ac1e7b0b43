"""The API's description, of an application that never runs."""

from __future__ import annotations

from typing import Any, cast

import pytest
from fastapi import FastAPI

from heitje_chain.app import create_app
from heitje_chain.chain.contracts import Contracts
from heitje_chain.config import from_environment
from heitje_chain.db import open_engine


@pytest.fixture(scope="session")
def app() -> FastAPI:
    return create_app(open_engine("sqlite://"), cast(Contracts, None), from_environment({}))


@pytest.fixture(scope="session")
def description(app: FastAPI) -> dict[str, Any]:
    return app.openapi()

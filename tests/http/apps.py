"""Applications of tests, each with a database and a chain of its own."""

from __future__ import annotations

from copy import copy

from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.datastructures import State

from heitje_chain.app import create_app, equip
from heitje_chain.chain.contracts import JOB_ESCROW, Contracts
from heitje_chain.config import Config

_made: dict[tuple[int, str, bool], FastAPI] = {}


def app_of(engine: Engine, contracts: Contracts, config: Config) -> FastAPI:
    """Return an application as `create_app` makes it, with the routes of the first one of this process.

    FastAPI prepares all routes at an application's first request: when each test's application did that, it
    was a quarter of all tests' time. So nobody may add routes to it.
    """
    kind = (contracts.chain_id, contracts.address(JOB_ESCROW), config.demo)
    if kind not in _made:
        _made[kind] = create_app(engine, contracts, config)
    app = copy(_made[kind])  # which has served nobody: the middleware is put together anew
    app.state = State()
    equip(app, engine, contracts, config)
    return app

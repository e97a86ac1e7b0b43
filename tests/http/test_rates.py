"""Who asks too often is told so, how long to wait, and nobody else notices."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from heitje_chain.custody.model import new_wallet_id
from heitje_chain.db import METADATA, open_engine, transaction
from heitje_chain.http import faults
from heitje_chain.http.rates import Rates, address_group
from heitje_chain.people import service, tokens
from heitje_chain.people.api import router
from heitje_chain.people.model import RESIDENT
from tests.databases import new_database

READS, ORDERS, REFUSALS = 3, 2, 2


class Asking:
    """Somebody at an address, with or without a token."""

    def __init__(self, app: FastAPI, secret: str = "", address: str = "192.0.2.1") -> None:
        self._http = TestClient(app, raise_server_exceptions=False, client=(address, 50000))
        self._headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}

    def get(self, path: str = "/me") -> Any:
        return self._http.get(f"/api/v1{path}", headers=self._headers)

    def post(self) -> Any:
        return self._http.post("/api/v1/residents", headers=self._headers, json={"id": "x", "name": "x"})


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(new_database(tmp_path))
    METADATA.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def app(engine: Engine) -> FastAPI:
    made = FastAPI()
    made.state.engine, made.state.rates = engine, Rates(READS, ORDERS, REFUSALS)
    made.state.contracts = None  # of officers alone
    made.include_router(router)
    faults.install(made)
    return made


@pytest.fixture
def anna(engine: Engine) -> list[str]:
    """Two tokens of one resident."""
    with transaction(engine) as connection:
        made = service.add(connection, RESIDENT, new_wallet_id(), "Anna")
        return [tokens.create(connection, "Anna", "resident", made.id)[1] for _ in range(2)]


@pytest.fixture
def registrar(engine: Engine) -> str:
    with transaction(engine) as connection:
        return tokens.create(connection, "Desk", "registrar")[1]


def test_reads__more_than_the_bound__are_refused_whichever_token(app: FastAPI, anna: list[str]) -> None:
    first, second = Asking(app, anna[0]), Asking(app, anna[1], "192.0.2.2")

    answers = [first.get(), second.get(), first.get(), second.get()]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["RateLimit"].split(";t=")[0] for answer in answers] == [
        '"reads";r=2',
        '"reads";r=1',
        '"reads";r=0',
        '"reads";r=0',
    ]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"reads";q=3;w=60'}
    refused = answers[-1]
    wait = int(refused.headers["Retry-After"])
    assert 1 <= wait <= 60
    assert refused.json() == {
        "type": "/problems/too-many-requests",
        "title": "Too many requests",
        "status": 429,
        "detail": f"You ask too much at once. Try again in {wait} seconds.",
        "policy": "reads",
        "retry_after": wait,
    }


def test_reads__of_one_caller__leave_anothers_and_the_orders_alone(
    app: FastAPI, anna: list[str], registrar: str
) -> None:
    desk = Asking(app, registrar)
    for _ in range(READS + 1):
        desk.get()

    assert desk.get().status_code == 429
    assert [desk.post().status_code for _ in range(ORDERS + 1)] == [400, 400, 429]
    assert Asking(app, anna[0]).get().status_code == 200


def test_refusals__more_than_the_bound__are_refused_by_address_and_good_tokens_go_on(
    app: FastAPI, anna: list[str]
) -> None:
    guessing, elsewhere = Asking(app, "heitje_wrong"), Asking(app, "heitje_wrong", "192.0.2.9")

    assert [guessing.get().status_code for _ in range(3)] == [401, 401, 429]
    assert guessing.get().json()["policy"] == "refusals"
    assert elsewhere.get().status_code == 401
    assert Asking(app, anna[0]).get().status_code == 200


def test_orders__refused_for_their_scope__count(app: FastAPI, anna: list[str]) -> None:
    resident = Asking(app, anna[0])

    assert [resident.post().status_code for _ in range(ORDERS + 1)] == [403, 403, 429]


def test_bounds__of_zero__are_none(app: FastAPI, anna: list[str]) -> None:
    app.state.rates = Rates(0, 0)
    asking = Asking(app, anna[0])

    answers = [asking.get() for _ in range(READS + 5)]

    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit" not in answers[0].headers


def test_address_group__of_one_ipv6_network__is_one() -> None:
    assert address_group("2001:db8::1") == address_group("2001:db8::ffff:1")
    assert address_group("2001:db8::1") != address_group("2001:db8:0:1::1")
    assert address_group("192.0.2.1") != address_group("192.0.2.2")
    assert address_group("not an address") == address_group("not an address")

"""Residents over HTTP: who may, what is refused in which words, and the same request twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from heitje_chain.app import create_app
from heitje_chain.custody.model import new_wallet_id
from heitje_chain.db import METADATA, open_engine, transaction
from heitje_chain.people import tokens

ROUTE = "/api/v1/residents"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path / 'heitje.db'}")
    METADATA.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def client(engine: Engine) -> TestClient:
    return TestClient(create_app(engine), raise_server_exceptions=False)


def bearer(engine: Engine, *scopes: str) -> dict[str, str]:
    with transaction(engine) as connection:
        _, secret = tokens.create(connection, "Registrar", scopes or sorted(tokens.SCOPES), 1)
    return {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}


def test_resident__when_added__is_asked_for(client: TestClient, engine: Engine) -> None:
    resident_id, headers = new_wallet_id(), bearer(engine)

    added = client.post(ROUTE, json={"id": resident_id, "name": "Anna Jansen"}, headers=headers)
    again = client.post(ROUTE, json={"id": resident_id, "name": "Anna Jansen"}, headers=headers)

    assert added.status_code == 202
    assert added.json() == {
        "id": resident_id,
        "name": "Anna Jansen",
        "state": "asked",
        "participant": None,
    }
    assert again.json() == added.json()
    assert client.get(f"{ROUTE}/{resident_id}", headers=headers).json() == added.json()
    assert client.get(ROUTE, headers=headers).json()["items"] == [added.json()]


@pytest.mark.parametrize(
    ("resident_id", "name", "slug", "sentence"),
    [
        ("1", "A", "participant-id-invalid", "An id is a version 4 UUID of 32 hex characters."),
        ("3f8a2b1c4d5e4f60817263544a5b6c7d", " ", "name-invalid", "A name has 1 to 200 characters."),
    ],
)
def test_add__when_wrong__says_why(
    client: TestClient, engine: Engine, resident_id: str, name: str, slug: str, sentence: str
) -> None:
    answer = client.post(ROUTE, json={"id": resident_id, "name": name}, headers=bearer(engine))

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.json()["type"], answer.json()["detail"]) == (f"/problems/{slug}", sentence)


def test_add__with_an_id_of_somebody_else__conflicts(client: TestClient, engine: Engine) -> None:
    resident_id, headers = new_wallet_id(), bearer(engine)
    client.post(ROUTE, json={"id": resident_id, "name": "Anna"}, headers=headers)

    answer = client.post(ROUTE, json={"id": resident_id, "name": "Bilal"}, headers=headers)

    assert answer.status_code == 409
    assert answer.json()["detail"] == "This id belongs to somebody else. Choose a new one."


def test_read__of_nobody__is_not_found(client: TestClient, engine: Engine) -> None:
    answer = client.get(f"{ROUTE}/{new_wallet_id()}", headers=bearer(engine))

    assert answer.status_code == 404
    assert answer.json()["detail"] == "We know nobody by this id."


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", ROUTE, "residents:write"),
        ("GET", ROUTE, "residents:read"),
        ("GET", f"{ROUTE}/3f8a2b1c4d5e4f60817263544a5b6c7d", "residents:read"),
    ],
)
def test_routes__without_token_or_scope__refuse(
    client: TestClient, engine: Engine, method: str, path: str, scope: str
) -> None:
    body = {"id": new_wallet_id(), "name": "Anna"}
    others = bearer(engine, *(tokens.SCOPES - {scope}))

    assert client.request(method, path, json=body).status_code == 401
    wrong = client.request(method, path, json=body, headers={"Authorization": "Bearer heitje_guess"})
    assert wrong.status_code == 401
    refused = client.request(method, path, json=body, headers=others)
    assert refused.status_code == 403
    assert refused.json()["detail"] == f"This access token does not allow this: {scope} is missing."


def test_refusal__in_dutch_by_default(client: TestClient) -> None:
    answer = client.get(ROUTE)

    assert answer.headers["content-language"] == "nl"
    assert answer.json()["detail"] == "Deze toegangssleutel ontbreekt, klopt niet of geldt niet meer."


def test_health__when_the_database_answers__is_ok(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


def test_openapi__names_every_route(client: TestClient) -> None:
    schema = client.get("/api/openapi.json").json()

    assert schema["openapi"].startswith("3.1")
    assert set(schema["paths"]) == {ROUTE, f"{ROUTE}/{{resident_id}}"}

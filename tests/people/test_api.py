"""Residents over HTTP: who may, what is refused in which words, and the same request twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from heitje_chain.app import create_app
from heitje_chain.chain.contracts import Contracts
from heitje_chain.chain.deployment import ContractRecord, DeploymentRecord, Parameters
from heitje_chain.config import from_environment
from heitje_chain.custody.model import new_wallet_id
from heitje_chain.db import METADATA, open_engine, transaction
from heitje_chain.people import service, tokens
from heitje_chain.people.roles import SCOPES_OF
from heitje_chain.people.service import MerchantDetails
from tests.databases import new_database

ROUTE = "/api/v1/residents"

PATHS = {
    *(
        f"{kind}{rest}"
        for kind in ("residents", "merchants", "associations", "partners")
        for rest in ("", "/{participant_id}")
    ),
    "merchants/{participant_id}/account",
    "partners/{participant_id}/signers",
    *(
        f"{act}{rest}"
        for act in ("admissions", "signers", "signer-removals", "blocks", "unblocks")
        for rest in ("", "/prepare")
    ),
    "tokens",
    "acts",
    "acts/{act_id}",
}

RECORD = DeploymentRecord(
    network="test",
    chain_id=1337,
    genesis_hash="0x" + "00" * 32,
    first_block=0,
    parameters=Parameters(
        max_reward_cents=100_00,
        attestation_max_age_seconds=1,
        decision_window_seconds=1,
        dispute_window_seconds=1,
        grace_period_seconds=1,
    ),
    contracts={"JobEscrow": ContractRecord(address="0x" + "00" * 20, code_hash="0x" + "00" * 32)},
    verifiers={},
    officers={},
    senders=(),
    delays={},
    abis={},
)
"""A deployment of next to nothing: what is asked of here never comes to a contract."""


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(new_database(tmp_path))
    METADATA.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def client(engine: Engine) -> TestClient:
    app = create_app(engine, Contracts(RECORD), from_environment({"HEITJE_HOME": "nowhere"}))
    return TestClient(app, raise_server_exceptions=False)


def bearer(
    engine: Engine, role: str = "registrar", subject: str | None = None, scopes: set[str] | None = None
) -> dict[str, str]:
    with transaction(engine) as connection:
        _, secret = tokens.create(connection, "Somebody", role, subject, scopes)
    return {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}


def test_resident__when_added__is_asked_for(client: TestClient, engine: Engine) -> None:
    resident_id, headers = new_wallet_id(), bearer(engine)

    added = client.post(ROUTE, json={"id": resident_id, "name": "Anna Jansen"}, headers=headers)
    again = client.post(ROUTE, json={"id": resident_id, "name": "Anna Jansen"}, headers=headers)

    assert added.status_code == 202
    assert added.json() == {
        "id": resident_id,
        "kind": "resident",
        "name": "Anna Jansen",
        "state": "asked",
        "blocked": False,
        "participant": None,
        "wallet": None,
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


def test_read__of_another_kind__is_not_found(client: TestClient, engine: Engine) -> None:
    resident_id, headers = new_wallet_id(), bearer(engine)
    client.post(ROUTE, json={"id": resident_id, "name": "Anna"}, headers=headers)

    assert client.get(f"/api/v1/partners/{resident_id}", headers=headers).status_code == 404
    assert client.get("/api/v1/partners", headers=headers).json() == {"items": [], "next": None}


def test_merchant__when_added_without_account_holder__is_paid_under_its_name(
    client: TestClient, engine: Engine
) -> None:
    merchant_id, headers = new_wallet_id(), bearer(engine)
    body = {"id": merchant_id, "name": "Welpie Toys", "iban": "NL41 ABNA 9000 0000 01", "category": "toys"}

    added = client.post("/api/v1/merchants", json=body, headers=headers)

    assert added.status_code == 202, added.text
    assert added.json() == {
        "id": merchant_id,
        "kind": "merchant",
        "name": "Welpie Toys",
        "state": "asked",
        "blocked": False,
        "participant": None,
        "wallet": None,
    }
    with transaction(engine) as connection:
        kept = service.details_of(connection, merchant_id)
    assert kept == MerchantDetails("NL41ABNA9000000001", "Welpie Toys", "toys")


def test_account__when_changed__is_the_new_one(client: TestClient, engine: Engine) -> None:
    merchant_id, headers = new_wallet_id(), bearer(engine)
    body = {"id": merchant_id, "name": "Welpie Toys", "iban": "NL41ABNA9000000001", "category": "toys"}
    client.post("/api/v1/merchants", json=body, headers=headers)

    changed = client.put(
        f"/api/v1/merchants/{merchant_id}/account",
        json={"iban": "NL28ABNA9000000138", "account_holder": "Welpie B.V."},
        headers=headers,
    )

    assert changed.status_code == 200, changed.text
    with transaction(engine) as connection:
        kept = service.details_of(connection, merchant_id)
    assert kept == MerchantDetails("NL28ABNA9000000138", "Welpie B.V.", "toys")


def test_partner__when_added__is_ready_with_its_id_on_the_chain(client: TestClient, engine: Engine) -> None:
    partner_id, headers = new_wallet_id(), bearer(engine)

    added = client.post("/api/v1/partners", json={"id": partner_id, "name": "Alcander"}, headers=headers)

    assert added.json()["state"] == "ready"
    assert len(added.json()["participant"]) == 42
    assert client.get(f"/api/v1/partners/{partner_id}/signers", headers=headers).json()["items"] == []


def test_token__made_by_the_registrar__acts_as_that_participant(client: TestClient, engine: Engine) -> None:
    resident_id, headers = new_wallet_id(), bearer(engine)
    client.post(ROUTE, json={"id": resident_id, "name": "Anna"}, headers=headers)

    made = client.post("/api/v1/tokens", json={"participant": resident_id, "days": 7}, headers=headers)

    assert made.status_code == 201, made.text
    assert (made.json()["role"], made.json()["participant"]) == ("resident", resident_id)
    with transaction(engine) as connection:
        assert tokens.caller(connection, made.json()["secret"]).id == f"resident:{resident_id}"


READING, WRITING = "participants:read", "participants:write"
SOMEBODY = "3f8a2b1c4d5e4f60817263544a5b6c7d"


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        *(
            (method, f"/api/v1/{kind}{rest}", scope)
            for kind in ("residents", "merchants", "associations", "partners")
            for method, rest, scope in (
                ("POST", "", WRITING),
                ("GET", "", READING),
                ("GET", f"/{SOMEBODY}", READING),
            )
        ),
        ("PUT", f"/api/v1/merchants/{SOMEBODY}/account", WRITING),
        ("GET", f"/api/v1/partners/{SOMEBODY}/signers", READING),
        ("POST", "/api/v1/tokens", "tokens:write"),
        ("GET", "/api/v1/acts", "acts:read"),
        ("GET", "/api/v1/acts/1", "acts:read"),
    ],
)
def test_routes__without_token_or_scope__refuse(
    client: TestClient, engine: Engine, method: str, path: str, scope: str
) -> None:
    body = {
        "/api/v1/merchants": {"id": SOMEBODY, "name": "A", "iban": "NL41ABNA9000000001", "category": "a"},
        f"/api/v1/merchants/{SOMEBODY}/account": {"iban": "NL41ABNA9000000001", "account_holder": "A"},
        "/api/v1/tokens": {"participant": SOMEBODY},
    }.get(path, {"id": SOMEBODY, "name": "Anna"})
    others = bearer(engine, scopes=set(SCOPES_OF["registrar"]) - {scope})

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
    assert {path.removeprefix("/api/v1/") for path in schema["paths"]} >= PATHS

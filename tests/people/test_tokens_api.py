"""Tokens over the API: made with what is needed and no more, listed and ended by whose they are."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select, update

from heitje_chain.audit.model import AUDIT_RECORD
from heitje_chain.chain.contracts import Contracts
from heitje_chain.custody.model import new_wallet_id
from heitje_chain.db import METADATA, open_engine, reading, transaction
from heitje_chain.http import faults
from heitje_chain.people import service, tokens
from heitje_chain.people.api import router
from heitje_chain.people.model import RESIDENT
from heitje_chain.people.roles import SCOPES_OF
from heitje_chain.people.tokens import ACCESS_TOKEN
from tests.conftest import Chain
from tests.databases import new_database


class Desk:
    """A registrar, two residents and the application's routes about people."""

    def __init__(self, engine: Engine, contracts: Contracts) -> None:
        self.engine = engine
        app = FastAPI()
        app.state.engine, app.state.contracts = engine, contracts
        app.include_router(router)
        faults.install(app)
        self.http = TestClient(app, raise_server_exceptions=False)
        with transaction(engine) as connection:
            self.anna = service.add(connection, RESIDENT, new_wallet_id(), "Anna").id
            self.bilal = service.add(connection, RESIDENT, new_wallet_id(), "Bilal").id
            self.registrar = tokens.create(connection, "Desk", "registrar")[1]

    def ask(self, method: str, secret: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}
        return self.http.request(method, f"/api/v1{path}", json=body, headers=headers)

    def made(self, participant: str, **wanted: Any) -> dict[str, Any]:
        answer = self.ask("POST", self.registrar, "/tokens", {"participant": participant, **wanted})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def listed(self, secret: str, query: str = "") -> list[dict[str, Any]]:
        answer = self.ask("GET", secret, f"/tokens{query}")
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])


@pytest.fixture
def desk(tmp_path: Path, chain: Chain) -> Iterator[Desk]:
    engine = open_engine(new_database(tmp_path))
    METADATA.create_all(engine)
    yield Desk(engine, Contracts(chain.record))
    engine.dispose()


def test_me__with_a_token__tells_who_asks_and_what_it_allows(desk: Desk) -> None:
    made = desk.made(desk.anna, days=3, scopes=["wallet:read", "jobs:read"])

    told = desk.ask("GET", made["secret"], "/me").json()

    assert told == {
        "token": made["id"],
        "role": "resident",
        "subject": desk.anna,
        "name": "Anna",
        "scopes": ["jobs:read", "wallet:read"],
        "expires_at": made["expires_at"],
        "chain_participant": None,
        "signers": [],
    }
    assert abs(told["expires_at"] - time.time() - 3 * 86_400) < 60
    registrar = desk.ask("GET", desk.registrar, "/me").json()
    assert (registrar["role"], registrar["subject"], registrar["name"]) == ("registrar", "registrar", None)
    assert registrar["scopes"] == sorted(SCOPES_OF["registrar"])


def test_create__with_a_scope_of_another_role__is_refused(desk: Desk) -> None:
    body = {"participant": desk.anna, "scopes": ["wallet:read", "payouts:write"]}

    refused = desk.ask("POST", desk.registrar, "/tokens", body)

    assert (refused.status_code, refused.json()["type"]) == (400, "/problems/scopes-invalid")
    allowed = ", ".join(sorted(SCOPES_OF["resident"]))
    assert refused.json()["detail"] == f"Choose from these scopes: {allowed}."
    assert desk.listed(desk.registrar, f"?participant={desk.anna}") == []


def test_list__by_a_holder__is_its_own_tokens_and_nobody_elses(desk: Desk) -> None:
    first, second = desk.made(desk.anna), desk.made(desk.anna, scopes=["jobs:read"])
    desk.made(desk.bilal)

    own = desk.listed(first["secret"])

    assert {one["id"] for one in own} == {first["id"], second["id"]}
    assert {one["subject"] for one in own} == {desk.anna}
    assert all("secret" not in one for one in own)
    assert desk.listed(first["secret"], f"?participant={desk.bilal}") == []
    assert desk.ask("GET", second["secret"], "/tokens").status_code == 403


def test_list__by_the_registrar__is_everybodys_in_pages_by_participant_and_role(desk: Desk) -> None:
    annas, bilals = desk.made(desk.anna), desk.made(desk.bilal)

    first = desk.ask("GET", desk.registrar, "/tokens?limit=2").json()
    rest = desk.http.get(first["next"], headers={"Authorization": f"Bearer {desk.registrar}"}).json()

    together = first["items"] + rest["items"]
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)
    assert {one["role"] for one in together} == {"resident", "registrar"}
    assert [one["id"] for one in desk.listed(desk.registrar, f"?participant={desk.bilal}")] == [bilals["id"]]
    residents = desk.listed(desk.registrar, "?role=resident")
    assert {one["id"] for one in residents} == {annas["id"], bilals["id"]}
    assert desk.ask("GET", desk.registrar, "/tokens?role=mayor").status_code == 400


def test_revoke__of_ones_own__ends_it_at_once(desk: Desk) -> None:
    keep, lost = desk.made(desk.anna), desk.made(desk.anna)

    for _ in range(2):
        assert desk.ask("DELETE", keep["secret"], f"/tokens/{lost['id']}").status_code == 204

    assert desk.ask("GET", lost["secret"], "/me").status_code == 401
    states = {one["id"]: one["state"] for one in desk.listed(keep["secret"])}
    assert states == {keep["id"]: "good", lost["id"]: "revoked"}


def test_revoke__of_anothers__answers_as_of_one_that_is_not_there(desk: Desk) -> None:
    annas, bilals = desk.made(desk.anna), desk.made(desk.bilal)

    others = desk.ask("DELETE", annas["secret"], f"/tokens/{bilals['id']}")
    nobodys = desk.ask("DELETE", annas["secret"], f"/tokens/{'0' * 32}")

    assert others.status_code == nobodys.status_code == 404
    assert others.json() == nobodys.json()
    assert desk.ask("GET", bilals["secret"], "/me").status_code == 200


def test_tokens__made_and_revoked_by_the_registrar__are_in_the_audit_log(desk: Desk) -> None:
    made = desk.made(desk.anna, scopes=["jobs:read"])
    assert desk.ask("DELETE", desk.registrar, f"/tokens/{made['id']}").status_code == 204

    with reading(desk.engine) as connection:
        records = connection.execute(select(AUDIT_RECORD).order_by(AUDIT_RECORD.c.number)).all()

    assert [(one.actor, one.act, one.subject, one.details) for one in records] == [
        (
            "officer:registrar",
            "create_token",
            f"token:{made['id']}",
            f'{{"participant":"{desk.anna}","scopes":["jobs:read"]}}',
        ),
        ("officer:registrar", "revoke_token", f"token:{made['id']}", "{}"),
    ]


def test_expired_token__of_whoever__is_refused_as_one_that_never_was(desk: Desk) -> None:
    made = desk.made(desk.anna)
    with transaction(desk.engine) as connection:
        past = int(time.time()) - 1
        connection.execute(
            update(ACCESS_TOKEN).where(ACCESS_TOKEN.c.id == made["id"]).values(expires_at=past)
        )

    expired, unknown = desk.ask("GET", made["secret"], "/me"), desk.ask("GET", "heitje_nothing", "/me")

    assert expired.status_code == unknown.status_code == 401
    assert expired.json() == unknown.json()
    [listed] = desk.listed(desk.registrar, f"?participant={desk.anna}")
    assert listed["state"] == "expired"


def test_operator__over_the_api__sees_no_names(desk: Desk) -> None:
    with transaction(desk.engine) as connection:
        token, secret = tokens.create(connection, "Night watch", "operator", "jan")

    assert desk.ask("GET", secret, "/me").json()["scopes"] == [
        "reconciliations:read",
        "reconciliations:write",
        "tokens:read",
        "tokens:revoke",
        "transactions:read",
        "transactions:write",
    ]
    for path in ("/residents", f"/residents/{desk.anna}", "/partners", "/acts"):
        assert desk.ask("GET", secret, path).status_code == 403, path
    assert [one["id"] for one in desk.listed(secret)] == [token.id]

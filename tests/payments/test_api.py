"""Payments over HTTP: who may, what is shown to whom, and the same request twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine

from heitje_chain.config import from_environment
from heitje_chain.db import transaction
from heitje_chain.http import faults
from heitje_chain.payments import records
from heitje_chain.payments.api import router
from heitje_chain.people import tokens
from heitje_chain.people.service import Participant

from .town import CONTRACTS, Town

API = "/api/v1"


@dataclass
class Desk:
    client: TestClient
    engine: Engine

    def add(self, kind: str, cents: int = 0) -> tuple[Participant, dict[str, str]]:
        with transaction(self.engine) as connection:
            one = Town(connection, block=int.from_bytes(kind.encode()[:3])).add(kind, cents)
            return one, self._headers(tokens.create(connection, "Test", kind, one.id)[1])

    def officer(self, role: str) -> dict[str, str]:
        with transaction(self.engine) as connection:
            return self._headers(tokens.create(connection, "Test", role)[1])

    def post(self, path: str, headers: dict[str, str], key: str, body: dict[str, Any]) -> Response:
        answer: Response = self.client.post(
            API + path, json=body, headers={**headers, "Idempotency-Key": f"key-{key:0>8}"}
        )
        return answer

    def get(self, path: str, headers: dict[str, str]) -> Any:
        return self.client.get(API + path, headers=headers).json()

    def _headers(self, secret: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}


@pytest.fixture
def desk(engine: Engine) -> Desk:
    app = FastAPI()
    app.state.engine, app.state.contracts, app.state.config = engine, CONTRACTS, from_environment({})
    faults.install(app)
    app.include_router(router)
    return Desk(TestClient(app, raise_server_exceptions=False), engine)


def test_payment__by_a_tills_request__goes_from_ask_to_refund(desk: Desk) -> None:
    anna, by_anna = desk.add("resident", 20_00)
    baker, by_baker = desk.add("merchant")

    asked = desk.post("/payment-requests", by_baker, "1", {"cents": 7_50})
    request = asked.json()
    assert asked.status_code == 201
    assert request == {
        "id": request["id"],
        "merchant": baker.id,
        "cents": 7_50,
        "state": "open",
        "payment": None,
        "expires_at": request["expires_at"],
        "code": f"heitje:1337:request:{request['id']}",
    }

    answer = desk.post("/payments", by_anna, "1", {"code": request["code"]})
    again = desk.post("/payments", by_anna, "1", {"code": request["code"]})
    payment = answer.json()
    assert (answer.status_code, again.status_code, again.json()) == (202, 202, payment)
    assert payment == {
        "id": payment["id"],
        "kind": "pay",
        "state": "pending",
        "payer": anna.wallet,
        "payee": baker.wallet,
        "cents": 7_50,
        "refund_of": None,
        "request": request["id"],
        "refusal": None,
        "created_at": payment["created_at"],
        "paid_at": None,
    }
    assert desk.get(f"/payment-requests/{request['id']}", by_baker)["state"] == "pending"

    with transaction(desk.engine) as connection:
        town = Town(connection, block=1)
        town.confirm(records.find_payment(connection, payment["id"]), paid_at=payment["created_at"])
    assert desk.get(f"/payment-requests/{request['id']}", by_baker)["state"] == "paid"

    refund = desk.post(f"/payments/{payment['id']}/refunds", by_baker, "2", {"cents": 2_50})
    assert refund.status_code == 202
    assert (refund.json()["kind"], refund.json()["refund_of"]) == ("refund", payment["id"])
    assert desk.get("/wallet", by_anna) == {
        "participant": anna.id,
        "final": 12_50,
        "incoming": 2_50,
        "outgoing": 0,
        "spendable": 12_50,
        "frozen": 0,
        "code": None,
    }
    wallet = desk.get("/wallet", by_baker)
    assert (wallet["spendable"], wallet["code"]) == (5_00, f"heitje:1337:merchant:{baker.id}")


def test_payments__are_shown_to_both_sides_and_officers_alone(desk: Desk) -> None:
    _, by_anna = desk.add("resident", 20_00)
    club, by_club = desk.add("association")
    _, by_other = desk.add("merchant")
    code = f"heitje:1337:association:{club.id}"
    payment = desk.post("/payments", by_anna, "1", {"code": code, "cents": 1_00}).json()

    for headers in (by_anna, by_club, desk.officer("auditor")):
        assert desk.get("/payments", headers) == {"items": [payment], "next": None}
        assert desk.get(f"/payments/{payment['id']}", headers) == payment
    assert desk.get("/payments", by_other) == {"items": [], "next": None}
    assert desk.get(f"/payments/{payment['id']}", by_other)["type"] == "/problems/payment-unknown"


def test_payments__in_pages__neither_skip_nor_repeat(desk: Desk) -> None:
    _, by_anna = desk.add("resident", 20_00)
    baker, _ = desk.add("merchant")
    for number in range(3):
        body = {"code": f"heitje:1337:merchant:{baker.id}", "cents": number + 1}
        desk.post("/payments", by_anna, str(number), body)

    first = desk.get("/payments?limit=2", by_anna)
    rest = desk.client.get(first["next"], headers=by_anna).json()

    assert sorted(one["cents"] for one in first["items"] + rest["items"]) == [1, 2, 3]
    assert rest["next"] is None


def test_refusal__of_the_contract__is_told_without_its_arguments(desk: Desk) -> None:
    _, by_anna = desk.add("resident", 20_00)
    baker, by_baker = desk.add("merchant")
    body = {"code": f"heitje:1337:merchant:{baker.id}", "cents": 1_00}
    payment = desk.post("/payments", by_anna, "1", body).json()
    with transaction(desk.engine) as connection:
        Town(connection).refuse(records.find_payment(connection, payment["id"]), "ERC20InsufficientBalance")

    shown = desk.get(f"/payments/{payment['id']}", by_baker)

    assert (shown["state"], shown["refusal"]) == ("refused", {"name": "ERC20InsufficientBalance"})


@pytest.mark.parametrize("cents", [0, -1, 1.5, "1", True, 2**48])
def test_payment__of_a_wrong_amount__is_refused(desk: Desk, cents: Any) -> None:
    _, by_anna = desk.add("resident", 20_00)

    answer = desk.post("/payments", by_anna, "1", {"code": "heitje", "cents": cents})

    assert answer.json()["type"] == "/problems/request-invalid"


@pytest.mark.parametrize(
    ("method", "path", "role", "scope"),
    [
        ("POST", "/payment-requests", "resident", "requests:write"),
        ("POST", "/payments", "merchant", "payments:write"),
        ("POST", f"/payments/{'0' * 64}/refunds", "resident", "refunds:write"),
        ("GET", "/payments", "partner", "payments:read"),
        ("GET", f"/payments/{'0' * 64}", "partner", "payments:read"),
        ("GET", f"/payment-requests/{'0' * 32}", "partner", "payments:read"),
        ("GET", "/wallet", "partner", "wallet:read"),
    ],
)
def test_routes__without_the_scope__refuse(desk: Desk, method: str, path: str, role: str, scope: str) -> None:
    _, headers = desk.add(role)
    body = {"cents": 1_00, "code": "x"} if path == "/payments" else {"cents": 1_00}
    headers |= {"Idempotency-Key": "12345678"}

    answer = desk.client.request(method, API + path, json=body, headers=headers)

    assert answer.status_code == 403
    assert answer.json()["detail"] == f"This access token does not allow this: {scope} is missing."


def test_request__as_others_see_it__says_not_which_payment_pays_it(desk: Desk) -> None:
    _, by_anna = desk.add("resident", 20_00)
    _, by_bilal = desk.add("association", 20_00)
    _, by_baker = desk.add("merchant")
    with transaction(desk.engine) as connection:
        other = Town(connection, block=77).add("merchant")
        by_other = desk._headers(tokens.create(connection, "Test", "merchant", other.id)[1])
    asked = desk.post("/payment-requests", by_baker, "1", {"cents": 7_50}).json()
    paid = desk.post("/payments", by_anna, "2", {"code": asked["code"]}).json()
    path = f"/payment-requests/{asked['id']}"

    shown = {"payer": by_anna, "till": by_baker, "auditor": desk.officer("auditor"), "stranger": by_bilal}
    seen = {who: desk.get(path, headers) for who, headers in shown.items()}

    assert {who: one["payment"] for who, one in seen.items()} == {
        "payer": paid["id"],
        "till": paid["id"],
        "auditor": paid["id"],
        "stranger": None,
    }
    assert {one["state"] for one in seen.values()} == {"pending"}
    unknown = desk.get("/payment-requests/" + "0" * 32, by_other)
    assert desk.get(path, by_other) == unknown
    assert unknown["status"] == 404

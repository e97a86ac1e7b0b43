"""Settlement over HTTP: who may, what is told, and that stored answers hold no personal data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from heitje_chain.acts import service as acts
from heitje_chain.db import transaction
from heitje_chain.http import faults
from heitje_chain.http.idempotency import IDEMPOTENT_ANSWER
from heitje_chain.people import tokens
from heitje_chain.settlement.api import router
from heitje_chain.webhooks import bank
from tests.settlement.city import CITY, CONTRACTS, IBAN, OFFICER, City, Shop, signature, word


@dataclass
class Settings:
    debtor_name: str = CITY.name
    debtor_iban: str = CITY.iban
    debtor_bic: str | None = CITY.bic


class Desk:
    """The API as its callers use it."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.settings = Settings()
        app = FastAPI()
        app.state.engine, app.state.contracts, app.state.config = city.engine, CONTRACTS, self.settings
        app.state.bank_listener = bank
        faults.install(app)
        app.include_router(router)
        self._client = TestClient(app, raise_server_exceptions=False)
        self._keys = 0
        self.officer = self._token(OFFICER)

    def token_of(self, shop: Shop) -> str:
        return self._token("merchant", shop.id)

    def auditor(self) -> str:
        return self._token("auditor")

    def get(self, path: str, token: str) -> Any:
        return self._client.get(f"/api/v1{path}", headers=self._headers(token))

    def post(self, path: str, token: str, body: Any = None, key: str | None = None) -> Any:
        self._keys += 1
        headers = {**self._headers(token), "Idempotency-Key": key or f"key-{self._keys:08}"}
        return self._client.post(f"/api/v1{path}", json=body, headers=headers)

    def signed(self, path: str, act_id: str) -> Any:
        with transaction(self.city.engine) as connection:
            act = acts.find(connection, act_id)
        body = {"act": act.id, "signature": signature(act).hex()}
        return self.post(path, self.officer, body)

    def _token(self, role: str, subject: str | None = None) -> str:
        with transaction(self.city.engine) as connection:
            return tokens.create(connection, role, role, subject)[1]

    def _headers(self, token: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token}", "Accept-Language": "en"}


@pytest.fixture
def desk(city: City) -> Desk:
    return Desk(city)


def test_payout__from_redemption_to_settlement__over_the_api(desk: Desk, city: City) -> None:
    shop = city.merchant()
    token = desk.token_of(shop)
    asked = desk.post("/redemptions", token, {"cents": 1500}, key="redeem-01")
    assert asked.status_code == 202
    assert asked.json() == desk.post("/redemptions", token, {"cents": 1500}, key="redeem-01").json()
    one = asked.json()["id"]
    assert (asked.json()["state"], asked.json()["merchant"]) == ("asked", f"0x{shop.chain_id}")
    city.tell("RedemptionLocked", redemption=one, merchant=shop.chain_id, cents=1500)

    act = desk.post("/payout-batches/prepare", desk.officer).json()
    assert act["content"] == {"batch": 1, "redemptions": [one]}
    assert desk.signed("/payout-batches", act["id"]).json()["state"] == "signed"
    city.closed(1, city.read(one))

    file = desk.post("/payout-batches/1/file", desk.officer).json()
    content = desk.get("/payout-batches/1/file", desk.officer)
    assert (file["number"], file["lines"], file["cents"]) == (1, 1, 1500)
    assert content.headers["content-type"] == "application/xml"
    assert content.headers["etag"] == f'"{file["sha256"]}"'
    assert IBAN.encode() in content.content
    assert file == desk.post("/payout-batches/1/file", desk.officer).json()

    told = desk.post("/payout-batches/1/outcomes", desk.officer, {"booked": [one]})
    assert told.json()["redemptions"][0]["bank_outcome"] == "booked"
    act = desk.post("/payout-batches/1/settlement/prepare", desk.officer).json()
    assert desk.signed("/payout-batches/1/settlement", act["id"]).status_code == 202
    assert desk.get("/payout-batches/1", desk.officer).json()["batch"]["state"] == "settling"
    city.settled(1, 1500)

    assert desk.get(f"/redemptions/{one}", token).json()["state"] == "booked"
    assert [row["state"] for row in desk.get("/payout-batches", desk.officer).json()["items"]] == ["settled"]
    back = {"end_to_end_id": file_id(desk, one), "occurred_at": 1_772_400_000, "reason": "AC04"}
    assert desk.post(f"/redemptions/{one}/bank-return", desk.officer, back).json()["return_reason"] == "AC04"
    with transaction(city.engine) as connection:
        stored = b"".join(connection.scalars(select(IDEMPOTENT_ANSWER.c.body)))
    assert one.encode() in stored
    assert not any(personal.encode() in stored for personal in (IBAN, "Kroon", CITY.iban, CITY.name))


def file_id(desk: Desk, redemption: str) -> str:
    found: str = desk.get(f"/redemptions/{redemption}", desk.officer).json()["end_to_end_id"]
    return found


def test_list__of_a_merchant__shows_its_own_alone(desk: Desk, city: City) -> None:
    mine, other = city.merchant(), city.merchant()
    own, others = city.locked(mine), city.asked(other)
    token = desk.token_of(mine)

    listed = desk.get("/redemptions", token).json()["items"]

    assert [row["id"] for row in listed] == [own.id]
    assert desk.get(f"/redemptions/{others.id}", token).status_code == 404
    everything = desk.get("/redemptions?limit=1", desk.officer).json()
    assert everything["next"] is not None
    assert len(desk.get("/redemptions", desk.officer).json()["items"]) == 2
    locked = desk.get("/redemptions?state=locked", desk.officer).json()["items"]
    assert [row["id"] for row in locked] == [own.id]


def test_held__when_the_iban_changed__is_listed_and_confirmed(desk: Desk, city: City) -> None:
    shop = city.merchant()
    line = city.locked(shop)
    city.change_iban(shop)

    [row] = desk.get("/redemptions?held=true", desk.officer).json()["items"]
    assert (row["id"], row["held"]) == (line.id, True)
    assert desk.get("/redemptions?held=false", desk.officer).json()["items"] == []
    confirmed = desk.post(f"/redemptions/{line.id}/account-confirmation", desk.officer)
    assert (confirmed.status_code, confirmed.json()["held"]) == (200, False)


def test_accounts__are_shown_to_the_merchant_and_the_payer_alone(desk: Desk, city: City) -> None:
    shop = city.merchant()
    line = city.locked(shop)
    account = {"iban": IBAN, "holder": "De Kroon B.V."}

    for token in (desk.officer, desk.token_of(shop)):
        read = desk.get(f"/redemptions/{line.id}", token).json()
        assert (read["account"], read["present_account"]) == (account, account)
    read = desk.get(f"/redemptions/{line.id}", desk.auditor()).json()
    assert (read["account"], read["present_account"]) == (None, None)


@pytest.mark.parametrize(
    "path",
    [
        "/payout-batches/prepare",
        "/payout-batches/1/file",
        "/payout-batches/1/settlement/prepare",
        f"/redemptions/{word(1)}/account-confirmation",
    ],
)
def test_payout_acts__by_others__are_refused(desk: Desk, city: City, path: str) -> None:
    for token in (desk.auditor(), desk.token_of(city.merchant())):
        assert desk.post(path, token).status_code == 403
    assert desk.get("/payout-batches/1/file", desk.auditor()).status_code == 403


@pytest.mark.parametrize(("name", "iban"), [("", CITY.iban), (CITY.name, "")])
def test_file__without_a_debtor__says_what_to_set(desk: Desk, city: City, name: str, iban: str) -> None:
    city.closed(1, city.locked(city.merchant()))
    desk.settings.debtor_name, desk.settings.debtor_iban = name, iban

    answer = desk.post("/payout-batches/1/file", desk.officer)

    assert answer.status_code == 409
    assert answer.json()["detail"] == "First set who pays: HEITJE_DEBTOR_NAME and HEITJE_DEBTOR_IBAN."


def test_outcomes__with_one_line_for_two_reasons__are_refused(desk: Desk, city: City) -> None:
    line = city.locked(city.merchant())
    city.filed(1, line)
    twice = [{"redemption": line.id, "reason": reason} for reason in ("AC04", "AM04")]

    answer = desk.post("/payout-batches/1/outcomes", desk.officer, {"rejected": twice})

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/outcome-given")
    assert city.read(line).bank_outcome is None


def test_redeem__by_an_officer_or_of_nothing__is_refused(desk: Desk, city: City) -> None:
    assert desk.post("/redemptions", desk.officer, {"cents": 1}).status_code == 403
    assert desk.post("/redemptions", desk.token_of(city.merchant()), {"cents": 0}).status_code == 400

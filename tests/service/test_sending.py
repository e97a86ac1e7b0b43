"""What an operator sees of sending, and does about it."""

from __future__ import annotations

import pytest

from heitje_chain.db import transaction
from heitje_chain.people import tokens

from .town import Person, Town


@pytest.fixture
def operator(town: Town) -> str:
    with transaction(town.engine) as connection:
        town.secrets["operator"] = tokens.create(connection, "On duty", "operator")[1]
    return "operator"


def test_lane__whose_key_was_used_elsewhere__goes_on_when_the_operator_says_so(
    town: Town, operator: str, anna: Person, shop: Person
) -> None:
    [before] = town.get(operator, "/lanes")
    assert (before["lane"], before["state"], before["reason"]) == ("main", "active", None)
    assert town.refused(operator, "/lanes/main/resumption") == (409, "This sending lane is not paused.")
    assert town.refused(operator, "/lanes/other/resumption") == (404, "We do not know this sending lane.")
    town.rpc("eth_sendTransaction", {"from": before["address"], "to": before["address"], "value": "0x0"})
    payment = town.post(anna, "/payments", {"code": town.code_of(shop), "cents": 4_00})
    for _ in range(3):
        town.worker.round()
    [paused] = town.get(operator, "/lanes")
    assert (paused["state"], paused["reason"]) == ("paused", "key_used_elsewhere")
    assert town.get(anna, f"/payments/{payment['id']}")["state"] == "pending"
    assert town.refused("enforcer", "/lanes/main/resumption")[0] == 403

    assert town.post(operator, "/lanes/main/resumption")["state"] == "resuming"
    town.work()

    assert town.get(anna, f"/payments/{payment['id']}")["state"] == "paid"
    [after] = town.get(operator, "/lanes")
    assert (after["state"], after["since"]) == ("active", None)
    assert len(town.events("AuthorizationUsed")) == 1
    assert town.differences() == ()


def test_transaction__is_shown_with_its_attempts_and_acts(town: Town, operator: str, anna: Person) -> None:
    [newest, *_] = town.get(operator, "/transactions?state=final")["items"]
    found = town.get(operator, f"/transactions/{newest['id']}")

    assert {name: found[name] for name in newest} == newest
    assert [one["hash"] for one in found["attempts"]] == [newest["hash"]]
    assert found["attempts"][0]["most_fee"] > 0
    assert [(one["kind"], one["state"]) for one in found["acts"]] == [("approve", "done")]
    assert town.ask("GET", operator, "/transactions/999999").status_code == 404
    assert town.ask("GET", anna, "/transactions").status_code == 403

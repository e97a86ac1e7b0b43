"""What an operator sees of sending, and does about it."""

from __future__ import annotations

from .survival import use_elsewhere
from .town import Person, Town

RECORDED = "The chain has recorded this already. There is nothing to try again."


def test_lane__whose_key_was_used_elsewhere__goes_on_when_the_operator_says_so(
    town: Town, operator: str, anna: Person, shop: Person
) -> None:
    [before] = town.get(operator, "/lanes")
    assert (before["lane"], before["state"], before["reason"]) == ("main", "active", None)
    assert town.refused(operator, "/lanes/main/resumption") == (409, "This sending lane is not paused.")
    assert town.refused(operator, "/lanes/other/resumption") == (404, "We do not know this sending lane.")
    town.work()
    use_elsewhere(town, before["address"])
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


def test_intents__are_listed_by_kind_state_lane_and_time_without_what_they_hold(
    town: Town, operator: str, anna: Person, shop: Person
) -> None:
    payment = town.paid(anna, shop, 4_00)

    [one] = town.get(operator, "/intents?kind=payment&state=done&lane=main")["items"]
    assert one == {
        "id": payment["id"],
        "kind": "payment",
        "lane": "main",
        "state": "done",
        "attempts": 0,
        "waits_for": None,
        "next_at": None,
        "refusal": None,
        "transaction": one["transaction"],
        "trace": one["trace"],
        "created_at": one["created_at"],
    }
    found = town.get(operator, f"/intents/{one['id']}")
    assert (found["event"], found["sent_in"]["state"]) == ("AuthorizationUsed", "final")
    assert found["retry"] == {"possible": False, "type": "/problems/intent-done", "detail": RECORDED}
    at = one["created_at"]
    assert one in town.get(operator, f"/intents?since={at}&until={at + 1}")["items"]
    assert one not in town.get(operator, f"/intents?until={at}")["items"]
    assert town.get(operator, "/intents?lane=other")["items"] == []
    everything = town.get(operator, "/intents?limit=100")["items"]
    page = town.get(operator, "/intents?limit=2")
    rest = town.ask("GET", operator, page["next"].removeprefix("/api/v1")).json()["items"]
    assert page["items"] + rest == everything[:4]


def test_transaction__is_found_by_the_hash_of_any_attempt(town: Town, operator: str, anna: Person) -> None:
    [last, *_] = town.get(operator, "/transactions?lane=main")["items"]

    assert town.get(operator, f"/transactions?hash={last['hash']}")["items"] == [last]
    assert town.get(operator, f"/transactions?hash=0x{'0' * 64}")["items"] == []
    assert town.ask("GET", operator, "/transactions?hash=0x12").status_code == 400

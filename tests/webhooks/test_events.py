"""The description's `webhooks` are what is really sent: every event, made to happen, fits its example."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
from sqlalchemy import update

from heitje_chain.db import transaction
from heitje_chain.people.model import PARTICIPANT
from heitje_chain.webhooks import rules
from tests.service.town import Person, Town

from .post import deliver, webhook
from .receiver import Receiver
from .test_telling import settled

JSON = "application/json"


def happen(town: Town, partner: Person, anna: Person, shop: Person) -> None:
    """Let everything happen that is told."""
    approved = town.submitted(partner, town.resident(), reward=15_00)
    town.act(partner, "/approvals", {"claims": [approved["id"]]})
    payment = town.paid(anna, shop, 10_00)
    town.post(shop, f"/payments/{payment['id']}/refunds", {"cents": 1_00})
    town.work()
    settled(town, shop, 3_00, rejected=True)
    booked = settled(town, shop, 3_00, rejected=False)
    line = f"/redemptions/{booked['id']}"
    came_back = {
        "end_to_end_id": town.get(shop, line)["end_to_end_id"],
        "occurred_at": town.now(),
        "reason": "AC04",
    }
    town.post("settlement", f"{line}/bank-return", came_back)
    repayment = town.post("settlement", "/repayments", {})["number"]
    outcomes = {"booked": [booked["id"]], "rejected": [], "occurred_at": town.now()}
    town.post("settlement", f"/repayments/{repayment}/outcomes", outcomes)
    town.act("enforcer", "/blocks", {"participant": shop.id, "reason": 1})
    town.work()
    with transaction(town.engine) as connection:  # as if the block had not been seen yet
        connection.execute(update(PARTICIPANT).where(PARTICIPANT.c.id == shop.id).values(blocked=False))
    town.post(shop, f"/payments/{payment['id']}/refunds", {"cents": 1_00})
    town.work()


def test_events__each_as_sent__have_the_members_of_their_example_and_fit_their_schema(
    town: Town, partner: Person, anna: Person, shop: Person, receiver: Receiver
) -> None:
    hooks = [(owner, webhook(town, owner, receiver.url)) for owner in (partner, shop)]
    happen(town, partner, anna, shop)
    for owner, hook in hooks:
        town.post(owner, f"/webhooks/{hook['id']}/test")
    deliver(town)
    told = town.http.get("/api/openapi.json").json()["webhooks"]

    every = [*rules.EVENTS_OF["partner"], *rules.EVENTS_OF["merchant"], rules.TEST]
    assert list(told) == every
    assert {one.payload["type"] for one in receiver.received} == set(every)
    for came in receiver.received:
        said = told[came.payload["type"]]["post"]
        media: dict[str, Any] = said["requestBody"]["content"][JSON]
        check = jsonschema_rs.Draft202012Validator(media["schema"], validate_formats=True)
        check.validate(came.payload)
        check.validate(media["example"])
        assert shape(came.payload) == shape(media["example"]), said["operationId"]
        assert {one["name"] for one in said["parameters"]} == {
            name for name in came.headers if name.startswith("webhook-")
        }


def test_events__are_told_to_those_who_can_have_them(town: Town) -> None:
    told = town.http.get("/api/openapi.json").json()["webhooks"]

    for kind, events in rules.EVENTS_OF.items():
        assert [type_ for type_, said in told.items() if kind in said["post"]["x-roles"]] == [
            *events,
            rules.TEST,
        ]


def shape(payload: dict[str, Any]) -> tuple[list[str], list[str]]:
    return list(payload), list(payload["data"])

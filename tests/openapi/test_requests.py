"""No request that the description allows, and none that it does not, gets an answer that it does not know."""

from __future__ import annotations

from itertools import cycle

import pytest
from sqlalchemy import select

from heitje_chain.chain.model import INTENT
from heitje_chain.db import transaction
from heitje_chain.http.streams import Streams
from tests.service.conftest import town as town
from tests.service.town import Town
from tests.service.world import World, build

from .drawing import Drawer, Tally


def populated(town: Town) -> World:
    """A world that has one of what `build` leaves out too, and whose streams end at once."""
    world = build(town)
    state = town.http.app.state  # type: ignore[attr-defined]
    state.rates = None
    state.streams = Streams(look_seconds=0.001, heartbeat_seconds=1, most_seconds=0.002)
    town.act("settlement", "/payout-batches", {})
    lost = town.resident("Carla Smit")
    recovery = town.post("registrar", "/recoveries", {"participant": lost.id, "reason": 1})
    reconciliation = town.post("auditor", "/reconciliations")
    town.work()
    with transaction(town.engine) as connection:
        intent = str(connection.scalar(select(INTENT.c.id).limit(1)))
    for role in world.secrets:
        world.own[role] |= {
            "reconciliation": reconciliation["id"],
            "recovery": recovery["id"],
            "intent": intent,
        }
    for role in ("merchant", "partner"):
        sent = town.http.post(
            f"/api/v1/webhooks/{world.own[role]['webhook']}/test",
            headers={"Authorization": f"Bearer {world.secrets[role]}", "Idempotency-Key": f"test-{role}"},
        )
        world.own[role]["delivery"] = sent.json()["id"]
    return world


def check(town: Town, tally: Tally, least: int, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        told = ", ".join(f"{status}: {count}" for status, count in sorted(tally.statuses.items()))
        print(f"\n{tally.calls} drawn requests to {len(tally.reached)} operations answered {told}")
    assert tally.faults == {}, "\n\n".join(f"{name}\n{shown}" for name, shown in tally.faults.items())
    assert tally.calls >= least
    town.work()
    assert town.differences() == ()


def unreached(tally: Tally) -> list[str]:
    """Return the operations of which no request got past the border, where form and scope are checked."""
    return [name for name, found in tally.reached.items() if not found - {400, 401, 403}]


@pytest.mark.seconds(30)
def test_drawn_requests__are_answered_as_described(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    """Of each operation a few, of a role that may ask and of one that may not."""
    drawer = Drawer(populated(town))
    others = cycle(drawer.roles)
    for at, operation in enumerate(drawer.operations()):
        may = drawer.may(operation)
        drawer.draw(operation, may[at % len(may)], 1)
        drawer.draw(operation, next(others), 1)

    check(town, drawer.tally, 400, capsys)


@pytest.mark.prove
@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.seconds(240)
def test_10_000_drawn_requests__of_every_role_to_every_other_operation__are_answered_as_described(
    town: Town, capsys: pytest.CaptureFixture[str], half: int
) -> None:
    """Of every role to half of all operations; many of those that may ask, which get furthest."""
    drawer = Drawer(populated(town))
    operations = list(drawer.operations())[half::2]
    for operation in operations:
        may = drawer.may(operation)
        for role in drawer.roles:
            drawer.draw(operation, role, 20 if role in may else 1)

    for operation in operations:
        if operation.label in unreached(drawer.tally):  # what a fitting request names depends on the town
            for role in drawer.may(operation):
                drawer.draw(operation, role, 200)

    check(town, drawer.tally, 10_000, capsys)
    assert set(drawer.tally.by_role) == set(drawer.roles)
    assert unreached(drawer.tally) == []

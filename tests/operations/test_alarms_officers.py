"""Alarms for the guardian: a delayed act waits, and somebody may have to cancel it."""

from __future__ import annotations

from heitje_chain.db import reading
from heitje_chain.operations.figures.acts import scheduled
from tests.service.town import Person, Town

from .provoking import work
from .sight import Sight


def waiting(town: Town) -> tuple[float, float, float]:
    """How many acts wait that were given here, how many elsewhere, and the seconds that are left."""
    with reading(town.engine) as connection:
        acts, soonest = scheduled(connection)
    counts = {sample.labels["given"]: sample.value for sample in acts.samples}
    return counts["here"], counts["elsewhere"], soonest.samples[0].value


def listed(town: Town) -> dict[str, object]:
    newest: dict[str, object] = town.get("guardian", "/acts")["items"][0]
    return newest


def test_act__that_is_delayed__rings_until_it_takes_effect(town: Town, partner: Person, sight: Sight) -> None:
    work(town)
    assert sight.ringing() == []

    limit = {"partner": partner.id, "capacity": 300_00, "window": 86_400}
    act = town.act("treasurer", "/mint-limits", limit)
    town.work_until(lambda: town.get("treasurer", f"/acts/{act['id']}")["state"] == "scheduled")
    assert sight.ringing() == ["HeitjeActScheduled"]
    here, elsewhere, left = waiting(town)
    assert (here, elsewhere) == (1, 0)
    assert 0 < left <= town.delay_seconds

    town.pass_delay()
    work(town)
    assert sight.ringing() == []
    assert waiting(town) == (0, 0, 0)


def test_role__that_the_admin_gives__rings_loudly_until_the_guardian_cancels_it(
    town: Town, partner: Person, sight: Sight
) -> None:
    thief = "0x" + "7e" * 20
    grant = town.contracts.codec.call("AccessManager", "grantRole", 5, thief, 0)
    manager = town.contracts.address("AccessManager")
    town.act_elsewhere("admin", "AccessManager", "schedule", manager, grant, 0)
    work(town)

    assert sight.ringing() == ["HeitjeActScheduledElsewhere"]
    assert waiting(town)[:2] == (0, 1)
    act = listed(town)
    assert (act["kind"], act["actor"], act["state"]) == ("grant_role", "admin", "scheduled")

    town.act("guardian", f"/acts/{act['id']}/cancellation", {})
    work(town)
    assert town.get("guardian", f"/acts/{act['id']}")["state"] == "cancelled"
    assert sight.ringing() == []

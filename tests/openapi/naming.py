"""Which things a drawn request names: ids that are drawn belong to nobody, these belong to somebody."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random
from typing import Any

from tests.service.world import World

Things = Mapping[str, list[str]]
"""Kind -> ids."""

# What a field or a path's blank names, as the world's kinds of things.
NAMES: Mapping[str, str] = {
    "act": "act",
    "act_id": "act",
    "claim": "claim",
    "claim_id": "claim",
    "claims": "claim",
    "code": "code",
    "contract_id": "contract",
    "delivery_id": "delivery",
    "intent_id": "intent",
    "job": "job",
    "job_id": "job",
    "merchant": "merchant",
    "participant": "person",
    "participant_id": "person",
    "participants": "person",
    "partner": "partner",
    "payment_id": "payment",
    "reconciliation_id": "reconciliation",
    "recovery_id": "recovery",
    "redemption": "redemption",
    "redemption_id": "redemption",
    "redemptions": "redemption",
    "request_id": "request",
    "resident": "resident",
    "series_id": "series",
    "webhook_id": "webhook",
}
# Moments that mostly make sense, as seconds from the town's now: drawn ones are in the year 1970 or 36,000.
MOMENTS: Mapping[str, int] = {
    "as_of": 0,  # later than what the town attested a moment ago
    "claim_by": 7 * 86_400,
    "occurred_at": -60,
    "opens_at": 2 * 86_400,
    "since": -3600,
    "submit_by": 14 * 86_400,
}
_OF_NO_FORM = {"code"}
_ID = re.compile("[0-9a-f]{32}|[0-9a-f]{64}")

LANE, OF_LANES = "main", "/api/v1/lanes/"


def things_of(world: World) -> dict[str, Things]:
    """Return role -> what it can name: twice as often its own as others' and what anybody has."""
    everybody: dict[str, list[str]] = {}
    for table in (world.own, world.others):
        for things in table.values():
            for kind, thing in things.items():
                if kind != "token":  # whoever ends a role's own token ends the test
                    everybody.setdefault(kind, []).append(thing)
    everybody["person"] = sorted(
        {*everybody["person"], *everybody["resident"], *everybody["merchant"], *everybody["partner"]}
    )
    found: dict[str, Things] = {}
    for role in (*world.secrets, None):
        own = world.own.get(role or "", {})
        found[role or ""] = {
            kind: [own[kind]] * len(ids) + ids if kind in own else ids for kind, ids in everybody.items()
        }
    return found


def named(value: Any, things: Things, now: int, chance: Random, name: str = "") -> Any:
    """Return the value with things that are there in the place of drawn ids, and moments near now."""
    if isinstance(value, dict):
        return {key: named(item, things, now, chance, str(key)) for key, item in value.items()}
    if isinstance(value, list):
        return [named(item, things, now, chance, name) for item in value]
    if name == "number" and chance.random() < 0.7:
        return 1
    if name in MOMENTS and isinstance(value, int) and chance.random() < 0.7:
        return now + MOMENTS[name]
    if name == "reason" and isinstance(value, int) and chance.random() < 0.7:
        return chance.choice((1, 2))  # on every act's list
    ids = things.get(NAMES.get(name, ""))
    is_id = isinstance(value, str) and (name in _OF_NO_FORM or _ID.fullmatch(value))
    return chance.choice(ids) if ids and is_id else value

"""Which kinds of notices there are, and whom each is for. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from heitje_chain.people.model import MERCHANT, PARTNER, RESIDENT

DECISION, LIMIT, CARD, PAYOUT, WAITING = "decision", "limit", "card", "payout", "waiting"

KINDS_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {RESIDENT: (DECISION, LIMIT, CARD), MERCHANT: (PAYOUT,), PARTNER: (WAITING,)}
)
"""Role -> what its people are told, each of which they can switch off."""

KINDS = tuple(kind for kinds in KINDS_OF.values() for kind in kinds)

NEAR_PERCENT = 80
"""From here on somebody is near a limit of a year."""

GOOD_FOR_SECONDS = 7 * 86_400
"""After that a mail that could not be sent is no news any more."""

WAITING_HOUR = 9
"""From this hour of the city's day on partners are told what waits for them."""


def kinds_for(roles: Sequence[str]) -> list[str]:
    """Return what somebody with these roles can be told."""
    return [kind for role in KINDS_OF if role in roles for kind in KINDS_OF[role]]

"""What things are called at the city's desk."""

from __future__ import annotations

from collections.abc import Mapping

from heitje_chain.desks.frame import Desk
from heitje_chain.desks.texts import marked as _

STATES: Mapping[str, str] = {
    "asked": _("being made"),
    "ready": _("to be admitted"),
    "admitting": _("being admitted"),
    "active": _("takes part"),
    "refused": _("refused"),
    "blocked": _("blocked"),
}
"""How far a participant is; "blocked" goes above the others."""

IDENTITY: Mapping[str, str] = {
    "passport": _("A passport"),
    "id_card": _("An identity card"),
    "licence": _("A driving licence"),
    "known": _("Somebody of the municipality knows this person"),
}
"""How it was seen who somebody is: `people/identity.py`."""

RECOVERY_STATES: Mapping[str, str] = {
    "asked": _("the new wallet is being made"),
    "ready": _("waits for a colleague to confirm it"),
    "signed": _("is being sent"),
    "scheduled": _("confirmed; it takes effect after the delay"),
    "replaced": _("done: the new wallet is in use"),
    "failed": _("did not work; it can be confirmed again"),
    "cancelled": _("cancelled; it can be confirmed again"),
    "done": _("is being taken in"),
}


def told(desk: Desk, words: Mapping[str, str]) -> dict[str, str]:
    """Return these words in the reader's language."""
    return {key: desk.text(text) for key, text in words.items()}

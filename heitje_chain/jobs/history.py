"""What happened to a claim, each with its day and its reason: told by the chain, in the words kept here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from heitje_chain.chain.events import final_events
from heitje_chain.chain.model import EVENT
from heitje_chain.documents import service as documents
from heitje_chain.reasons import codes
from heitje_chain.reasons.codes import Meaning


@dataclass(frozen=True)
class Happening:
    """One thing that happened to a claim."""

    name: str
    """claimed, submitted, rejected, disputed, escalated, approved, awarded, denied, withdrawn, lapsed or
    rejected_finally."""
    at: int
    """UTC seconds: of its block."""
    reason: Meaning | None = None
    """None where nobody gives one, or for a code that is not on our list."""
    words: str | None = None
    """What whoever did it wrote; None when nothing was written, or it was erased."""


def of_claim(connection: Connection, claim_id: str) -> list[Happening]:
    """Return what happened to this claim (64 hex digits) and is final, in its order."""
    where = (EVENT.c.key == f"0x{claim_id}") & EVENT.c.name.in_(_NAMES)
    return [
        _happening(connection, event.name, event.arguments, at)
        for event, at in final_events(connection, where)
    ]


_NAMES = {
    "ClaimMade": "claimed",
    "ClaimSubmitted": "submitted",
    "ClaimRejected": "rejected",
    "ClaimDisputed": "disputed",
    "ClaimEscalated": "escalated",
    "ClaimApproved": "approved",
    "ClaimAwarded": "awarded",
    "ClaimDenied": "denied",
    "ClaimWithdrawn": "withdrawn",
    "ClaimLapsed": "lapsed",
    "ClaimRejectionFinal": "rejected_finally",
}

# Event -> the list that its reason is on, and the part of its document that somebody wrote.
_REASONS = {"ClaimRejected": codes.REJECT, "ClaimAwarded": codes.DECIDE, "ClaimDenied": codes.DECIDE}
_WORDS = {"ClaimSubmitted": ("evidenceHash", "note")}
_DOCUMENT = ("documentHash", "words")


def _happening(connection: Connection, event: str, told: Mapping[str, Any], at: int) -> Happening:
    reason = codes.meaning_of(_REASONS[event], told["reason"]) if event in _REASONS else None
    hash_of, part = _WORDS.get(event, _DOCUMENT)
    document = documents.find(connection, told[hash_of]) if hash_of in told else None
    return Happening(_NAMES[event], at, reason, (document or {}).get(part) or None)

"""A claim with what people wrote about it, and what its reason means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection

from heitje_chain.documents import service as documents
from heitje_chain.reasons import codes
from heitje_chain.reasons.codes import Meaning

from . import service
from .errors import ClaimUnknown
from .model import AWARDED, CLAIM, DENIED
from .service import Claim


@dataclass(frozen=True)
class ClaimTold:
    claim: Claim
    reason: Meaning | None
    """What the partner's or the arbiter's code means; None without one, or for an unknown one."""
    evidence: Mapping[str, Any] | None
    """What the resident handed in."""
    decision: Mapping[str, Any] | None
    """The partner's or the arbiter's words."""
    dispute: Mapping[str, Any] | None
    """The resident's words."""


def find(connection: Connection, claim_id: str, *where: ColumnElement[bool]) -> ClaimTold:
    """Return a claim, if it fulfils the conditions; JOB can be named in them.

    Raises:
        ClaimUnknown
    """
    row = connection.execute(service.claims_query(CLAIM.c.id == claim_id, *where)).one_or_none()
    if row is None:
        raise ClaimUnknown
    claim = service.claim_of(row)
    reasons = codes.DECIDE if claim.state in (AWARDED, DENIED) else codes.REJECT
    return ClaimTold(
        claim,
        None if claim.reason is None else codes.meaning_of(reasons, claim.reason),
        *(
            documents.find(connection, written) if written else None
            for written in (claim.evidence_hash, claim.document_hash, claim.dispute_hash)
        ),
    )

"""What waits for a partner: acts to sign, and work to decide about."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, or_, select

from heitje_chain.acts import service as acts
from heitje_chain.acts.model import ACT, PREPARED
from heitje_chain.acts.service import Act
from heitje_chain.chain.clock import chain_now
from heitje_chain.documents import service as documents

from . import decisions, posting, rules, service
from .errors import ClaimUnknown, JobUnknown
from .model import CLAIM, JOB, OPEN, SUBMITTED

MOST_ACTS = 50


@dataclass(frozen=True)
class ToSign:
    """An act that its partner has not signed, and that would still be taken."""

    act: Act
    title: str | None
    """Of its job; None when it is about several, or when only the chain told of it."""
    claims: tuple[str, ...]
    """That it decides about."""
    cents: int
    """That it promises or pays."""


def to_sign(connection: Connection, partner_id: str) -> list[ToSign]:
    """Return what waits to be signed, newest first, the weeks of a series not among it.

    What was decided by another act meanwhile waits no more, and is left out.
    """
    rows = connection.execute(
        select(ACT)
        .where(
            ACT.c.actor == partner_id,
            ACT.c.state == PREPARED,
            ACT.c.kind.in_((posting.POST, posting.CLOSE, decisions.APPROVE, decisions.REJECT)),
            ACT.c.deadline > chain_now(connection),
        )
        .order_by(ACT.c.created_at.desc(), ACT.c.id)
        .limit(MOST_ACTS)
    )
    found = (_of(connection, acts.act_of(row)) for row in rows)
    return [one for one in found if one is not None]


def to_decide() -> ColumnElement[bool]:
    """Return the condition that a claim is handed in and nobody's decision is under way."""
    free = or_(CLAIM.c.pending.is_(None), CLAIM.c.pending.in_(rules.WAITS_FOR_TIME))
    return (CLAIM.c.state == SUBMITTED) & free


def of_partner(chain_id: str | None) -> ColumnElement[bool]:
    """Return the condition that a claim is on a job of this partner (ParticipantId in hex)."""
    return JOB.c.partner == (chain_id or "")


# ---------------------------------------------------------------- details


def _of(connection: Connection, act: Act) -> ToSign | None:
    try:
        return _READERS[act.kind](connection, act)
    except (JobUnknown, ClaimUnknown):
        return None


def _post(connection: Connection, act: Act) -> ToSign | None:
    if act.content["claim_by"] <= chain_now(connection):
        return None
    document = documents.find(connection, act.typed_data["message"]["documentHash"]) or {}
    return ToSign(act, document.get("title"), (), act.content["reward"] * act.content["slots"])


def _close(connection: Connection, act: Act) -> ToSign | None:
    job = service.find_job(connection, act.content["job"])
    return ToSign(act, job.title, (), 0) if job.state == OPEN else None


def _decision(connection: Connection, act: Act) -> ToSign | None:
    ids = act.content.get("claims") or [act.content["claim"]]
    claims = [service.find_claim(connection, one) for one in ids]
    decidable = (one.state == SUBMITTED and one.pending in (None, *rules.WAITS_FOR_TIME) for one in claims)
    if not all(decidable):
        return None
    cents = sum(one.cents for one in claims) if act.kind == decisions.APPROVE else 0
    return ToSign(act, claims[0].job_title if len(claims) == 1 else None, tuple(ids), cents)


_READERS = {
    posting.POST: _post,
    posting.CLOSE: _close,
    decisions.APPROVE: _decision,
    decisions.REJECT: _decision,
}

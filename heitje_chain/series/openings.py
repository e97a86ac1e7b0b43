"""What the worker does for series: drafts whose day has come are opened, wait, or are skipped."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select, update

from heitje_chain.acts import service as acts
from heitje_chain.chain.clock import chain_now, latest_now
from heitje_chain.http.problems import Refused, kind_of
from heitje_chain.jobs import posting
from heitje_chain.jobs.model import JOB
from heitje_chain.people import service as people
from heitje_chain.people import signers
from heitje_chain.people.model import PARTNER

from . import rules
from .errors import DraftNotSigned, DraftTimeOver, SignerGone
from .model import DRAFT, OPENED, PREPARED, SERIES, SIGNED, SKIPPED

_MOST = 100
"""How many drafts one round looks at."""


def open_what_is_due(connection: Connection) -> int:
    """Open every draft whose day has come and whose budget allows it; return how many were opened or skipped.

    Two workers never open one twice: each draft is locked first, and what it becomes is its own row's state.
    The later clock says when to try, the chain's alone when it is too late: nothing is skipped too early.
    """
    now = latest_now(connection)
    due = (
        select(DRAFT.c.act)
        .where(DRAFT.c.state.in_((PREPARED, SIGNED)) & (DRAFT.c.look_at <= now))
        .order_by(DRAFT.c.look_at, DRAFT.c.act)
        .limit(_MOST)
        .with_for_update(skip_locked=True)
    )
    return sum(_look_at(connection, act_id, now) for act_id in connection.scalars(due).all())


def _look_at(connection: Connection, act_id: str, now: int) -> int:
    row = connection.execute(
        select(DRAFT, SERIES.c.partner)
        .join(SERIES, SERIES.c.id == DRAFT.c.series)
        .where(DRAFT.c.act == act_id)
    ).one()
    if connection.execute(select(JOB.c.id).where(JOB.c.id == row.job)).first() is not None:
        return _becomes(connection, act_id, OPENED, None)  # The chain told of it: posted from elsewhere.
    if rules.is_over(row.state, row.claim_by, chain_now(connection)):
        missed = DraftNotSigned() if row.state == PREPARED else DraftTimeOver()
        acts.withdraw(connection, act_id)
        return _becomes(connection, act_id, SKIPPED, row.reason or _told(missed))
    if row.state == PREPARED:  # and this machine's clock is ahead of the chain's
        return _waits(connection, act_id, now, None)
    try:
        _open(connection, row.partner, act_id)
    except Refused as refused:
        return _waits(connection, act_id, now, _told(refused))
    return _becomes(connection, act_id, OPENED, None)


def _open(connection: Connection, partner_id: str, act_id: str) -> None:
    """Raises:
    ParticipantNotActive, SignerGone, KindNotDeclared, BudgetUnknown, BudgetClosed, BudgetExceeded
    """
    partner = people.active(connection, partner_id, PARTNER)
    act = acts.find(connection, act_id)
    if act.signer not in signers.active_signers(connection, partner_id):
        raise SignerGone
    posting.hand_over(connection, partner, act)


def _becomes(connection: Connection, act_id: str, state: str, reason: dict[str, Any] | None) -> int:
    connection.execute(update(DRAFT).where(DRAFT.c.act == act_id).values(state=state, reason=reason))
    return 1


def _waits(connection: Connection, act_id: str, now: int, reason: dict[str, Any] | None) -> int:
    waits = {"reason": reason, "look_at": now + rules.LOOK_AGAIN_SECONDS}
    connection.execute(update(DRAFT).where(DRAFT.c.act == act_id).values(**waits))
    return 0


def _told(refused: Refused) -> dict[str, Any]:
    """Return what a reader is told later, in the reader's language: the refusal's slug and its members."""
    kind = kind_of(refused)
    if kind is None:
        raise refused
    return {"slug": kind.slug, "members": {name: getattr(refused, name) for name in kind.members}}

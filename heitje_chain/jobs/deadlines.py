"""What goes on by itself when a deadline has passed: found here, judged by the contract.

The time is only a hint when to ask: the contract knows its own clock, and whether it was paused.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, select, update

from heitje_chain.chain import outbox
from heitje_chain.chain.clock import latest_now
from heitje_chain.chain.contracts import Contracts
from heitje_chain.chain.ids import new_client_id
from heitje_chain.chain.intents import OWN_RECEIPT, Outcome

from . import model, service
from .model import CLAIM, JOB
from .service import Job

LAPSE, ESCALATE, FINALISE, RELEASE = "lapse", "escalate", "finalise", "release"

KINDS = (LAPSE, ESCALATE, FINALISE, RELEASE)

_MOST = 100
"""How many of each kind one round asks for."""


def put_what_is_due(connection: Connection, contracts: Contracts) -> int:
    """Put an intent for everything whose time has come; return how many."""
    past = latest_now(connection) - contracts.parameters.grace_period_seconds
    found = 0
    for kind, event, claims in _due_claims(contracts, past):
        rows = select(CLAIM.c.id).join(JOB, JOB.c.id == CLAIM.c.job)
        for claim_id in connection.scalars(rows.where(CLAIM.c.pending.is_(None) & claims).limit(_MOST)).all():
            connection.execute(update(CLAIM).where(CLAIM.c.id == claim_id).values(pending=kind))
            _put(connection, kind, claim_id, Outcome(event, f"0x{claim_id}"))
            found += 1
    over = (JOB.c.state == model.OPEN) & JOB.c.released.is_(False) & JOB.c.pending.is_(None)
    for row in connection.execute(service.jobs_query(over & (JOB.c.claim_by < past)).limit(_MOST)).all():
        found += _release_open_slots(connection, service.job_of(row))
    return found


def ask_again(connection: Connection, kind: str, about: str) -> bool:
    """Have what the contract refused be asked once more; return False when it is settled otherwise by now.

    Args:
        kind: lapse, escalate, finalise or release
        about: a claim's id; of `release` a job's
    """
    if kind != RELEASE:
        still = (CLAIM.c.id == about) & (CLAIM.c.pending == kind)
        return connection.execute(select(CLAIM.c.id).where(still)).first() is not None
    given_up = (JOB.c.id == about) & (JOB.c.state == model.OPEN) & JOB.c.released.is_(True)
    again = connection.execute(
        update(JOB).where(given_up & JOB.c.pending.is_(None)).values(pending=RELEASE, released=False)
    )
    return again.rowcount == 1


def _release_open_slots(connection: Connection, job: Job) -> int:
    """A slot that somebody has now is released by the contract itself, should its claim end unpaid."""
    values = {"pending": RELEASE} if job.left else {"released": True}
    connection.execute(update(JOB).where(JOB.c.id == job.id).values(**values))
    if job.left:
        _put(connection, RELEASE, job.id, OWN_RECEIPT)
    return 1 if job.left else 0


def _due_claims(contracts: Contracts, past: int) -> Iterator[tuple[str, str, ColumnElement[bool]]]:
    """Yield each kind, the event that tells it was done, and which claims are due."""
    decide_by = past - contracts.parameters.decision_window_seconds
    dispute_by = past - contracts.parameters.dispute_window_seconds
    yield LAPSE, "ClaimLapsed", (CLAIM.c.state == model.CLAIMED) & (JOB.c.submit_by < past)
    yield ESCALATE, "ClaimEscalated", (CLAIM.c.state == model.SUBMITTED) & (CLAIM.c.since < decide_by)
    yield (
        FINALISE,
        "ClaimRejectionFinal",
        (CLAIM.c.state == model.REJECTED) & (CLAIM.c.since < dispute_by),
    )


def _put(connection: Connection, kind: str, about: str, outcome: Outcome) -> None:
    outbox.put(connection, kind, new_client_id(), {"about": about}, outcome)

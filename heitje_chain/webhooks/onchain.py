"""Which webhooks follow from what the chain says, or refuses. For the worker alone.

`observe` comes after every slice's own listener: it reads what they have written in the same commit.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, select

from heitje_chain.chain.codec import ChainEvent, Refusal
from heitje_chain.chain.intents import Call, Intent, IntentKind
from heitje_chain.jobs import model as jobs
from heitje_chain.jobs.model import CLAIM, JOB
from heitje_chain.payments import model as payments
from heitje_chain.payments.model import PAYMENT
from heitje_chain.settlement import model as settlement
from heitje_chain.settlement.model import REDEMPTION

from . import rules
from .deliveries import tell

_DECIDED = {
    "ClaimApproved": jobs.APPROVED,
    "ClaimRejected": jobs.REJECTED,
    "ClaimRejectionFinal": jobs.REJECTED_FINALLY,
    "ClaimAwarded": jobs.AWARDED,
    "ClaimDenied": jobs.DENIED,
}


def observe(connection: Connection, event: ChainEvent, occurred_at: int) -> None:
    """Tell partners and merchants of a final event that concerns them."""
    key = event.key.removeprefix("0x")
    match event.name:
        case "JobPosted":
            _tell_of_job(connection, key, occurred_at)
        case "ClaimSubmitted":
            _tell_of_claim(connection, rules.CLAIM_SUBMITTED, key, jobs.SUBMITTED, occurred_at)
        case "AuthorizationUsed":
            this = PAYMENT.c.id == event.arguments["nonce"].removeprefix("0x")
            _tell_of_payments(connection, this)
        case "ParticipantAdmitted":
            # In a database that was restored, payments can be told before those who paid them.
            _tell_of_payments(connection, (PAYMENT.c.payer == key) | (PAYMENT.c.payee == key))
        case "RedemptionRejected":
            this_line = REDEMPTION.c.id == key
            _tell_of_redemptions(connection, rules.REDEMPTION_REJECTED, this_line, occurred_at)
        case "BatchSettled":
            booked = REDEMPTION.c.batch == event.arguments["batch"]
            booked &= REDEMPTION.c.state == settlement.BOOKED
            _tell_of_redemptions(connection, rules.REDEMPTION_BOOKED, booked, occurred_at)
        case name if name in _DECIDED:
            _tell_of_claim(connection, rules.CLAIM_DECIDED, key, _DECIDED[name], occurred_at)


class TellsRefusal:
    """A kind of intent that makes payments, and tells the merchant of a refund that the contract refuses."""

    def __init__(self, kind: IntentKind) -> None:
        self._inner = kind

    @property
    def kind(self) -> str:
        return self._inner.kind

    @property
    def later(self) -> Collection[str]:
        return self._inner.later

    def build(self, connection: Connection, bundle: Sequence[Intent]) -> Call:
        return self._inner.build(connection, bundle)

    def fail(self, connection: Connection, intent: Intent, refusal: Refusal) -> None:
        self._inner.fail(connection, intent, refusal)
        refunds = (PAYMENT.c.id == intent.id) & (PAYMENT.c.kind == payments.REFUND)
        row = connection.execute(
            select(PAYMENT).where(refunds & (PAYMENT.c.state == payments.REFUSED))
        ).one_or_none()
        if row is not None:
            data = _about(row) | {"refusal": refusal.name}
            tell(connection, row.payer, rules.PAYMENT_REFUSED, row.id, data, int(time.time()))


# ---------------------------------------------------------------- details


def _tell_of_job(connection: Connection, job_id: str, occurred_at: int) -> None:
    job = connection.execute(select(JOB).where(JOB.c.id == job_id)).one_or_none()
    if job is not None:
        data = {"job": job.id, "reward": job.reward, "slots": job.slots, "period": job.period}
        tell(connection, job.partner, rules.JOB_OPEN, job.id, data, occurred_at)


def _tell_of_claim(connection: Connection, type_: str, claim_id: str, state: str, occurred_at: int) -> None:
    row = connection.execute(
        select(CLAIM, JOB.c.partner).join(JOB, JOB.c.id == CLAIM.c.job).where(CLAIM.c.id == claim_id)
    ).one_or_none()
    if row is not None:
        data = {"claim": row.id, "job": row.job, "cents": row.cents, "state": state}
        tell(connection, row.partner, type_, f"{row.id}|{state}", data, occurred_at)


def _tell_of_payments(connection: Connection, which: ColumnElement[bool]) -> None:
    """Tell merchants what they were paid, and what they gave back."""
    rows = connection.execute(select(PAYMENT).where(which & (PAYMENT.c.state == payments.PAID)))
    for row in rows.all():
        merchant = row.payer if row.kind == payments.REFUND else row.payee
        if row.kind != payments.DONATE:
            tell(connection, merchant, rules.PAYMENT_PAID, row.id, _about(row), row.paid_at)


def _about(row: Row[Any]) -> dict[str, Any]:
    names = ("kind", "cents", "state", "request", "refund_of")
    return {"payment": row.id, **{name: row._mapping[name] for name in names}}


def _tell_of_redemptions(
    connection: Connection, type_: str, which: ColumnElement[bool], occurred_at: int
) -> None:
    for row in connection.execute(select(REDEMPTION).where(which).order_by(REDEMPTION.c.id)).all():
        data = {
            "redemption": row.id,
            "cents": row.cents,
            "batch": row.batch,
            "end_to_end_id": row.end_to_end_id,
            "reason": row.bank_reason if type_ == rules.REDEMPTION_REJECTED else None,
        }
        tell(connection, row.merchant, type_, row.id, data, occurred_at)

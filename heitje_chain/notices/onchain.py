"""Which mails follow from what the chain says. For the worker alone.

`observe` comes after every slice's own listener: it reads what they have written in the same commit.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from heitje_chain.allowance import rules as limits
from heitje_chain.allowance import service as allowance
from heitje_chain.allowance.errors import LimitsUnknown
from heitje_chain.allowance.months import month_at
from heitje_chain.cards.model import CARD_PAYMENT
from heitje_chain.chain.codec import ChainEvent
from heitje_chain.chain.contracts import Contracts
from heitje_chain.days import day_of
from heitje_chain.jobs import model as jobs
from heitje_chain.jobs import reading
from heitje_chain.jobs.errors import ClaimUnknown
from heitje_chain.jobs.model import CLAIM
from heitje_chain.payments.model import PAID, PAYMENT
from heitje_chain.people import service as people
from heitje_chain.settlement import model as settlement
from heitje_chain.settlement.model import REDEMPTION

from . import words
from .rules import CARD, DECISION, LIMIT, NEAR_PERCENT, PAYOUT
from .service import tell
from .words import Letter

_DECIDED = {
    "ClaimApproved": jobs.APPROVED,
    "ClaimRejected": jobs.REJECTED,
    "ClaimRejectionFinal": jobs.REJECTED_FINALLY,
    "ClaimAwarded": jobs.AWARDED,
    "ClaimDenied": jobs.DENIED,
}
_YEAR_LIMITS = ("year", "city_year", "own_year")


def observe(
    contracts: Contracts, address: str, connection: Connection, event: ChainEvent, occurred_at: int
) -> None:
    """Mail people about a final event that concerns them.

    Args:
        address: of the pages, such as https://heitje.example
    """
    key = event.key.removeprefix("0x")
    match event.name:
        case "AuthorizationUsed":
            _tell_of_card(connection, address, event.arguments["nonce"].removeprefix("0x"), occurred_at)
        case "RedemptionRejected":
            for row in connection.execute(select(REDEMPTION).where(REDEMPTION.c.id == key)).all():
                letter, subject = words.refused(row.cents), f"{row.id}|{settlement.REJECTED}"
                tell(connection, address, row.merchant, PAYOUT, subject, letter, occurred_at)
        case "BatchSettled":
            booked = REDEMPTION.c.batch == event.arguments["batch"]
            booked &= REDEMPTION.c.state == settlement.BOOKED
            for row in connection.execute(select(REDEMPTION).where(booked).order_by(REDEMPTION.c.id)).all():
                letter, subject = words.booked(row.cents, row.end_to_end_id), f"{row.id}|{settlement.BOOKED}"
                tell(connection, address, row.merchant, PAYOUT, subject, letter, occurred_at)
        case "AwardMinted":
            _tell_of_limit(connection, address, event.arguments["resident"].removeprefix("0x"), occurred_at)
        case name if name in _DECIDED:
            _tell_of_claim(contracts, address, connection, key, _DECIDED[name], occurred_at)


# ---------------------------------------------------------------- details


def _tell_of_claim(
    contracts: Contracts, address: str, connection: Connection, claim_id: str, state: str, occurred_at: int
) -> None:
    try:
        told = reading.find(connection, claim_id, CLAIM.c.state == state)
    except ClaimUnknown:  # never told of, or further on by now: a restored database reads the chain again
        return
    resident = told.claim.resident
    letter = _about(contracts, told)
    tell(connection, address, resident, DECISION, f"{claim_id}|{state}", letter, occurred_at)
    if state in (jobs.APPROVED, jobs.AWARDED):
        _tell_of_limit(connection, address, resident, occurred_at)


def _about(contracts: Contracts, told: reading.ClaimTold) -> Letter:
    claim = told.claim
    match claim.state:
        case jobs.APPROVED:
            return words.approved(claim.job_title, claim.cents)
        case jobs.AWARDED:
            return words.awarded(claim.job_title, claim.cents)
        case jobs.REJECTED:
            until = claim.since + contracts.parameters.dispute_window_seconds
            return words.rejected(claim.job_title, told.reason, until, claim.id)
        case jobs.DENIED:
            return words.denied(claim.job_title, told.reason, claim.id)
        case _:
            return words.rejected_finally(claim.job_title, claim.id)


def _tell_of_card(connection: Connection, address: str, payment_id: str, occurred_at: int) -> None:
    """Tell whose card it is that it paid."""
    by_card = (PAYMENT.c.id == payment_id) & (PAYMENT.c.state == PAID)
    row = connection.execute(
        select(PAYMENT).join(CARD_PAYMENT, CARD_PAYMENT.c.payment == PAYMENT.c.id).where(by_card)
    ).one_or_none()
    if row is not None:
        shop = people.by_chain_id(connection, row.payee)
        letter = words.card_used(row.cents, None if shop is None else shop.name)
        tell(connection, address, row.payer, CARD, row.id, letter, occurred_at)


def _tell_of_limit(connection: Connection, address: str, resident: str, occurred_at: int) -> None:
    """Tell somebody, once a year, that little is left of what it may earn.

    Its own limits and what it said of itself count too: the mail goes to nobody else.
    """
    person = people.by_chain_id(connection, resident)
    if person is None:
        return
    month, day = month_at(occurred_at), day_of(occurred_at)
    situation = allowance.situation(connection, person.id)
    try:
        near = any(
            100 * one.used >= NEAR_PERCENT * one.limit
            for one in limits.barriers(situation, month, month, day)
            if one.code in _YEAR_LIMITS
        )
        if near:
            letter = words.near_limit(month.year, limits.room(situation, occurred_at).year)
            tell(connection, address, resident, LIMIT, f"{person.id}|{month.year}", letter, occurred_at)
    except LimitsUnknown:
        return

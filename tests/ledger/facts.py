"""Ids and places for tests: small numbers, written out to the length that the chain's have."""

from __future__ import annotations

from heitje_chain.chain.ids import BudgetId, ClaimId, JobId, ParticipantId, RedemptionId
from heitje_chain.ledger.entry import Entry, Kind, Seen
from heitje_chain.ledger.rules import mint, transfer


def participant(number: int) -> ParticipantId:
    return ParticipantId(number.to_bytes(20))


def budget(number: int) -> BudgetId:
    return BudgetId(number.to_bytes(32))


def job(number: int) -> JobId:
    return JobId(number.to_bytes(32))


def claim(number: int) -> ClaimId:
    return ClaimId(number.to_bytes(32))


def redemption(number: int) -> RedemptionId:
    return RedemptionId(number.to_bytes(32))


def word(number: int) -> bytes:
    """32 bytes: a nonce, a grant's id."""
    return number.to_bytes(32)


def seen(number: int) -> Seen:
    """The only event of block `number`, made 5 seconds after the one before it."""
    return Seen(1_700_000_000 + 5 * number, number, f"0x{number:064x}", 0)


RESIDENT, NEIGHBOUR, MERCHANT = participant(1), participant(2), participant(3)


def payment(number: int, amount: int) -> Entry:
    """The resident pays the merchant, in block `number`."""
    return transfer(
        seen(number), kind=Kind.PAY, payer=RESIDENT, payee=MERCHANT, nonce=word(number), amount=amount
    )


def approval(number: int, amount: int, reward: int) -> Entry:
    """The resident earns `amount` on a slot of budget 1, in block `number`."""
    return mint(
        seen(number),
        kind=Kind.APPROVE,
        claim=claim(number),
        budget_id=budget(1),
        resident=RESIDENT,
        amount=amount,
        reward=reward,
    )

"""What a participant can spend: the final balance less all that is under way or held.

A caller opens the transaction and commits it, and locks whoever spends by `people.active` first, so that two
orders at once cannot spend the same cent.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, func, select

from heitje_chain import money
from heitje_chain.ledger import accounts
from heitje_chain.ledger import service as ledger
from heitje_chain.people.service import Participant
from heitje_chain.stops import service as stops

from .errors import BalanceTooLow, PaymentIdTaken
from .model import COIN_HOLD, PAYMENT, PENDING


@dataclass(frozen=True)
class Balance:
    """A participant's cents."""

    final: int
    """What the wallet holds on the final chain."""
    incoming: int
    """Under way to it; cannot be spent yet."""
    outgoing: int
    """Payments, donations and refunds under way from it."""
    spendable: int
    """Final less what is frozen, under way or held, a redemption too; never below 0."""
    frozen: int = 0
    """What the enforcer froze; may be above the balance."""


def balance(connection: Connection, participant: Participant) -> Balance:
    """Return a participant's cents; all 0 for one that is not on the chain yet."""
    if participant.chain_id is None:
        return Balance(0, 0, 0, 0)
    pending, own = PAYMENT.c.state == PENDING, participant.chain_id
    # First what is held, then the journal: a payment that becomes final in between then counts twice, which
    # errs on the safe side (PostgreSQL shows each statement what was committed before it).
    frozen = stops.frozen(connection, own)
    not_free = held(connection, own) + frozen
    final = ledger.balance(connection, accounts.wallet(participant.on_chain))
    return Balance(
        final=final,
        incoming=total(connection, pending & (PAYMENT.c.payee == own)),
        outgoing=total(connection, pending & (PAYMENT.c.payer == own)),
        spendable=max(final - not_free, 0),
        frozen=frozen,
    )


def held(connection: Connection, participant_chain_id: str) -> int:
    """Return the cents of this participant (ParticipantId in hex) that are under way or held."""
    holds = select(func.coalesce(func.sum(COIN_HOLD.c.cents), 0)).where(
        COIN_HOLD.c.participant == participant_chain_id
    )
    under_way = (PAYMENT.c.payer == participant_chain_id) & (PAYMENT.c.state == PENDING)
    return total(connection, under_way) + int(connection.execute(holds).scalar_one())


def check_spendable(connection: Connection, participant: Participant, cents: int) -> None:
    """Refuse to spend while the coin is paused, or more than there is.

    It stays true for a caller that has locked the participant by `people.active`.

    Raises:
        CoinPaused, BalanceTooLow
    """
    stops.check_moving(connection)
    spendable = balance(connection, participant).spendable
    if cents > spendable:
        raise BalanceTooLow(spendable)


def hold(connection: Connection, hold_id: str, participant_chain_id: str, cents: int) -> None:
    """Keep coins from being spent until `release_hold`. The same again changes nothing; it checks no balance.

    Args:
        hold_id: 64 hex digits

    Raises:
        PaymentIdTaken: the id holds something else.
    """
    row = {"id": hold_id, "participant": participant_chain_id, "cents": money.cents(cents)}
    known = connection.execute(select(COIN_HOLD).where(COIN_HOLD.c.id == hold_id)).one_or_none()
    if known is None:
        connection.execute(COIN_HOLD.insert().values(row))
    elif known._asdict() != row:
        raise PaymentIdTaken


def release_hold(connection: Connection, hold_id: str) -> None:
    """End a hold; one that is not there was ended before."""
    connection.execute(delete(COIN_HOLD).where(COIN_HOLD.c.id == hold_id))


def total(connection: Connection, where: ColumnElement[bool]) -> int:
    """Return the sum of the cents of the payments that fulfil a condition on PAYMENT."""
    cents = select(func.coalesce(func.sum(PAYMENT.c.cents), 0)).where(where)
    return int(connection.execute(cents).scalar_one())

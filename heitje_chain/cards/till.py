"""A card at a till: first the PIN, then the payment. A caller opens the transactions and commits them.

`look` finds the card and `Shown.proof` computes what the PIN comes to, in no transaction. `try_pin` is
committed whatever it finds, so that a wrong PIN counts although the payment is refused. It holds the card's
row and the shop's until it has counted: however many try at once, only so many are looked at.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, select, update

from heitje_chain.chain.clock import database_now, latest_now
from heitje_chain.chain.ids import ClientId
from heitje_chain.days import day_of, start_of
from heitje_chain.http.problems import Refused
from heitje_chain.payments import service as payments
from heitje_chain.payments.errors import BalanceTooLow
from heitje_chain.payments.model import PAYMENT, REFUSED
from heitje_chain.payments.records import Payment
from heitje_chain.payments.rules import Code
from heitje_chain.payments.rules import make_code as make_payment_code
from heitje_chain.people import accounts
from heitje_chain.people.errors import ParticipantNotActive
from heitje_chain.people.model import MERCHANT, PARTICIPANT

from . import rules
from .errors import (
    CardBalanceTooLow,
    CardBlocked,
    CardBlockedByPin,
    CardNotHere,
    CardNotWorking,
    CardOrPinWrong,
    CardTriedTooOften,
)
from .model import ACTIVE, BY_PIN, CARD, CARD_FAILURE, CARD_PAYMENT
from .service import block_within

_NOBODYS_SALT = b"\0" * 16


@dataclass(frozen=True)
class Tried:
    """What a card and its PIN came to; to be committed before anything else is done with it."""

    card: str | None
    refusal: Refused | None

    def opened(self) -> str:
        """Return the card's id.

        Raises:
            CardOrPinWrong, CardBlocked, CardBlockedByPin, CardTriedTooOften
        """
        if self.refusal is not None:
            raise self.refusal
        if self.card is None:
            raise CardOrPinWrong
        return self.card


@dataclass(frozen=True)
class Shown:
    """What was shown at a till, before anybody looked at the PIN."""

    card: str | None
    """The card's id; None when there is no such card."""
    salt: bytes

    def proof(self, pin: str) -> bytes:
        """Return what a PIN comes to with this card. It takes a moment on purpose, for one that there is not
        as long as for one that there is: no transaction waits for it."""
        return rules.pin_hash(pin, self.salt)


def look(connection: Connection, chain_id: int, shop_id: str, code: str) -> Shown:
    """Return which card was shown.

    Args:
        code: what its QR says, or the number that was typed

    Raises:
        CardTriedTooOften
    """
    if _failures(connection, shop_id) >= rules.MOST_FAILURES:
        raise CardTriedTooOften
    secret, number = rules.read_code(code, chain_id)
    same = (
        CARD.c.secret_hash == rules.hash_of(secret)
        if secret is not None
        else CARD.c.number_hash == rules.hash_of(number or "")
    )
    card = connection.execute(select(CARD.c.id, CARD.c.pin_salt).where(same)).one_or_none()
    return Shown(None, _NOBODYS_SALT) if card is None else Shown(card.id, bytes(card.pin_salt))


def try_pin(connection: Connection, shop_id: str, shown: Shown, proof: bytes, key: str) -> Tried:
    """Look whether a PIN opens a card, and count it when it does not.

    Args:
        proof: as `Shown.proof` gives it
        key: of the form with which it came: the same PIN with the same key was sent twice, and counts once
    """
    card = None
    if shown.card is not None:
        card = connection.execute(select(CARD).where(CARD.c.id == shown.card).with_for_update()).one()
    # Held too: however many cards are tried at once at a shop, so many are looked at.
    connection.execute(select(PARTICIPANT.c.id).where(PARTICIPANT.c.id == shop_id).with_for_update())
    attempt = hashlib.sha256(key.encode() + proof + (shown.card or "").encode()).hexdigest()
    if connection.scalar(select(CARD_FAILURE.c.id).where(_at(shop_id) & (CARD_FAILURE.c.attempt == attempt))):
        return Tried(None, _why(card))
    if _failures(connection, shop_id) >= rules.MOST_FAILURES:
        return Tried(None, CardTriedTooOften())
    if card is not None and card.state == ACTIVE:
        this = CARD.c.id == card.id
        if hmac.compare_digest(proof, bytes(card.pin_hash)):
            connection.execute(update(CARD).where(this).values(attempts=0))
            return Tried(card.id, None)
        connection.execute(update(CARD).where(this).values(attempts=card.attempts + 1))
        if card.attempts + 1 >= rules.MOST_ATTEMPTS:
            block_within(connection, card.id, BY_PIN)
            return _failed(connection, shop_id, attempt, CardBlockedByPin())
    return _failed(connection, shop_id, attempt, _why(card))


def pay(
    connection: Connection,
    chain_id: int,
    shop_id: str,
    card_id: str,
    cents: int,
    client_id: ClientId,
    till: str | None = None,
) -> Payment:
    """Pay a shop with a card that its PIN has just opened. The same client id again is the same payment.

    Args:
        card_id: as `Tried.opened` gives it
        till: at which of the shop's tills

    Raises:
        CardBlocked, CardNotHere, CardPaymentTooHigh, CardDayTooHigh, CardBalanceTooLow, CardNotWorking,
        ShopNotAccepting, CoinPaused, AmountError, PaymentIdTaken
    """
    # Locked: of two tills at once the second sees what the first took of the day.
    card = connection.execute(select(CARD).where(CARD.c.id == card_id).with_for_update()).one()
    code = make_payment_code(chain_id, Code(MERCHANT, shop_id))
    again = select(CARD_PAYMENT.c.card).where(CARD_PAYMENT.c.payment == client_id.hex())
    is_new = connection.scalar(again) is None
    if is_new:
        if card.state != ACTIVE:
            raise CardBlocked
        _check_not_own(connection, card, shop_id)
        rules.check_payment(cents, card.payment_cents, card.day_cents, _paid_today(connection, card.id))
    try:
        payment = payments.pay(connection, chain_id, card.participant, code, cents, client_id, till=till)
    except BalanceTooLow:
        raise CardBalanceTooLow from None
    except ParticipantNotActive:
        raise CardNotWorking from None
    if is_new:
        now = latest_now(connection)
        connection.execute(CARD_PAYMENT.insert().values(payment=payment.id, card=card.id, created_at=now))
        first = (CARD.c.id == card.id) & CARD.c.used_at.is_(None)
        connection.execute(update(CARD).where(first).values(used_at=now))
    return payment


# ---------------------------------------------------------------- details


def _check_not_own(connection: Connection, card: Row[Any], shop_id: str) -> None:
    """Refuse to pay the shop of somebody who had this card in its hands at the counter.

    Raises:
        CardNotHere
    """
    for account_id in {card.issued_by, card.printed_by} - {None}:
        if (MERCHANT, shop_id) in accounts.find(connection, account_id).roles:
            raise CardNotHere


def _paid_today(connection: Connection, card_id: str) -> int:
    """Return what a card paid on this day of the city's calendar, cents; what was refused does not count."""
    begins = start_of(day_of(latest_now(connection)))
    cents = (
        select(func.coalesce(func.sum(PAYMENT.c.cents), 0))
        .join(CARD_PAYMENT, CARD_PAYMENT.c.payment == PAYMENT.c.id)
        .where((CARD_PAYMENT.c.card == card_id) & (CARD_PAYMENT.c.created_at >= begins))
        .where(PAYMENT.c.state != REFUSED)
    )
    return int(connection.execute(cents).scalar_one())


def _why(card: Row[Any] | None) -> Refused:
    """Return why a card and its PIN do not pay."""
    if card is None or card.state == ACTIVE:
        return CardOrPinWrong()
    return CardBlocked()


def _at(shop_id: str) -> ColumnElement[bool]:
    return CARD_FAILURE.c.merchant == shop_id


def _failures(connection: Connection, shop_id: str) -> int:
    since = CARD_FAILURE.c.at > database_now(connection) - rules.FAILURE_SECONDS
    own = select(func.count()).where(_at(shop_id) & since)
    return int(connection.execute(own).scalar_one())


def _failed(connection: Connection, shop_id: str, attempt: str, refusal: Refused) -> Tried:
    now = database_now(connection)
    connection.execute(delete(CARD_FAILURE).where(CARD_FAILURE.c.at <= now - rules.FAILURE_SECONDS))
    connection.execute(CARD_FAILURE.insert().values(merchant=shop_id, at=now, attempt=attempt))
    return Tried(None, refusal)

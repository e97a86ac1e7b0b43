"""What the counter and the owner do with a card. A caller opens the transaction and commits it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from heitje_chain.audit import service as audit
from heitje_chain.audit.rules import Detail
from heitje_chain.chain.clock import database_now
from heitje_chain.people import service as people
from heitje_chain.people.counters import Counter
from heitje_chain.people.model import RESIDENT

from . import rules
from .errors import CardMissing, CardThere, CardUsed
from .model import ACTIVE, BLOCKED, BY_COUNTER, BY_RESIDENT, CARD


@dataclass(frozen=True)
class Card:
    id: str
    """32 hex digits; not what its QR holds."""
    participant: str
    """The resident's id in `people`."""
    payment_cents: int
    day_cents: int
    state: str
    """active or blocked."""
    created_at: int
    """UTC seconds, like the next three."""
    printed_at: int | None
    used_at: int | None
    blocked_at: int | None
    blocked_by: str | None
    """resident, counter or pin."""


@dataclass(frozen=True)
class Print:
    """What goes onto paper, and is kept nowhere."""

    secret: str
    number: str


def issue(
    connection: Connection,
    counter: Counter,
    card_id: str,
    pin: str,
    again: str,
    payment_cents: int,
    day_cents: int,
) -> Card:
    """Make a card for the resident at the counter, who has typed its PIN twice. The same id again is the same
    card.

    Args:
        counter: the employee's counter session, which lasts
        card_id: 32 hex digits

    Raises:
        ParticipantUnknown, ParticipantNotActive, PinInvalid, PinTooEasy, PinsDiffer, CardLimitsInvalid
        CardThere: block the one before first.
    """
    resident = people.active(connection, counter.resident, RESIDENT)  # locked: two at once make one card
    known = connection.execute(select(CARD).where(CARD.c.id == card_id)).one_or_none()
    if known is not None:
        return _card(known)
    rules.check_new_pin(pin, again)
    rules.check_limits(payment_cents, day_cents)
    if present(connection, resident.id) is not None:
        raise CardThere
    salt = secrets.token_bytes(16)
    connection.execute(
        CARD.insert().values(
            id=card_id,
            participant=resident.id,
            pin_salt=salt,
            pin_hash=rules.pin_hash(pin, salt),
            payment_cents=payment_cents,
            day_cents=day_cents,
            state=ACTIVE,
            attempts=0,
            issued_by=counter.account,
            created_at=database_now(connection),
        )
    )
    told: dict[str, Detail] = {
        "participant": resident.id,
        "payment_cents": payment_cents,
        "day_cents": day_cents,
        **_at(counter),
    }
    audit.record_by_officer(connection, counter.officer, "issue_card", card_id, told)
    return find(connection, card_id)


def print_card(connection: Connection, counter: Counter, card_id: str) -> Print:
    """Return what is printed. Until the card is used it can be printed again, and an earlier print is worth
    nothing then.

    Raises:
        CardMissing: none, it is blocked, or not of the resident at the counter.
        CardUsed
    """
    card = _for_change(connection, card_id)
    if card.state != ACTIVE or card.participant != counter.resident:
        raise CardMissing
    if card.used_at is not None:
        raise CardUsed
    made = Print(rules.new_secret(), rules.new_number())
    connection.execute(
        update(CARD)
        .where(CARD.c.id == card.id)
        .values(
            secret_hash=rules.hash_of(made.secret),
            number_hash=rules.hash_of(made.number),
            printed_at=database_now(connection),
            printed_by=counter.account,
        )
    )
    about = {"participant": card.participant, **_at(counter)}
    audit.record_by_officer(connection, counter.officer, "print_card", card.id, about)
    return made


def block_own(connection: Connection, resident_id: str) -> None:
    """Block a resident's own card, at once and for good; without one nothing happens."""
    card = present(connection, resident_id)
    if card is not None:
        block_within(connection, card.id, BY_RESIDENT)


def block_at_counter(connection: Connection, officer: str, card_id: str) -> Card:
    """Block a card, at once and for good. Blocking it again changes nothing.

    Raises:
        CardMissing
    """
    card = _for_change(connection, card_id)
    if card.state == ACTIVE:
        block_within(connection, card.id, BY_COUNTER)
        audit.record_by_officer(connection, officer, "block_card", card.id, {"participant": card.participant})
    return find(connection, card_id)


def block_within(connection: Connection, card_id: str, by: str) -> None:
    """Block a card, whoever says so."""
    connection.execute(
        update(CARD)
        .where((CARD.c.id == card_id) & (CARD.c.state == ACTIVE))
        .values(state=BLOCKED, blocked_at=database_now(connection), blocked_by=by)
    )


# ---------------------------------------------------------------- reading


def present(connection: Connection, resident_id: str) -> Card | None:
    """Return the card that a resident can pay with, or could when it is printed."""
    own = (CARD.c.participant == resident_id) & (CARD.c.state == ACTIVE)
    row = connection.execute(select(CARD).where(own)).one_or_none()
    return None if row is None else _card(row)


def of_resident(connection: Connection, resident_id: str) -> Sequence[Card]:
    """Return every card that a resident ever had, newest first."""
    own = select(CARD).where(CARD.c.participant == resident_id)
    return [_card(row) for row in connection.execute(own.order_by(CARD.c.created_at.desc(), CARD.c.id))]


def find(connection: Connection, card_id: str) -> Card:
    """Raises:
    CardMissing
    """
    row = connection.execute(select(CARD).where(CARD.c.id == card_id)).one_or_none()
    if row is None:
        raise CardMissing
    return _card(row)


# ---------------------------------------------------------------- details


def _at(counter: Counter) -> dict[str, Detail]:
    return {"counter": counter.id, "account": counter.account}


def _for_change(connection: Connection, card_id: str) -> Card:
    connection.execute(select(CARD.c.id).where(CARD.c.id == card_id).with_for_update())
    return find(connection, card_id)


def _card(row: Row[Any]) -> Card:
    return Card(
        id=row.id,
        participant=row.participant,
        payment_cents=row.payment_cents,
        day_cents=row.day_cents,
        state=row.state,
        created_at=row.created_at,
        printed_at=row.printed_at,
        used_at=row.used_at,
        blocked_at=row.blocked_at,
        blocked_by=row.blocked_by,
    )

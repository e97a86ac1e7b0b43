"""Tables of cards: neither what is printed on one nor its PIN, only what they are recognised by."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from heitje_chain.db import METADATA

# Active -> blocked, for good: whoever finds a card again gets a new one.
ACTIVE, BLOCKED = "active", "blocked"
BY_RESIDENT, BY_COUNTER, BY_PIN = "resident", "counter", "pin"

CARD = Table(
    "card",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("participant", String(32), ForeignKey("participant.id"), nullable=False),
    Column("secret_hash", String(64), unique=True),  # of what the QR holds; empty until it is printed
    Column("number_hash", String(64), unique=True),  # of what is typed instead
    Column("pin_salt", LargeBinary, nullable=False),
    Column("pin_hash", LargeBinary, nullable=False),
    Column("payment_cents", BigInteger, nullable=False),  # at most so much in a payment
    Column("day_cents", BigInteger, nullable=False),  # and in a day
    Column("state", String(7), nullable=False),
    Column("attempts", Integer, nullable=False),  # wrong PINs in a row
    Column("created_at", BigInteger, nullable=False),  # UTC seconds, like all below
    Column("printed_at", BigInteger),
    Column("used_at", BigInteger),  # for the first time
    Column("blocked_at", BigInteger),
    Column("blocked_by", String(8)),
    Column("issued_by", String(32)),  # the employee's account; empty of the first cards
    Column("printed_by", String(32)),  # of who printed it last
    CheckConstraint("state IN ('active', 'blocked')", name="state"),
    CheckConstraint("blocked_by IN ('resident', 'counter', 'pin')", name="blocked_by"),
    Index("ix_card_participant", "participant", "created_at"),
)

CARD_PAYMENT = Table(
    "card_payment",
    METADATA,
    Column("payment", String(64), primary_key=True),  # the id in `payment`
    Column("card", String(32), ForeignKey("card.id"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_card_payment_card", "card", "created_at"),
)

CARD_FAILURE = Table(
    "card_failure",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("merchant", String(32), nullable=False),  # the id in `people`
    Column("at", BigInteger, nullable=False),
    Column("attempt", String(64)),  # a hash of what came, to know it again when it is sent twice
    Index("ix_card_failure_merchant", "merchant", "at"),
)
"""Cards or PINs that were not right, by the shop at which they were tried; kept for as long as they count."""

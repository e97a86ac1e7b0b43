"""Tables of payments, of what a till asks, and of coins that are held for something else.

A payment's row is written by the request that asks for it, or by the event that tells of it, whichever comes
first: a database that was restored from a backup fills up again from the chain.
"""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Index, String, Table

from heitje_chain.db import METADATA

PAY, REFUND, DONATE = "pay", "refund", "donate"

# A payment's way: pending -> paid, or refused by the contract. Paid is final.
PENDING, PAID, REFUSED = "pending", "paid", "refused"

PAYMENT = Table(
    "payment",
    METADATA,
    Column("id", String(64), primary_key=True),  # the client id, which is the ERC-3009 nonce, in hex
    Column("payer", String(40), nullable=False),  # ParticipantId in hex
    Column("payee", String(40), nullable=False),
    Column("cents", BigInteger, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("state", String(8), nullable=False),
    Column("refund_of", String(64)),  # the payment that a refund gives back; empty when only the chain told
    Column("request", String(32)),  # the till's request that was paid
    Column("till", String(32)),  # which of the shop's tills asked for it or gave it back; empty when none did
    Column("refusal", JSON),
    Column("created_at", BigInteger, nullable=False),  # UTC seconds
    Column("paid_at", BigInteger),  # its block's time
    CheckConstraint("kind IN ('pay', 'refund', 'donate')", name="kind"),
    CheckConstraint("state IN ('pending', 'paid', 'refused')", name="state"),
    CheckConstraint("cents > 0", name="cents"),
    Index("ix_payment_payer", "payer", "created_at", "id"),
    Index("ix_payment_payee", "payee", "created_at", "id"),
    Index("ix_payment_work", "state", "kind"),
    Index("ix_payment_refund_of", "refund_of"),
)

PAYMENT_REQUEST = Table(
    "payment_request",
    METADATA,
    Column("id", String(32), primary_key=True),  # the first half of the client id in hex
    Column("merchant", String(32), nullable=False),  # the id in `people`
    Column("cents", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),  # UTC seconds
    Column("payment", String(64)),  # who pays it, or paid it; empty again when the contract refused
    Column("created_at", BigInteger, nullable=False),
    Column("till", String(32)),  # which of the shop's tills asked; empty when it was its owner
    Index("ix_payment_request_payment", "payment"),
)

COIN_HOLD = Table(
    "coin_hold",
    METADATA,
    Column("id", String(64), primary_key=True),  # of whatever the coins wait for, in hex
    Column("participant", String(40), nullable=False, index=True),  # ParticipantId in hex
    Column("cents", BigInteger, nullable=False),
    CheckConstraint("cents > 0", name="cents"),
)

"""Tables of webhooks: where they go, what signs them, what is told, and how telling it went.

An event and its deliveries are written in the commit in which what they tell became so. Nothing here is
personal: events hold ids and amounts.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from heitje_chain.db import METADATA

ENABLED, DISABLED = "enabled", "disabled"

ENDPOINT = Table(
    "webhook_endpoint",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("participant", String(32), nullable=False),  # the id in `people`
    Column("url", String(500), nullable=False),
    Column("events", JSON, nullable=False),  # the types it is told
    Column("state", String(8), nullable=False),
    Column("gone_at", BigInteger),  # UTC seconds: it answered 410, and was disabled by that
    Column("failing_since", BigInteger),  # no delivery has arrived since
    Column("created_at", BigInteger, nullable=False),
    CheckConstraint("state IN ('enabled', 'disabled')", name="state"),
    Index("ix_webhook_endpoint_participant", "participant", "created_at", "id"),
)

SECRET = Table(
    "webhook_secret",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("endpoint", String(32), ForeignKey("webhook_endpoint.id"), nullable=False, index=True),
    Column("ciphertext", LargeBinary, nullable=False),  # sealed, see sealing.py
    Column("nonce", LargeBinary, nullable=False),
    Column("signs_until", BigInteger),  # UTC seconds; empty for the present one
    Column("created_at", BigInteger, nullable=False),
)

EVENT = Table(
    "webhook_event",
    METADATA,
    Column("id", String(36), primary_key=True),  # the webhook-id; follows from what it tells, and whom
    Column("participant", String(32), nullable=False),
    Column("type", String(30), nullable=False),
    Column("data", JSON, nullable=False),  # ids and amounts, never names
    Column("occurred_at", BigInteger, nullable=False),  # UTC seconds: its block's time
    Column("created_at", BigInteger, nullable=False),
    Index("ix_webhook_event_participant", "participant", "created_at", "id"),
    Index("ix_webhook_event_created_at", "created_at"),
)

# A delivery's way: waiting -> delivered, or failed when every attempt did.
WAITING, DELIVERED, FAILED = "waiting", "delivered", "failed"

DELIVERY = Table(
    "webhook_delivery",
    METADATA,
    Column("id", String(32), primary_key=True),  # begins with its time: by ids is by age
    Column("event", String(36), ForeignKey("webhook_event.id"), nullable=False),
    Column("endpoint", String(32), ForeignKey("webhook_endpoint.id"), nullable=False),
    Column("state", String(9), nullable=False),
    Column("attempts", Integer, nullable=False),  # since it was last asked for
    Column("next_at", BigInteger, nullable=False),  # UTC seconds
    Column("lease_until", BigInteger, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("delivered_at", BigInteger),
    CheckConstraint("state IN ('waiting', 'delivered', 'failed')", name="state"),
    UniqueConstraint("event", "endpoint"),
    Index("ix_webhook_delivery_work", "state", "next_at"),
    Index("ix_webhook_delivery_endpoint", "endpoint", "created_at", "id"),
)

ATTEMPT = Table(
    "webhook_attempt",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("delivery", String(32), ForeignKey("webhook_delivery.id"), nullable=False, index=True),
    Column("at", BigInteger, nullable=False),  # UTC seconds
    Column("milliseconds", Integer, nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("status", Integer),  # of the answer, if there was one
    CheckConstraint(
        "outcome IN ('delivered', 'answer', 'timeout', 'connection', 'address', 'secret')", name="outcome"
    ),
)

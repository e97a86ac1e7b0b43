"""Tables of the transaction engine: what is wanted of the chain, what was sent, and what the chain said."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
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

from heitje_chain.db import METADATA, WIDE

# An intent's way: waiting -> signed -> done, or failed when the contract refuses it for good.
WAITING, SIGNED, DONE, FAILED = "waiting", "signed", "done", "failed"

# A transaction's way: signed -> mined -> final, or reverted; or lost, when its nonce was used elsewhere.
# "signed" says nothing about whether it was sent.
MINED, FINAL, REVERTED, LOST = "mined", "final", "reverted", "lost"

# A lane's: active -> paused (its key was used elsewhere) -> resuming (an operator said so) -> active.
ACTIVE, PAUSED, RESUMING = "active", "paused", "resuming"

SENDING_ACCOUNT = Table(
    "sending_account",
    METADATA,
    Column("lane", String(20), primary_key=True),
    Column("address", String(42), nullable=False),
    Column("next_nonce", Integer, nullable=False),
    Column("state", String(10), nullable=False, server_default="active"),
    Column("reason", String(40)),  # a code: why it is paused
    Column("since", BigInteger),  # UTC seconds
    CheckConstraint("state IN ('active', 'paused', 'resuming')", name="state"),
)

TRANSACTION = Table(
    "chain_transaction",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("lane", String(20), ForeignKey("sending_account.lane"), nullable=False),
    Column("nonce", Integer, nullable=False),
    Column(
        "hash", String(66), nullable=False, unique=True
    ),  # of the newest attempt, or the one that was mined
    Column("raw", LargeBinary, nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("refusals", Integer, nullable=False, server_default="0"),  # how often the node did not take it
    Column(
        "not_before", BigInteger, nullable=False, server_default="0"
    ),  # UTC seconds; when it is sent again
    Column("block_number", WIDE),
    Column("block_hash", String(66)),
    Column("created_at", WIDE, nullable=False),
    UniqueConstraint("lane", "nonce"),
)

ATTEMPT = Table(
    "chain_attempt",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("transaction_id", Integer, ForeignKey("chain_transaction.id"), nullable=False, index=True),
    Column("hash", String(66), nullable=False, unique=True),
    Column("raw", LargeBinary, nullable=False),
    Column("most_fee", BigInteger, nullable=False),  # wei per gas, like the next
    Column("tip", BigInteger),  # none on a chain without EIP-1559
    Column("created_at", BigInteger, nullable=False),  # UTC seconds
)
"""All bytes that were ever signed for a transaction. They share its nonce: at most one is mined."""

INTENT = Table(
    "intent",
    METADATA,
    Column("id", String(64), primary_key=True),  # hex of 32 bytes, chosen before anything is sent
    Column("kind", String(40), nullable=False),
    Column("lane", String(20), nullable=False),
    Column("bundle", String(64), nullable=False),  # intents of one bundle are one call, under one signature
    Column("payload", JSON, nullable=False),  # ids, amounts, signatures; never personal data
    Column("event_name", String(60), nullable=False),  # this event of this key ends it
    Column("event_key", String(130), nullable=False),
    Column("event_content", JSON, nullable=False),  # and must say this
    Column("state", String(10), nullable=False),
    Column("alone", Boolean, nullable=False),  # after a revert on chain: in a transaction of its own
    Column("transaction_id", Integer, ForeignKey("chain_transaction.id")),
    Column("refusal", JSON),
    Column("created_at", WIDE, nullable=False),
    Column("lease_owner", String(40)),
    Column("lease_until", WIDE, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("not_before", WIDE, nullable=False, default=0),  # UTC seconds; when it is tried again
    Column("attempts", Integer, nullable=False, default=0),  # how often the contract said "not now"
    Column("trace", String(32)),  # of the request that put it: heitje_chain/tracing.py
    Column("waits_for", String(80)),  # the contract's error that it waits to pass, since it was last tried
    Index("ix_intent_work", "state", "lane", "created_at"),
    Index("ix_intent_event", "event_key", "state"),
    Index("ix_intent_bundle", "bundle"),
    Index("ix_intent_listing", "created_at", "id"),
)

BLOCK = Table(
    "block",
    METADATA,
    Column("number", WIDE, primary_key=True),
    Column("hash", String(66), nullable=False),
    Column("timestamp", WIDE, nullable=False),
    Column("final", Boolean, nullable=False),
)

EVENT = Table(
    "chain_event",
    METADATA,
    Column("block_number", WIDE, ForeignKey("block.number"), primary_key=True),
    Column("log_index", Integer, primary_key=True),
    Column("transaction_hash", String(66), nullable=False),
    Column("contract", String(40), nullable=False),
    Column("name", String(60), nullable=False),
    Column("key", String(130), nullable=False, index=True),
    Column("arguments", JSON, nullable=False),
)

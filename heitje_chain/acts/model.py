"""The table of acts: what was put before somebody to sign, who signed, and what became of it."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, Index, String, Table, Text

from heitje_chain.db import METADATA

# An act's way: prepared -> signed -> done, or failed. A delayed one is scheduled after it was signed, and can
# be cancelled from there.
PREPARED, SIGNED, SCHEDULED, DONE = "prepared", "signed", "scheduled", "done"
FAILED, CANCELLED = "failed", "cancelled"

OFFICER, PARTNER = "officer", "partner"

ACT = Table(
    "act",
    METADATA,
    Column("id", String(64), primary_key=True),  # also the client id on the chain
    Column("actor_kind", String(10), nullable=False),
    Column("actor", String(40), nullable=False),  # an officer's name in the record, or a partner's id
    Column("kind", String(40), nullable=False),
    Column("content", JSON, nullable=False),  # what is decided: ids, codes and amounts, never personal data
    Column("content_hash", String(64), nullable=False),
    Column("typed_data", JSON, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("deadline", BigInteger, nullable=False),  # UTC seconds, for the chain's clock
    Column("operation", String(80)),  # a delayed act's operation id, with its number once it is scheduled
    Column("state", String(10), nullable=False),
    Column("signer", Text),
    Column("signature", Text),
    Column("refusal", JSON),
    Column("created_at", BigInteger, nullable=False),
    Column("signed_at", BigInteger),
    CheckConstraint(
        "state IN ('prepared', 'signed', 'scheduled', 'done', 'failed', 'cancelled')", name="state"
    ),
    Index("ix_act_content", "content_hash", "state"),
    Index("ix_act_operation", "operation"),
    Index("ix_act_listing", "created_at", "id"),
)

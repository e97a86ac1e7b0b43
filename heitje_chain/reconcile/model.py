"""The table of comparisons that were asked for, and what they found."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, CheckConstraint, Column, Index, String, Table

from heitje_chain.db import METADATA

ASKED, DONE = "asked", "done"

RECONCILIATION = Table(
    "reconciliation",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("state", String(8), nullable=False),
    Column("asked_at", BigInteger, nullable=False),  # UTC seconds
    Column("done_at", BigInteger),
    Column("block_number", BigInteger),
    Column("block_hash", String(66)),
    Column("equal", Boolean),
    Column("figures", JSON),  # cents
    Column("differences", JSON),  # sentences in both languages; ids and amounts, never names
    CheckConstraint("state IN ('asked', 'done')", name="state"),
    Index("ix_reconciliation_work", "state", "asked_at"),
    Index("ix_reconciliation_listing", "asked_at", "id"),
)

NEWEST_FIRST = (
    RECONCILIATION.c.done_at.desc(),
    RECONCILIATION.c.block_number.desc(),
    RECONCILIATION.c.equal,
)
"""The last comparison first; of two at one moment the one that found a difference."""

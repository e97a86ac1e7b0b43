"""Tables of series and their drafts. A draft's typed data and its signature are in the table of acts."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
)

from heitje_chain.db import METADATA

SERIES = Table(
    "job_series",
    METADATA,
    Column("id", String(32), primary_key=True),  # follows from the request
    Column("partner", String(32), ForeignKey("participant.id"), nullable=False),
    Column("weeks", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),  # UTC seconds
    Index("ix_job_series_listing", "created_at", "id"),
)

# A draft's way: prepared -> signed -> opened, when its day has come; or skipped, when its time to claim went
# by first; or cancelled. What became of the job after it was opened, the job tells.
PREPARED, SIGNED, OPENED, SKIPPED, CANCELLED = "prepared", "signed", "opened", "skipped", "cancelled"
DRAFT_STATES = (PREPARED, SIGNED, OPENED, SKIPPED, CANCELLED)

DRAFT = Table(
    "job_draft",
    METADATA,
    Column("act", String(64), ForeignKey("act.id"), primary_key=True),
    Column("series", String(32), ForeignKey("job_series.id"), nullable=False),
    Column("number", Integer, nullable=False),  # of the week, from 1
    Column("job", String(64), nullable=False),  # JobId in hex, which it has once it is opened
    Column("opens_at", BigInteger, nullable=False),  # UTC seconds, like the next three
    Column("claim_by", BigInteger, nullable=False),
    Column("submit_by", BigInteger, nullable=False),
    Column("look_at", BigInteger, nullable=False),  # when the worker looks whether it can be opened
    Column("state", String(10), nullable=False),
    Column("reason", JSON),  # why it waits past its day or was skipped: a refusal's slug and members
    UniqueConstraint("series", "number"),
    CheckConstraint(f"state IN ({', '.join(repr(state) for state in DRAFT_STATES)})", name="state"),
    Index("ix_job_draft_work", "state", "look_at"),
)

"""Which budgets, limits and statements there are, as the chain told. Their cents are in the journal."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, UniqueConstraint

from heitje_chain.db import METADATA

BUDGET = Table(
    "budget",
    METADATA,
    Column("id", String(64), primary_key=True),  # BudgetId in hex
    Column("partner", String(40), nullable=False),  # ParticipantId in hex
    Column("period", BigInteger, nullable=False),
    UniqueConstraint("partner", "period"),
)

MINT_LIMIT = Table(
    "mint_limit",
    METADATA,
    Column("partner", String(40), primary_key=True),  # ParticipantId in hex
    Column("capacity", BigInteger, nullable=False),  # cents that the full bucket holds
    Column("window", BigInteger, nullable=False),  # seconds in which it fills
)

ATTESTATION = Table(
    "reserve_attestation",
    METADATA,
    Column("statement_hash", String(64), primary_key=True),
    Column("cents", BigInteger, nullable=False),
    Column("as_of", BigInteger, nullable=False),  # UTC seconds
    Index("ix_reserve_attestation_as_of", "as_of"),
)

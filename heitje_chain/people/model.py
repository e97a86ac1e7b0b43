"""The table of participants. Names and whatever else is personal lie here and nowhere else."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, String, Table

from heitje_chain.db import METADATA

RESIDENT = "resident"

# A participant's way: asked -> admitting -> active, or refused by the contract.
ASKED, ADMITTING, ACTIVE, REFUSED = "asked", "admitting", "active", "refused"

PARTICIPANT = Table(
    "participant",
    METADATA,
    Column("id", String(32), primary_key=True),  # also the wallet's id
    Column("kind", String(16), nullable=False),
    Column("name", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("chain_id", String(40), unique=True),  # the ParticipantId in hex, once there is a wallet
    Column("refusal", JSON),
    Column("created_at", BigInteger, nullable=False),  # seconds since 1970, UTC
    CheckConstraint("state IN ('asked', 'admitting', 'active', 'refused')", name="state"),
)

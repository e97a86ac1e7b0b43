"""Tables of participants. Names and whatever else is personal lie here and nowhere else."""

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
    String,
    Table,
    Text,
)

from heitje_chain.db import METADATA

RESIDENT, MERCHANT, PARTNER, ASSOCIATION = "resident", "merchant", "partner", "association"
KINDS = (RESIDENT, MERCHANT, PARTNER, ASSOCIATION)

# A participant's way: asked (no wallet yet) -> admitting (a resident, by the service), or ready (anybody
# else: the registrar's signature is awaited) -> active; or refused by the contract.
ASKED, READY, ADMITTING, ACTIVE, REFUSED = "asked", "ready", "admitting", "active", "refused"

PARTICIPANT = Table(
    "participant",
    METADATA,
    Column("id", String(32), primary_key=True),  # also the first wallet's id
    Column("kind", String(16), nullable=False),
    Column("name", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("blocked", Boolean, nullable=False, default=False),
    Column("chain_id", String(40), unique=True),  # the ParticipantId in hex, once it is known
    Column("wallet", String(42), unique=True),  # the present wallet's address in lower case
    Column("refusal", JSON),
    Column("created_at", BigInteger, nullable=False),  # seconds since 1970, UTC
    Column("trace", String(32)),  # of the request that asked for it: heitje_chain/tracing.py
    CheckConstraint("state IN ('asked', 'ready', 'admitting', 'active', 'refused')", name="state"),
    Index("ix_participant_work", "state", "created_at"),
)

MERCHANT_DETAILS = Table(
    "merchant_details",
    METADATA,
    Column("participant", String(32), ForeignKey("participant.id"), primary_key=True),
    Column("iban", String(34), nullable=False),
    Column("account_holder", String(70), nullable=False),  # as the bank knows it
    Column("category", String(40), nullable=False),
)

MERCHANT_CONTRACT = Table(
    "merchant_contract",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("merchant", String(32), ForeignKey("participant.id"), nullable=False, index=True),
    Column("valid_from", String(10), nullable=False),  # local dates such as 2026-12-31; both days count
    Column("valid_until", String(10), nullable=False),
    Column("last_day", String(10), nullable=False),  # valid_until, or the day on which it was ended
    Column("entered_at", BigInteger, nullable=False),  # UTC seconds, like the next
    Column("ended_at", BigInteger),
    Index("ix_merchant_contract_listing", "entered_at", "id"),
)
"""What merchants agreed with the municipality. Two of one merchant's never hold on the same day."""

# A signer's way: prepared (nothing is signed yet) -> active -> removed.
SIGNER_PREPARED, SIGNER_ACTIVE, SIGNER_REMOVED = "prepared", "active", "removed"

PARTNER_SIGNER = Table(
    "partner_signer",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("partner", String(32), ForeignKey("participant.id"), nullable=False, index=True),
    Column("signer", Text, nullable=False),  # ERC-7913 bytes in hex
    Column("state", String(10), nullable=False),
)

# A recovery's way: asked -> ready (the new wallet is made) -> replaced. Between the last two its act is
# signed, and a delay runs in which it can be cancelled.
RECOVERY_ASKED, RECOVERY_READY, RECOVERY_REPLACED = "asked", "ready", "replaced"

RECOVERY = Table(
    "wallet_recovery",
    METADATA,
    Column("id", String(32), primary_key=True),  # also the new wallet's id
    Column("participant", String(32), ForeignKey("participant.id"), nullable=False, index=True),
    Column("reason", Integer),  # a code; empty when only the chain told of it
    Column("asked_by", String(40)),  # an officer's name
    Column("asked_account", String(32)),  # of the person, when it was asked at a page
    Column("identity", String(16)),  # how it was seen who asks for it: people/identity.py
    Column("state", String(10), nullable=False),
    Column("old_wallet", String(42)),  # addresses in lower case
    Column("new_wallet", String(42), unique=True),
    Column("act", String(64)),  # the newest that was prepared for it
    Column("created_at", BigInteger, nullable=False),  # UTC seconds, like the next
    Column("replaced_at", BigInteger),
    CheckConstraint("state IN ('asked', 'ready', 'replaced')", name="state"),
    Index("ix_wallet_recovery_listing", "created_at", "id"),
)
"""Every wallet that took another's place, or is to: the history of `participant.wallet`."""

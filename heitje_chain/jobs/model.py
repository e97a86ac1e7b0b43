"""Tables of jobs and claims, by the ids that they have on the chain.

A row is written by the request that asks for it, or by the event that tells of it, whichever comes first: a
database that was restored from a backup fills up again from the chain.
"""

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

# A job's way: posting -> open -> closed, or refused by the contract.
POSTING, OPEN, CLOSED = "posting", "open", "closed"

JOB = Table(
    "job",
    METADATA,
    Column("id", String(64), primary_key=True),  # JobId in hex
    Column("partner", String(40), nullable=False),  # ParticipantId in hex
    Column("period", BigInteger, nullable=False),
    Column("reward", BigInteger, nullable=False),  # cents per slot
    Column("slots", Integer, nullable=False),
    Column("claim_by", BigInteger, nullable=False),  # UTC seconds, as shown to people
    Column("submit_by", BigInteger, nullable=False),
    Column("document_hash", String(64), nullable=False),
    Column("title", Text),  # empty when only the chain told of the job
    Column("details", JSON),  # the rest of the description
    Column("state", String(10), nullable=False),
    Column("pending", String(12)),  # what is under way: close, release
    Column("released", Boolean, nullable=False),  # its open slots are promised to nobody any more
    Column("refusal", JSON),
    Column("created_at", BigInteger, nullable=False),
    CheckConstraint("state IN ('posting', 'open', 'closed', 'refused')", name="state"),
    Index("ix_job_listing", "state", "created_at", "id"),
    Index("ix_job_partner", "partner", "created_at", "id"),
)

# A claim's states are the contract's, in its words; before them asked, and refused when it took no claim.
ASKED, CLAIMED, SUBMITTED, REJECTED, DISPUTED = "asked", "claimed", "submitted", "rejected", "disputed"
APPROVED, AWARDED = "approved", "awarded"
WITHDRAWN, LAPSED, DENIED, REJECTED_FINALLY = "withdrawn", "lapsed", "denied", "rejected_finally"
REFUSED = "refused"

CLAIM_STATES = (
    ASKED,
    CLAIMED,
    SUBMITTED,
    REJECTED,
    DISPUTED,
    APPROVED,
    AWARDED,
    WITHDRAWN,
    LAPSED,
    DENIED,
    REJECTED_FINALLY,
    REFUSED,
)

CLAIM = Table(
    "claim",
    METADATA,
    Column("id", String(64), primary_key=True),  # ClaimId in hex
    Column("job", String(64), nullable=False),
    Column("resident", String(40), nullable=False),  # ParticipantId in hex
    Column("cents", BigInteger, nullable=False),  # what is paid when the work is found good
    Column("state", String(16), nullable=False),
    Column("pending", String(12)),  # what is under way: submit, approve, ...
    Column("since", BigInteger, nullable=False),  # UTC seconds: when it came into this state
    Column("evidence_hash", String(64)),
    Column("document_hash", String(64)),  # the partner's or the arbiter's reasons
    Column("dispute_hash", String(64)),  # the resident's words
    Column("reason", Integer),  # a code from the municipality's list
    Column("refusal", JSON),  # the contract's last "no" to what was asked for this claim
    Column("created_at", BigInteger, nullable=False),
    CheckConstraint(f"state IN ({', '.join(repr(state) for state in CLAIM_STATES)})", name="state"),
    Index("ix_claim_job", "job", "state"),
    Index("ix_claim_resident", "resident", "created_at", "id"),
    Index("ix_claim_work", "state", "pending", "since"),
)

# A job that a partner keeps to go on with or to post again: nothing of it is on the chain, and all of it
# stands as it was typed, so that half a job can be kept too.
TEMPLATE = Table(
    "job_template",
    METADATA,
    Column("id", String(32), primary_key=True),  # follows from the request
    Column("partner", String(32), ForeignKey("participant.id"), nullable=False),
    Column("words", JSON, nullable=False),  # what people read
    Column("terms", JSON, nullable=False),  # what is promised, and until when
    Column("updated_at", BigInteger, nullable=False),  # UTC seconds
    Index("ix_job_template_listing", "partner", "updated_at", "id"),
)

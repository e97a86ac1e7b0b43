"""Tables of redemptions, payout batches and stops of payouts.

A row is written by the request that asks for it, or by the event that tells of it, whichever comes first: a
database that was restored from a backup fills up again from the chain, save for what only the bank knows.
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
    LargeBinary,
    String,
    Table,
    Text,
)

from heitje_chain.db import METADATA

# A redemption's states are the contract's, in its words; before them asked, or refused if it locked nothing.
ASKED, LOCKED, BATCHED, BOOKED = "asked", "locked", "batched", "booked"
REJECTED, RELEASED, REFUSED = "rejected", "released", "refused"

REDEMPTION_STATES = (ASKED, LOCKED, BATCHED, BOOKED, REJECTED, RELEASED, REFUSED)

REDEMPTION = Table(
    "redemption",
    METADATA,
    Column("id", String(64), primary_key=True),  # RedemptionId in hex
    Column("client_id", String(64)),  # in hex; empty when only the chain told of it, like the next two
    Column("iban", String(34)),  # the merchant's account when it was asked for, or confirmed since
    Column("account_holder", String(70)),
    Column("account_confirmed", Boolean, nullable=False),  # settlement confirmed another account than that
    Column("merchant", String(40), nullable=False),  # ParticipantId in hex
    Column("cents", BigInteger, nullable=False),
    Column("state", String(10), nullable=False),
    Column("pending", String(12)),  # what is under way: release_line
    Column("batch", BigInteger),
    Column("end_to_end_id", String(33), nullable=False, unique=True),  # the bank's name for its payment
    Column("bank_outcome", String(10)),  # booked or rejected
    Column("bank_reason", String(4)),  # why not: an ISO 20022 external status reason code, such as AC04
    Column("returned_at", BigInteger),  # UTC seconds: the bank sent it back after it was booked
    Column("return_reason", String(4)),  # the newest one's, like `returned_at`
    Column("return_state", String(8)),  # how far paying it anew is
    Column("refusal", JSON),
    Column("created_at", BigInteger, nullable=False),
    Column("locked_at", BigInteger),
    CheckConstraint(f"state IN ({', '.join(repr(state) for state in REDEMPTION_STATES)})", name="state"),
    CheckConstraint("bank_outcome IN ('booked', 'rejected')", name="bank_outcome"),
    CheckConstraint("return_state IN ('payable', 'filed', 'repaid')", name="return_state"),
    Index("ix_redemption_merchant", "merchant", "created_at", "id"),
    Index("ix_redemption_work", "state", "locked_at", "id"),
    Index("ix_redemption_listing", "created_at", "id"),
    Index("ix_redemption_batch", "batch"),
)

# What the bank sent back after the burn: payable -> filed (a further bank file names it) -> repaid, or
# payable again. The euros are owed until it is repaid.
RETURN_PAYABLE, RETURN_FILED, RETURN_REPAID = "payable", "filed", "repaid"

# A batch's way: closed -> filed (its bank file is fixed) -> settling -> settled.
CLOSED, FILED, SETTLING, SETTLED = "closed", "filed", "settling", "settled"

BATCH = Table(
    "payout_batch",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("cents", BigInteger, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("file", LargeBinary),  # the bank file; written once
    Column("file_sha256", String(64)),
    Column("message_id", String(33)),
    Column("closed_at", BigInteger, nullable=False),  # UTC seconds, like the next two
    Column("filed_at", BigInteger),
    Column("settled_at", BigInteger),
    Column("booked_cents", BigInteger),  # as the chain settled it, like the next
    Column("rejected_cents", BigInteger),
    CheckConstraint("state IN ('closed', 'filed', 'settling', 'settled')", name="state"),
)

# A repayment's way: filed -> done (every line has an outcome).
REPAYMENT_FILED, REPAYMENT_DONE = "filed", "done"

REPAYMENT = Table(
    "repayment",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("cents", BigInteger, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("file", LargeBinary),  # the bank file; like the next two written in the transaction that makes it
    Column("file_sha256", String(64)),
    Column("message_id", String(33)),
    Column("made_at", BigInteger, nullable=False),  # UTC seconds
    CheckConstraint("state IN ('filed', 'done')", name="state"),
)

REPAYMENT_LINE = Table(
    "repayment_line",
    METADATA,
    Column("end_to_end_id", String(35), primary_key=True),
    Column("repayment", Integer, ForeignKey("repayment.number"), nullable=False, index=True),
    Column("redemption", String(64), nullable=False, index=True),
    Column("cents", BigInteger, nullable=False),
    Column("outcome", String(10)),
    Column("reason", String(4)),  # why the bank rejected it
    CheckConstraint("outcome IN ('booked', 'rejected')", name="outcome"),
)

PAYOUT_STOP = Table(
    "payout_stop",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("reason", Text, nullable=False),  # an English sentence; ids and amounts, never names
    Column("reason_nl", Text, nullable=False),  # the same in Dutch
    Column("since", BigInteger, nullable=False),  # UTC seconds
    Column("lifted_at", BigInteger),
)

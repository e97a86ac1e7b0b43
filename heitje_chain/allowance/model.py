"""Tables of the allowance guard. Months are texts as "2026-11", days as "2026-11-29", in Amsterdam."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table

from heitje_chain.db import METADATA

# A row of limits is proposed by one officer, and confirmed or rejected by another; or withdrawn by the first.
PROPOSED, CONFIRMED, REJECTED, WITHDRAWN = "proposed", "confirmed", "rejected", "withdrawn"
LIMIT_STATES = (PROPOSED, CONFIRMED, REJECTED, WITHDRAWN)

LIMITS = Table(
    "allowance_limits",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("effective_from", String(10), nullable=False),  # a day in that year
    Column("hour_cents", BigInteger, nullable=False),
    Column("hour_cents_under_21", BigInteger, nullable=False),
    Column("month_cents", BigInteger, nullable=False),
    Column("year_cents", BigInteger, nullable=False),
    Column("city_year_cents", BigInteger),  # the city's own lower limit; empty when it has none
    Column("state", String(10), nullable=False),
    Column("proposed_by", String(100), nullable=False),  # an officer's name; "law" for what came with Heitje
    Column("proposed_at", BigInteger, nullable=False),  # UTC seconds, like the next but one
    Column("decided_by", String(100)),
    Column("decided_at", BigInteger),
    CheckConstraint("state IN ('proposed', 'confirmed', 'rejected', 'withdrawn')", name="state"),
    Index("ix_allowance_limits_state", "state", "year"),
)

RECORD = Table(
    "allowance_record",
    METADATA,
    Column("participant", String(32), ForeignKey("participant.id"), primary_key=True),
    Column("confirmed_by", String(100)),  # who saw that this person lives here and has no other account
    Column("confirmed_at", BigInteger),
    Column("under_21", Boolean),  # empty until the registrar recorded it
    Column("changes_on", String(10)),  # the first day on which somebody is no longer under 21
    Column("same_as", String(32), ForeignKey("participant.id"), index=True),  # the account that goes on
)
"""What the registrar knows of a resident. Its row is the lock: whoever reserves headroom holds it."""

STOP = Table(
    "allowance_stop",
    METADATA,
    Column("participant", String(32), ForeignKey("participant.id"), primary_key=True),
    Column("month_cents", BigInteger),
    Column("year_cents", BigInteger),
)
"""What somebody does not want to pass, for reasons that are nobody else's business."""

ELSEWHERE = Table(
    "allowance_elsewhere",
    METADATA,
    Column("participant", String(32), ForeignKey("participant.id"), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("cents", BigInteger, nullable=False),
)
"""Volunteers' allowances that somebody gets elsewhere."""

CLAIM, AWARD = "claim", "award"

# An entry's way: reserved -> submitted (its month is known) -> counted (coins were made), or freed from
# anywhere before. Refused: the contract never took it; should it turn out that it did, it is reserved again.
RESERVED, SUBMITTED, COUNTED, FREED, REFUSED = "reserved", "submitted", "counted", "freed", "refused"

ENTRY = Table(
    "allowance_entry",
    METADATA,
    Column("id", String(64), primary_key=True),  # of the claim, or of the award's act
    Column("kind", String(5), nullable=False),
    Column("resident", String(40), nullable=False),  # ParticipantId in hex
    Column("cents", BigInteger, nullable=False),
    Column("first_month", String(7), nullable=False),  # in which it can count, or counts
    Column("last_month", String(7), nullable=False),
    Column("state", String(10), nullable=False),
    CheckConstraint("kind IN ('claim', 'award')", name="kind"),
    CheckConstraint("state IN ('reserved', 'submitted', 'counted', 'freed', 'refused')", name="state"),
    CheckConstraint("first_month <= last_month", name="months"),
    Index("ix_allowance_entry_resident", "resident", "state"),
)
"""Follows from orders and events alone, like the tables of the things that it counts (decision 0014)."""

"""Tables of notices: what was told, and who does not want to be told."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, PrimaryKeyConstraint, String, Table

from heitje_chain.db import METADATA

from .rules import KINDS

NOTICE = Table(
    "notice",
    METADATA,
    Column("kind", String(10), nullable=False),
    Column("subject", String(150), nullable=False),  # what it told of: ids, states, a year or a day
    Column("told_at", BigInteger, nullable=False),  # UTC seconds
    PrimaryKeyConstraint("kind", "subject"),
)
"""What was told, or would have been to anybody with an account: nothing is told twice."""

NOTICE_CHOICE = Table(
    "notice_choice",
    METADATA,
    Column("account", String(32), ForeignKey("account.id"), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("off_since", BigInteger, nullable=False),  # UTC seconds
    PrimaryKeyConstraint("account", "kind"),
    CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in KINDS)})", name="kind"),
)
"""What people switched off."""

RESTORED = "restored"
"""The kind of the row that a restored backup leaves: what happened before it may have been told."""

"""The table of declarations. A row is never changed: to declare anew, and to end, is a further version."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from heitje_chain.db import METADATA, append_only

DECLARED, ENDED = "declared", "ended"

MOST_KIND, MOST_WORDS, MOST_BY = 40, 2000, 120
"""How long the name of a kind, a declaration, and who stands for it may be."""

DECLARATION = Table(
    "declaration",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("partner", String(32), ForeignKey("participant.id"), nullable=False),
    Column("kind", String(MOST_KIND), nullable=False),  # of jobs, a word of the partner's
    Column("version", Integer, nullable=False),  # of this partner's about this kind, from 1
    Column("act", String(8), nullable=False),
    Column("words", Text, nullable=False),  # the declaration, or why it was ended; may be empty then
    Column(
        "declared_by", String(MOST_BY), nullable=False
    ),  # a function or a name, as the partner makes it public
    Column("at", BigInteger, nullable=False),  # UTC seconds
    UniqueConstraint("partner", "kind", "version"),
    CheckConstraint("act IN ('declared', 'ended')", name="act"),
    Index("ix_declaration_listing", "at", "id"),
)

_guard = append_only(
    DECLARATION, "id = NEW.id OR (partner = NEW.partner AND kind = NEW.kind AND version = NEW.version)"
)


def create_triggers(connection: Connection) -> None:
    """Make the table append-only; for a migration that makes or rebuilds it."""
    _guard(connection)

"""The journal's tables, which the database itself keeps append-only.

Three things could change a row: UPDATE, DELETE, and what gets past row triggers: TRUNCATE on PostgreSQL, and
on SQLite INSERT OR REPLACE, which deletes without a delete trigger. Each is refused with "<table> is
append-only" as an IntegrityError. Whoever may drop a trigger gets past it: `verification.unbalanced` and
reconciliation find that.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from heitje_chain.db import METADATA, append_only

PLAIN_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is compared byte by byte on both databases, so that a prefix is a range of an index."""

JOURNAL_ENTRY = Table(
    "journal_entry",
    METADATA,
    # In the order of booking: the cursor of paging. PostgreSQL may leave gaps.
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("id", PLAIN_TEXT, nullable=False, unique=True),  # told by the fact, before it is booked
    Column("kind", Text, nullable=False),
    Column("occurred_at", BigInteger, nullable=False),  # UTC seconds: the block's time, or the bank's
    Column("block_number", BigInteger),
    Column("transaction_hash", Text),  # 0x and 64 hex digits
    Column("log_index", Integer),  # within the block
    Column("booked_at", BigInteger, nullable=False),  # UTC seconds of this machine's clock
    # One event is booked once. What only the bank told has NULLs, which never equal one another.
    UniqueConstraint("transaction_hash", "log_index", "kind"),
    CheckConstraint(
        "(block_number IS NULL) = (transaction_hash IS NULL) "
        "AND (block_number IS NULL) = (log_index IS NULL)",
        name="seen",
    ),
)

JOURNAL_LINE = Table(
    "journal_line",
    METADATA,
    Column("entry_number", BigInteger, ForeignKey("journal_entry.number"), primary_key=True),
    Column("line_number", Integer, primary_key=True),  # 1, 2, 3 ... within the entry
    Column("account", PLAIN_TEXT, nullable=False),
    Column("cents", BigInteger, nullable=False),
    UniqueConstraint("entry_number", "account"),
    CheckConstraint("cents <> 0", name="cents"),
    # Holds all that a balance and a page of an account need.
    Index("ix_journal_line_account", "account", "entry_number", "cents"),
)

_GUARDS = (
    append_only(
        JOURNAL_ENTRY,
        "number = NEW.number OR id = NEW.id OR (transaction_hash = NEW.transaction_hash "
        "AND log_index = NEW.log_index AND kind = NEW.kind)",
    ),
    append_only(
        JOURNAL_LINE,
        "entry_number = NEW.entry_number AND (line_number = NEW.line_number OR account = NEW.account)",
    ),
)


def create_triggers(connection: Connection) -> None:
    """Make the journal's tables append-only; for a migration that makes or rebuilds them."""
    for guard in _GUARDS:
        guard(connection)

"""Times and block numbers have 64 bits on PostgreSQL too; SQLite's integers always had them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WIDENED = {
    "chain_transaction": ("block_number", "created_at"),
    "intent": ("created_at", "lease_until", "not_before"),
    "block": ("number", "timestamp"),
    "chain_event": ("block_number",),
    "idempotent_answer": ("created_at",),
}


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, columns in WIDENED.items():
        for column in columns:
            op.alter_column(table, column, type_=sa.BigInteger())

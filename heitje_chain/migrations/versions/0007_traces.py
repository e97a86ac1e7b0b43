"""Which request put an intent, what an intent waits for, and when a worker last went round."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("intent", sa.Column("trace", sa.String(length=32), nullable=True))
    op.add_column("intent", sa.Column("waits_for", sa.String(length=80), nullable=True))
    op.add_column("participant", sa.Column("trace", sa.String(length=32), nullable=True))
    op.create_table(
        "heartbeat",
        sa.Column("lane", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.String(length=40), nullable=False),
        sa.Column("round_at", sa.BigInteger(), nullable=False),
        sa.Column("node_at", sa.BigInteger(), nullable=True),
        sa.Column("node_error", sa.String(length=40), nullable=True),
        sa.Column("head", sa.BigInteger(), nullable=True),
        sa.Column("head_time", sa.BigInteger(), nullable=True),
        sa.Column("seen", sa.BigInteger(), nullable=True),
        sa.Column("final", sa.BigInteger(), nullable=True),
        sa.Column("chain_nonce", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("lane", name=op.f("pk_heartbeat")),
    )

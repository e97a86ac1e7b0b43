"""A shop's tills, which take payments without its owner's login, and which till asked for an amount."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "till",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("merchant", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("code_until", sa.BigInteger(), nullable=True),
        sa.Column("secret_hash", sa.String(length=64), nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["merchant"], ["participant.id"], name=op.f("fk_till_merchant_participant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_till_code_hash")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_till_secret_hash")),
    )
    op.create_index("ix_till_merchant", "till", ["merchant", "created_at"])
    op.add_column("payment_request", sa.Column("till", sa.String(length=32), nullable=True))

"""Merchants' contracts with the municipality. Until one is entered, nobody pays a shop."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merchant_contract",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("merchant", sa.String(length=32), nullable=False),
        sa.Column("valid_from", sa.String(length=10), nullable=False),
        sa.Column("valid_until", sa.String(length=10), nullable=False),
        sa.Column("last_day", sa.String(length=10), nullable=False),
        sa.Column("entered_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["merchant"], ["participant.id"], name=op.f("fk_merchant_contract_merchant_participant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merchant_contract")),
    )
    op.create_index(op.f("ix_merchant_contract_merchant"), "merchant_contract", ["merchant"])
    op.create_index("ix_merchant_contract_listing", "merchant_contract", ["entered_at", "id"])

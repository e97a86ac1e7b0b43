"""Notices that were mailed, and which kinds people switched off."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=150), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_notice")),
    )
    op.create_table(
        "notice_choice",
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("off_since", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('decision', 'limit', 'card', 'payout', 'waiting')", name=op.f("ck_notice_choice_kind")
        ),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_notice_choice_account_account")),
        sa.PrimaryKeyConstraint("account", "kind", name=op.f("pk_notice_choice")),
    )

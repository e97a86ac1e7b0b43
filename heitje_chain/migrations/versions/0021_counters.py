"""Employees who act for a resident at the counter; who asked for a recovery, and how it was seen for whom."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counter_session",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("session", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("officer", sa.String(length=40), nullable=False),
        sa.Column("resident", sa.String(length=32), nullable=False),
        sa.Column("identity", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_counter_session_account_account")),
        sa.ForeignKeyConstraint(
            ["resident"], ["participant.id"], name=op.f("fk_counter_session_resident_participant")
        ),
        sa.ForeignKeyConstraint(
            ["session"], ["web_session.id"], name=op.f("fk_counter_session_session_web_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counter_session")),
    )
    op.create_index("ix_counter_session_session", "counter_session", ["session", "ended_at"])
    op.add_column("wallet_recovery", sa.Column("asked_by", sa.String(length=40), nullable=True))
    op.add_column("wallet_recovery", sa.Column("asked_account", sa.String(length=32), nullable=True))
    op.add_column("wallet_recovery", sa.Column("identity", sa.String(length=16), nullable=True))

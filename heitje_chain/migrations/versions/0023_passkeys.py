"""Passkeys, what they are asked, and tickets to the address where one signs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=8), nullable=False),
        sa.Column("credential", sa.String(length=1364), nullable=False),
        sa.Column("x", sa.String(length=64), nullable=False),
        sa.Column("y", sa.String(length=64), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("place IN ('login', 'approve')", name=op.f("ck_passkey_place")),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_passkey_account_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkey_credential")),
    )
    op.create_index("ix_passkey_account", "passkey", ["account", "place"])
    op.create_table(
        "passkey_challenge",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_passkey_challenge")),
    )
    op.create_table(
        "approve_ticket",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("session", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("acts", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("purpose IN ('sign', 'enrol')", name=op.f("ck_approve_ticket_purpose")),
        sa.CheckConstraint("language IN ('nl', 'en')", name=op.f("ck_approve_ticket_language")),
        sa.ForeignKeyConstraint(["account"], ["account.id"], name=op.f("fk_approve_ticket_account_account")),
        sa.ForeignKeyConstraint(
            ["session"], ["web_session.id"], name=op.f("fk_approve_ticket_session_web_session")
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_approve_ticket")),
    )
    op.add_column("web_session", sa.Column("passkey_at", sa.BigInteger(), nullable=True))

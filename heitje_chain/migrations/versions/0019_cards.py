"""Cards that pay at a till by a QR and a PIN."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "card",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("participant", sa.String(length=32), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=True),
        sa.Column("number_hash", sa.String(length=64), nullable=True),
        sa.Column("pin_salt", sa.LargeBinary(), nullable=False),
        sa.Column("pin_hash", sa.LargeBinary(), nullable=False),
        sa.Column("payment_cents", sa.BigInteger(), nullable=False),
        sa.Column("day_cents", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("printed_at", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("blocked_at", sa.BigInteger(), nullable=True),
        sa.Column("blocked_by", sa.String(length=8), nullable=True),
        sa.CheckConstraint("state IN ('active', 'blocked')", name=op.f("ck_card_state")),
        sa.CheckConstraint("blocked_by IN ('resident', 'counter', 'pin')", name=op.f("ck_card_blocked_by")),
        sa.ForeignKeyConstraint(
            ["participant"], ["participant.id"], name=op.f("fk_card_participant_participant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_card_secret_hash")),
        sa.UniqueConstraint("number_hash", name=op.f("uq_card_number_hash")),
    )
    op.create_index("ix_card_participant", "card", ["participant", "created_at"])
    op.create_table(
        "card_payment",
        sa.Column("payment", sa.String(length=64), nullable=False),
        sa.Column("card", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["card"], ["card.id"], name=op.f("fk_card_payment_card_card")),
        sa.PrimaryKeyConstraint("payment", name=op.f("pk_card_payment")),
    )
    op.create_index("ix_card_payment_card", "card_payment", ["card", "created_at"])
    op.create_table(
        "card_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("merchant", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_failure")),
    )
    op.create_index("ix_card_failure_merchant", "card_failure", ["merchant", "at"])

"""Repayments: what the bank sent back after the burn is paid anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "repayment",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.Column("file_sha256", sa.String(length=64), nullable=True),
        sa.Column("message_id", sa.String(length=33), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('filed', 'done')", name=op.f("ck_repayment_state")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_repayment")),
    )
    op.create_table(
        "repayment_line",
        sa.Column("end_to_end_id", sa.String(length=35), nullable=False),
        sa.Column("repayment", sa.Integer(), nullable=False),
        sa.Column("redemption", sa.String(length=64), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.String(length=4), nullable=True),
        sa.CheckConstraint("outcome IN ('booked', 'rejected')", name=op.f("ck_repayment_line_outcome")),
        sa.ForeignKeyConstraint(
            ["repayment"], ["repayment.number"], name=op.f("fk_repayment_line_repayment_repayment")
        ),
        sa.PrimaryKeyConstraint("end_to_end_id", name=op.f("pk_repayment_line")),
    )
    op.create_index(op.f("ix_repayment_line_redemption"), "repayment_line", ["redemption"], unique=False)
    op.create_index(op.f("ix_repayment_line_repayment"), "repayment_line", ["repayment"], unique=False)
    with op.batch_alter_table("redemption", schema=None) as batch_op:
        batch_op.add_column(sa.Column("return_state", sa.String(length=8), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_redemption_return_state"), "return_state IN ('payable', 'filed', 'repaid')"
        )
    # What came back before is payable: nothing could pay it anew.
    op.execute("UPDATE redemption SET return_state = 'payable' WHERE returned_at IS NOT NULL")

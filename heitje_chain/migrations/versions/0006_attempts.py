"""Every bytes that were signed for a nonce; lanes that pause."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from heitje_chain.chain.fees import read

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Column by column: SQLite makes a table anew to change it otherwise, and others refer to these.
    op.execute(
        "ALTER TABLE sending_account ADD COLUMN state VARCHAR(10) DEFAULT 'active' NOT NULL "
        "CONSTRAINT ck_sending_account_state CHECK (state IN ('active', 'paused', 'resuming'))"
    )
    op.add_column("sending_account", sa.Column("reason", sa.String(length=40), nullable=True))
    op.add_column("sending_account", sa.Column("since", sa.BigInteger(), nullable=True))
    op.add_column(
        "chain_transaction", sa.Column("refusals", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column(
        "chain_transaction", sa.Column("not_before", sa.BigInteger(), nullable=False, server_default="0")
    )
    attempts = op.create_table(
        "chain_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("transaction_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=66), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("most_fee", sa.BigInteger(), nullable=False),
        sa.Column("tip", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["chain_transaction.id"],
            name=op.f("fk_chain_attempt_transaction_id_chain_transaction"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_attempt")),
        sa.UniqueConstraint("hash", name=op.f("uq_chain_attempt_hash")),
    )
    op.create_index(
        op.f("ix_chain_attempt_transaction_id"), "chain_attempt", ["transaction_id"], unique=False
    )

    # What was signed before had one attempt each.
    sent = op.get_bind().execute(
        sa.text("SELECT id, hash, raw, created_at FROM chain_transaction ORDER BY id")
    )
    for row in sent.all():
        fees, _ = read(bytes(row.raw))
        op.get_bind().execute(
            attempts.insert().values(
                transaction_id=row.id,
                hash=row.hash,
                raw=bytes(row.raw),
                most_fee=fees.most,
                tip=fees.tip,
                created_at=row.created_at,
            )
        )

"""Recoveries: a participant's second wallet and those after it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wallet_recovery",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("participant", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("old_wallet", sa.String(length=42), nullable=True),
        sa.Column("new_wallet", sa.String(length=42), nullable=True),
        sa.Column("act", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("replaced_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('asked', 'ready', 'replaced')", name=op.f("ck_wallet_recovery_state")),
        sa.ForeignKeyConstraint(
            ["participant"], ["participant.id"], name=op.f("fk_wallet_recovery_participant_participant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wallet_recovery")),
        sa.UniqueConstraint("new_wallet", name=op.f("uq_wallet_recovery_new_wallet")),
    )
    op.create_index(op.f("ix_wallet_recovery_participant"), "wallet_recovery", ["participant"], unique=False)
    op.create_index("ix_wallet_recovery_listing", "wallet_recovery", ["created_at", "id"], unique=False)

    # What was replaced before is told by the events that are kept.
    events, people, recoveries = (
        sa.table(
            "chain_event",
            sa.column("block_number", sa.Integer),
            sa.column("log_index", sa.Integer),
            sa.column("name", sa.String),
            sa.column("key", sa.String),
            sa.column("arguments", sa.JSON),
        ),
        sa.table("participant", sa.column("id", sa.String), sa.column("chain_id", sa.String)),
        sa.table(
            "wallet_recovery",
            *(
                sa.column(name)
                for name in (
                    "id",
                    "participant",
                    "state",
                    "old_wallet",
                    "new_wallet",
                    "created_at",
                    "replaced_at",
                )
            ),
        ),
    )
    blocks = sa.table("block", sa.column("number", sa.Integer), sa.column("timestamp", sa.Integer))
    told = op.get_bind().execute(
        sa.select(events.c.arguments, blocks.c.timestamp, people.c.id)
        .join(people, sa.literal("0x").concat(people.c.chain_id) == events.c.key)
        .join(blocks, blocks.c.number == events.c.block_number)
        .where(events.c.name == "WalletReplaced")
        .order_by(events.c.block_number, events.c.log_index)
    )
    for row in told.all():
        new = row.arguments["newWallet"].lower()
        op.get_bind().execute(
            recoveries.insert().values(
                id=new[2:34],
                participant=row.id,
                state="replaced",
                old_wallet=row.arguments["oldWallet"].lower(),
                new_wallet=new,
                created_at=row.timestamp,
                replaced_at=row.timestamp,
            )
        )

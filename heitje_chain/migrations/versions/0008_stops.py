"""Freezes and the pause, which the chain told of before as well."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_EVENTS = sa.table(
    "chain_event",
    sa.column("block_number", sa.Integer),
    sa.column("log_index", sa.Integer),
    sa.column("name", sa.String),
    sa.column("key", sa.String),
    sa.column("arguments", sa.JSON),
)
_BLOCKS = sa.table(
    "block",
    sa.column("number", sa.Integer),
    sa.column("timestamp", sa.Integer),
    sa.column("final", sa.Boolean),
)


def upgrade() -> None:
    freezes = op.create_table(
        "coin_freeze",
        sa.Column("participant", sa.String(length=40), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_coin_freeze_cents")),
        sa.PrimaryKeyConstraint("participant", name=op.f("pk_coin_freeze")),
    )
    pauses = op.create_table(
        "coin_pause",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_coin_pause_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coin_pause")),
    )
    told = op.get_bind().execute(
        sa.select(_EVENTS, _BLOCKS.c.timestamp)
        .join(_BLOCKS, _BLOCKS.c.number == _EVENTS.c.block_number)
        .where(_EVENTS.c.name.in_(("WalletReplaced", "Frozen", "Paused", "Unpaused")))
        .where(_BLOCKS.c.final.is_(True))
        .order_by(_EVENTS.c.block_number, _EVENTS.c.log_index)
    )
    holders: dict[str, str] = {}
    frozen: dict[str, tuple[int, int]] = {}
    paused: tuple[bool, int] | None = None
    for row in told.all():
        said = row.arguments
        if row.name == "WalletReplaced":
            holders[said["newWallet"]] = row.key.removeprefix("0x")
        elif row.name == "Frozen":
            wallet = said["account"]
            frozen[holders.get(wallet, wallet.removeprefix("0x"))] = (said["amount"], row.timestamp)
        else:
            paused = (row.name == "Paused", row.timestamp)
    for participant, (cents, since) in frozen.items():
        if cents:
            op.get_bind().execute(freezes.insert().values(participant=participant, cents=cents, since=since))
    if paused is not None:
        op.get_bind().execute(pauses.insert().values(id=1, paused=paused[0], since=paused[1]))

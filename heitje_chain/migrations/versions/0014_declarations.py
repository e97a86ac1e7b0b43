"""What partners declare about kinds of jobs. Until a partner has declared one, it can post no job of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from heitje_chain.declarations.model import create_triggers

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "declaration",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("partner", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.String(length=120), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("act IN ('declared', 'ended')", name=op.f("ck_declaration_act")),
        sa.ForeignKeyConstraint(
            ["partner"], ["participant.id"], name=op.f("fk_declaration_partner_participant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
        sa.UniqueConstraint("partner", "kind", "version", name=op.f("uq_declaration_partner")),
    )
    op.create_index("ix_declaration_listing", "declaration", ["at", "id"])
    create_triggers(op.get_bind())

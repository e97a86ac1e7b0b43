"""Series of jobs, and their drafts: weeks that are signed beforehand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_series",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("partner", sa.String(length=32), nullable=False),
        sa.Column("weeks", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner"], ["participant.id"], name=op.f("fk_job_series_partner_participant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_series")),
    )
    op.create_index("ix_job_series_listing", "job_series", ["created_at", "id"])
    op.create_table(
        "job_draft",
        sa.Column("act", sa.String(length=64), nullable=False),
        sa.Column("series", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("opens_at", sa.BigInteger(), nullable=False),
        sa.Column("claim_by", sa.BigInteger(), nullable=False),
        sa.Column("submit_by", sa.BigInteger(), nullable=False),
        sa.Column("look_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "state IN ('prepared', 'signed', 'opened', 'skipped', 'cancelled')",
            name=op.f("ck_job_draft_state"),
        ),
        sa.ForeignKeyConstraint(["act"], ["act.id"], name=op.f("fk_job_draft_act_act")),
        sa.ForeignKeyConstraint(["series"], ["job_series.id"], name=op.f("fk_job_draft_series_job_series")),
        sa.PrimaryKeyConstraint("act", name=op.f("pk_job_draft")),
        sa.UniqueConstraint("series", "number", name=op.f("uq_job_draft_series")),
    )
    op.create_index("ix_job_draft_work", "job_draft", ["state", "look_at"])

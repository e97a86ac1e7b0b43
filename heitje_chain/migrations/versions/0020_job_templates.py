"""Jobs that partners keep, to go on with or to post again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_template",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("partner", sa.String(length=32), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["partner"], ["participant.id"], name=op.f("fk_job_template_partner_participant")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_template")),
    )
    op.create_index("ix_job_template_listing", "job_template", ["partner", "updated_at", "id"])

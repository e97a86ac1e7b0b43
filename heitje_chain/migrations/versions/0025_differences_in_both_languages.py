"""What differs is told in Dutch too. What was found before is told as it was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_RECONCILIATION = sa.table("reconciliation", sa.column("id", sa.String), sa.column("differences", sa.JSON))


def upgrade() -> None:
    op.add_column("payout_stop", sa.Column("reason_nl", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE payout_stop SET reason_nl = reason")
    connection = op.get_bind()
    for row in connection.execute(sa.select(_RECONCILIATION)).all():
        if row.differences:
            told = [{"nl": one, "en": one} for one in row.differences]
            this = _RECONCILIATION.c.id == row.id
            connection.execute(_RECONCILIATION.update().where(this).values(differences=told))

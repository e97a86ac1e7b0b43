"""What came to a till twice counts once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("card_failure", sa.Column("attempt", sa.String(length=64), nullable=True))

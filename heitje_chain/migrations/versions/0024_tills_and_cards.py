"""What came to a till twice counts once; who made and printed a card; at which till a payment was made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("card_failure", sa.Column("attempt", sa.String(length=64), nullable=True))
    op.add_column("payment", sa.Column("till", sa.String(length=32), nullable=True))
    op.execute(
        "UPDATE payment SET till = (SELECT payment_request.till FROM payment_request "
        "WHERE payment_request.id = payment.request) WHERE request IS NOT NULL"
    )
    for name in ("issued_by", "printed_by"):
        op.add_column("card", sa.Column(name, sa.String(length=32), nullable=True))

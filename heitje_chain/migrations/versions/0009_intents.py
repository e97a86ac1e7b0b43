"""An index to list intents by, newest first."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_intent_listing", "intent", ["created_at", "id"])

"""Alembic's entry: it is called by heitje_chain.db.upgrade, on a connection that is already open."""

from __future__ import annotations

from alembic import context

from heitje_chain.db import METADATA

context.configure(
    connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True
)
context.run_migrations()

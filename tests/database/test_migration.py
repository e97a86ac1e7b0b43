"""The migrations make the tables that the code describes, neither more nor less."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

import heitje_chain.app
import heitje_chain.audit.model
import heitje_chain.ledger.model
import heitje_chain.worker  # noqa: F401  every slice that runs brings its tables
from heitje_chain.db import METADATA, open_engine, upgrade


def test_upgrade__of_an_empty_database__makes_what_the_code_describes(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")

    upgrade(engine)
    upgrade(engine)

    ours = {name for name in METADATA.tables if not name.startswith("test_")}
    with engine.begin() as connection:
        context = MigrationContext.configure(connection)
        differences = [
            difference
            for difference in compare_metadata(context, METADATA)
            if getattr(difference[-1], "name", "") in ours
        ]
        triggers = set(connection.scalars(text("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")))
    assert differences == []
    assert triggers == {"audit_lock", "audit_record", "journal_entry", "journal_line"}

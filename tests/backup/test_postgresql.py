"""A backup of SQLite goes into PostgreSQL, and one of that back into SQLite; or the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from heitje_chain.backup.taking import take_backup
from heitje_chain.chain.model import TRANSACTION
from heitje_chain.db import open_engine, transaction
from tests.databases import ON_POSTGRESQL, other_database
from tests.service.town import Person, Town

from .place import IDENTITY, back_up, content, new_machine, restore


@pytest.fixture
def other(tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of the other kind."""
    with other_database(tmp_path) as url:
        yield url


def test_backup__of_either_database__is_restored_into_the_other(
    town: Town, partner: Person, anna: Person, shop: Person, other: str, tmp_path: Path
) -> None:
    town.paid(anna, shop, 4_00)
    before = content(town)
    middle = replace(new_machine(town, tmp_path / "middle", store_survived=False), database_url=other)
    last = new_machine(town, tmp_path / "last", store_survived=False)

    restore(middle, back_up(town, tmp_path / "one.age").file)
    engine = open_engine(other)
    take_backup(engine, middle, tmp_path / "two.age", [IDENTITY.to_public()])
    restore(last, tmp_path / "two.age")

    assert content(middle) == content(last) == before
    engine.dispose()
    engine = open_engine(last.database_url if ON_POSTGRESQL else other)
    with transaction(engine) as connection:
        highest = connection.scalar(text("SELECT max(id) FROM chain_transaction")) or 0
        one = {"lane": "main", "nonce": 10_000, "hash": "0x1", "raw": b"", "state": "final", "created_at": 1}
        made = connection.execute(insert(TRANSACTION).values(**one)).inserted_primary_key
        assert made is not None
        assert made[0] == highest + 1, "it counts on"
        triggers = set(connection.scalars(text("SELECT event_object_table FROM information_schema.triggers")))
        connection.rollback()
    assert triggers >= {"audit_record", "journal_entry", "journal_line"}
    engine.dispose()

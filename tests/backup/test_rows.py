"""Rows become lines and rows again, whatever they hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, Boolean, Engine, Integer, LargeBinary, String, Table, null

import heitje_chain.worker  # noqa: F401 - every slice that runs brings its tables
from heitje_chain.backup import rows
from heitje_chain.chain.model import BLOCK, INTENT, SENDING_ACCOUNT, TRANSACTION
from heitje_chain.db import METADATA, open_engine, reading, transaction, upgrade
from tests.databases import new_database

from .place import lines_of

WHOLE = st.integers(-(2**31), 2**31 - 1)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda more: st.lists(more) | st.dictionaries(st.text(), more),
)


@pytest.fixture
def engines(tmp_path: Path) -> Iterator[list[Engine]]:
    made = [open_engine(new_database(tmp_path)) for _ in range(2)]
    for engine in made:
        upgrade(engine)
    yield made
    for engine in made:
        engine.dispose()


@pytest.fixture
def tables(engines: list[Engine]) -> list[Table]:
    """What both databases have; to ask for them takes longer than to copy them."""
    with reading(engines[0]) as connection:
        return rows.tables_of(connection)


def test_columns__of_every_table__are_of_a_kind_that_a_backup_knows() -> None:
    known = (Integer, String, Boolean, LargeBinary, JSON)  # Text is a String, BigInteger an Integer
    ours = (table for table in METADATA.sorted_tables if not table.name.startswith("test_"))
    assert [str(one) for table in ours for one in table.columns if not isinstance(one.type, known)] == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(), payload=ANY_JSON, content=ANY_JSON, nonce=WHOLE, refusal=ANY_JSON | st.just(null()))
def test_rows__of_any_content__come_back_as_they_were(
    engines: list[Engine],
    tables: list[Table],
    raw: bytes,
    payload: object,
    content: object,
    nonce: int,
    refusal: object,
) -> None:
    source, target = engines
    lane = "main\r\n\u2028\x1f'\"\u202e"[:20]
    with transaction(source) as connection:
        for table in (INTENT, TRANSACTION, SENDING_ACCOUNT):
            connection.execute(table.delete())
        connection.execute(SENDING_ACCOUNT.insert().values(lane=lane, address="0x", next_nonce=nonce))
        sent = {"lane": lane, "nonce": nonce, "hash": "0x1", "raw": raw, "state": "final", "created_at": 1}
        connection.execute(TRANSACTION.insert().values(id=7, **sent))
        columns: dict[str, object] = {
            "id": "1",
            "kind": "k",
            "lane": lane,
            "bundle": "1",
            "event_name": "e",
            "event_key": "k",
        }
        columns |= {"state": "done", "alone": True, "created_at": 1, "lease_until": 0, "fence": 0}
        given = {"payload": payload, "event_content": content, "refusal": refusal, "transaction_id": 7}
        connection.execute(INTENT.insert().values(**columns, **given))
        before = lines_of(connection, tables)
        stored = connection.exec_driver_sql("SELECT refusal, payload, event_content FROM intent").one()
        parts = [(table, part) for table in tables for part, _ in rows.dumped(connection, table)]

    with transaction(target) as connection:
        for table in (INTENT, TRANSACTION, SENDING_ACCOUNT):
            connection.execute(table.delete())
        there = rows.laid_down(connection, tables)
        for table, part in parts:
            rows.insert_part(connection, table, part, there[table.name])
        assert lines_of(connection, tables) == before
        again = connection.exec_driver_sql("SELECT refusal, payload, event_content FROM intent").one()
    assert again == stored, "NULL stays NULL, and JSON's null stays that"


def test_rows__more_than_a_part_holds__come_in_several_parts(
    engines: list[Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "PART_BYTES", 300)
    with transaction(engines[0]) as connection:
        for number in range(50):
            connection.execute(BLOCK.insert().values(number=number, hash="0x", timestamp=1, final=True))
        parts = list(rows.dumped(connection, BLOCK))

    assert len(parts) > 3
    assert sum(count for _, count in parts) == 50
    assert {part.splitlines()[0] for part, _ in parts} == {b'["number","hash","timestamp","final"]'}

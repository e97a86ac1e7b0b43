"""A text is kept under a hash from which nobody can guess it, and is found again by that hash."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from eth_utils.crypto import keccak
from sqlalchemy import Connection, delete, select

from heitje_chain.db import METADATA, open_engine, transaction
from heitje_chain.documents import service
from heitje_chain.documents.model import DOCUMENT
from tests.databases import new_database

CONTENT = {"title": "Bloembak bouwen", "minutes": 180, "place": "Café De Vrijstad"}


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = open_engine(new_database(tmp_path))
    METADATA.create_all(engine)
    with transaction(engine) as connection:
        yield connection
    engine.dispose()


def test_find__of_a_kept_document__returns_it(connection: Connection) -> None:
    document_hash = service.keep(connection, CONTENT)

    assert len(document_hash) == 32
    assert service.find(connection, document_hash.hex()) == CONTENT
    assert service.find(connection, f"0x{document_hash.hex()}") == CONTENT


def test_find__of_an_unknown_hash__is_none(connection: Connection) -> None:
    service.keep(connection, CONTENT)

    assert service.find(connection, "00" * 32) is None


def test_find__after_the_row_was_erased__is_none(connection: Connection) -> None:
    document_hash = service.keep(connection, CONTENT)

    connection.execute(delete(DOCUMENT))

    assert service.find(connection, document_hash.hex()) is None


def test_keep__of_the_same_twice__has_another_salt_and_another_hash(connection: Connection) -> None:
    hashes = {service.keep(connection, CONTENT) for _ in range(2)}

    assert len(hashes) == 2
    assert len(set(connection.scalars(select(DOCUMENT.c.salt)))) == 2


def test_hash__of_a_kept_document__is_that_of_salt_and_text(connection: Connection) -> None:
    document_hash = service.keep(connection, CONTENT)

    kept = connection.execute(select(DOCUMENT)).one()
    assert len(kept.salt) == 32
    assert kept.text == '{"minutes":180,"place":"Café De Vrijstad","title":"Bloembak bouwen"}'
    assert keccak(kept.salt + kept.text.encode()) == document_hash

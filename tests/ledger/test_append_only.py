"""What is booked stays: the database refuses changes, and finds what was done behind its back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from heitje_chain.db import transaction
from heitje_chain.ledger import rules
from heitje_chain.ledger.model import JOURNAL_ENTRY, JOURNAL_LINE, create_triggers
from heitje_chain.ledger.service import balances, book
from heitje_chain.ledger.verification import Fault, unbalanced
from tests.databases import only_on
from tests.ledger import facts
from tests.ledger.databases import unprotect

TABLES = ("journal_entry", "journal_line")


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """Three payments, and a budget that was closed when nothing was free; rolled back after the test."""
    with transaction(engine) as writing:
        book_four(writing)
    with engine.connect() as connection:
        yield connection


CHANGES = [
    ("journal_entry", "UPDATE journal_entry SET occurred_at = 5"),
    ("journal_entry", "DELETE FROM journal_entry WHERE number = 4"),
    ("journal_line", "UPDATE journal_line SET cents = cents * 2"),
    ("journal_line", "DELETE FROM journal_line WHERE entry_number = 1"),
]
ON_SQLITE = [
    (
        "journal_entry",
        "INSERT OR REPLACE INTO journal_entry (number, id, kind, occurred_at, booked_at) "
        "VALUES (4, 'x', 'pay', 1, 1)",
    ),
    (
        "journal_entry",
        "INSERT OR REPLACE INTO journal_entry (id, kind, occurred_at, booked_at) "
        "SELECT id, 'burn', 1, 1 FROM journal_entry WHERE number = 4",
    ),
    (
        "journal_entry",
        "INSERT OR REPLACE INTO journal_entry "
        "SELECT 9, 'x', kind, occurred_at, block_number, transaction_hash, log_index, booked_at "
        "FROM journal_entry WHERE number = 4",
    ),
    ("journal_line", "INSERT OR REPLACE INTO journal_line VALUES (1, 1, 'supply', 5)"),
    (
        "journal_line",
        "INSERT OR REPLACE INTO journal_line SELECT 1, 9, account, 5 FROM journal_line "
        "WHERE entry_number = 1 AND line_number = 1",
    ),
    (
        "journal_line",
        "INSERT INTO journal_line SELECT 1, 1, account, 5 FROM journal_line WHERE entry_number = 1 "
        "ON CONFLICT (entry_number, line_number) DO UPDATE SET cents = 5",
    ),
]
ON_POSTGRESQL = [
    ("journal_line", "TRUNCATE journal_line"),
    ("journal_line", "TRUNCATE journal_entry CASCADE"),
]


def book_four(connection: Connection) -> None:
    for number in (1, 2, 3):
        book(connection, facts.payment(number, 25))
    book(connection, rules.close_budget(facts.seen(4), budget_id=facts.budget(1), amount=0))


def refused(connection: Connection, table: str, statement: str) -> None:
    before = rows(connection)
    with pytest.raises(IntegrityError) as caught, connection.begin_nested():
        connection.execute(text(statement))
    assert str(caught.value.orig).splitlines()[0] == f"{table} is append-only"
    assert rows(connection) == before


def rows(connection: Connection) -> list[object]:
    return [connection.execute(table.select()).all() for table in (JOURNAL_ENTRY, JOURNAL_LINE)]


@pytest.mark.parametrize(("table", "statement"), CHANGES)
def test_change__is_refused(connection: Connection, table: str, statement: str) -> None:
    refused(connection, table, statement)


@pytest.mark.parametrize(("table", "statement"), ON_SQLITE)
def test_replace_on_sqlite__is_refused(connection: Connection, table: str, statement: str) -> None:
    only_on("sqlite", connection)
    refused(connection, table, statement)


@pytest.mark.parametrize(("table", "statement"), ON_POSTGRESQL)
def test_truncate_on_postgresql__is_refused(connection: Connection, table: str, statement: str) -> None:
    only_on("postgresql", connection)
    with (
        pytest.raises(IntegrityError, match=r"journal_(entry|line) is append-only"),
        connection.begin_nested(),
    ):
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("values", "broken"),
    [
        ("(1, 9, 'supply', 0)", "ck_journal_line_cents"),
        ("(99, 1, 'supply', 5)", "(?i)foreign key"),
    ],
)
def test_line__of_no_cents_or_of_no_entry__is_refused(
    connection: Connection, values: str, broken: str
) -> None:
    with pytest.raises(IntegrityError, match=broken), connection.begin_nested():
        connection.execute(text(f"INSERT INTO journal_line VALUES {values}"))  # noqa: S608 - ours


def test_entry__with_half_a_place__is_refused(connection: Connection) -> None:
    with pytest.raises(IntegrityError, match="ck_journal_entry_seen"), connection.begin_nested():
        connection.execute(
            text(
                "INSERT INTO journal_entry (id, kind, occurred_at, block_number, booked_at) "
                "VALUES ('x', 'pay', 1, 1, 1)"
            )
        )


def test_create_triggers__after_tables_without_them__protects(engine: Engine) -> None:
    """As a migration does: its tables know nothing of the events on ours."""
    with transaction(engine) as connection:
        book_four(connection)
        for table in TABLES:
            unprotect(connection, table)
        connection.execute(text("UPDATE journal_entry SET occurred_at = 5"))
        create_triggers(connection)
        create_triggers(connection)
    with transaction(engine) as connection:
        for table, statement in CHANGES:
            refused(connection, table, statement)


def test_unbalanced__on_a_whole_journal__finds_nothing(connection: Connection) -> None:
    assert unbalanced(connection) == []


def test_unbalanced__names_a_changed_line(connection: Connection) -> None:
    unprotect(connection, "journal_line")
    connection.execute(text("UPDATE journal_line SET cents = 26 WHERE entry_number = 2 AND cents > 0"))

    entry = facts.payment(2, 25).id
    assert unbalanced(connection) == [Fault(2, entry, "coins", 1)]
    assert str(unbalanced(connection)[0]) == f"Entry 2 ({entry}) sums to 1 cents on coins, not 0."


def test_unbalanced__names_cents_that_changed_family(connection: Connection) -> None:
    unprotect(connection, "journal_line")
    connection.execute(
        text("UPDATE journal_line SET account = 'returned' WHERE entry_number = 2 AND cents > 0")
    )

    entry = facts.payment(2, 25).id
    assert sum(balances(connection).values()) == 0
    assert unbalanced(connection) == [Fault(2, entry, "coins", -25), Fault(2, entry, "payables", 25)]


def test_unbalanced__names_a_removed_line_and_an_emptied_entry(connection: Connection) -> None:
    unprotect(connection, "journal_line")
    connection.execute(text("DELETE FROM journal_line WHERE entry_number = 1 AND cents > 0"))
    connection.execute(text("DELETE FROM journal_line WHERE entry_number = 3"))

    assert [str(fault) for fault in unbalanced(connection)] == [
        f"Entry 1 ({facts.payment(1, 25).id}) sums to -25 cents on coins, not 0.",
        f"Entry 3 ({facts.payment(3, 25).id}) has no lines.",
    ]


def test_unbalanced__names_lines_without_their_entry(connection: Connection) -> None:
    unprotect(connection, "journal_entry")
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
    else:
        connection.execute(
            text("ALTER TABLE journal_line DROP CONSTRAINT fk_journal_line_entry_number_journal_entry")
        )
    connection.execute(text("DELETE FROM journal_entry WHERE number = 2"))

    assert [str(fault) for fault in unbalanced(connection)] == [
        "Entry 2 is missing, but lines on coins are left of it."
    ]

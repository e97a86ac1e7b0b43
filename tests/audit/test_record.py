"""The log in a real database: written by several at once, refused changes, and tampering that is named."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, func, select, text
from sqlalchemy.exc import IntegrityError

from heitje_chain.audit.model import AUDIT_LOCK, AUDIT_RECORD, create_triggers
from heitje_chain.audit.rules import START, Head, LockMissing, NotAnId, Record
from heitje_chain.audit.service import head, record, verify
from heitje_chain.db import transaction
from tests.databases import only_on
from tests.ledger.databases import unprotect

TESTS = Path(__file__).resolve().parents[1]


def write(connection: Connection, number: int) -> Record:
    return record(
        connection,
        occurred_at=1_700_000_000 + number,
        actor="officer:1",
        act="grant",
        subject=f"budget:{number}",
        details={"cents": 100 * number},
    )


@pytest.fixture
def log(engine: Engine) -> Engine:
    """Five records."""
    with transaction(engine) as connection:
        for number in range(1, 6):
            write(connection, number)
    return engine


# ---------------------------------------------------------------- writing


def test_record__takes_the_next_number_and_the_previous_hash(engine: Engine) -> None:
    with transaction(engine) as connection:
        assert head(connection) == Head(0, START)
        assert verify(connection) == []
        first, second = write(connection, 1), write(connection, 2)

    assert (first.number, first.previous) == (1, START)
    assert (second.number, second.previous) == (2, first.hash)
    with transaction(engine) as connection:
        rows = [Record(**row._mapping) for row in connection.execute(select(AUDIT_RECORD))]
        assert rows == [first, second]
        assert json.loads(rows[1].details) == {"cents": 200}
        assert head(connection) == Head(2, second.hash)
        assert verify(connection, Head(2, second.hash)) == []


def test_record__of_a_name__writes_nothing(engine: Engine) -> None:
    with transaction(engine) as connection:
        with pytest.raises(NotAnId, match=r"^actor is no id"):
            record(connection, occurred_at=1, actor="Jan Jansen", act="grant", subject="budget:1")
        assert head(connection) == Head(0, START)


def test_record__rolled_back__leaves_no_gap(log: Engine) -> None:
    with log.connect() as connection:
        write(connection, 6)
        connection.rollback()
    with transaction(log) as connection:
        assert write(connection, 7).number == 6
        assert verify(connection) == []


def test_record__without_the_lock_row__is_refused(engine: Engine) -> None:
    with transaction(engine) as connection:
        unprotect(connection, "audit_lock")
        connection.execute(AUDIT_LOCK.delete())
        with pytest.raises(LockMissing, match=r"^The audit log's lock row is missing: run the migrations\.$"):
            write(connection, 1)

        create_triggers(connection)
        assert write(connection, 1).number == 1


def test_record__by_two_processes_at_once__is_one_whole_chain(engine: Engine, url: str) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "audit.writer", url, actor, "150"],
            cwd=TESTS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for actor in ("officer:1", "officer:2")
    ]
    # Both wait in the middle, since SQLite's lock is not fair: one could be done before the other gets it.
    for _half in range(2):
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.write("go\n")
            writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0

    with transaction(engine) as connection:
        actors = list(connection.scalars(select(AUDIT_RECORD.c.actor).order_by(AUDIT_RECORD.c.number)))
        assert Counter(actors) == {"officer:1": 120, "officer:2": 120}
        assert actors[:120] != actors[:1] * 120, "the two took turns"
        assert connection.scalar(select(func.max(AUDIT_RECORD.c.number))) == 240
        assert verify(connection, head(connection)) == []


# ---------------------------------------------------------------- the database refuses


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("audit_record", "UPDATE audit_record SET actor = 'x' WHERE number = 2"),
        ("audit_record", "DELETE FROM audit_record WHERE number = 5"),
        ("audit_lock", "UPDATE audit_lock SET number = 2"),
        ("audit_lock", "DELETE FROM audit_lock"),
    ],
)
def test_change__is_refused(log: Engine, table: str, statement: str) -> None:
    with transaction(log) as connection:
        with pytest.raises(IntegrityError) as caught, connection.begin_nested():
            connection.execute(text(statement))
        assert str(caught.value.orig).splitlines()[0] == f"{table} is append-only"
        assert verify(connection, head(connection)) == []
        assert head(connection).number == 5


@pytest.mark.parametrize(
    "columns",
    [
        "number, 1, 'x', act, subject, details, '1', hash",
        "9, 1, 'x', act, subject, details, previous, hash",
    ],
)
def test_replace_on_sqlite__is_refused(log: Engine, columns: str) -> None:
    only_on("sqlite", log)
    statement = f"INSERT OR REPLACE INTO audit_record SELECT {columns} FROM audit_record WHERE number = 2"  # noqa: S608
    with transaction(log) as connection:
        with pytest.raises(IntegrityError) as caught, connection.begin_nested():
            connection.execute(text(statement))
        assert str(caught.value.orig) == "audit_record is append-only"
        assert verify(connection, head(connection)) == []


def test_truncate_on_postgresql__is_refused(log: Engine) -> None:
    only_on("postgresql", log)
    with (
        transaction(log) as connection,
        pytest.raises(IntegrityError, match="audit_record is append-only"),
        connection.begin_nested(),
    ):
        connection.execute(text("TRUNCATE audit_record"))


# ---------------------------------------------------------------- behind the triggers' back


def tampered(log: Engine, *statements: str) -> tuple[list[str], list[str]]:
    """What verify says without and with the head that was kept before."""
    with transaction(log) as connection:
        kept = head(connection)
        unprotect(connection, "audit_record")
        for statement in statements:
            assert connection.execute(text(statement)).rowcount > 0
    with transaction(log) as connection:
        return verify(connection), verify(connection, kept)


@pytest.mark.parametrize(
    "change",
    [
        "actor = 'officer:2'",
        "act = 'award'",
        "subject = 'budget:9'",
        "details = '{\"cents\"\\:999999}'",
        "occurred_at = occurred_at + 1",
        f"hash = '{'1' * 64}'",
        f"previous = '{'1' * 64}'",
    ],
)
def test_verify__names_a_changed_row(log: Engine, change: str) -> None:
    said = ["Record 3 was changed: its hash is not that of its content."]
    assert tampered(log, f"UPDATE audit_record SET {change} WHERE number = 3") == (said, said)  # noqa: S608


def test_verify__names_a_row_with_bytes_for_text(log: Engine) -> None:
    only_on("sqlite", log)
    said = ["Record 3 was changed: its hash is not that of its content."]
    assert tampered(log, "UPDATE audit_record SET actor = x'00ff' WHERE number = 3") == (said, said)


def test_verify__names_the_first_of_several(log: Engine) -> None:
    said = ["Record 2 was changed: its hash is not that of its content."]
    assert tampered(log, "UPDATE audit_record SET act = 'x' WHERE number IN (2, 4)") == (said, said)


def test_verify__names_a_removed_row(log: Engine) -> None:
    said = ["Record 3 is missing: record 4 comes after 2."]
    assert tampered(log, "DELETE FROM audit_record WHERE number = 3") == (said, said)


def test_verify__names_a_removed_tail_by_the_kept_head(log: Engine) -> None:
    assert tampered(log, "DELETE FROM audit_record WHERE number > 3") == (
        [],
        ["Record 4 is missing: the log ends with record 3, but record 5 was once there."],
    )


def test_verify__names_an_emptied_log_by_the_kept_head(log: Engine) -> None:
    assert tampered(log, "DELETE FROM audit_record") == (
        [],
        ["Record 1 is missing: the log ends with record 0, but record 5 was once there."],
    )


def test_verify__names_an_inserted_row(log: Engine) -> None:
    said = ["Record 0 was inserted: records are numbered from 1."]
    assert tampered(
        log,
        "INSERT INTO audit_record SELECT 0, occurred_at, actor, act, subject, details, 'x', hash "
        "FROM audit_record WHERE number = 1",
    ) == (said, said)


def test_verify__names_a_row_appended_by_hand(log: Engine) -> None:
    said = ["Record 6 was changed: its hash is not that of its content."]
    assert tampered(
        log,
        "INSERT INTO audit_record SELECT 6, occurred_at, actor, act, subject, details, hash, 'x' "
        "FROM audit_record WHERE number = 5",
    ) == (said, said)


def test_verify__names_a_log_written_anew(log: Engine) -> None:
    """All hashes are right; only the kept head tells."""
    with transaction(log) as connection:
        kept = head(connection)
        unprotect(connection, "audit_record")
        connection.execute(text("DELETE FROM audit_record WHERE number >= 4"))
        for number in (7, 8, 9):
            write(connection, number)
        assert verify(connection) == []
        assert verify(connection, kept) == [
            "Record 5 is not the one whose hash was kept: it, or one before it, was rewritten with all that "
            "follows."
        ]


def test_verify__with_an_older_head__accepts_what_came_after(log: Engine) -> None:
    with transaction(log) as connection:
        kept = head(connection)
        write(connection, 6)
        assert verify(connection, kept) == []


def test_create_triggers__after_tables_without_them__protects(log: Engine) -> None:
    """As a migration does: its tables know nothing of the events on ours."""
    with transaction(log) as connection:
        unprotect(connection, "audit_record")
        create_triggers(connection)
        create_triggers(connection)
        with pytest.raises(IntegrityError, match="audit_record is append-only"), connection.begin_nested():
            connection.execute(text("DELETE FROM audit_record"))
        assert connection.scalar(select(func.count()).select_from(AUDIT_LOCK)) == 1

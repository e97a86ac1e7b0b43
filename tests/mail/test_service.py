"""The queue of mail: sent at least once, forgotten once it is, given up when its time is over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, select, update

from heitje_chain.db import open_engine, transaction, upgrade
from heitje_chain.mail import service
from heitje_chain.mail.service import MAIL
from tests.databases import new_database

HOUR = 3600


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(new_database(tmp_path))
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with transaction(engine) as connection:
        yield connection


def put(connection: Connection, recipient: str = "anna@heerlen.example", seconds: int = HOUR) -> str:
    return service.put(connection, "login_code", recipient, "Your code", "123 456", seconds)


def due_now(connection: Connection) -> None:
    connection.execute(update(MAIL).values(look_at=0))


def test_mail__that_waits__is_taken_by_one_and_again_when_its_lease_is_over(connection: Connection) -> None:
    put(connection)

    first = service.take(connection)
    assert first is not None
    assert (first.recipient, first.subject, first.body, first.attempts) == (
        "anna@heerlen.example",
        "Your code",
        "123 456",
        1,
    )
    assert service.take(connection) is None
    assert not service.is_any_due(connection)

    due_now(connection)
    again = service.take(connection)
    assert again is not None
    assert (again.id, again.attempts) == (first.id, 2)


def test_mail__once_it_is_sent__is_forgotten(connection: Connection) -> None:
    mail_id = put(connection)
    service.take(connection)

    service.sent(connection, mail_id)

    [row] = connection.execute(select(MAIL)).all()
    assert (row.state, row.recipient, row.subject, row.body) == ("sent", None, None, None)
    due_now(connection)
    assert service.take(connection) is None


def test_mail__whose_time_is_over__is_given_up_and_forgotten(connection: Connection) -> None:
    put(connection, seconds=-1)
    late = put(connection, "bilal@heerlen.example")

    taken = service.take(connection)

    assert taken is not None
    assert taken.id == late
    given_up = connection.execute(select(MAIL).where(MAIL.c.id != late)).one()
    assert (given_up.state, given_up.recipient, given_up.body) == ("given_up", None, None)


def test_mail__that_cannot_be_sent__waits_longer_each_time(connection: Connection) -> None:
    put(connection)
    waits = []
    for _ in range(12):
        due_now(connection)
        mail = service.take(connection)
        assert mail is not None
        service.try_later(connection, mail)
        waits.append(connection.execute(select(MAIL.c.look_at - MAIL.c.created_at)).scalar_one())

    assert waits[:4] == pytest.approx([5, 10, 20, 40], abs=5)
    assert waits[-1] == pytest.approx(service.LONGEST_WAIT_SECONDS, abs=30)


def test_mails__that_wait__are_shown_newest_first(connection: Connection) -> None:
    first, second = put(connection), put(connection)
    connection.execute(update(MAIL).where(MAIL.c.id == first).values(created_at=1))
    put(connection, seconds=-1)

    assert [one.id for one in service.waiting_mails(connection, 5)] == [second, first]

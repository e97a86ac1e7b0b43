"""Mail reaches a real mail server, once for each; what the server says decides what becomes of it."""

from __future__ import annotations

import smtplib
from asyncio import Server as Listening
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import Engine, select

from heitje_chain.db import open_engine, reading, transaction, upgrade
from heitje_chain.mail import service
from heitje_chain.mail.postman import MailServerInvalid, Postman, Server
from heitje_chain.mail.service import MAIL
from tests.databases import new_database

SENDER = "Heitje <heitje@heerlen.example>"


@dataclass
class Mailbox:
    """What a mail server was handed, and what it answers."""

    answer: str = "250 OK"
    letters: list[tuple[list[str], Message]] = field(default_factory=list)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 aiosmtpd's
        if self.answer.startswith("250"):
            self.letters.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
        return self.answer


class MailServer(Controller):
    """A mail server on a port that the system chose, which it knows before it is first asked."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Listening)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(new_database(tmp_path))
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def postman(engine: Engine, mailbox: Mailbox) -> Iterator[Postman]:
    controller = MailServer(mailbox, hostname="127.0.0.1", port=0)
    controller.start()
    yield Postman(engine, Server("127.0.0.1", controller.port, tls=False, name=None, password=None), SENDER)
    controller.stop()


def put(engine: Engine, recipient: str = "anna@heerlen.example", body: str = "Je code is 123 456.\n") -> str:
    with transaction(engine) as connection:
        return service.put(connection, "login_code", recipient, "Je code voor Heitje \u2013 één", body, 600)


def states(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return list(connection.scalars(select(MAIL.c.state).order_by(MAIL.c.created_at)))


def test_mail__reaches_the_server_as_it_was_written(
    engine: Engine, mailbox: Mailbox, postman: Postman
) -> None:
    mail_id = put(engine, body="Eén regel \u2013 met tekens.\n\nEn nog een.\n")

    assert postman.deliver_next()
    assert not postman.deliver_next()

    [(recipients, letter)] = mailbox.letters
    assert recipients == ["anna@heerlen.example"]
    assert letter["From"] == SENDER
    assert letter["Message-ID"] == f"<{mail_id}@heerlen.example>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "Eén regel \u2013 met tekens." in letter.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert states(engine) == ["sent"]


@pytest.mark.parametrize(
    ("answer", "state"), [("450 Later", "waiting"), ("421 Closing", "waiting"), ("554 Never", "given_up")]
)
def test_mail__that_the_server_refuses__waits_or_is_given_up(
    engine: Engine, mailbox: Mailbox, postman: Postman, answer: str, state: str
) -> None:
    mailbox.answer = answer
    put(engine)

    assert postman.deliver_next()

    assert states(engine) == [state]
    assert mailbox.letters == []


def test_mail__without_a_server__waits(engine: Engine) -> None:
    put(engine)
    nobody = Postman(engine, Server("127.0.0.1", 1, tls=False, name=None, password=None), SENDER)

    assert nobody.deliver_next()

    assert states(engine) == ["waiting"]


def test_mail__with_a_recipient_that_would_be_two_headers__is_never_sent(
    engine: Engine, mailbox: Mailbox, postman: Postman
) -> None:
    put(engine, recipient="anna@heerlen.example\nBcc: all@heerlen.example")

    assert postman.deliver_next()

    assert mailbox.letters == []
    assert states(engine) == ["given_up"]


def test_postman__running__sends_what_comes_and_ends_when_told(
    engine: Engine, mailbox: Mailbox, postman: Postman
) -> None:
    postman.start()
    put(engine)
    for _ in range(200):
        if states(engine) == ["sent"]:
            break
        postman._stopping.wait(0.05)
    postman.stop()

    assert len(mailbox.letters) == 1
    assert not postman._thread.is_alive()


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://localhost", Server("localhost", 25, False, None, None)),
        ("smtp://me:p%40ss@mail.example:587", Server("mail.example", 587, False, "me", "p@ss")),
        ("smtps://mail.example", Server("mail.example", 465, True, None, None)),
    ],
)
def test_server__of_an_address__is_read(url: str, server: Server) -> None:
    assert Server.of(url) == server


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://", "smtp://mail:notaport"])
def test_server__of_no_address__is_refused_in_words(url: str) -> None:
    with pytest.raises(MailServerInvalid, match="HEITJE_MAIL_SERVER is no address"):
        Server.of(url)


def test_refusal__of_the_recipient__is_for_ever() -> None:
    from heitje_chain.mail.postman import _is_forever

    assert _is_forever(smtplib.SMTPRecipientsRefused({"a@b.example": (550, b"no such mailbox")}))
    assert not _is_forever(smtplib.SMTPRecipientsRefused({"a@b.example": (450, b"later")}))
    assert not _is_forever(smtplib.SMTPAuthenticationError(535, b"wrong password"))
    assert not _is_forever(ConnectionRefusedError())

"""The thread of `heitje serve` that hands mail to a mail server.

    smtp://host:25                   as it is, for a mail server on this machine or in the same room
    smtp://name:password@host:587    STARTTLS, and the server's certificate is checked
    smtps://name:password@host:465   TLS from the beginning

Sources: RFC 5321 (a 5xx answer is for ever, anything else is for now), RFC 8314 (ports).
"""

from __future__ import annotations

import logging
import smtplib
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from urllib.parse import unquote, urlsplit

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from heitje_chain.db import reading, transaction

from . import service
from .service import Mail

log = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
TIMEOUT_SECONDS = 20.0
STOP_SECONDS = 5.0
_PORTS = {"smtp": 25, "smtps": 465}


class MailServerInvalid(Exception):
    """HEITJE_MAIL_SERVER cannot be read; the message is a sentence for a person."""


@dataclass(frozen=True)
class Server:
    """Where mail is handed in."""

    host: str
    port: int
    tls: bool
    name: str | None
    password: str | None

    @classmethod
    def of(cls, url: str) -> Server:
        """Raises:
        MailServerInvalid
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in _PORTS or not parts.hostname:
            raise MailServerInvalid(
                "HEITJE_MAIL_SERVER is no address of a mail server, such as smtp://localhost:25 or "
                "smtps://name:password@mail.example.nl:465."
            )
        name, password = (
            None if part is None else unquote(part) for part in (parts.username, parts.password)
        )
        return cls(parts.hostname, port or _PORTS[parts.scheme], parts.scheme == "smtps", name, password)


class Postman:
    """Sends mail until it is stopped.

    Args:
        sender: whose address is in `From`
    """

    def __init__(self, engine: Engine, server: Server, sender: str) -> None:
        self._engine = engine
        self._server = server
        self._sender = sender
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mail", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End it; a mail that is being handed in is handed in again by whoever comes next, once its lease is
        over."""
        self._stopping.set()
        self._thread.join(STOP_SECONDS)

    def deliver_next(self) -> bool:
        """Hand in the mail that waits longest; False when none is due."""
        with reading(self._engine) as connection:
            if not service.is_any_due(connection):
                return False
        with transaction(self._engine) as connection:
            mail = service.take(connection)
        if mail is None:
            return False
        note = self._hand_in(mail)
        with transaction(self._engine) as connection:
            note(connection)
        return True

    # ---------------------------------------------------------------- details

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                busy = self.deliver_next()
            except SQLAlchemyError as error:
                log.warning("mail_database_unavailable", extra={"reason": type(error).__name__})
                busy = False
            if not busy:
                self._stopping.wait(IDLE_SECONDS)

    def _hand_in(self, mail: Mail) -> Callable[..., None]:
        """Try to send; return what is to be noted."""
        told = {"mail": mail.id, "kind": mail.kind, "attempt": mail.attempts}
        try:
            with self._connected() as smtp:
                smtp.send_message(self._message(mail))
        except (OSError, ValueError, smtplib.SMTPException) as error:
            forever = _is_forever(error)
            reason = {"reason": type(error).__name__, "forever": forever}
            log.warning("mail_not_sent", extra=told | reason)
            if forever:
                return lambda connection: service.refused(connection, mail.id)
            return lambda connection: service.try_later(connection, mail)
        log.info("mail_sent", extra=told)
        return lambda connection: service.sent(connection, mail.id)

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        if server.tls:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context()
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
        if server.name is not None:
            if not server.tls:
                smtp.starttls(context=ssl.create_default_context())
            smtp.login(server.name, server.password or "")
        return smtp

    def _message(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = mail.recipient
        message["Subject"] = mail.subject
        message["Date"] = formatdate(localtime=False)
        # The same mail sent twice has one id, by which mail programs show it once.
        message["Message-ID"] = f"<{mail.id}@{parseaddr(self._sender)[1].rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday answers it
        message.set_content(mail.body)
        return message


def _is_forever(error: Exception) -> bool:
    if isinstance(error, ValueError):  # no mail can be made of it
        return True
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    return (
        isinstance(error, smtplib.SMTPResponseException)
        and 500 <= error.smtp_code < 600
        and not isinstance(error, smtplib.SMTPAuthenticationError)
    )

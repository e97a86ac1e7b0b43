"""The queue of mail. A caller opens the transaction and commits it, so a mail is as sure as what it tells of.

It can be sent twice, when whoever sends it is killed between sending and noting it, and never not at all
before its time is over. Once it is sent, or given up, nothing is left of it but that there was one: address,
subject and text are removed.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    select,
    update,
)

from heitje_chain.chain.clock import database_now
from heitje_chain.db import METADATA

WAITING, SENT, GIVEN_UP = "waiting", "sent", "given_up"

LEASE_SECONDS = 60
"""How long one that sends has a mail for itself."""
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 5, 1800

MAIL = Table(
    "mail",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("kind", String(20), nullable=False),  # login_code, ...
    Column("recipient", String(254)),  # empty once it is over, like the next two
    Column("subject", Text),
    Column("body", Text),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("look_at", BigInteger, nullable=False),  # UTC seconds, like all below
    Column("expires_at", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    CheckConstraint("state IN ('waiting', 'sent', 'given_up')", name="state"),
    Index("ix_mail_work", "state", "look_at"),
)


@dataclass(frozen=True)
class Mail:
    id: str
    kind: str
    recipient: str
    subject: str
    """Says neither names nor amounts: it shows on a locked phone."""
    body: str
    attempts: int


def put(
    connection: Connection, kind: str, recipient: str, subject: str, body: str, good_for_seconds: int
) -> str:
    """Put a mail into the queue and return its id.

    Args:
        good_for_seconds: after that it is sent no more
    """
    mail_id, now = uuid.uuid4().hex, database_now(connection)
    connection.execute(
        MAIL.insert().values(
            id=mail_id,
            kind=kind,
            recipient=recipient,
            subject=subject,
            body=body,
            state=WAITING,
            attempts=0,
            look_at=now,
            expires_at=now + good_for_seconds,
            created_at=now,
        )
    )
    return mail_id


def is_any_due(connection: Connection) -> bool:
    due = (MAIL.c.state == WAITING) & (MAIL.c.look_at <= database_now(connection))
    return connection.execute(select(MAIL.c.id).where(due).limit(1)).first() is not None


def take(connection: Connection) -> Mail | None:
    """Take the mail that waits longest, for as long as the lease; None when none is due.

    Those whose time is over are given up on the way.
    """
    now = database_now(connection)
    waiting = MAIL.c.state == WAITING
    _end(connection, waiting & (MAIL.c.expires_at <= now), GIVEN_UP)
    row = connection.execute(
        select(MAIL)
        .where(waiting & (MAIL.c.look_at <= now))
        .order_by(MAIL.c.look_at, MAIL.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    attempts = row.attempts + 1
    connection.execute(
        update(MAIL).where(MAIL.c.id == row.id).values(attempts=attempts, look_at=now + LEASE_SECONDS)
    )
    return Mail(row.id, row.kind, row.recipient, row.subject, row.body, attempts)


def sent(connection: Connection, mail_id: str) -> None:
    """Note that the mail server took it, and forget what it said and to whom."""
    _end(connection, MAIL.c.id == mail_id, SENT)


def refused(connection: Connection, mail_id: str) -> None:
    """Note that the mail server will never take it."""
    _end(connection, MAIL.c.id == mail_id, GIVEN_UP)


def give_up_waiting(connection: Connection) -> None:
    """Send nothing of what waits."""
    _end(connection, MAIL.c.state == WAITING, GIVEN_UP)


def try_later(connection: Connection, mail: Mail) -> None:
    """Note that it could not be sent now."""
    wait = min(FIRST_WAIT_SECONDS * 2 ** (mail.attempts - 1), LONGEST_WAIT_SECONDS)
    connection.execute(
        update(MAIL).where(MAIL.c.id == mail.id).values(look_at=database_now(connection) + wait)
    )


def waiting_mails(connection: Connection, most: int) -> list[Mail]:
    """Return the newest mails that were not sent yet: what the demo shows instead of sending it."""
    rows = connection.execute(
        select(MAIL)
        .where((MAIL.c.state == WAITING) & (MAIL.c.expires_at > database_now(connection)))
        .order_by(MAIL.c.created_at.desc(), MAIL.c.id)
        .limit(most)
    )
    return [Mail(row.id, row.kind, row.recipient, row.subject, row.body, row.attempts) for row in rows]


def _end(connection: Connection, where: ColumnElement[bool], state: str) -> None:
    over = {"recipient": None, "subject": None, "body": None, "ended_at": database_now(connection)}
    connection.execute(update(MAIL).where(where).values(state=state, **over))

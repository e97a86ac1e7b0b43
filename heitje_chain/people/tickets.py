"""Tickets: how a person gets from the pages to the address where one signs.

There is no session there. A ticket is a random value in an address, kept hashed. It is for one person and for
what it was made for, lasts some minutes, and no longer than the session that it was made in.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    String,
    Table,
    delete,
    select,
    update,
)

from heitje_chain.chain.clock import latest_now
from heitje_chain.db import METADATA
from heitje_chain.http.language import Language

from . import sessions
from .login_errors import NotLoggedIn, TicketOver

SIGN, ENROL = "sign", "enrol"

LIFETIME_SECONDS = 900
KEPT_SECONDS = 86_400

TICKET = Table(
    "approve_ticket",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("purpose", String(8), nullable=False),
    Column("account", String(32), ForeignKey("account.id"), nullable=False),
    Column("session", String(32), ForeignKey("web_session.id"), nullable=False),
    Column("language", String(2), nullable=False),  # in which the person reads the pages
    Column("acts", JSON, nullable=False),  # the ids of what is to be signed; none to make a passkey
    Column("expires_at", BigInteger, nullable=False),  # UTC seconds, like the next
    Column("used_at", BigInteger),
    CheckConstraint("purpose IN ('sign', 'enrol')", name="purpose"),
    CheckConstraint("language IN ('nl', 'en')", name="language"),
)


@dataclass(frozen=True)
class Ticket:
    purpose: str
    account: str
    language: Language
    acts: Sequence[str]
    """In the order in which they are signed."""


def make(
    connection: Connection,
    purpose: str,
    account_id: str,
    session_id: str,
    language: Language,
    acts: Sequence[str] = (),
) -> str:
    """Return the secret of a new ticket."""
    secret, now = secrets.token_urlsafe(32), latest_now(connection)
    connection.execute(delete(TICKET).where(TICKET.c.expires_at < now - KEPT_SECONDS))
    connection.execute(
        TICKET.insert().values(
            hash=_hash(secret),
            purpose=purpose,
            account=account_id,
            session=session_id,
            language=language,
            acts=list(acts),
            expires_at=now + LIFETIME_SECONDS,
        )
    )
    return secret


def find(connection: Connection, purpose: str, secret: str) -> Ticket:
    """Raises:
    TicketOver: no such ticket, it was used, or its time or its session is over.
    """
    this = (TICKET.c.hash == _hash(secret)) & (TICKET.c.purpose == purpose) & TICKET.c.used_at.is_(None)
    row = connection.execute(select(TICKET).where(this)).one_or_none()
    if row is None or row.expires_at <= latest_now(connection):
        raise TicketOver
    try:
        sessions.check_good(connection, row.session)
    except NotLoggedIn:
        raise TicketOver from None
    return Ticket(row.purpose, row.account, row.language, tuple(row.acts))


def use(connection: Connection, secret: str) -> None:
    """Let a ticket lead nowhere any more.

    Raises:
        TicketOver: somebody used it first, at the same moment.
    """
    this = (TICKET.c.hash == _hash(secret)) & TICKET.c.used_at.is_(None)
    if connection.execute(update(TICKET).where(this).values(used_at=latest_now(connection))).rowcount != 1:
        raise TicketOver


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

"""Sessions: which browser is logged in as whom.

The browser holds a secret in a cookie, the database its SHA-256, as with access tokens. A session lasts until
it is ended or its time is over, whichever comes first; using it makes it no longer.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Row,
    String,
    Table,
    select,
    update,
)

from heitje_chain.chain.clock import latest_now
from heitje_chain.db import METADATA

from . import accounts
from .accounts import Account
from .login_errors import NotLoggedIn
from .model import PARTNER
from .roles import OFFICER_ROLES

DAY_SECONDS = 86_400
USUAL_SECONDS = 30 * DAY_SECONDS
"""Of a resident's, a shop's or an association's session: a phone of one's own."""
OFFICE_SECONDS = DAY_SECONDS // 2
"""Of whoever decides about others: a working day."""

FRESH_SECONDS = 300
"""How long ago a passkey may have been shown by whoever changes passkeys of a person that decides."""

LONGEST_BROWSER = 120

WEB_SESSION = Table(
    "web_session",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("account", String(32), ForeignKey("account.id"), nullable=False),
    Column("browser", String(LONGEST_BROWSER), nullable=False),  # how a person knows it again
    Column("created_at", BigInteger, nullable=False),  # UTC seconds, like the next two
    Column("expires_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("passkey_at", BigInteger),  # when it was shown by a passkey who this is; a code does not show it
    Index("ix_web_session_account", "account", "created_at"),
)


@dataclass(frozen=True)
class Session:
    id: str
    """32 hex digits; no secret."""
    browser: str
    created_at: int
    """UTC seconds, like the next."""
    expires_at: int
    passkey_at: int | None = None
    """When it was shown by a passkey who this is; None when a code opened it."""


def begin(
    connection: Connection, account: Account, browser: str, *, by_passkey: bool = False
) -> tuple[Session, str]:
    """Log a browser in; return its session and the secret for its cookie, which cannot be had again.

    Args:
        browser: how the person knows it again; may be empty
        by_passkey: whether a passkey opens it, rather than a code
    """
    secret = secrets.token_urlsafe(32)
    now = latest_now(connection)
    lasts = OFFICE_SECONDS if decides(account) else USUAL_SECONDS
    session = Session(
        uuid.uuid4().hex, browser[:LONGEST_BROWSER], now, now + lasts, now if by_passkey else None
    )
    connection.execute(
        WEB_SESSION.insert().values(
            id=session.id,
            hash=_hash(secret),
            account=account.id,
            browser=session.browser,
            created_at=session.created_at,
            expires_at=session.expires_at,
            passkey_at=session.passkey_at,
        )
    )
    return session, secret


def was_shown_lately(connection: Connection, session: Session) -> bool:
    """Whether a passkey showed just now whose session this is."""
    return session.passkey_at is not None and session.passkey_at + FRESH_SECONDS > latest_now(connection)


def decides(account: Account) -> bool:
    """Whether this person decides about others or their money: as an officer, or for a partner."""
    return any(role in (*OFFICER_ROLES, PARTNER) for role, _ in account.roles)


def find(connection: Connection, secret: str | None) -> tuple[Session, Account]:
    """Return the session of a cookie, and whose it is.

    Raises:
        NotLoggedIn: no cookie, or its session is over.
    """
    good = (WEB_SESSION.c.hash == _hash(secret or "")) & _is_good(connection)
    row = connection.execute(select(WEB_SESSION).where(good)).one_or_none()
    if row is None:
        raise NotLoggedIn
    account = accounts.find(connection, row.account)
    return _session(row), account


def check_good(connection: Connection, session_id: str) -> None:
    """Go on only while a session lasts, for what outlasts the request that it opened.

    Raises:
        NotLoggedIn
    """
    good = (WEB_SESSION.c.id == session_id) & _is_good(connection)
    if connection.execute(select(WEB_SESSION.c.id).where(good)).first() is None:
        raise NotLoggedIn


def of_account(connection: Connection, account_id: str) -> Sequence[Session]:
    """Return the sessions of a person that last, newest first."""
    rows = connection.execute(
        select(WEB_SESSION)
        .where((WEB_SESSION.c.account == account_id) & _is_good(connection))
        .order_by(WEB_SESSION.c.created_at.desc(), WEB_SESSION.c.id)
    )
    return [_session(row) for row in rows]


def end(connection: Connection, account_id: str, session_id: str | None = None) -> None:
    """End one session of a person, or all of them; ending one again changes nothing."""
    where = (WEB_SESSION.c.account == account_id) & WEB_SESSION.c.ended_at.is_(None)
    if session_id is not None:
        where &= WEB_SESSION.c.id == session_id
    connection.execute(update(WEB_SESSION).where(where).values(ended_at=latest_now(connection)))


def end_others(connection: Connection, account_id: str, session_id: str) -> None:
    """End all sessions of a person but one."""
    others = (WEB_SESSION.c.account == account_id) & (WEB_SESSION.c.id != session_id)
    others &= WEB_SESSION.c.ended_at.is_(None)
    connection.execute(update(WEB_SESSION).where(others).values(ended_at=latest_now(connection)))


# ---------------------------------------------------------------- details


def _session(row: Row[Any]) -> Session:
    return Session(row.id, row.browser, row.created_at, row.expires_at, row.passkey_at)


def _is_good(connection: Connection) -> ColumnElement[bool]:
    return WEB_SESSION.c.ended_at.is_(None) & (WEB_SESSION.c.expires_at > latest_now(connection))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()

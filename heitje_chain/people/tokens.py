"""Bearer tokens: how a person's or an organisation's own system proves who it is.

A token is shown once, when it is made. What is kept is its SHA-256, enough for 256 random bits: nothing can
be guessed from it, and a stolen database opens no door.
"""

from __future__ import annotations

import hashlib
import secrets
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Row,
    String,
    Table,
    select,
    true,
    update,
)

from heitje_chain.chain.clock import latest_now
from heitje_chain.db import METADATA

from . import service
from .roles import OFFICER_ROLES, OPERATOR, SCOPES_OF

PREFIX = "heitje_"
"""Lets a scanner find a token that was published by mistake."""

DAY_SECONDS = 86_400
MAX_DAYS = 366

ACCESS_TOKEN = Table(
    "access_token",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("holder", String(100), nullable=False),
    Column("role", String(16), nullable=False),
    Column("subject", String(40), nullable=False),  # a participant's id, or an officer's name
    Column("scopes", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)


class TokenError(ValueError):
    """The message is a sentence for a person."""


class ScopesInvalid(TokenError):
    """Scopes that the role does not have, or none at all."""

    def __init__(self, role: str) -> None:
        self.allowed = ", ".join(sorted(SCOPES_OF[role]))
        super().__init__(f"Choose scopes from: {self.allowed}.")


class TokenUnknown(TokenError):
    """No such token, or somebody else's."""

    def __init__(self, token_id: str) -> None:
        super().__init__(f"There is no token {token_id}.")


class TokenRefused(Exception):
    """No such token, or expired, or revoked: which of them is nobody's business."""

    def __init__(self) -> None:
        super().__init__("The access token is missing, wrong, expired or revoked.")


class ScopeMissing(Exception):
    def __init__(self, scope: str) -> None:
        super().__init__(f"This access token does not allow {scope}.")
        self.scope = scope


@dataclass(frozen=True)
class Caller:
    """Who sends a request."""

    token_id: str
    holder: str
    role: str
    subject: str
    """A participant's id, or an officer's name in the deployment record."""
    scopes: frozenset[str]
    expires_at: int
    """Seconds since 1970, UTC: when the token stops being good."""

    @property
    def id(self) -> str:
        """Who it is, whatever token is used: the owner of an Idempotency-Key."""
        return f"{self.role}:{self.subject}"

    @property
    def is_officer(self) -> bool:
        return self.role in OFFICER_ROLES

    @property
    def tokens(self) -> ColumnElement[bool]:
        """The condition on ACCESS_TOKEN of those that this caller may see and end: its own, or all."""
        if "tokens:write" in self.scopes:
            return true()
        return (ACCESS_TOKEN.c.role == self.role) & (ACCESS_TOKEN.c.subject == self.subject)

    def require(self, scope: str) -> None:
        """Go on only with this scope.

        Raises:
            ScopeMissing
        """
        if scope not in self.scopes:
            raise ScopeMissing(scope)


@dataclass(frozen=True)
class Token:
    id: str
    holder: str
    role: str
    subject: str
    scopes: tuple[str, ...]
    created_at: int
    """Seconds since 1970, UTC, like the next two."""
    expires_at: int
    revoked_at: int | None

    def state(self, now: int) -> str:
        """Return good, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "good" if now < self.expires_at else "expired"


def create(
    connection: Connection,
    holder: str,
    role: str,
    subject: str | None = None,
    scopes: Iterable[str] | None = None,
    days: int = 90,
) -> tuple[Token, str]:
    """Make a token; return it and its secret, which cannot be had again.

    Args:
        holder: who will have it, for the list of tokens
        role: one of roles.SCOPES_OF
        subject: the participant's id; an officer's name in the deployment record, the role's when not given;
            an operator's own name for itself
        scopes: fewer than the role has, when given
        days: how long it is good, 1 to 366

    Raises:
        ScopesInvalid: none, or one that the role does not have.
        TokenError: no holder, an unknown role or subject, or too many days.
    """
    if not holder.strip():
        raise TokenError("Say who will hold the token.")
    if role not in SCOPES_OF:
        raise TokenError(f"Choose a role from: {', '.join(sorted(SCOPES_OF))}.")
    allowed = SCOPES_OF[role]
    wanted = sorted(allowed if scopes is None else set(scopes))
    if not wanted or not allowed.issuperset(wanted):
        raise ScopesInvalid(role)
    if not 1 <= days <= MAX_DAYS:
        raise TokenError(f"A token is good for 1 to {MAX_DAYS} days.")
    about = _subject(connection, role, subject)
    secret = PREFIX + secrets.token_urlsafe(32)
    now = latest_now(connection)
    expires_at = now + days * DAY_SECONDS
    token = Token(uuid.uuid4().hex, holder.strip(), role, about, tuple(wanted), now, expires_at, None)
    connection.execute(
        ACCESS_TOKEN.insert().values(
            id=token.id,
            hash=_hash(secret),
            holder=token.holder,
            role=role,
            subject=about,
            scopes=list(token.scopes),
            created_at=token.created_at,
            expires_at=token.expires_at,
        )
    )
    return token, secret


def revoke(connection: Connection, token_id: str, *where: ColumnElement[bool]) -> None:
    """End a token that fulfils the conditions now; ending it again changes nothing.

    Raises:
        TokenUnknown
    """
    known = connection.scalar(select(ACCESS_TOKEN.c.id).where(ACCESS_TOKEN.c.id == token_id, *where))
    if known is None:
        raise TokenUnknown(token_id)
    connection.execute(
        update(ACCESS_TOKEN)
        .where((ACCESS_TOKEN.c.id == token_id) & ACCESS_TOKEN.c.revoked_at.is_(None))
        .values(revoked_at=int(time.time()))
    )


def all_tokens(connection: Connection) -> list[Token]:
    """Return every token ever made, newest first, without secrets."""
    rows = connection.execute(
        select(ACCESS_TOKEN).order_by(ACCESS_TOKEN.c.created_at.desc(), ACCESS_TOKEN.c.id)
    )
    return [token_of(row) for row in rows]


def caller(connection: Connection, secret: str | None) -> Caller:
    """Return who holds this secret.

    Raises:
        TokenRefused
    """
    row = None
    if secret is not None:
        row = connection.execute(
            select(ACCESS_TOKEN).where(
                (ACCESS_TOKEN.c.hash == _hash(secret))
                & ACCESS_TOKEN.c.revoked_at.is_(None)
                & (ACCESS_TOKEN.c.expires_at > latest_now(connection))
            )
        ).one_or_none()
    if row is None:
        raise TokenRefused
    return Caller(row.id, row.holder, row.role, row.subject, frozenset(row.scopes), row.expires_at)


def check_good(connection: Connection, token_id: str) -> None:
    """Go on only while this token is good, for what outlasts the request that it opened.

    Raises:
        TokenRefused
    """
    is_good = ACCESS_TOKEN.c.revoked_at.is_(None) & (ACCESS_TOKEN.c.expires_at > latest_now(connection))
    this = select(ACCESS_TOKEN.c.id).where((ACCESS_TOKEN.c.id == token_id) & is_good)
    if connection.execute(this).first() is None:
        raise TokenRefused


def _subject(connection: Connection, role: str, subject: str | None) -> str:
    if role in (*OFFICER_ROLES, OPERATOR):
        return subject or role
    if subject is None:
        raise TokenError(f"Say which {role} the token is for, by its id.")
    try:
        service.of_kind(connection, subject, role)
    except service.ParticipantUnknown:
        raise TokenError(f"There is no {role} with the id {subject}.") from None
    return subject


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def token_of(row: Row[Any]) -> Token:
    """Return a row of ACCESS_TOKEN as a token."""
    return Token(
        row.id,
        row.holder,
        row.role,
        row.subject,
        tuple(row.scopes),
        row.created_at,
        row.expires_at,
        row.revoked_at,
    )

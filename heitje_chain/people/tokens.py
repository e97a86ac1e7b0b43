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

from sqlalchemy import JSON, BigInteger, Column, Connection, Row, String, Table, select, update

from heitje_chain.db import METADATA

PREFIX = "heitje_"
"""Lets a scanner find a token that was published by mistake."""

SCOPES = frozenset({"residents:read", "residents:write"})

DAY_SECONDS = 86_400
MAX_DAYS = 366

ACCESS_TOKEN = Table(
    "access_token",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("holder", String(100), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
)


class TokenError(ValueError):
    """The message is a sentence for a person."""


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
    scopes: frozenset[str]

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
    scopes: tuple[str, ...]
    created_at: int
    """Seconds since 1970, UTC, like the next two."""
    expires_at: int
    revoked_at: int | None


def create(connection: Connection, holder: str, scopes: Iterable[str], days: int) -> tuple[Token, str]:
    """Make a token; return it and its secret, which cannot be had again.

    Args:
        holder: who will have it, for the list of tokens
        days: how long it is good, 1 to 366

    Raises:
        TokenError: no holder, an unknown scope or none, or too many days.
    """
    wanted = sorted(set(scopes))
    if not holder.strip():
        raise TokenError("Say who will hold the token.")
    if not wanted or not SCOPES.issuperset(wanted):
        raise TokenError(f"Choose scopes from: {', '.join(sorted(SCOPES))}.")
    if not 1 <= days <= MAX_DAYS:
        raise TokenError(f"A token is good for 1 to {MAX_DAYS} days.")
    secret = PREFIX + secrets.token_urlsafe(32)
    now = int(time.time())
    token = Token(uuid.uuid4().hex, holder.strip(), tuple(wanted), now, now + days * DAY_SECONDS, None)
    connection.execute(
        ACCESS_TOKEN.insert().values(
            id=token.id,
            hash=_hash(secret),
            holder=token.holder,
            scopes=list(token.scopes),
            created_at=token.created_at,
            expires_at=token.expires_at,
        )
    )
    return token, secret


def revoke(connection: Connection, token_id: str) -> None:
    """End a token now; ending it again changes nothing.

    Raises:
        TokenError: there is no such token.
    """
    known = connection.scalar(select(ACCESS_TOKEN.c.id).where(ACCESS_TOKEN.c.id == token_id))
    if known is None:
        raise TokenError(f"There is no token {token_id}.")
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
    return [_token(row) for row in rows]


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
                & (ACCESS_TOKEN.c.expires_at > int(time.time()))
            )
        ).one_or_none()
    if row is None:
        raise TokenRefused
    return Caller(row.id, row.holder, frozenset(row.scopes))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _token(row: Row[Any]) -> Token:
    return Token(row.id, row.holder, tuple(row.scopes), row.created_at, row.expires_at, row.revoked_at)

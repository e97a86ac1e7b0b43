"""Tills: devices that a shop lets take payments, without its owner's login.

The owner names a till and reads a code to it; the device types it once and is that till until the owner
switches it off, or nobody used it for a month. What the device holds is a secret in a cookie, what is kept
here its SHA-256, as with sessions. A till acts for its shop in three things: it asks for amounts, sees them
paid, and gives back what was paid on the same day. A caller opens the transaction and commits it.

The code has 50 bits and a quarter of an hour: too many to be guessed at the rate at which addresses may ask,
and too many to be tried out against a stolen hash in that time.
"""

from __future__ import annotations

import hashlib
import secrets
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
    func,
    select,
    update,
)

from heitje_chain.chain.clock import latest_now
from heitje_chain.db import METADATA

from . import service
from .login_errors import NotLoggedIn, TillCodeUnknown, TillsTooMany, TillUnknown
from .model import MERCHANT, PARTICIPANT

CODE_SECONDS = 900
IDLE_SECONDS = 30 * 86_400
"""A till that nobody used for so long is off: it may lie in a drawer, or be sold."""
LONGEST_NAME = 40
MOST_TILLS = 20
"""Of one shop, switched on."""

_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without I, O, 0 and 1, which are read for each other."""
_CODE_LENGTH = 10

TILL = Table(
    "till",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("merchant", String(32), ForeignKey("participant.id"), nullable=False),
    Column("name", String(LONGEST_NAME), nullable=False),
    Column("code_hash", String(64), unique=True),  # of a code that nobody typed yet
    Column("code_until", BigInteger),  # UTC seconds, like all below
    Column("secret_hash", String(64), unique=True),  # of the device's cookie
    Column("started_at", BigInteger),  # when the device typed the code
    Column("used_at", BigInteger),  # when it last asked for an amount or gave one back
    Column("ended_at", BigInteger),
    Column("created_at", BigInteger, nullable=False),
    Index("ix_till_merchant", "merchant", "created_at"),
)


@dataclass(frozen=True)
class Till:
    id: str
    """32 hex digits."""
    merchant: str
    """The shop's id."""
    name: str
    code_until: int | None
    """UTC seconds, like the next; None when no code waits to be typed."""
    started_at: int | None
    used_at: int | None

    @property
    def expires_at(self) -> int:
        """When it is off by itself, UTC seconds."""
        return max(self.started_at or 0, self.used_at or 0) + IDLE_SECONDS


# ---------------------------------------------------------------- the owner


def add(connection: Connection, merchant_id: str, till_id: str, name: str) -> Till:
    """Add a till, which no device is yet. The same id again is the same till.

    Args:
        till_id: 32 hex digits, chosen by whoever asks
        name: how people of the shop call it, 1 to 40 characters

    Raises:
        ParticipantUnknown, TillsTooMany
    """
    merchant = service.of_kind(connection, merchant_id, MERCHANT)
    connection.execute(select(PARTICIPANT.c.id).where(PARTICIPANT.c.id == merchant.id).with_for_update())
    known = connection.execute(select(TILL).where(TILL.c.id == till_id)).one_or_none()
    if known is None:
        if int(connection.scalar(select(func.count()).where(_on(merchant.id))) or 0) >= MOST_TILLS:
            raise TillsTooMany(MOST_TILLS)
        row = {"id": till_id, "merchant": merchant.id, "name": name}
        connection.execute(TILL.insert().values(created_at=latest_now(connection), **row))
    return find(connection, merchant_id, till_id)


def make_code(connection: Connection, merchant_id: str, till_id: str) -> str:
    """Return a new code for a till: the last one is good no more. The device that is the till stays so until
    another types the code.

    Raises:
        TillUnknown
    """
    till = find(connection, merchant_id, till_id)
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))
    until = latest_now(connection) + CODE_SECONDS
    connection.execute(
        update(TILL).where(TILL.c.id == till.id).values(code_hash=_hash(code), code_until=until)
    )
    return code


def end(connection: Connection, merchant_id: str, till_id: str) -> None:
    """Switch a till off, at once and for good; again changes nothing."""
    off = {"ended_at": latest_now(connection), "secret_hash": None, "code_hash": None}
    connection.execute(update(TILL).where((TILL.c.id == till_id) & _on(merchant_id)).values(off))


def of_merchant(connection: Connection, merchant_id: str) -> list[Till]:
    """Return a shop's tills that are not switched off, the first first."""
    rows = connection.execute(select(TILL).where(_on(merchant_id)).order_by(TILL.c.created_at, TILL.c.id))
    return [_till_of(row) for row in rows]


def find(connection: Connection, merchant_id: str, till_id: str) -> Till:
    """Raises:
    TillUnknown: no such till, another shop's, or one that is switched off.
    """
    row = connection.execute(select(TILL).where((TILL.c.id == till_id) & _on(merchant_id))).one_or_none()
    if row is None:
        raise TillUnknown
    return _till_of(row)


def names(connection: Connection, merchant_id: str) -> dict[str, str]:
    """Return till -> its name, of those too that are switched off: the books still name them."""
    rows = connection.execute(select(TILL.c.id, TILL.c.name).where(TILL.c.merchant == merchant_id))
    return {row.id: row.name for row in rows}


# ---------------------------------------------------------------- the device


def spelled(code: str) -> str:
    """Return a code as it is read aloud and typed: ABCDE-FGHJK."""
    return f"{code[:5]}-{code[5:]}"


def start(connection: Connection, code: str) -> tuple[Till, str]:
    """Make a device the till of a code; return it and the secret for its cookie, which cannot be had again.

    Args:
        code: as typed; what is no letter or digit in it does not count

    Raises:
        TillCodeUnknown: there is no such code, it was typed before, or its time is over.
    """
    plain = "".join(character for character in code.upper() if character in _ALPHABET)
    now = latest_now(connection)
    this = (TILL.c.code_hash == _hash(plain)) & (TILL.c.code_until >= now) & TILL.c.ended_at.is_(None)
    secret = secrets.token_urlsafe(32)
    begun = {"code_hash": None, "code_until": None, "secret_hash": _hash(secret), "started_at": now}
    if connection.execute(update(TILL).where(this).values(begun)).rowcount != 1:
        raise TillCodeUnknown
    return by_secret(connection, secret), secret


def by_secret(connection: Connection, secret: str | None) -> Till:
    """Return the till that a device is, by its cookie.

    Raises:
        NotLoggedIn: no cookie, or its till is off.
    """
    if not secret:
        raise NotLoggedIn
    this = TILL.c.secret_hash == _hash(secret)
    row = connection.execute(select(TILL).where(this & TILL.c.ended_at.is_(None))).one_or_none()
    if row is None or _till_of(row).expires_at < latest_now(connection):
        raise NotLoggedIn
    return _till_of(row)


def check_good(connection: Connection, till_id: str) -> None:
    """Go on only while a till is on, for what outlasts the request that it opened.

    Raises:
        NotLoggedIn
    """
    is_on = (TILL.c.id == till_id) & TILL.c.ended_at.is_(None) & TILL.c.secret_hash.is_not(None)
    if connection.execute(select(TILL.c.id).where(is_on)).one_or_none() is None:
        raise NotLoggedIn


def note_use(connection: Connection, till_id: str) -> None:
    """Note that a till was used now."""
    connection.execute(update(TILL).where(TILL.c.id == till_id).values(used_at=latest_now(connection)))


# ---------------------------------------------------------------- details


def _till_of(row: Row[Any]) -> Till:
    return Till(row.id, row.merchant, row.name, row.code_until, row.started_at, row.used_at)


def _on(merchant_id: str) -> ColumnElement[bool]:
    return (TILL.c.merchant == merchant_id) & TILL.c.ended_at.is_(None)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

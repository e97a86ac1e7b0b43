"""Logging in by a code that is sent to one's e-mail address.

Who asks for a code gets a secret in a cookie at once, and the code by mail. Both are needed, so a code that
somebody reads over a shoulder, or is talked out of, opens nothing in another browser. What is kept is
SHA-256(secret, code): from a stolen database the six digits cannot be tried out.

Nobody is told whether we know an address: for one that we do not know there is a row as well, and no code.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    delete,
    func,
    select,
    update,
)

from heitje_chain.chain.clock import latest_now
from heitje_chain.db import METADATA

from . import accounts
from .accounts import ACCOUNT, Account
from .login_errors import CodesTooMany, LoginOver

LIFETIME_SECONDS = 600
MOST_TRIES = 5
MOST_PER_HOUR = 6
"""How many codes one address can be sent; whoever asks for more could fill somebody's mailbox."""
HOUR_SECONDS = 3600
KEPT_SECONDS = 86_400

LOGIN_CODE = Table(
    "login_code",
    METADATA,
    Column("secret_hash", String(64), primary_key=True),
    Column("address_hash", String(64), nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("account", String(32)),  # empty when we know nobody by that address
    Column("tries", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),  # UTC seconds
    Index("ix_login_code_address", "address_hash", "created_at"),
)


@dataclass(frozen=True)
class Begun:
    """A login that was begun."""

    secret: str
    """For the cookie of the browser that asked."""
    code: str
    """Six digits, to be sent; to nobody when there is no account."""
    account: Account | None


def begin(connection: Connection, email: str) -> Begun:
    """Make a code for an address.

    Raises:
        EmailInvalid, CodesTooMany
    """
    address, now = accounts.checked_email(email), latest_now(connection)
    address_hash = _hash(address)
    connection.execute(delete(LOGIN_CODE).where(LOGIN_CODE.c.created_at < now - KEPT_SECONDS))
    account = accounts.by_email(connection, address)
    if account is not None:  # held: of many who ask at once the later ones see the codes of the earlier
        connection.execute(select(ACCOUNT.c.id).where(ACCOUNT.c.id == account.id).with_for_update())
    lately = (LOGIN_CODE.c.address_hash == address_hash) & (LOGIN_CODE.c.created_at > now - HOUR_SECONDS)
    if int(connection.scalar(select(func.count()).where(lately)) or 0) >= MOST_PER_HOUR:
        raise CodesTooMany
    secret, code = secrets.token_urlsafe(32), f"{secrets.randbelow(10**6):06}"
    connection.execute(
        LOGIN_CODE.insert().values(
            secret_hash=_hash(secret),
            address_hash=address_hash,
            code_hash=_code_hash(secret, code),
            account=None if account is None else account.id,
            tries=0,
            created_at=now,
        )
    )
    return Begun(secret, code, account)


def check(connection: Connection, secret: str | None, code: str) -> Account | None:
    """Return whose code this is, once; None when it is wrong, which is counted, so the caller commits it.

    Args:
        code: as typed; what is no digit in it does not count

    Raises:
        LoginOver: not begun in this browser, or its time or its tries are over.
    """
    this = LOGIN_CODE.c.secret_hash == _hash(secret or "")
    row = connection.execute(select(LOGIN_CODE).where(this).with_for_update()).one_or_none()
    if row is None or row.tries >= MOST_TRIES or latest_now(connection) > row.created_at + LIFETIME_SECONDS:
        raise LoginOver
    digits = "".join(character for character in code if character in "0123456789")
    if row.account is None or not hmac.compare_digest(row.code_hash, _code_hash(secret or "", digits)):
        connection.execute(update(LOGIN_CODE).where(this).values(tries=LOGIN_CODE.c.tries + 1))
        return None
    connection.execute(delete(LOGIN_CODE).where(this))
    return accounts.find(connection, row.account)


# ---------------------------------------------------------------- details


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _code_hash(secret: str, code: str) -> str:
    return _hash(f"{secret} {code}")

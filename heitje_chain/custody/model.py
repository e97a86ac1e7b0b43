"""The tables of wallets and of the master keys' check values. They hold no personal data.

A wallet's id says nothing about its holder; who holds it is known in `people/`, so that a person can be
erased while the wallet's row stays.
"""

from __future__ import annotations

import re
import uuid
from contextlib import suppress
from typing import Any

from eth_utils.address import to_checksum_address
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from heitje_chain.db import METADATA

from .errors import WalletIdInvalid
from .sealing import Sealed

WALLET = Table(
    "wallet",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("address", String(42), nullable=False, unique=True),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("nonce", LargeBinary, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("wrapped_key_nonce", LargeBinary, nullable=False),
    Column("master_version", Integer, nullable=False, index=True),
    Column("created_at", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    CheckConstraint("state IN ('made', 'admitted')", name="state"),
)
"""`created_at` is in seconds since 1970, UTC. A wallet is `made` here; whoever sees the registry bind it
on chain sets it `admitted`."""

MASTER_KEY = Table(
    "master_key",
    METADATA,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("check_value", LargeBinary, nullable=False),
)
"""One row: the master key in use. Two rows: a change from the lower to the higher is under way."""

MADE = "made"
ADMITTED = "admitted"

_WALLET_ID = re.compile(r"[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}")


def new_wallet_id() -> str:
    """Return a version 4 UUID as 32 hex characters; choose it before the wallet is asked for."""
    return uuid.uuid4().hex


def check_wallet_id(wallet_id: str) -> None:
    """Refuse anything but what `new_wallet_id` makes; the id becomes part of a file's name.

    Raises:
        WalletIdInvalid
    """
    if _WALLET_ID.fullmatch(wallet_id) is None:
        raise WalletIdInvalid(wallet_id)


# ---------------------------------------------------------------- wallets


def find_sealed(connection: Connection, wallet_id: str) -> Sealed | None:
    row = connection.execute(select(WALLET).where(WALLET.c.id == wallet_id)).one_or_none()
    return None if row is None else _sealed(row)


def find_sealed_at(connection: Connection, address: str) -> Sealed | None:
    """Return the wallet of an address, in any case."""
    this = WALLET.c.address == to_checksum_address(address)
    row = connection.execute(select(WALLET).where(this)).one_or_none()
    return None if row is None else _sealed(row)


def sealed_by_version(connection: Connection, version: int, limit: int) -> list[Sealed]:
    """Return at most `limit` wallets that this version of the master key wraps, in the order of their ids."""
    chosen = select(WALLET).where(WALLET.c.master_version == version).order_by(WALLET.c.id).limit(limit)
    return [_sealed(row) for row in connection.execute(chosen)]


def versions_by_wallet(connection: Connection) -> dict[str, int]:
    """Return wallet id -> version of the master key that wraps it, for every wallet."""
    rows = connection.execute(select(WALLET.c.id, WALLET.c.master_version))
    return {row.id: row.master_version for row in rows}


def insert_sealed(connection: Connection, sealed: Sealed) -> None:
    connection.execute(insert(WALLET).values(state=MADE, **_values(sealed)))


def mark_admitted(connection: Connection, address: str) -> None:
    """Note that the registry bound this wallet (an address in any case); a foreign one is passed over."""
    connection.execute(
        update(WALLET).where(WALLET.c.address == to_checksum_address(address)).values(state=ADMITTED)
    )


def update_wrapping(connection: Connection, sealed: Sealed) -> None:
    """Replace the wrapped data key of a wallet whose ciphertext and address are those of `sealed`."""
    connection.execute(
        update(WALLET)
        .where(
            WALLET.c.id == sealed.wallet_id,
            WALLET.c.address == sealed.address,
            WALLET.c.ciphertext == sealed.ciphertext,
        )
        .values(
            wrapped_key=sealed.wrapped_key,
            wrapped_key_nonce=sealed.wrapped_key_nonce,
            master_version=sealed.master_version,
        )
    )


# ---------------------------------------------------------------- check values


def check_values(connection: Connection) -> dict[int, bytes]:
    """Return version -> check value of every master key that may wrap a wallet."""
    return {row.version: row.check_value for row in connection.execute(select(MASTER_KEY))}


def hold_versions(connection: Connection, *, alone: bool = False) -> set[int]:
    """Return the versions in use and keep them so until the transaction ends; `alone` also waits for others
    that hold them. (SQLite has one writer at a time anyway.)"""
    rows = connection.execute(select(MASTER_KEY.c.version).with_for_update(read=not alone))
    return {row.version for row in rows}


def ensure_check_value(connection: Connection, version: int, check_value: bytes) -> None:
    """Insert a check value unless this version has one, perhaps by another process at this moment."""
    with suppress(IntegrityError), connection.begin_nested():
        connection.execute(insert(MASTER_KEY).values(version=version, check_value=check_value))


def delete_check_value(connection: Connection, version: int) -> None:
    connection.execute(delete(MASTER_KEY).where(MASTER_KEY.c.version == version))


# ---------------------------------------------------------------- details


def _sealed(row: Row[Any]) -> Sealed:
    return Sealed(
        wallet_id=row.id,
        address=row.address,
        ciphertext=row.ciphertext,
        nonce=row.nonce,
        wrapped_key=row.wrapped_key,
        wrapped_key_nonce=row.wrapped_key_nonce,
        master_version=row.master_version,
        created_at=row.created_at,
    )


def _values(sealed: Sealed) -> dict[str, Any]:
    return {
        "id": sealed.wallet_id,
        "address": sealed.address,
        "ciphertext": sealed.ciphertext,
        "nonce": sealed.nonce,
        "wrapped_key": sealed.wrapped_key,
        "wrapped_key_nonce": sealed.wrapped_key_nonce,
        "master_version": sealed.master_version,
        "created_at": sealed.created_at,
    }

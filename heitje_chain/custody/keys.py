"""Making wallets and signing with them. The web processes never import this module.

A private key exists in memory while it is made and while it signs, and nowhere else. Python cannot wipe it,
and the master key stays in the worker's memory for as long as it runs.
"""

from __future__ import annotations

import secrets
import time

from coincurve import PrivateKey
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from heitje_chain.db import open_reader

from . import model
from .errors import DigestInvalid, MasterKeyOutdated, WalletBroken, WalletConflict, WalletUnknown
from .sealing import KEY_BYTES, Sealed, Vault, address_of
from .store import KeyStore

_GROUP_ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
"""Of secp256k1 (SEC 2, section 2.4.1); private keys are below it and above 0."""

_DIGEST_BYTES = 32


def create_wallet(connection: Connection, wallet_id: str, vault: Vault, store: KeyStore) -> str:
    """Make the wallet of this id, or find it made, and return its address.

    The sealed key is in the second store, fsynced, before the row is written; the caller commits. When the
    caller's transaction comes to nothing, or its database is restored from a backup, the next call with this
    id finds the key in the store and writes the row anew.

    Raises:
        WalletIdInvalid
        MasterKeyOutdated: the master key was or is being changed; start anew with the new one.
        StoreUnwritable, StoreUnreadable, StoreDamaged: no row was written. A store that has become empty is
            unwritable too: its disk was unmounted, and what is written there would vanish when it comes back.
        WalletBroken: what the store holds for this id does not open.
    """
    model.check_wallet_id(wallet_id)
    known = model.find_sealed(connection, wallet_id)
    if known is not None:
        return known.address
    _check_current(connection, vault)
    kept = store.find(wallet_id)
    if kept is None:
        store.check_mounted(vault.version)
        kept = store.add(vault.seal(wallet_id, _new_private_key(), int(time.time())))
    check_opens(vault, kept)
    return _insert_or_find(connection, kept)


def check_opens(vault: Vault, sealed: Sealed) -> None:
    """Make sure that a sealed key signs for its address.

    Raises:
        MasterKeyOutdated, WalletBroken
    """
    if address_of(vault.open(sealed)) != sealed.address:
        raise WalletBroken(sealed.wallet_id)


def sign_digest(private_key: bytes, digest: bytes) -> bytes:
    """Return the 65 bytes r, s, v that eth-account would: deterministic, s low, v 27 or 28.

    Raises:
        DigestInvalid

    Source: RFC 6979, EIP-2, libsecp256k1's recovery module.
    """
    _check_digest(digest)
    signature = PrivateKey(private_key).sign_recoverable(digest, hasher=None)
    return signature[:64] + bytes([signature[64] + 27])


class Signer:
    """Signs with custodial wallets. One serves a whole process, from any thread.

    It reads rows that are committed, by connections of its own that never wait for a writer: a caller may
    sign in the middle of a transaction. It caches nothing, so no key outlives its signature.
    """

    def __init__(self, engine: Engine, vault: Vault) -> None:
        # Not `engine` itself: on SQLite its transactions begin with BEGIN IMMEDIATE and would wait for the
        # caller's own.
        self._reading = open_reader(engine)
        self._vault = vault

    def sign(self, address: str, digest: bytes) -> bytes:
        """Return the 65 bytes r, s, v over a digest of 32 bytes.

        Somebody whose wallet was replaced has several keys: the address says whose signature is wanted.

        Args:
            address: the wallet's, in any case

        Raises:
            DigestInvalid
            WalletUnknown: no committed row has this address.
            WalletBroken: the row was tampered with or damaged.
            MasterKeyOutdated: the master key was changed since this process started.
        """
        _check_digest(digest)
        with self._reading.connect() as connection:
            sealed = model.find_sealed_at(connection, address)
        if sealed is None:
            raise WalletUnknown(address)
        return sign_digest(self._vault.open(sealed), digest)

    def close(self) -> None:
        """Give the connections back."""
        self._reading.dispose()


# ---------------------------------------------------------------- details


def _new_private_key() -> bytes:
    return (secrets.randbelow(_GROUP_ORDER - 1) + 1).to_bytes(KEY_BYTES, "big")


def _check_digest(digest: bytes) -> None:
    if len(digest) != _DIGEST_BYTES:
        raise DigestInvalid(len(digest))


def _check_current(connection: Connection, vault: Vault) -> None:
    """Hold the master key in use until the transaction ends, so that no change of it misses this wallet."""
    newest = max(model.hold_versions(connection), default=0)
    if newest != vault.version:
        raise MasterKeyOutdated(vault.version, newest)


def _insert_or_find(connection: Connection, sealed: Sealed) -> str:
    try:
        with connection.begin_nested():
            model.insert_sealed(connection, sealed)
    except IntegrityError:
        # Another process inserted it since we looked; both took the key from the store.
        known = model.find_sealed(connection, sealed.wallet_id)
        if known is None or known.address != sealed.address:
            raise WalletConflict(sealed.wallet_id) from None
    return sealed.address

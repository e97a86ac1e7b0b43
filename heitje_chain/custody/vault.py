"""Checking the master key at start, so that a wrong one is told before anything is signed or made.

The database and the key store each hold a check value per master key. In normal life the store is never
behind: what is new is written there first, what is old is removed there last. So a database with fewer or
older values was restored from a backup and is brought up to the store's, whereas a store that is behind is
refused: an empty mount point must not become the second place.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from sqlalchemy import Connection

from . import model
from .errors import CheckMissing, MasterKeyWrong, RotationUnfinished, StoreBehind, StoreForeign
from .sealing import MasterKey, Vault
from .store import KeyStore

_FIRST_VERSION = 1


def verify_master_key(connection: Connection, store: KeyStore, master: MasterKey) -> Vault:
    """Return the vault that this master key opens; at the very first start it becomes master key 1.

    The caller commits. After a database was restored from a backup, `restore.restore_missing` is due; it does
    nothing when nothing is missing, so calling it at every start is sound.

    Raises:
        MasterKeyWrong: another key wraps the wallets.
        RotationUnfinished: it is one of two keys that are both needed still.
        StoreBehind: the store lacks a wallet or a master key that the database has.
        StoreForeign: the store is another database's.
        CheckMissing: there are wallets but no check values.
    """
    if not both_check_values(connection, store):
        _found(connection, store, master)
    in_table, in_store = model.check_values(connection), store.check_values()
    _check_not_behind(connection, in_table, in_store, store)

    version = version_of(master, in_store)
    if version is None:
        raise MasterKeyWrong(max(in_store))
    if len(in_store) > 1:
        raise RotationUnfinished(min(in_store), max(in_store))
    model.ensure_check_value(connection, version, in_store[version])
    for former in in_table.keys() - in_store.keys():
        model.delete_check_value(connection, former)
    return Vault(version, master)


def both_check_values(connection: Connection, store: KeyStore) -> dict[int, bytes]:
    """Return version -> check value of every master key that either place knows.

    Raises:
        StoreForeign: they differ on a version.
    """
    in_table, in_store = model.check_values(connection), store.check_values()
    if any(in_table[version] != in_store[version] for version in in_table.keys() & in_store.keys()):
        raise StoreForeign(store.folder)
    return in_table | in_store


def version_of(master: MasterKey, check_values: Mapping[int, bytes]) -> int | None:
    """Return the version whose check value this key gives, or None."""
    for version, check_value in check_values.items():
        if hmac.compare_digest(master.check_value(version), check_value):
            return version
    return None


def _found(connection: Connection, store: KeyStore, master: MasterKey) -> None:
    if store.wallet_ids() or model.versions_by_wallet(connection):
        raise CheckMissing(store.folder)
    store.add_check_value(_FIRST_VERSION, master.check_value(_FIRST_VERSION))


def _check_not_behind(
    connection: Connection, in_table: Mapping[int, bytes], in_store: Mapping[int, bytes], store: KeyStore
) -> None:
    # The table first: what another process adds meanwhile reaches the store before the table.
    wallets = model.versions_by_wallet(connection).keys()
    if max(in_table, default=0) > max(in_store, default=0) or wallets - store.wallet_ids():
        raise StoreBehind(store.folder)

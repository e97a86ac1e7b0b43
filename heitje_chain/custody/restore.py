"""Making the two places whole again after one of them was lost or came back from an old backup."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from . import model
from .errors import MasterKeyWrong, RotationUnfinished, StoreBehind, WalletConflict, WalletUnknown
from .keys import check_opens
from .sealing import MasterKey, Sealed, Vault
from .store import KeyStore
from .vault import version_of


@dataclass(frozen=True)
class Restored:
    """What `restore_missing` did, as wallet ids in their order."""

    added: tuple[str, ...]
    """The table lacked these; they are `made` until the chain shows that they are admitted."""
    rewrapped: tuple[str, ...]
    """The table had these under a former master key."""


def restore_missing(connection: Connection, vault: Vault, store: KeyStore) -> Restored:
    """Bring back every wallet that the store has and the table lacks, or has under a former master key.

    A key that was kept although its creation never committed becomes a row too: harmless, and a new try with
    its id finds it.

    Raises:
        WalletConflict: the places disagree on a wallet; nothing is changed (the caller rolls back).
        WalletBroken, StoreDamaged: a copy in the store cannot be used; nothing is changed.
        StoreBehind: the table has a wallet under a former master key and the store lacks it.
    """
    versions = model.versions_by_wallet(connection)
    added = sorted(store.wallet_ids() - versions.keys())
    behind = sorted(wallet_id for wallet_id, version in versions.items() if version != vault.version)

    for wallet_id in added:
        model.insert_sealed(connection, _usable(vault, store, wallet_id))
    for wallet_id in behind:
        _take_wrapping(connection, _usable(vault, store, wallet_id))
    return Restored(tuple(added), tuple(behind))


def refill_store(connection: Connection, store: KeyStore, master: MasterKey) -> int:
    """Write every wallet of the table to a store that was lost or is older, and return their number.

    Only the table is asked for the master key here, since `verify_master_key` refuses such a store.

    Raises:
        MasterKeyWrong, RotationUnfinished: as the table has it.
        WalletBroken: a row does not open.
        WalletConflict: the store holds another key for a wallet.
        StoreUnwritable: what was written so far stays; run again.
    """
    in_table = model.check_values(connection)
    version = version_of(master, in_table)
    if version is None:
        raise MasterKeyWrong(max(in_table, default=0))
    if len(in_table) > 1:
        raise RotationUnfinished(min(in_table), max(in_table))

    vault = Vault(version, master)
    wallets = sorted(model.versions_by_wallet(connection))
    for wallet_id in wallets:
        sealed = model.find_sealed(connection, wallet_id)
        if sealed is None:
            raise WalletUnknown(wallet_id)
        check_opens(vault, sealed)
        store.replace_wrapping(sealed)
    store.add_check_value(version, in_table[version])
    for former in store.check_values().keys() - in_table.keys():
        store.remove_check_value(former)
    return len(wallets)


def _usable(vault: Vault, store: KeyStore, wallet_id: str) -> Sealed:
    sealed = store.find(wallet_id)
    if sealed is None:
        raise StoreBehind(store.folder)
    check_opens(vault, sealed)
    return sealed


def _take_wrapping(connection: Connection, kept: Sealed) -> None:
    row = model.find_sealed(connection, kept.wallet_id)
    if row is None or (row.address, row.ciphertext) != (kept.address, kept.ciphertext):
        raise WalletConflict(kept.wallet_id)
    model.update_wrapping(connection, kept)

"""Changing the master key: every data key is wrapped anew, in the store and then in the table.

Stop the worker first; a process that goes on with the old key is refused, not harmed. A change that was cut
off anywhere is finished by running it again with the same two keys, and until then both are needed. Each
record tells which version wraps it. The order of steps keeps one rule: what is new reaches the store first,
what is old leaves it last (`vault` reads restored backups by that rule).

Old backups still open with the old key: keep it as safe as they are, or destroy both.
"""

from __future__ import annotations

from sqlalchemy import Connection, Engine

from heitje_chain.db import transaction

from . import model
from .errors import MasterKeyUnchanged, MasterKeyWrong, RotationUnfinished, WalletBroken
from .sealing import MasterKey, Vault
from .store import KeyStore
from .vault import both_check_values, version_of

_ROWS_PER_COMMIT = 200


def rotate(engine: Engine, store: KeyStore, old_master: MasterKey, new_master: MasterKey) -> Vault:
    """Wrap every data key by the new master key and return its vault. Wallet keys are never decrypted.

    Commits as it goes. Does nothing when it was done before.

    Raises:
        MasterKeyUnchanged: the two keys are the same.
        MasterKeyWrong: the old key wraps nothing here.
        RotationUnfinished: a change of other keys was begun; that one must be finished first.
        StoreForeign: the store is another database's.
        WalletBroken, StoreDamaged: a record does not open; what was done stays done.
        StoreUnwritable: run again when there is room.
    """
    with transaction(engine) as connection:
        known = both_check_values(connection, store)
    old, new = _vaults(known, old_master, new_master)
    if old is None:
        return new
    _announce(engine, store, new)
    _rewrap_store(store, old, new)
    while _rewrap_rows(engine, old, new):
        pass
    _finish(engine, store, old, new)
    return new


def _vaults(
    known: dict[int, bytes], old_master: MasterKey, new_master: MasterKey
) -> tuple[Vault | None, Vault]:
    """Return both vaults; no old one when the change was done before."""
    if old_master.check_value(0) == new_master.check_value(0):
        raise MasterKeyUnchanged
    old, new = version_of(old_master, known), version_of(new_master, known)
    if new is not None and set(known) == {new}:
        return None, Vault(new, new_master)
    if old is None:
        raise MasterKeyWrong(min(known, default=0))
    if len(known) > 1 and (new or 0) < old:
        raise RotationUnfinished(min(known), max(known))
    return Vault(old, old_master), Vault(new or old + 1, new_master)


def _announce(engine: Engine, store: KeyStore, new: Vault) -> None:
    """Let both places know the new key; from here on no wallet is made with the old one."""
    check_value = new.master.check_value(new.version)
    store.add_check_value(new.version, check_value)
    with transaction(engine) as connection:
        model.ensure_check_value(connection, new.version, check_value)


def _rewrap_store(store: KeyStore, old: Vault, new: Vault) -> None:
    for wallet_id in sorted(store.wallet_ids()):
        sealed = store.find(wallet_id)
        if sealed is None:
            raise WalletBroken(wallet_id)
        if sealed.master_version != new.version:
            store.replace_wrapping(new.take_over(sealed, old))


def _rewrap_rows(engine: Engine, old: Vault, new: Vault) -> int:
    with transaction(engine) as connection:
        return _rewrap_some(connection, old, new)


def _rewrap_some(connection: Connection, old: Vault, new: Vault) -> int:
    found = model.sealed_by_version(connection, old.version, _ROWS_PER_COMMIT)
    for sealed in found:
        model.update_wrapping(connection, new.take_over(sealed, old))
    return len(found)


def _finish(engine: Engine, store: KeyStore, old: Vault, new: Vault) -> None:
    """Take in the wallets whose creation was under way, then forget the old key."""
    with transaction(engine) as connection:
        model.hold_versions(connection, alone=True)
        _rewrap_store(store, old, new)
        while _rewrap_some(connection, old, new):
            pass
        model.delete_check_value(connection, old.version)
    store.remove_check_value(old.version)

"""The second place keeps a key whole and for good, or says that it did not."""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest

from heitje_chain.custody import model
from heitje_chain.custody.errors import (
    StoreDamaged,
    StoreError,
    StoreUnreadable,
    StoreUnwritable,
    WalletConflict,
    WalletIdInvalid,
)
from heitje_chain.custody.keys import create_wallet
from heitje_chain.custody.sealing import Sealed, Vault
from heitje_chain.custody.store import KeyStore
from heitje_chain.db import transaction
from tests.custody.places import Places, new_master

Trouble = Callable[[KeyStore], AbstractContextManager[None]]

NOBODY = 65534

VAULT = Vault(1, new_master())


def seal(wallet_id: str | None = None, private_key: bytes = b"\x07" * 32) -> Sealed:
    return VAULT.seal(wallet_id or model.new_wallet_id(), private_key, created_at=1_700_000_000)


@contextmanager
def full_disk(_store: KeyStore) -> Iterator[None]:
    """Let no file of this process grow past 100 bytes; a sealed key needs more."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def read_only(store: KeyStore) -> Iterator[None]:
    """Take away the right to write; from root by being nobody for a while."""
    wallets = store.folder / "wallets"
    with ExitStack() as undo:
        change_mode(undo, wallets, 0o555)
        if os.geteuid() == 0:
            for parent in wallets.parents:
                change_mode(undo, parent, parent.stat().st_mode & 0o7777 | 0o011)
            undo.callback(os.seteuid, 0)
            os.seteuid(NOBODY)
        yield


def change_mode(undo: ExitStack, folder: Path, mode: int) -> None:
    before = folder.stat().st_mode & 0o7777
    if mode != before:
        undo.callback(folder.chmod, before)
        folder.chmod(mode)


@contextmanager
def in_the_way(store: KeyStore) -> Iterator[None]:
    """Put a file where the folder was."""
    wallets = store.folder / "wallets"
    aside = wallets.rename(store.folder / "aside")
    wallets.write_text("")
    yield
    wallets.unlink()
    aside.rename(wallets)


def files(store: KeyStore) -> set[str]:
    return {path.name for path in (store.folder / "wallets").iterdir()}


# ---------------------------------------------------------------- adding and finding


def test_add__is_found_again_and_readable_by_the_owner_alone(tmp_path: Path) -> None:
    store, sealed = KeyStore(tmp_path / "keys"), seal()

    assert store.add(sealed) == sealed

    assert store.find(sealed.wallet_id) == sealed
    assert store.wallet_ids() == {sealed.wallet_id}
    path = tmp_path / "keys" / "wallets" / f"{sealed.wallet_id}.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_nlink == 1
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert files(store) == {path.name}


def test_add__of_a_kept_wallet__returns_the_first_and_leaves_its_file(tmp_path: Path) -> None:
    store, first = KeyStore(tmp_path), seal()
    store.add(first)

    assert store.add(seal(first.wallet_id, b"\x08" * 32)) == first

    assert store.find(first.wallet_id) == first
    assert files(store) == {f"{first.wallet_id}.json"}


def test_find__of_an_unknown_wallet__is_none(tmp_path: Path) -> None:
    assert KeyStore(tmp_path / "keys").find(model.new_wallet_id()) is None
    assert KeyStore(tmp_path / "keys").wallet_ids() == set()


@pytest.mark.parametrize("wallet_id", ["", "../escape", "A" * 32, "0" * 32, "f" * 33, "\n" * 32])
def test_an_id_that_is_none__is_refused_before_it_names_a_file(tmp_path: Path, wallet_id: str) -> None:
    with pytest.raises(WalletIdInvalid) as refused:
        KeyStore(tmp_path).find(wallet_id)

    assert str(refused.value) == (f"{wallet_id!r} is no wallet id (a version 4 UUID in 32 hex characters).")


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"wallet_id": 5}', json.dumps({"ciphertext": "no hex"})]
)
def test_find__of_a_damaged_file__names_it(tmp_path: Path, content: str) -> None:
    store, sealed = KeyStore(tmp_path), seal()
    store.add(sealed)
    path = tmp_path / "wallets" / f"{sealed.wallet_id}.json"
    path.write_text(content)

    with pytest.raises(StoreDamaged) as refused:
        store.find(sealed.wallet_id)

    assert str(refused.value) == f"{path} in the key store is not what was written there."


def test_find__of_a_file_under_another_wallets_name__is_refused(tmp_path: Path) -> None:
    store, one, other = KeyStore(tmp_path), seal(), seal()
    store.add(one)
    wallets = tmp_path / "wallets"
    (wallets / f"{one.wallet_id}.json").rename(wallets / f"{other.wallet_id}.json")

    with pytest.raises(StoreDamaged):
        store.find(other.wallet_id)


def test_find__of_an_unreadable_file__tells_why(tmp_path: Path) -> None:
    sealed = seal()
    path = tmp_path / "wallets" / f"{sealed.wallet_id}.json"
    path.mkdir(parents=True)

    with pytest.raises(StoreUnreadable) as refused:
        KeyStore(tmp_path).find(sealed.wallet_id)

    assert str(refused.value) == f"{path} in the key store cannot be read: Is a directory."


def test_replace_wrapping__by_another_key__is_refused(tmp_path: Path) -> None:
    store, first = KeyStore(tmp_path), seal()
    store.add(first)

    with pytest.raises(WalletConflict) as refused:
        store.replace_wrapping(seal(first.wallet_id))

    assert str(refused.value) == (
        f"The database and the key store hold different keys for wallet {first.wallet_id}."
    )
    assert store.find(first.wallet_id) == first


# ---------------------------------------------------------------- troubles


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (full_disk, "The key store {folder} cannot be written: File too large."),
        (read_only, "The key store {folder} cannot be written: Permission denied."),
        (in_the_way, "{folder}/wallets/{id}.json in the key store cannot be read: Not a directory."),
    ],
)
def test_create__when_the_store_cannot_be_written__leaves_no_row_and_no_rest(
    places: Places, trouble: Trouble, sentence: str
) -> None:
    places.create()
    before, wallet_id = files(places.store), model.new_wallet_id()

    with (
        # The caller goes on and commits all the same.
        transaction(places.engine) as connection,
        trouble(places.store),
        pytest.raises(StoreError) as refused,
    ):
        create_wallet(connection, wallet_id, places.vault, places.store)

    assert str(refused.value) == sentence.format(folder=places.store.folder, id=wallet_id)
    assert places.row(wallet_id) is None
    assert files(places.store) == before
    _, address = places.create(wallet_id)
    assert places.copy_of(wallet_id).address == address


def test_replace_wrapping__when_the_disk_is_full__keeps_the_former_file(tmp_path: Path) -> None:
    store, sealed = KeyStore(tmp_path), seal()
    store.add(sealed)
    newer = Vault(2, new_master()).take_over(sealed, VAULT)

    with full_disk(store), pytest.raises(StoreUnwritable):
        store.replace_wrapping(newer)

    assert store.find(sealed.wallet_id) == sealed
    assert files(store) == {f"{sealed.wallet_id}.json"}


# ---------------------------------------------------------------- several processes


def test_add__by_many_threads_at_once__keeps_one_and_gives_it_to_all(tmp_path: Path) -> None:
    store, wallet_id = KeyStore(tmp_path / "keys"), model.new_wallet_id()
    rivals = [seal(wallet_id, bytes([number]) * 32) for number in range(1, 25)]

    with ThreadPoolExecutor(len(rivals)) as pool:
        kept = list(pool.map(store.add, rivals))

    assert kept == [store.find(wallet_id)] * len(rivals)
    assert files(store) == {f"{wallet_id}.json"}

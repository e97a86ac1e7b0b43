"""Either place can be made whole from the other."""

from __future__ import annotations

import shutil

import pytest
from sqlalchemy import delete, update

from heitje_chain.custody import model
from heitje_chain.custody.errors import MasterKeyWrong, StoreBehind, WalletBroken, WalletConflict
from heitje_chain.custody.keys import Signer, sign_digest
from heitje_chain.custody.restore import Restored, refill_store, restore_missing
from heitje_chain.custody.rotation import rotate
from heitje_chain.custody.sealing import Vault
from heitje_chain.db import transaction
from tests.custody.places import Places, new_master

DIGEST = b"\x2a" * 32


def restore(places: Places) -> Restored:
    with transaction(places.engine) as connection:
        return restore_missing(connection, places.vault, places.store)


def refill(places: Places) -> int:
    with transaction(places.engine) as connection:
        return refill_store(connection, places.store, places.master)


def assert_signs(places: Places, keys: dict[str, bytes]) -> None:
    signer = Signer(places.engine, places.vault)
    for wallet_id, private_key in keys.items():
        assert signer.sign(places.rows()[wallet_id], DIGEST) == sign_digest(private_key, DIGEST)
    signer.close()


def test_restore__when_nothing_is_missing__changes_nothing(places: Places) -> None:
    places.create()

    assert restore(places) == Restored(added=(), rewrapped=())


def test_restore__of_an_older_database__brings_the_keys_made_since(places: Places) -> None:
    before = dict(places.create() for _ in range(2))
    with transaction(places.engine) as connection:
        connection.execute(update(model.WALLET).values(state=model.ADMITTED))
    backup = places.back_up_database()
    since = dict(places.create() for _ in range(3))
    keys = {wallet_id: places.private_key(wallet_id) for wallet_id in before | since}
    places.restore_database(backup)
    places.vault = places.verify(places.master)
    assert places.rows() == before

    restored = restore(places)

    assert restored == Restored(added=tuple(sorted(since)), rewrapped=())
    assert places.rows() == before | since
    assert_signs(places, keys)
    assert restore(places) == Restored(added=(), rewrapped=())


def test_restore__of_an_empty_database__brings_all(places: Places) -> None:
    made = dict(places.create() for _ in range(3))
    with transaction(places.engine) as connection:
        for table in (model.WALLET, model.MASTER_KEY):
            connection.execute(delete(table))
    places.vault = places.verify(places.master)

    restore(places)

    assert places.rows() == made
    assert all(places.row(wallet_id) == places.copy_of(wallet_id) for wallet_id in made)


def test_restore__of_a_database_from_before_a_change_of_the_master_key__takes_the_stores_wrapping(
    places: Places,
) -> None:
    before = dict(places.create() for _ in range(2))
    backup = places.back_up_database()
    master = new_master()
    places.vault = rotate(places.engine, places.store, places.master, master)
    since = dict([places.create()])
    keys = {wallet_id: places.private_key(wallet_id) for wallet_id in before | since}
    places.restore_database(backup)

    with pytest.raises(MasterKeyWrong):
        places.verify(places.master)
    places.vault = places.verify(master)
    restored = restore(places)

    assert restored == Restored(added=tuple(since), rewrapped=tuple(sorted(before)))
    assert_signs(places, keys)
    assert places.verify(master).version == 2


def test_restore__when_the_places_disagree__changes_nothing(places: Places) -> None:
    wallet_id, address = places.create()
    other = places.vault.seal(wallet_id, b"\x07" * 32, 0)
    places.vault = rotate(places.engine, places.store, places.master, new_master())
    values = {"address": other.address, "ciphertext": other.ciphertext, "master_version": 1}
    with transaction(places.engine) as connection:
        connection.execute(update(model.WALLET).values(values))

    with pytest.raises(WalletConflict):
        restore(places)

    assert places.rows() == {wallet_id: other.address}
    assert places.copy_of(wallet_id).address == address


def test_restore__when_one_copy_does_not_open__changes_nothing(places: Places) -> None:
    backup = places.back_up_database()
    for _ in range(3):
        places.create()
    places.store.add(Vault(1, new_master()).seal(model.new_wallet_id(), b"\x07" * 32, 0))
    places.restore_database(backup)

    with pytest.raises(WalletBroken):
        restore(places)

    assert places.rows() == {}


def test_refill__of_a_lost_store__writes_every_wallet(places: Places) -> None:
    made = dict(places.create() for _ in range(3))
    copies = {wallet_id: places.copy_of(wallet_id) for wallet_id in made}
    shutil.rmtree(places.store.folder)
    with pytest.raises(StoreBehind):
        places.verify(places.master)

    assert refill(places) == 3

    assert {wallet_id: places.copy_of(wallet_id) for wallet_id in made} == copies
    assert places.verify(places.master).version == 1


def test_refill__of_a_store_from_before_a_change_of_the_master_key__brings_it_up_to_date(
    places: Places,
) -> None:
    made = dict(places.create() for _ in range(2))
    copy = places.folder / "keys-copy"
    shutil.copytree(places.store.folder, copy)
    places.master, former = new_master(), places.master
    places.vault = rotate(places.engine, places.store, former, places.master)
    made |= dict([places.create()])
    shutil.rmtree(places.store.folder)
    copy.rename(places.store.folder)
    with pytest.raises(StoreBehind):
        places.verify(places.master)

    assert refill(places) == 3

    assert places.verify(places.master).version == 2
    assert all(places.copy_of(wallet_id) == places.row(wallet_id) for wallet_id in made)


def test_refill__with_a_wrong_master_key__writes_nothing(places: Places) -> None:
    places.create()
    shutil.rmtree(places.store.folder)
    places.master = new_master()

    with pytest.raises(MasterKeyWrong):
        refill(places)

    assert not places.store.folder.exists()

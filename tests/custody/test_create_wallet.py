"""One id has one key, whatever happens between the store and the database."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from eth_account import Account
from sqlalchemy import select

from heitje_chain.custody import model
from heitje_chain.custody.errors import MasterKeyOutdated, StoreUnwritable, WalletBroken, WalletIdInvalid
from heitje_chain.custody.keys import create_wallet
from heitje_chain.custody.rotation import rotate
from heitje_chain.custody.sealing import Vault
from heitje_chain.db import transaction
from tests.custody.places import Places, new_master, open_places
from tests.custody.processes import ROOT, command


def test_create__keeps_the_same_seal_in_both_places_and_it_signs_for_the_address(places: Places) -> None:
    before = int(time.time())

    wallet_id, address = places.create()

    sealed = places.row(wallet_id)
    assert sealed is not None
    assert sealed == places.copy_of(wallet_id)
    assert sealed.address == address == Account.from_key(places.private_key(wallet_id)).address
    assert before <= sealed.created_at <= time.time()
    with transaction(places.engine) as connection:
        assert connection.execute(select(model.WALLET.c.state)).scalar_one() == "made"


def test_create__again__gives_the_same_address(places: Places) -> None:
    wallet_id, address = places.create()

    assert places.create(wallet_id) == (wallet_id, address)

    assert places.rows() == {wallet_id: address}


def test_create__of_many__gives_each_its_own(places: Places) -> None:
    made = dict(places.create() for _ in range(20))

    assert len(set(made.values())) == 20
    assert places.rows() == made


def test_create__when_rolled_back__finds_its_key_at_the_next_try(places: Places) -> None:
    wallet_id = model.new_wallet_id()
    with places.engine.connect() as connection:
        lost = create_wallet(connection, wallet_id, places.vault, places.store)
        connection.rollback()
    assert places.rows() == {}

    assert places.create(wallet_id) == (wallet_id, lost)


def test_create__when_the_row_is_lost_with_an_old_backup__is_rebuilt_from_the_store(places: Places) -> None:
    backup = places.back_up_database()
    wallet_id, address = places.create()
    sealed = places.row(wallet_id)
    places.restore_database(backup)
    assert places.rows() == {}

    assert places.create(wallet_id) == (wallet_id, address)

    assert places.row(wallet_id) == sealed


def test_create__when_the_kept_copy_does_not_open__writes_no_row(places: Places) -> None:
    wallet_id = model.new_wallet_id()
    places.store.add(Vault(1, new_master()).seal(wallet_id, b"\x07" * 32, 0))

    with pytest.raises(WalletBroken):
        places.create(wallet_id)

    assert places.rows() == {}


def test_create__while_the_stores_disk_is_unmounted__waits_for_it(places: Places) -> None:
    places.create()
    disk = places.store.folder.rename(places.folder / "unmounted")
    places.store.folder.mkdir()
    wallet_id = model.new_wallet_id()

    with pytest.raises(StoreUnwritable) as refused:
        places.create(wallet_id)

    assert str(refused.value) == (
        f"The key store {places.store.folder} cannot be written: "
        "it is empty, as a folder without its disk is."
    )
    assert list(places.store.folder.iterdir()) == []
    places.store.folder.rmdir()
    disk.rename(places.store.folder)
    places.create(wallet_id)
    assert places.row(wallet_id) == places.copy_of(wallet_id)


@pytest.mark.parametrize("wallet_id", ["", "7" * 32, "Ab" * 16, "../../etc/passwd"])
def test_create__with_an_id_that_is_none__writes_nothing(places: Places, wallet_id: str) -> None:
    with (
        transaction(places.engine) as connection,
        pytest.raises(WalletIdInvalid),
    ):
        create_wallet(connection, wallet_id, places.vault, places.store)

    assert places.rows() == {}
    assert places.store.wallet_ids() == set()


def test_create__after_the_master_key_was_changed__is_refused(places: Places) -> None:
    wallet_id, address = places.create()
    rotate(places.engine, places.store, places.master, new_master())

    with pytest.raises(MasterKeyOutdated) as refused:
        places.create()

    assert str(refused.value) == "This process holds master key 1, and master key 2 is needed."
    assert places.rows() == {wallet_id: address}
    assert places.store.wallet_ids() == {wallet_id}


def test_create__by_processes_at_once__gives_one_address(places: Places) -> None:
    wallet_ids = [model.new_wallet_id() for _ in range(10)]
    processes = [
        subprocess.Popen(
            command("tests.custody.create_some", places.folder, *wallet_ids),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(places.master.secret.hex() + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ready\n"

    answers = [process.communicate("go\n")[0].split() for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0]
    assert answers[0] == answers[1] == answers[2]
    assert places.rows() == dict(zip(wallet_ids, answers[0], strict=True))


def test_first_start__twice__agrees_on_master_key_1(tmp_path: Path) -> None:
    master = new_master()

    vaults = [open_places(tmp_path, master).vault for _ in range(2)]

    assert [vault.version for vault in vaults] == [1, 1]

"""kill -9 at every step of the first start, of making a wallet and of changing the master key."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select

from heitje_chain.custody.errors import CustodyError
from heitje_chain.custody.model import WALLET
from heitje_chain.custody.restore import restore_missing
from heitje_chain.custody.rotation import rotate
from heitje_chain.custody.sealing import MasterKey, Vault
from tests.custody.kill_points import WALLET_ID
from tests.custody.places import Places, new_master, open_places, places_in
from tests.custody.processes import ROOT, command
from tests.custody.test_rotation import assert_new_key_alone


@pytest.fixture
def start(tmp_path: Path) -> Places:
    (tmp_path / "start").mkdir()
    return open_places(tmp_path / "start", new_master())


def cut_off(task: str, start: Path, *masters: MasterKey) -> list[Path]:
    """Do the task once per step, each time killed one step later; return the folders that were left."""
    subprocess.run(
        command("tests.custody.kill_points", task, start.parent),
        input="\n".join(master.secret.hex() for master in masters),
        text=True,
        cwd=ROOT,
        check=True,
    )
    return sorted((path for path in start.parent.iterdir() if path != start), key=lambda path: int(path.name))


def test_first_start__killed_at_any_step__is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "start").mkdir()
    master = new_master()

    folders = cut_off("start", tmp_path / "start", master)

    for folder in folders:
        places = open_places(folder, master)
        assert places.vault.version == 1
        assert places.store.check_values() == {1: master.check_value(1)}
        places.engine.dispose()
    assert len(folders) > 10


def test_create__killed_at_any_step__leaves_a_key_that_a_restore_or_the_next_try_finds(start: Places) -> None:
    others = dict(start.create() for _ in range(2))
    start.engine.dispose()

    folders = cut_off("create", start.folder, start.master)

    seen = set()
    for folder in folders:
        places = open_places(folder, start.master)
        kept = places.store.find(WALLET_ID)
        expected = others if kept is None else others | {WALLET_ID: kept.address}
        seen.add((kept is not None, WALLET_ID in places.rows()))
        assert rows_after_a_restore(places) == expected
        _, address = places.create(WALLET_ID)
        assert places.rows() == others | {WALLET_ID: address} == expected | {WALLET_ID: address}
        assert places.vault.open(places.copy_of(WALLET_ID))
        places.engine.dispose()
    # In neither place, in the store alone, in both; never in the table alone.
    assert seen == {(False, False), (True, False), (True, True)}
    assert len(folders) > 15


def rows_after_a_restore(places: Places) -> dict[str, str]:
    """Return wallet id -> address as `restore_missing` would leave them; it is rolled back."""
    with places.engine.connect() as connection:
        restore_missing(connection, places.vault, places.store)
        rows = connection.execute(select(WALLET.c.id, WALLET.c.address)).all()
        connection.rollback()
    return {row.id: row.address for row in rows}


def test_rotate__killed_at_any_step__loses_nothing_and_is_finished_by_running_it_again(start: Places) -> None:
    keys = {wallet_id: start.private_key(wallet_id) for wallet_id, _ in (start.create() for _ in range(5))}
    start.engine.dispose()
    new = new_master()
    vaults = {1: start.vault, 2: Vault(2, new)}

    folders = cut_off("rotate", start.folder, start.master, new)

    stages = []
    for folder in folders:
        places = places_in(folder, start.master)
        for wallet_id, private_key in keys.items():
            row, copy = places.row(wallet_id), places.copy_of(wallet_id)
            assert row is not None
            assert vaults[row.master_version].open(row) == private_key
            assert vaults[copy.master_version].open(copy) == private_key
        stages.append((answer(places, start.master), answer(places, new)))
        assert_new_key_alone(places, rotate(places.engine, places.store, start.master, new), keys)
        places.engine.dispose()

    in_order = [
        ("starts", "MasterKeyWrong"),
        ("RotationUnfinished", "RotationUnfinished"),
        ("MasterKeyWrong", "starts"),
    ]
    assert set(stages) == set(in_order)
    assert stages == sorted(stages, key=in_order.index)
    assert len(folders) > 50


def answer(places: Places, master: MasterKey) -> str:
    """Return how a start with this master key ends."""
    try:
        places.verify(master)
    except CustodyError as error:
        return type(error).__name__
    return "starts"


def test_rotate__killed_again_and_again__comes_to_its_end(start: Places) -> None:
    keys = {wallet_id: start.private_key(wallet_id) for wallet_id, _ in (start.create() for _ in range(5))}
    start.engine.dispose()
    new = new_master()

    folders = cut_off("rotate-on", start.folder, start.master, new)

    places = places_in(folders[-1], start.master)
    assert_new_key_alone(places, Vault(2, new), keys)
    places.engine.dispose()

"""The master key's file is its owner's alone and holds a key, or is refused; a wrong key is told at start."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from heitje_chain.custody.errors import (
    CheckMissing,
    MasterKeyExists,
    MasterKeyExposed,
    MasterKeyMalformed,
    MasterKeyMissing,
    MasterKeyNotOwned,
    MasterKeyWrong,
    StoreBehind,
    StoreDamaged,
    StoreForeign,
)
from heitje_chain.custody.master_key import read_master_key, write_new_master_key
from heitje_chain.custody.sealing import MasterKey
from heitje_chain.db import transaction
from tests.custody.places import Places, new_master, open_places

HEX = "3c" * 32


def key_file(folder: Path, content: str, mode: int = 0o600) -> Path:
    path = folder / "master.key"
    path.write_text(content)
    path.chmod(mode)
    return path


# ---------------------------------------------------------------- the file


@pytest.mark.parametrize("content", [HEX, HEX + "\n", HEX.upper()])
@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_read__32_bytes_in_hex_of_the_owner_alone__is_the_key(
    tmp_path: Path, content: str, mode: int
) -> None:
    assert read_master_key(key_file(tmp_path, content, mode)).secret == bytes.fromhex(HEX)


def test_read__when_missing__names_the_file(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyMissing) as refused:
        read_master_key(tmp_path / "nowhere")

    assert str(refused.value) == (
        f"The master key file {tmp_path}/nowhere cannot be read: No such file or directory."
    )


@pytest.mark.parametrize(
    ("mode", "shown"), [(0o644, "0644"), (0o640, "0640"), (0o602, "0602"), (0o610, "0610")]
)
def test_read__when_others_have_a_right_to_it__tells_the_remedy(
    tmp_path: Path, mode: int, shown: str
) -> None:
    path = key_file(tmp_path, HEX, mode)

    with pytest.raises(MasterKeyExposed) as refused:
        read_master_key(path)

    assert str(refused.value) == (
        f"The master key file {path} is open to others (mode {shown}). Run: chmod 600 {path}"
    )


def test_read__when_another_user_owns_it__names_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = key_file(tmp_path, HEX)
    owner = path.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)

    with pytest.raises(MasterKeyNotOwned) as refused:
        read_master_key(path)

    assert str(refused.value) == (
        f"The master key file {path} belongs to user {owner}, and this process runs as user {owner + 1}."
    )


@pytest.mark.parametrize(
    "content", ["", HEX[:-1], HEX[:-2], HEX + "00", HEX + "\n\n", "0x" + HEX, "g" * 64, "3c" * 5000]
)
def test_read__when_it_holds_something_else__says_what_is_wanted_and_not_what_it_holds(
    tmp_path: Path, content: str
) -> None:
    path = key_file(tmp_path, content)

    with pytest.raises(MasterKeyMalformed) as refused:
        read_master_key(path)

    assert str(refused.value) == (
        f"The master key file {path} does not hold 32 bytes in hex (64 characters)."
    )


def test_read__when_it_is_a_folder__is_refused(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyMissing, match=r"cannot be read: Is a directory\.$"):
        read_master_key(tmp_path)


def test_write__makes_a_file_that_reads_back_and_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "master.key"

    written = write_new_master_key(path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert read_master_key(path).secret == written.secret
    with pytest.raises(MasterKeyExists) as refused:
        write_new_master_key(path)
    assert str(refused.value) == f"There is a file at {path} already; a master key is never written over."
    assert read_master_key(path).secret == written.secret


# ---------------------------------------------------------------- the check at start


def test_verify__at_the_first_start__makes_it_master_key_1_in_both_places(places: Places) -> None:
    assert places.vault.version == 1
    assert places.store.check_values() == {1: places.master.check_value(1)}
    assert places.verify(places.master).version == 1


@pytest.mark.parametrize("with_wallets", [False, True])
def test_verify__with_another_key__is_refused(places: Places, with_wallets: bool) -> None:
    if with_wallets:
        places.create()

    with pytest.raises(MasterKeyWrong) as refused:
        places.verify(new_master())

    assert str(refused.value) == "This is not master key 1, which wraps the wallets' keys."


def test_verify__with_the_right_key__after_a_wrong_one_was_tried__works(places: Places) -> None:
    with pytest.raises(MasterKeyWrong):
        places.verify(new_master())

    assert places.verify(places.master).version == 1


def test_verify__when_the_database_was_lost__is_checked_by_the_store(places: Places) -> None:
    places.create()
    places.engine.dispose()
    for path in places.folder.glob("heitje.db*"):
        path.unlink()

    with pytest.raises(MasterKeyWrong):
        open_places(places.folder, new_master())
    assert open_places(places.folder, places.master).vault.version == 1


def test_verify__when_the_first_start_was_not_committed__begins_where_it_was(places: Places) -> None:
    with transaction(places.engine) as connection:
        connection.exec_driver_sql("DELETE FROM master_key")

    assert places.verify(places.master).version == 1


def test_verify__when_the_store_is_empty__asks_for_its_disk(places: Places) -> None:
    places.create()
    shutil.rmtree(places.store.folder)

    with pytest.raises(StoreBehind) as refused:
        places.verify(places.master)

    assert str(refused.value) == (
        f"The key store {places.store.folder} lacks what the database has. "
        "Is its disk mounted? If it was lost or is an old copy, refill it."
    )
    assert not places.store.folder.exists()


def test_verify__when_the_store_lacks_one_wallet__is_refused(places: Places) -> None:
    places.create()
    wallet_id, _ = places.create()
    (places.store.folder / "wallets" / f"{wallet_id}.json").unlink()

    with pytest.raises(StoreBehind):
        places.verify(places.master)


def test_verify__when_store_and_database_are_of_two_cities__is_refused(
    places: Places, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = open_places(tmp_path_factory.mktemp("other"), new_master())
    places.store = other.store

    for master in (places.master, other.master):
        with pytest.raises(StoreForeign) as refused:
            places.verify(master)
        assert str(refused.value) == (
            f"The key store {other.store.folder} and the database are not of the same Heitje."
        )


def test_verify__when_wallets_have_no_check_value__is_refused_rather_than_founded_anew(
    places: Places,
) -> None:
    places.create()
    places.store.remove_check_value(1)
    with transaction(places.engine) as connection:
        connection.exec_driver_sql("DELETE FROM master_key")

    with pytest.raises(CheckMissing) as refused:
        places.verify(places.master)

    assert str(refused.value) == (
        "There are wallets, but neither the database nor "
        f"{places.store.folder} tells which master key wraps them."
    )


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"check_value": "no hex"}', '{"check_value": 5}'])
def test_verify__when_the_check_value_is_damaged__names_the_file(places: Places, content: str) -> None:
    path = places.store.folder / "master" / "1.json"
    path.write_text(content)

    with pytest.raises(StoreDamaged) as refused:
        places.verify(places.master)

    assert str(refused.value) == f"{path} in the key store is not what was written there."


def test_check_value__differs_by_key_and_version() -> None:
    one, other = MasterKey(b"\x01" * 32), MasterKey(b"\x02" * 32)

    values = [key.check_value(version) for key in (one, other) for version in (1, 2)]

    assert len(set(values)) == 4

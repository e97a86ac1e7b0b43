"""A change of the master key leaves every wallet as it was, under the new key alone, in both places."""

from __future__ import annotations

from pathlib import Path

import pytest

from heitje_chain.custody import rotation
from heitje_chain.custody.errors import (
    MasterKeyOutdated,
    MasterKeyUnchanged,
    MasterKeyWrong,
    RotationUnfinished,
    StoreForeign,
)
from heitje_chain.custody.rotation import rotate
from heitje_chain.custody.sealing import MasterKey, Sealed, Vault
from tests.custody.places import Places, new_master, open_places


def assert_new_key_alone(places: Places, new: Vault, keys: dict[str, bytes]) -> None:
    """Both places open with the new master key, do not with another, and know of no other."""
    check_values = {new.version: new.master.check_value(new.version)}
    assert places.store.check_values() == check_values
    assert places.verify(new.master).version == new.version
    assert places.rows().keys() == places.store.wallet_ids() == keys.keys()
    for wallet_id, private_key in keys.items():
        row = places.row(wallet_id)
        assert row is not None
        for sealed in (row, places.copy_of(wallet_id)):
            assert new.open(sealed) == private_key
            with pytest.raises(MasterKeyOutdated):
                places.vault.open(sealed)
    left = [path.name for path in (places.store.folder / "wallets").iterdir()]
    assert sorted(left) == sorted(f"{wallet_id}.json" for wallet_id in keys)


def wallets(places: Places, number: int) -> dict[str, bytes]:
    return {
        wallet_id: places.private_key(wallet_id) for wallet_id, _ in (places.create() for _ in range(number))
    }


@pytest.mark.parametrize("number", [0, 1, 7])
def test_rotate__leaves_every_wallet_under_the_new_key_alone(
    places: Places, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(rotation, "_ROWS_PER_COMMIT", 3)
    keys = wallets(places, number)

    new = rotate(places.engine, places.store, places.master, new_master())

    assert new.version == 2
    assert_new_key_alone(places, new, keys)


def test_rotate__never_decrypts_a_wallets_key(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    wallet_id, _ = places.create()
    before = places.copy_of(wallet_id)

    def refuse(_vault: Vault, _sealed: Sealed) -> bytes:
        raise AssertionError

    monkeypatch.setattr(Vault, "open", refuse)
    rotate(places.engine, places.store, places.master, new_master())

    after = places.copy_of(wallet_id)
    assert (after.ciphertext, after.nonce) == (before.ciphertext, before.nonce)
    assert after.wrapped_key != before.wrapped_key


def test_rotate__again_and_again__counts_the_versions(places: Places) -> None:
    keys = wallets(places, 2)
    master = places.master

    for version in (2, 3, 4):
        following = new_master()
        new = rotate(places.engine, places.store, master, following)
        assert new.version == version
        master = following

    assert_new_key_alone(places, new, keys)


def test_rotate__when_done__does_nothing_more(places: Places) -> None:
    keys = wallets(places, 2)
    new = rotate(places.engine, places.store, places.master, new_master())
    copies = {wallet_id: places.copy_of(wallet_id) for wallet_id in keys}

    again = rotate(places.engine, places.store, places.master, new.master)

    assert (again.version, again.master) == (2, new.master)
    assert {wallet_id: places.copy_of(wallet_id) for wallet_id in keys} == copies


def test_rotate__to_the_same_key__is_refused(places: Places) -> None:
    with pytest.raises(MasterKeyUnchanged) as refused:
        rotate(places.engine, places.store, places.master, MasterKey(places.master.secret))

    assert str(refused.value) == "The new master key is the same as the old one."


def test_rotate__from_a_wrong_key__changes_nothing(places: Places) -> None:
    keys = wallets(places, 1)

    with pytest.raises(MasterKeyWrong) as refused:
        rotate(places.engine, places.store, new_master(), new_master())

    assert str(refused.value) == "This is not master key 1, which wraps the wallets' keys."
    assert places.verify(places.master).version == 1
    assert {wallet_id: places.private_key(wallet_id) for wallet_id in keys} == keys


def test_rotate__with_another_citys_store__is_refused(places: Places, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = open_places(tmp_path / "other", new_master())

    with pytest.raises(StoreForeign):
        rotate(places.engine, other.store, places.master, new_master())


@pytest.fixture
def half_way(places: Places, monkeypatch: pytest.MonkeyPatch) -> tuple[Places, MasterKey, dict[str, bytes]]:
    """Stop a change after the store was done and before the table was."""
    keys, new = wallets(places, 3), new_master()

    def stop(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rotation, "_rewrap_rows", stop)
        with pytest.raises(KeyboardInterrupt):
            rotate(places.engine, places.store, places.master, new)
    return places, new, keys


def test_half_way__neither_key_alone_is_enough_to_start(
    half_way: tuple[Places, MasterKey, dict[str, bytes]],
) -> None:
    places, new, _ = half_way

    for master in (places.master, new):
        with pytest.raises(RotationUnfinished) as refused:
            places.verify(master)
        assert str(refused.value) == (
            "The change from master key 1 to 2 is not finished. Run it again with those two keys."
        )


def test_half_way__no_wallet_is_made_with_the_old_key(
    half_way: tuple[Places, MasterKey, dict[str, bytes]],
) -> None:
    places, _, keys = half_way

    with pytest.raises(MasterKeyOutdated):
        places.create()

    assert places.rows().keys() == places.store.wallet_ids() == keys.keys()


def test_half_way__other_keys_and_the_two_in_reverse_are_refused(
    half_way: tuple[Places, MasterKey, dict[str, bytes]],
) -> None:
    places, new, _ = half_way

    for old_master, new_master_ in ((places.master, new_master()), (new, new_master()), (new, places.master)):
        with pytest.raises(RotationUnfinished):
            rotate(places.engine, places.store, old_master, new_master_)
    with pytest.raises(MasterKeyWrong):
        rotate(places.engine, places.store, new_master(), new)


def test_half_way__again_with_both_keys__finishes(
    half_way: tuple[Places, MasterKey, dict[str, bytes]],
) -> None:
    places, new, keys = half_way

    assert_new_key_alone(places, rotate(places.engine, places.store, places.master, new), keys)


def test_half_way__with_a_database_from_before__finishes(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys, backup = wallets(places, 2), places.back_up_database()
    new = new_master()
    rotate(places.engine, places.store, places.master, new)
    places.restore_database(backup)

    assert_new_key_alone(places, rotate(places.engine, places.store, places.master, new), keys)

"""A backup is taken while the service runs, and is of one moment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

import pytest

from heitje_chain.backup.errors import BackupRunning, FileTaken, RotationUnderWay
from heitje_chain.custody.errors import StoreBehind
from heitje_chain.custody.master_key import read_master_key
from heitje_chain.custody.store import KeyStore
from heitje_chain.payments.service import PAYMENT_INTENT
from tests.service.dying import KILLED, end_of, forked
from tests.service.town import Person, Town

from .place import IDENTITY, back_up, check, content, die_at, new_machine, restore


@contextmanager
def writing(town: Town, anna: Person, shop: Person) -> Iterator[None]:
    """Have two clients pay and the worker work, all the time."""
    enough, code = Event(), town.code_of(shop)

    def pay() -> None:
        while not enough.is_set() and town.spendable(anna) > 1_00:
            town.post(anna, "/payments", {"code": code, "cents": 1})

    def work() -> None:
        while not enough.is_set():
            town.worker.round()

    with ThreadPoolExecutor(3) as pool:
        busy = [pool.submit(one) for one in (pay, pay, work)]
        try:
            yield
        finally:
            enough.set()
        for one in busy:
            one.result()


def test_backup__while_others_write__is_of_one_moment(
    town: Town, anna: Person, shop: Person, tmp_path: Path
) -> None:
    town.worker.round()
    with writing(town, anna, shop):
        taken = [back_up(town, tmp_path / f"{number}.age") for number in range(6)]

    seen = []
    for number, one in enumerate(taken):
        machine = new_machine(town, tmp_path / f"machine-{number}", store_survived=False)
        restore(machine, one.file)  # which verifies the journal and the audit log
        found = {name: [json.loads(line) for line in lines] for name, lines in content(machine).items()}
        payments = {row[0] for row in found["payment"]}
        pay = {row[0] for row in found["intent"] if row[1] == PAYMENT_INTENT}
        assert pay == payments, "a payment and its intent are one commit"
        seen.append(len(payments))
    assert seen == sorted(seen)
    assert seen[-1] > seen[0], "they were writing"
    assert town.differences() == ()


def test_backup__taken__is_read_by_its_owner_alone_and_leaves_nothing_else(
    town: Town, anna: Person, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    taken = back_up(town, folder / "backup.age")

    assert [path.name for path in folder.iterdir()] == ["backup.age"]
    assert taken.file.stat().st_mode & 0o777 == 0o600
    assert taken.bytes == taken.file.stat().st_size
    manifest = check(taken.file).manifest
    assert manifest == taken.manifest
    assert (manifest.chain_id, manifest.genesis_hash) == (town.record.chain_id, town.record.genesis_hash)
    whole = str(content(town)).encode()
    assert b"Anna Jansen" in whole
    assert b"Anna Jansen" not in taken.file.read_bytes()
    for secret in (town.config.master_key_file.read_text().strip(), str(IDENTITY)):
        assert secret.encode() not in whole


def test_backup__over_a_file__is_refused(town: Town, tmp_path: Path) -> None:
    town.work()
    file = tmp_path / "backup.age"
    file.write_text("mine")
    with pytest.raises(FileTaken):
        back_up(town, file)
    assert file.read_text() == "mine"
    (tmp_path / "link.age").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileTaken):
        back_up(town, tmp_path / "link.age")


def test_backup__of_the_same_name_at_once__is_one(town: Town, tmp_path: Path) -> None:
    from heitje_chain.backup.taking import take_backup

    town.work()
    file, begun, go_on = tmp_path / "backup.age", Event(), Event()

    def wait(_: str) -> None:
        begun.set()
        assert go_on.wait(60)

    first = Thread(target=take_backup, args=(town.engine, town.config, file, [IDENTITY.to_public()], wait))
    first.start()
    assert begun.wait(60)
    with pytest.raises(BackupRunning):
        back_up(town, file)
    go_on.set()
    first.join(60)
    assert check(file).manifest.wallets == 0


@pytest.mark.parametrize("step", [1, 4, "wallet keys"])
def test_backup__when_killed__leaves_no_backup_and_the_next_try_makes_one(
    town: Town, anna: Person, tmp_path: Path, step: int | str
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    file = folder / "backup.age"

    assert end_of(forked(town, back_up_and_die, town, file, step)) == KILLED
    assert [path.name for path in folder.iterdir()] == [".backup.age.unfinished"]
    assert b"Anna" not in (folder / ".backup.age.unfinished").read_bytes()

    back_up(town, file)
    assert [path.name for path in folder.iterdir()] == ["backup.age"]
    assert check(file).manifest.wallets == 1


def back_up_and_die(town: Town, file: Path, step: int | str) -> None:
    from heitje_chain.backup.taking import take_backup
    from heitje_chain.db import open_engine

    engine = open_engine(town.config.database_url)
    take_backup(engine, town.config, file, [IDENTITY.to_public()], die_at(step))


def test_backup__while_the_master_key_is_changed__is_refused(
    town: Town, anna: Person, tmp_path: Path
) -> None:
    store = KeyStore(town.config.key_store)
    store.add_check_value(2, read_master_key(town.config.master_key_file).check_value(2))
    with pytest.raises(RotationUnderWay):
        back_up(town, tmp_path / "backup.age")
    assert not (tmp_path / "backup.age").exists()


def test_backup__when_the_second_store_is_not_mounted__is_refused(
    town: Town, anna: Person, tmp_path: Path
) -> None:
    town.config = replace(town.config, key_store=tmp_path / "empty")
    with pytest.raises(StoreBehind):
        back_up(town, tmp_path / "backup.age")
    assert list(tmp_path.glob("*.age")) == []

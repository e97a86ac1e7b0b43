"""A restore writes over nothing, and is all or nothing however it ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyrage.x25519 import Identity
from typer.testing import CliRunner

from heitje_chain.backup.errors import BackupDamaged, BackupUnopened, PlaceTaken
from heitje_chain.backup.restoring import check_backup, restore_backup
from heitje_chain.backup.taking import Taken
from heitje_chain.cli import app
from heitje_chain.config import Config
from heitje_chain.custody.keys import create_wallet
from heitje_chain.custody.master_key import read_master_key, write_new_master_key
from heitje_chain.custody.rotation import rotate
from heitje_chain.custody.store import KeyStore
from heitje_chain.custody.vault import verify_master_key
from heitje_chain.db import open_engine, transaction, upgrade
from tests.databases import new_database
from tests.service.dying import KILLED, end_of, forked
from tests.service.town import Person, Town

from .place import IDENTITY, back_up, check, content, die_at, new_machine, restore


@pytest.fixture
def taken(town: Town, anna: Person, tmp_path: Path) -> Taken:
    return back_up(town, tmp_path / "backup.age")


@pytest.fixture
def machine(town: Town, taken: Taken, tmp_path: Path) -> Config:
    return new_machine(town, tmp_path / "new", store_survived=False)


@pytest.mark.parametrize("step", ["wallet keys", "deployment.json", "block", "sending_account", "wallet"])
def test_restore__when_killed__is_finished_by_the_next_try(
    town: Town, taken: Taken, machine: Config, step: str
) -> None:
    before = content(town)

    assert end_of(forked(town, restore_and_die, machine, taken.file, step)) == KILLED
    assert content(machine) == {}, "nothing of the database"

    assert restore(machine, taken.file).rows == sum(map(len, before.values()))
    assert content(machine) == before


def restore_and_die(machine: Config, file: Path, step: str) -> None:
    restore_backup(open_engine(machine.database_url), machine, check(file), [IDENTITY], die_at(step))


def test_restore__into_a_database_that_is_used__is_refused(taken: Taken, machine: Config) -> None:
    engine = open_engine(machine.database_url)
    upgrade(engine)
    engine.dispose()
    before = content(machine)
    with pytest.raises(
        PlaceTaken, match=r"is not empty\. Restore into a new one: stop the service, and move"
    ):
        restore(machine, taken.file)
    assert content(machine) == before
    assert not machine.key_store.exists()


def test_restore__beside_another_deployments_record__is_refused(taken: Taken, machine: Config) -> None:
    other = check(taken.file).record.model_copy(update={"chain_id": 5})
    other.write(machine.deployment_record)
    before = machine.deployment_record.read_text()
    with pytest.raises(PlaceTaken, match="tells of other contracts than the backup does"):
        restore(machine, taken.file)
    assert machine.deployment_record.read_text() == before


def test_restore__beside_a_file_that_is_no_record__is_refused(taken: Taken, machine: Config) -> None:
    machine.deployment_record.write_text("my notes")
    with pytest.raises(PlaceTaken):
        restore(machine, taken.file)
    assert machine.deployment_record.read_text() == "my notes"


def test_restore__beside_another_heitjes_keys__is_refused(
    taken: Taken, machine: Config, tmp_path: Path
) -> None:
    other = replace(machine, database_url=new_database(tmp_path))
    engine = open_engine(other.database_url)
    upgrade(engine)
    with transaction(engine) as connection:
        key = write_new_master_key(tmp_path / "other.key")
        verify_master_key(connection, KeyStore(machine.key_store), key)
    engine.dispose()
    with pytest.raises(PlaceTaken, match="holds other keys than the backup does: it is another Heitje's"):
        restore(machine, taken.file)
    assert content(machine) == {}


def test_restore__beside_a_store_that_was_sealed_anew_since__keeps_it(
    town: Town, taken: Taken, tmp_path: Path
) -> None:
    """The database has the wallets under the former master key; the worker's start brings them along."""
    store = KeyStore(town.config.key_store)
    new_key = write_new_master_key(tmp_path / "second.key")
    rotate(town.engine, store, read_master_key(town.config.master_key_file), new_key)
    kept = [store.find(one) for one in store.wallet_ids()]
    machine = new_machine(town, tmp_path / "new")

    assert restore(machine, taken.file).keys_added == 0
    assert [store.find(one) for one in store.wallet_ids()] == kept
    assert store.check_values().keys() == {2}
    with transaction(open_engine(machine.database_url)) as connection:
        assert verify_master_key(connection, store, new_key).version == 2


def test_restore__beside_a_store_that_survived__names_the_wallets_made_since(
    town: Town, taken: Taken, tmp_path: Path
) -> None:
    worker = town.worker
    with transaction(town.engine) as connection:
        create_wallet(connection, "1" * 12 + "4111" + "8" + "1" * 15, worker.vault, worker.store)
    machine = new_machine(town, tmp_path / "new")

    restored = restore(machine, taken.file)

    assert (restored.keys_added, restored.newer_wallets) == (0, ("1" * 12 + "4111" + "8" + "1" * 15,))


def test_backup__changed_between_check_and_restore__is_refused_and_nothing_stays(
    town: Town, taken: Taken, machine: Config, tmp_path: Path
) -> None:
    contents = check(taken.file)
    town.resident("Bilal")
    later = back_up(town, tmp_path / "later.age")
    taken.file.write_bytes(later.file.read_bytes())
    engine = open_engine(machine.database_url)
    with pytest.raises(BackupDamaged, match="it changed while it was read"):
        restore_backup(engine, machine, contents, [IDENTITY])
    engine.dispose()
    assert content(machine) == {}


def test_check__with_another_identity__does_not_open(taken: Taken) -> None:
    with pytest.raises(BackupUnopened):
        check_backup(taken.file, [Identity.generate()])


# ---------------------------------------------------------------- the commands


def test_commands__make_check_and_restore_a_backup(
    town: Town, anna: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner, key, file = CliRunner(), str(tmp_path / "backup.key"), str(tmp_path / "backup.age")
    monkeypatch.setenv("HEITJE_HOME", str(town.config.home))
    monkeypatch.setenv("HEITJE_DATABASE_URL", town.config.database_url)
    monkeypatch.setenv("HEITJE_RPC_URL", town.url)
    monkeypatch.setenv("HEITJE_DEPLOYMENT_RECORD", str(town.config.deployment_record))
    recipient = runner.invoke(app, ["keys", "new-identity", key]).output.splitlines()[-1]
    nobody = runner.invoke(app, ["backup", file])
    assert (nobody.exit_code, "Nobody could open this backup" in nobody.output) == (1, True)
    (tmp_path / "recipients").write_text(recipient)
    monkeypatch.setenv("HEITJE_BACKUP_RECIPIENTS", str(tmp_path / "recipients"))

    made = runner.invoke(app, ["backup", file])
    assert made.exit_code == 0, made.output
    assert runner.invoke(app, ["backup", file]).exit_code == 1
    checked = runner.invoke(app, ["restore", file, "--identity", key, "--check"])
    assert (checked.exit_code, "backup.age is whole: " in checked.output) == (0, True)
    taken = runner.invoke(app, ["restore", file, "--identity", key])
    assert (taken.exit_code, "is not empty. Restore into a new one" in taken.output) == (1, True)

    before, machine = content(town), new_machine(town, tmp_path / "new", store_survived=False)
    monkeypatch.setenv("HEITJE_HOME", str(machine.home))
    monkeypatch.setenv("HEITJE_DATABASE_URL", machine.database_url)
    monkeypatch.delenv("HEITJE_DEPLOYMENT_RECORD")
    restored = runner.invoke(app, ["restore", file, "--identity", key])
    assert restored.exit_code == 0, restored.output
    assert "1. `heitje worker --adopt-nonce`, once" in restored.output
    assert content(machine) == before | {"backup_taken": []}  # a backup does not know of itself

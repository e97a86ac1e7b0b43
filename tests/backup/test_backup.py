"""What is in a backup, and that it comes back as it was."""

from __future__ import annotations

from pathlib import Path

from heitje_chain.custody.store import KeyStore
from tests.service.town import Person, Town

from .place import back_up, content, new_machine, restore


def test_restore__on_an_empty_machine__brings_every_row_and_key_back(
    town: Town, partner: Person, anna: Person, shop: Person, tmp_path: Path
) -> None:
    town.paid(anna, shop, 4_00)
    before = content(town)
    taken = back_up(town, tmp_path / "backup.age")
    machine = new_machine(town, tmp_path / "new", store_survived=False)

    restored = restore(machine, taken.file)

    assert content(machine) == before
    assert restored.rows == sum(map(len, before.values())) == sum(taken.manifest.tables.values())
    old, new = KeyStore(town.config.key_store), KeyStore(machine.key_store)
    wallets = old.wallet_ids()
    assert new.wallet_ids() == wallets
    assert [new.find(one) for one in wallets] == [old.find(one) for one in wallets]
    assert (new.check_values(), restored.keys_added) == (old.check_values(), 2)
    assert machine.deployment_record.read_text() == town.config.deployment_record.read_text()

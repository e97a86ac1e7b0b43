"""Taking a town's backup and putting it back on a machine of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pyrage.x25519 import Identity
from sqlalchemy import Connection, Table

from heitje_chain.backup import rows
from heitje_chain.backup.restoring import Contents, Restored, check_backup, restore_backup
from heitje_chain.backup.taking import Taken, take_backup
from heitje_chain.chain.contracts import Contracts
from heitje_chain.chain.sender import SendingKeyUsedElsewhere
from heitje_chain.config import Config
from heitje_chain.db import open_engine, reading
from heitje_chain.worker import open_worker
from tests.databases import new_database
from tests.engine.dying_worker import die
from tests.http.apps import app_of
from tests.http.client import client
from tests.service.town import Town

IDENTITY = Identity.generate()


def back_up(town: Town, file: Path) -> Taken:
    return take_backup(town.engine, town.config, file, [IDENTITY.to_public()])


def check(file: Path) -> Contents:
    return check_backup(file, [IDENTITY])


def restore(config: Config, file: Path) -> Restored:
    engine = open_engine(config.database_url)
    try:
        return restore_backup(engine, config, check(file), [IDENTITY])
    finally:
        engine.dispose()


def new_machine(town: Town, home: Path, *, store_survived: bool = True) -> Config:
    """An empty machine to which the master key was brought; the second store lies on a disk of its own."""
    home.mkdir()
    shutil.copy(town.config.master_key_file, home / "master.key")
    return replace(
        town.config,
        home=home,
        database_url=new_database(home, tables=False),
        deployment_record=home / "deployment.json",
        master_key_file=home / "master.key",
        key_store=town.config.key_store if store_survived else home / "keys",
        sender_key_file=home / "sender.key",
        webhook_key_file=home / "webhook.key",
    )


def content(config_or_town: Config | Town) -> dict[str, list[bytes]]:
    """Return table -> lines of its rows, as a backup would have them; without a restore's own mark."""
    config = config_or_town.config if isinstance(config_or_town, Town) else config_or_town
    engine = open_engine(config.database_url)
    with reading(engine) as connection:
        found = lines_of(connection, rows.tables_of(connection))
    engine.dispose()
    if "notice" in found:
        found["notice"] = [line for line in found["notice"] if not line.startswith(b'["restored"')]
    return found


def lines_of(connection: Connection, tables: Iterable[Table]) -> dict[str, list[bytes]]:
    return {
        table.name: [line for part, _ in rows.dumped(connection, table) for line in part.splitlines()[1:]]
        for table in tables
    }


@dataclass
class NewTown(Town):
    """The town after its machine was lost: the same people and tokens, on what was restored."""

    def __post_init__(self) -> None:
        self.engine = open_engine(self.config.database_url)
        self.contracts = Contracts(self.record)
        app = app_of(self.engine, self.contracts, self.config)
        self.http = client(app)
        with pytest.raises(SendingKeyUsedElsewhere):
            open_worker(self.config)
        self._worker = open_worker(self.config, adopt_nonce=True)


def after_the_loss(town: Town, machine: Config, file: Path) -> NewTown:
    """Restore on the new machine; the old one is never asked again."""
    town.engine.dispose()
    restore(machine, file)
    return NewTown(town.url, town.record, machine, town.secrets)


def die_at(step: int | str) -> Callable[[str], None]:
    """Return what kills this process when it is told of this, or when it is told so often."""
    told: list[str] = []

    def tell(what: str) -> None:
        told.append(what)
        if step in (what, len(told)):
            die()

    return tell

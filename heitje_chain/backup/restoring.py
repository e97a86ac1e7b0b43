"""Putting a backup back, in an empty place.

First the whole file is read and checked, and compared with what is there; until then nothing is written. Then
come the keys, the deployment record and, in one transaction, the database: tables as they were, their rows,
the steps to today's tables, and the proofs. A key or a record that is there already and says the same is
kept, so a restore that was cut off anywhere is finished by running it again; and a second store that survived
the machine stays as it is, newer keys and all.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from pyrage.x25519 import Identity
from sqlalchemy import Connection, Engine, Table, inspect

from heitje_chain.audit import service as audit
from heitje_chain.audit.rules import Head
from heitje_chain.chain.deployment import DeploymentRecord, DeploymentRecordError, read_deployment_record
from heitje_chain.config import Config
from heitje_chain.custody.sealing import Sealed
from heitje_chain.custody.store import KeyStore, sealed_from
from heitje_chain.db import knows_revision, transaction, upgrade_within
from heitje_chain.ledger.verification import unbalanced
from heitje_chain.notices import service as notices
from heitje_chain.webhooks import sealing
from heitje_chain.webhooks.errors import WebhookKeyUnusable

from . import rows
from .archive import read_archive
from .errors import BackupDamaged, BackupForeign, PlaceTaken
from .manifest import NAME, Manifest, PartLog, read_manifest
from .taking import CHECK_VALUES, DEPLOYMENT, TABLES, WALLETS, WEBHOOK_KEY, Tell


@dataclass(frozen=True)
class Contents:
    """A backup that was read to its end and is whole; keys are sealed."""

    file: Path
    manifest: Manifest
    record: DeploymentRecord
    wallets: dict[str, Sealed]
    check_values: dict[int, bytes]
    webhook_key: bytes | None = field(repr=False)
    """Opens webhooks' secrets; None when there was none."""


@dataclass(frozen=True)
class Restored:
    rows: int
    keys_added: int
    """To the second store, which lacked them."""
    newer_wallets: tuple[str, ...]
    """Ids in the second store that the backup does not know: made since."""


def check_backup(file: Path, identities: list[Identity], tell: Tell = lambda _: None) -> Contents:
    """Read a backup to its end and hold every part against the manifest; nothing is written.

    Raises:
        BackupUnopened, BackupDamaged, BackupForeign
    """
    reading = _Reading(file, tell)
    read_archive(file, identities, reading.take)
    return reading.contents()


def restore_backup(
    engine: Engine,
    config: Config,
    contents: Contents,
    identities: list[Identity],
    tell: Tell = lambda _: None,
) -> Restored:
    """Put back what `check_backup` found.

    Raises:
        PlaceTaken: something is there that would be written over, or does not belong to this backup.
        BackupDamaged: the file changed since, or its journal or audit log does not hold.
        StoreError, OSError, SQLAlchemyError: run it again when that is mended.
    """
    store = KeyStore(config.key_store)
    _check_place(engine, config, contents)
    missing = _missing_keys(store, contents)

    # Keys first: a store must never be behind the database (`custody.vault`).
    tell("wallet keys")
    if not store.check_values():
        for version, check_value in contents.check_values.items():
            store.add_check_value(version, check_value)
    for sealed in missing:
        store.add(sealed)
    if contents.webhook_key is not None:
        sealing.keep(config.webhook_key_file, contents.webhook_key)
    tell(DEPLOYMENT)
    if not config.deployment_record.exists():
        contents.record.write(config.deployment_record)
    with transaction(engine) as connection:
        restored = _restore_tables(connection, contents, identities, tell)
    newer = sorted(store.wallet_ids() - contents.wallets.keys())
    return Restored(restored, len(missing), tuple(newer))


# ---------------------------------------------------------------- what is there


def _check_place(engine: Engine, config: Config, contents: Contents) -> None:
    with transaction(engine) as connection:
        tables = inspect(connection).get_table_names()
    if tables:
        raise PlaceTaken(
            f"The database {engine.url.render_as_string()} is not empty. Restore into a new one: stop the "
            "service, and move this one away or let HEITJE_DATABASE_URL name another."
        )
    path = config.deployment_record
    if path.exists() and not _is_record(path, contents.record):
        raise PlaceTaken(
            f"{path} tells of other contracts than the backup does. Move it away if the backup is right."
        )
    _check_webhook_key(config.webhook_key_file, contents.webhook_key)


def _check_webhook_key(path: Path, key: bytes | None) -> None:
    if key is None or not path.exists():
        return
    try:
        there = sealing.sealer_at(path, may_make=False).key
    except WebhookKeyUnusable as error:
        raise PlaceTaken(str(error)) from None
    if there != key:
        raise PlaceTaken(
            f"{path} is another key than the one that seals webhooks' secrets in the backup. Move it away."
        )


def _is_record(path: Path, record: DeploymentRecord) -> bool:
    try:
        return read_deployment_record(path) == record
    except DeploymentRecordError:
        return False


def _missing_keys(store: KeyStore, contents: Contents) -> list[Sealed]:
    """Return the backup's keys that the store lacks.

    Raises:
        PlaceTaken: the store is of another Heitje, or only a part of this one's.
    """
    there = store.check_values()
    if any(
        there[version] != contents.check_values[version] for version in there & contents.check_values.keys()
    ):
        raise _foreign(store)
    missing = []
    for wallet_id, sealed in contents.wallets.items():
        kept = store.find(wallet_id)
        if kept is None:
            missing.append(sealed)
        elif (kept.address, kept.ciphertext) != (sealed.address, sealed.ciphertext):
            raise _foreign(store)
    if there and missing and there != contents.check_values:
        raise PlaceTaken(
            f"The key store {store.folder} was sealed with another master key since, and lacks wallets that "
            "the backup has. Find the rest of it, or move it away to go on without what was made since."
        )
    return missing


def _foreign(store: KeyStore) -> PlaceTaken:
    return PlaceTaken(
        f"The key store {store.folder} holds other keys than the backup does: it is another Heitje's. Let "
        "HEITJE_KEY_STORE name this one's, or a new folder."
    )


# ---------------------------------------------------------------- the tables


def _restore_tables(
    connection: Connection, contents: Contents, identities: list[Identity], tell: Tell
) -> int:
    upgrade_within(connection, contents.manifest.revision)
    tables = rows.tables_of(connection)
    filling = _Filling(connection, contents, {one.name: one for one in tables}, tell)
    read_archive(contents.file, identities, filling.take)
    rows.set_sequences(connection, tables)
    upgrade_within(connection, "head")
    notices.begin_anew(connection)

    head = Head(contents.manifest.audit_records, contents.manifest.audit_head)
    faults = [*audit.verify(connection, head), *map(str, unbalanced(connection))]
    if faults:
        raise BackupDamaged(contents.file, faults[0])
    return filling.restored


@dataclass
class _Filling:
    """Takes a backup's parts a second time, and puts the tables' rows where they belong."""

    connection: Connection
    contents: Contents
    tables: dict[str, Table]
    tell: Tell
    restored: int = 0
    _next: int = 0
    _telling: str = ""

    def __post_init__(self) -> None:
        self._there = rows.laid_down(self.connection, list(self.tables.values()))

    def take(self, name: str, content: bytes) -> None:
        if name == NAME:
            return
        expected = self.contents.manifest.parts[self._next]
        self._next += 1
        if (name, hashlib.sha256(content).hexdigest()) != (expected.name, expected.sha256):
            raise BackupDamaged(self.contents.file, "it changed while it was read")
        if name.startswith(TABLES):
            table = table_of(name)
            if table not in self.tables:
                raise BackupDamaged(self.contents.file, f"it has rows of {table}, of which there is no table")
            if table != self._telling:
                self.tell(table)
                self._telling = table
            self.restored += rows.insert_part(
                self.connection, self.tables[table], content, self._there[table]
            )


def table_of(part: str) -> str:
    """Return whose rows a part of this name holds."""
    return part.removeprefix(TABLES).rpartition("-")[0]


# ---------------------------------------------------------------- reading


def _key_in(content: bytes) -> bytes:
    """Raises:
    ValueError
    """
    key = bytes.fromhex(content.decode("ascii"))
    if len(key) != 32:
        raise ValueError(len(key))
    return key


@dataclass
class _Reading:
    """Takes a backup's parts once: keeps the small ones, and hashes all."""

    file: Path
    tell: Tell
    _log: PartLog = field(default_factory=PartLog)
    _manifest: Manifest | None = None
    _record: DeploymentRecord | None = None
    _wallets: dict[str, Sealed] = field(default_factory=dict)
    _check_values: dict[int, bytes] = field(default_factory=dict)
    _webhook_key: bytes | None = None

    def take(self, name: str, content: bytes) -> None:
        if self._manifest is not None:
            raise BackupDamaged(self.file, "something follows its end")
        self.tell(name)
        lines = content.splitlines()
        rows_in = max(len(lines) - 1, 0) if name.startswith(TABLES) else len(lines)
        try:
            if name == NAME:
                self._manifest = read_manifest(content)
            elif name == DEPLOYMENT:
                self._record, rows_in = DeploymentRecord.model_validate_json(content), 0
            elif name == CHECK_VALUES:
                found = map(json.loads, lines)
                self._check_values = {int(one["version"]): bytes.fromhex(one["check_value"]) for one in found}
            elif name == WEBHOOK_KEY:
                self._webhook_key = _key_in(content)
            elif name.startswith(WALLETS):
                sealed = (sealed_from(json.loads(line)) for line in lines)
                self._wallets |= {one.wallet_id: one for one in sealed}
        except (KeyError, TypeError, ValueError):
            raise BackupDamaged(self.file, f"{name[:80]} does not say what it should") from None
        if name != NAME:
            self._log.add(name, content, rows_in)

    def contents(self) -> Contents:
        """Raises:
        BackupDamaged, BackupForeign
        """
        manifest, record = self._manifest, self._record
        if manifest is None or record is None:
            raise BackupDamaged(self.file, "it has no manifest that this version reads, or no record")
        if manifest.parts != tuple(self._log.parts) or manifest.wallets != len(self._wallets):
            raise BackupDamaged(self.file, "its parts are not those that its manifest names")
        counts = dict.fromkeys(manifest.tables, 0)
        for part in manifest.parts:
            if part.name.startswith(TABLES):
                counts[table_of(part.name)] = counts.get(table_of(part.name), 0) + part.rows
        if counts != dict(manifest.tables):
            raise BackupDamaged(self.file, "its tables do not have the rows that its manifest names")
        if not knows_revision(manifest.revision):
            raise BackupForeign(self.file, manifest.version, manifest.revision)
        return Contents(self.file, manifest, record, self._wallets, self._check_values, self._webhook_key)

"""Taking a backup while the service runs.

The order makes it whole. First a transaction is opened that sees the database as it is at one moment, then
the second store is read: a wallet's key is in the store before its row is committed and never leaves it, so
every wallet of the database is in the backup. A key more than the database has does no harm; the worker
makes it a row again. A change of the master key would mix two keys, so it is waited for.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pyrage.x25519 import Recipient
from sqlalchemy import Connection, Engine, func, select

from heitje_chain import __version__
from heitje_chain.audit import service as audit
from heitje_chain.chain.deployment import DeploymentRecord, read_deployment_record
from heitje_chain.chain.model import BLOCK
from heitje_chain.config import Config
from heitje_chain.custody import model as custody
from heitje_chain.custody.errors import StoreBehind
from heitje_chain.custody.store import KeyStore, content_of
from heitje_chain.db import reading, revision_of, transaction
from heitje_chain.webhooks.errors import WebhookKeyMissing
from heitje_chain.webhooks.sealing import sealer_at

from . import rows
from .archive import Part, write_archive
from .errors import BackupRunning, FileTaken, RotationUnderWay
from .manifest import CONTENTS, FORMAT, Manifest, PartLog
from .model import BACKUP_TAKEN

DEPLOYMENT = "deployment.json"
TABLES = "tables/"
WALLETS = "keys/wallets-"
CHECK_VALUES = "keys/master.jsonl"
WEBHOOK_KEY = "keys/webhook.key"

Tell = Callable[[str], None]

_WALLETS_PER_PART = 1000


@dataclass(frozen=True)
class Taken:
    file: Path
    sha256: str
    """Of the file, in hex: keep it apart from the file, since anybody can encrypt to a recipient."""
    bytes: int
    manifest: Manifest


def take_backup(
    engine: Engine, config: Config, file: Path, recipients: list[Recipient], tell: Tell = lambda _: None
) -> Taken:
    """Write a backup; the file appears whole or not at all, and only its owner can read it.

    Killed on its way, it leaves a `.NAME.unfinished` beside it, encrypted too, which the next try replaces.

    Args:
        recipients: who will be able to open it; not empty.
        tell: told of each table before it is written.

    Raises:
        FileTaken, BackupRunning, RotationUnderWay
        StoreBehind, StoreUnreadable, StoreDamaged: the second store is not whole, so no backup can be.
        WebhookKeyUnusable: the key that opens webhooks' secrets is damaged, or not its owner's alone.
        DeploymentRecordError
        SQLAlchemyError, OSError: nothing was kept.
    """
    record = read_deployment_record(config.deployment_record)
    manifests: list[Manifest] = []
    with _unfinished(file) as unfinished, reading(engine) as connection:
        parts = _parts(connection, config, record, tell, manifests.append)
        sha256 = write_archive(parts, recipients, unfinished)
        size = unfinished.tell()
    return Taken(file, sha256, size, manifests[0])


def note(engine: Engine, taken: Taken) -> None:
    """Have the database know that this backup was taken; the backup itself cannot say so.

    Raises:
        SQLAlchemyError: it was taken all the same.
    """
    with transaction(engine) as connection:
        connection.execute(
            BACKUP_TAKEN.insert().values(
                taken_at=taken.manifest.taken_at, sha256=taken.sha256, bytes=taken.bytes
            )
        )


def newest_taken_at(connection: Connection) -> int | None:
    """Return of which moment the newest backup is, UTC seconds; None when none was taken."""
    newest: int | None = connection.scalar(select(func.max(BACKUP_TAKEN.c.taken_at)))
    return newest


def _parts(
    connection: Connection,
    config: Config,
    record: DeploymentRecord,
    tell: Tell,
    done: Callable[[Manifest], None],
) -> Iterator[Part]:
    log = PartLog()
    # The first question is what fixes the moment that all others see.
    revision = revision_of(connection)
    wallets = custody.versions_by_wallet(connection)
    if len(custody.check_values(connection)) > 1:
        raise RotationUnderWay
    counts = {}
    for table in rows.tables_of(connection):
        tell(table.name)
        counts[table.name] = 0
        for number, (content, count) in enumerate(rows.dumped(connection, table), 1):
            counts[table.name] += count
            yield log.add(f"{TABLES}{table.name}-{number:05}.jsonl", content, count)

    tell("wallet keys")
    kept = yield from _keys(KeyStore(config.key_store), log, wallets.keys())
    yield from _webhook_key(config.webhook_key_file, log)
    yield log.add(DEPLOYMENT, record.model_dump_json(indent=1).encode() + b"\n", 0)

    head = audit.head(connection)
    newest = connection.execute(
        select(BLOCK.c.number, BLOCK.c.timestamp).order_by(BLOCK.c.number.desc()).limit(1)
    ).first()
    manifest = Manifest(
        format=FORMAT,
        contents=CONTENTS,
        version=__version__,
        revision=revision or "",
        taken_at=int(time.time()),
        chain_id=record.chain_id,
        genesis_hash=record.genesis_hash,
        network=record.network,
        block=newest.number if newest else None,
        block_time=newest.timestamp if newest else None,
        audit_records=head.number,
        audit_head=head.hash,
        tables=counts,
        wallets=kept,
        parts=tuple(log.parts),
    )
    done(manifest)
    yield manifest.as_part()


def _keys(store: KeyStore, log: PartLog, in_database: Collection[str]) -> Generator[Part, None, int]:
    check_values = store.check_values()
    if len(check_values) > 1:
        raise RotationUnderWay
    if not check_values and in_database:
        raise StoreBehind(store.folder)
    wallets = sorted(store.wallet_ids())
    if set(in_database) - set(wallets):
        raise StoreBehind(store.folder)

    lines: list[bytes] = []
    for number, wallet_id in enumerate(wallets, 1):
        sealed = store.find(wallet_id)
        if sealed is None:
            raise StoreBehind(store.folder)
        lines.append(json.dumps(content_of(sealed)).encode() + b"\n")
        if len(lines) == _WALLETS_PER_PART or number == len(wallets):
            yield log.add(f"{WALLETS}{number:07}.jsonl", b"".join(lines), len(lines))
            lines = []

    if store.check_values() != check_values:  # they were wrapped anew while we read
        raise RotationUnderWay
    masters = [
        {"version": version, "check_value": value.hex()} for version, value in sorted(check_values.items())
    ]
    content = b"".join(json.dumps(master).encode() + b"\n" for master in masters)
    yield log.add(CHECK_VALUES, content, len(masters))
    return len(wallets)


def _webhook_key(path: Path, log: PartLog) -> Iterator[Part]:
    """It was there before the first secret was. Once lost, what it sealed is lost, backup or not."""
    try:
        key = sealer_at(path, may_make=False).key
    except WebhookKeyMissing:
        return
    yield log.add(WEBHOOK_KEY, key.hex().encode() + b"\n", 1)


@contextmanager
def _unfinished(file: Path) -> Iterator[IO[bytes]]:
    """Give a file beside `file` that takes its name once it is written and fsynced."""
    if file.exists() or file.is_symlink():
        raise FileTaken(file)
    path = file.parent / f".{file.name}.unfinished"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as unfinished:
        try:
            fcntl.flock(unfinished, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupRunning(file) from None
        try:
            unfinished.truncate()
            os.fchmod(unfinished.fileno(), 0o600)
            yield unfinished
            unfinished.flush()
            os.fsync(unfinished.fileno())
            try:
                file.hardlink_to(path)
            except FileExistsError:
                raise FileTaken(file) from None
        finally:
            path.unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

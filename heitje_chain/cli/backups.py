"""`heitje backup`, `heitje restore` and `heitje keys new-identity`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .operate import config_of_environment, service_refusals
from .refusals import plain_refusals

if TYPE_CHECKING:
    from heitje_chain.backup.manifest import Manifest
    from heitje_chain.backup.restoring import Contents
    from heitje_chain.config import Config


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; never one that is there.")],
    recipient: Annotated[
        list[str] | None,
        typer.Option(help="age1..., who will be able to open it; can be given more than once."),
    ] = None,
) -> None:
    """Write one encrypted file with all that a new machine needs; the service can go on meanwhile.

    In it: the database, the sealed wallet keys of the second store, the deployment record. Never in it: the
    master key, the sending account's key, officers' keys; keep copies of those elsewhere. Who can open it is
    told by --recipient and by the file that HEITJE_BACKUP_RECIPIENTS names, a recipient a line.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from heitje_chain.backup.identity import recipients_of
    from heitje_chain.backup.taking import note, take_backup
    from heitje_chain.db import open_engine

    with _backup_refusals():
        config = config_of_environment()
        recipients = recipients_of(recipient or (), config.backup_recipients)
        engine = open_engine(config.database_url)
        with _progress() as tell:
            taken = take_backup(engine, config, file.absolute(), recipients, tell)
        typer.echo(f"{file}: {_summary(taken.manifest)}, {_size(taken.bytes)}.")
        typer.echo(f"SHA-256 {taken.sha256}; keep it apart from the file.")
        try:
            note(engine, taken)
        except SQLAlchemyError:
            typer.echo("It is good, but the database could not note it: HeitjeBackupOld may ring.", err=True)


def restore(
    file: Annotated[Path, typer.Argument(help="What `heitje backup` wrote.")],
    identity: Annotated[Path, typer.Option(help="The file of `heitje keys new-identity` that opens it.")],
    check: Annotated[
        bool, typer.Option("--check", help="Only read it and tell whether it is whole.")
    ] = False,
) -> None:
    """Put a backup back on an empty machine.

    Put the master key and the sending account's key where they were, and let HEITJE_KEY_STORE name the second
    store if that survived: it has the keys made since. Nothing that is there is written over. A restore that
    was cut off is finished by running it again.
    """
    from heitje_chain.backup.identity import read_identities
    from heitje_chain.backup.restoring import check_backup, restore_backup
    from heitje_chain.db import open_engine

    with _backup_refusals():
        config = config_of_environment()
        identities = read_identities(identity)
        with _progress() as tell:
            contents = check_backup(file, identities, tell)
        if check:
            typer.echo(f"{file} is whole: {_summary(contents.manifest)}.")
            return
        with _progress() as tell:
            restored = restore_backup(open_engine(config.database_url), config, contents, identities, tell)
        typer.echo(f"Restored {_summary(contents.manifest)}. Journal and audit log hold.")
        kept = f"{restored.keys_added} wallet keys were put into {config.key_store}"
        if restored.newer_wallets:
            kept += f"; it has {len(restored.newer_wallets)} more, made since"
        typer.echo(f"{kept}.")
        _tell_next(config, contents)


def new_identity(
    file: Annotated[Path, typer.Argument(help="The file to make, on another machine than the service's.")],
) -> None:
    """Make an identity that opens backups, and show the recipient that `heitje backup` needs."""
    from heitje_chain.backup.identity import write_new_identity

    with _backup_refusals():
        recipient = write_new_identity(file)
    typer.echo(f"{file} opens the backups made for this recipient. Keep a copy where no backup is.")
    typer.echo(recipient)


def check_keys() -> None:
    """Tell whether every wallet on the chain can be signed with; exits 1 with a line for each that cannot.

    After a restore: let the worker catch up first.
    """
    from heitje_chain.backup.keyless import keyless_wallets
    from heitje_chain.db import open_engine, reading

    with _backup_refusals(), reading(open_engine(config_of_environment().database_url)) as connection:
        found = keyless_wallets(connection)
    for one in found:
        typer.echo(str(one))
    if found:
        typer.echo(f"Error: {len(found)} wallets have no key here.", err=True)
        raise typer.Exit(1)
    typer.echo("Every wallet on the chain has its key here.")


# ---------------------------------------------------------------- details


def _tell_next(config: Config, contents: Contents) -> None:
    from heitje_chain.custody.errors import MasterKeyError
    from heitje_chain.custody.master_key import read_master_key
    from heitje_chain.custody.store import KeyStore
    from heitje_chain.custody.vault import version_of

    steps = []
    needed = KeyStore(config.key_store).check_values()
    try:
        if needed and version_of(read_master_key(config.master_key_file), needed) is None:
            steps.append(
                f"{config.master_key_file} is not the master key that sealed the wallets: replace it."
            )
    except MasterKeyError as error:
        steps.append(f"{error} Put the master key there; without it no wallet signs.")
    steps += [
        "`heitje worker --adopt-nonce`, once, when nobody else has the sending account's key: it takes in "
        "what the chain knows and the backup does not.",
        "`heitje reconcile`, until it finds no difference; `heitje keys check`, for wallets without a key.",
        "`heitje serve`. Whoever was added or given a token since the backup is added again: docs/backup.md.",
    ]
    typer.echo("\nWhat is next:")
    for number, step in enumerate(steps, 1):
        typer.echo(f"{number}. {step}")


def _summary(manifest: Manifest) -> str:
    taken = f"{datetime.fromtimestamp(manifest.taken_at, UTC):%Y-%m-%d %H:%M} UTC"
    block = "before any block" if manifest.block is None else f"at block {manifest.block}"
    rows, tables = sum(manifest.tables.values()), len(manifest.tables)
    return (
        f"{rows} rows of {tables} tables and {manifest.wallets} wallet keys, of {taken}, "
        f"{block} of chain {manifest.chain_id}"
    )


def _size(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB" if count >= 100_000 else f"{count / 1_000:.1f} kB"


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Show on a terminal what is being done; a program reads only what comes out."""
    from rich.console import Console

    console = Console(stderr=True)
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with console.status("Beginning") as status:
        yield lambda what: status.update(what)


@contextmanager
def _backup_refusals() -> Iterator[None]:
    from sqlalchemy.exc import OperationalError

    from heitje_chain.backup.errors import BackupError
    from heitje_chain.webhooks.errors import WebhookKeyUnusable

    with service_refusals(), plain_refusals(BackupError, WebhookKeyUnusable):
        try:
            yield
        except OperationalError as error:
            typer.echo(f"Error: The database cannot be used: {error.orig}", err=True)
            raise typer.Exit(1) from None

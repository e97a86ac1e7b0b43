"""`heitje devnet`: a chain of one's own."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from heitje_chain.chain import devnet
from heitje_chain.config import from_environment

from .refusals import EXIT_CODES, plain_refusals

devnet_app = typer.Typer(no_args_is_help=True, epilog=EXIT_CODES, rich_markup_mode=None)


@devnet_app.command(epilog=EXIT_CODES)
def start(
    port: Annotated[
        int | None,
        typer.Option(
            min=1, max=65535, help="Refused when taken. Default: as last time, else 8545, else a free one."
        ),
    ] = None,
    block_time: Annotated[int, typer.Option(min=1, max=3600, help="Seconds from block to block.")] = 1,
) -> None:
    """Start the chain; the first time, deploy the contracts too.

    It runs in the background and only this machine can reach it. It goes on where it was when it stopped;
    after a crash, at most some seconds before.
    """
    with plain_refusals(devnet.DevnetRefusal):
        state = devnet.start(_home(), port, block_time, typer.echo)
        typer.echo(f"\nThe other heitje commands find it by themselves, at {state.rpc_url}.")
        typer.echo("Look at it with `heitje devnet status`, end it with `heitje devnet stop`.")


@devnet_app.command(epilog=EXIT_CODES)
def stop() -> None:
    """Save the state and stop; fine to call when nothing runs."""
    with plain_refusals(devnet.DevnetRefusal):
        devnet.stop(_home(), typer.echo)


@devnet_app.command(epilog=EXIT_CODES)
def status(
    as_json: Annotated[bool, typer.Option("--json", help="For programs; nothing else is printed.")] = False,
) -> None:
    """Tell what runs, where, how far the chain is and what is on disk.

    The exit code is 0 whether it runs or not; programs read "running" in the JSON.
    """
    with plain_refusals(devnet.DevnetRefusal):
        found = devnet.status(_home())
        if as_json:
            typer.echo(json.dumps(dataclasses.asdict(found), indent=1))
            return
        for name, value in _rows(found):
            typer.echo(f"{name:<10} {value}")


@devnet_app.command(epilog=EXIT_CODES)
def reset(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Stop, and remove the chain for good.

    The record of its contracts goes too. Nothing else in the home is touched. The next start begins another
    chain.
    """
    with plain_refusals(devnet.DevnetRefusal):
        home = _home()
        if devnet.require_removable(home) and not yes:
            typer.echo(
                f"This removes {home / 'devnet'} and {home / 'deployment.json'}: every coin on it is gone."
            )
            if not _agreed("Remove them?"):
                raise typer.Exit(1)
        devnet.reset(home, typer.echo)


def _home() -> Path:
    return from_environment().home


def _agreed(question: str) -> bool:
    try:
        agreed = typer.confirm(question)
    except typer.Abort:
        typer.echo()
        agreed = False
    if not agreed:
        typer.echo("Error: Nothing was removed, because nobody agreed; --yes does not ask.", err=True)
    return agreed


def _rows(found: devnet.Status) -> Iterator[tuple[str, str]]:
    since = (
        f" since {datetime.fromisoformat(found.started_at):%Y-%m-%d %H:%M:%S} UTC" if found.started_at else ""
    )
    yield "Devnet", f"{found.phase}{since}"
    if found.trouble:
        yield "Trouble", found.trouble
    yield "Home", found.home
    if found.rpc_url:
        yield "Address", found.rpc_url
    if found.supervisor_pid or found.anvil_pid:
        restarts = f"; Anvil died and was restarted {found.restarts}x" if found.restarts else ""
        yield (
            "Processes",
            f"supervisor {found.supervisor_pid or '-'}, Anvil {found.anvil_pid or '-'}{restarts}",
        )
    if found.genesis_hash:
        yield "Chain", f"{found.chain_id}, genesis {found.genesis_hash}"
    if found.head_block is not None:
        yield "Head", f"block {found.head_block}"
    if found.snapshot_block is not None:
        size = (found.snapshot_bytes or 0) / 1_000_000
        age = _age(found.snapshot_age_seconds or 0)
        yield "Snapshot", f"block {found.snapshot_block}, {age} ago, {size:.1f} MB"
    yield (
        "Contracts",
        {
            "none": "not deployed",
            "matches": f"deployed on this chain, see {found.deployment_record}",
            "of another chain": f"{found.deployment_record} tells of another chain",
            "unreadable": f"{found.deployment_record} is no record of a devnet",
        }[found.deployment],
    )


def _age(seconds: float) -> str:
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"

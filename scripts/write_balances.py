"""Write down what every participant has, for a move to new contracts (docs/moving.md).

ape run write_balances --network http://127.0.0.1:8545 --to balances.csv
"""

from __future__ import annotations

from pathlib import Path

import click
from ape.cli import ConnectedProviderCommand, network_option

from heitje_chain.chain.deployment import read_deployment_record
from heitje_chain.money import to_euros
from scripts._deployment import commands
from scripts._deployment.balances import balances_at, head, write


@click.command(cls=ConnectedProviderCommand)
@network_option()
@commands.record_option
@click.option(
    "--to",
    "path",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="A new file, which is written as CSV.",
)
@click.option(
    "--block",
    type=click.IntRange(min=0),
    help="Of which block; the node must keep its state. Default: the newest.",
)
@commands.plain_errors
def cli(record: Path, path: Path, block: int | None) -> None:
    """Write down every wallet's coins at one block, what of them is frozen, and who is blocked.

    Nothing is written unless all of it together is the supply.
    """
    if path.exists():
        raise click.ClickException(f"{path} is there already: name a new file.")
    recorded = read_deployment_record(record)
    at = head() if block is None else block
    found = balances_at(recorded, at)
    write(path, at, found)
    together = sum(one.cents for one in found)
    blocked = sum(one.status == "blocked" for one in found)
    click.echo(
        f"Block {at}: {len(found)} participants have {to_euros(together)} Heitjes; {blocked} of them are "
        f"blocked. The list is {path}."
    )

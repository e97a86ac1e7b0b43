"""Deploy all contracts and give the officers their roles.

ape run deploy --network ethereum:local:foundry
"""

from __future__ import annotations

import time
from pathlib import Path

import click
from ape import networks
from ape.cli import ConnectedProviderCommand, network_option

from scripts._deployment import commands
from scripts._deployment.deploying import deploy
from scripts._deployment.keys import paying_account
from scripts._deployment.network_file import read_network_file
from scripts._deployment.roles import read_role_table


@click.command(cls=ConnectedProviderCommand)
@network_option()
@commands.params_option
@commands.record_option
@click.option("--replace", is_flag=True, help="Write over the record of an earlier deployment.")
@commands.plain_errors
def cli(params: Path, record: Path, replace: bool) -> None:
    """Deploy all contracts, wire the roles, and write the record.

    The key that pays comes from HEITJE_DEPLOYER_KEY_FILE or HEITJE_DEPLOYER_KEY; on a devnet the first test
    account is used. It keeps no role.
    """
    if record.exists() and not replace:
        raise click.ClickException(
            f"{record} tells of an earlier deployment. Move it, or give --replace to forget that deployment."
        )
    roles = read_role_table(commands.ROLE_TABLE)
    network = read_network_file(params, roles)
    started = time.monotonic()

    def say(step: str) -> None:
        click.echo(f"[{time.monotonic() - started:4.0f} s] {step}")

    written = deploy(record.stem, network, roles, paying_account(), say)
    written.write(record)
    click.echo(f"Deployed on chain {written.chain_id}. The record is {record}.")
    if getattr(networks.provider, "process", None) is not None:
        click.echo("No node was running: this chain was started for the command and is gone when it ends.")
    for name, contract in written.contracts.items():
        click.echo(f"  {name:<20} {contract.address}")
    for name, officer in written.officers.items():
        click.echo(f"  {name:<20} {officer.account}  {', '.join(officer.roles)}")

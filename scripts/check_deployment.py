"""Compare the chain with the record of a deployment.

ape run check_deployment --network ethereum:local:http://127.0.0.1:8545
"""

from __future__ import annotations

from pathlib import Path

import click
from ape.cli import ConnectedProviderCommand, network_option

from heitje_chain.chain.deployment import read_deployment_record
from scripts._deployment import commands
from scripts._deployment.checking import differences
from scripts._deployment.roles import read_role_table


@click.command(cls=ConnectedProviderCommand)
@network_option()
@commands.record_option
@commands.plain_errors
def cli(record: Path) -> None:
    """Compare the chain with the record: code, wiring, parameters, roles, delays, payments, verifiers.

    Exit code 0 when the chain is as recorded; 1 with one line for each difference.
    """
    recorded = read_deployment_record(record)
    roles = read_role_table(commands.ROLE_TABLE)
    found = list(differences(recorded, roles))
    for difference in found:
        click.echo(difference)
    if found:
        raise click.ClickException(
            f"{len(found)} differences between chain {recorded.chain_id} and {record}."
        )
    click.echo(
        f"Chain {recorded.chain_id} is as {record} says: {len(recorded.contracts)} contracts, "
        f"{len(recorded.officers)} officers, {len(roles.roles)} roles, {len(roles.functions)} functions."
    )

"""Bring the roles on the chain to what the network's file says.

ape run grant_roles --network ethereum:local:http://127.0.0.1:8545
"""

from __future__ import annotations

from pathlib import Path

import click
from ape.cli import ConnectedProviderCommand, network_option

from heitje_chain.chain.deployment import read_deployment_record
from scripts._deployment import commands
from scripts._deployment.chain import require_recorded_chain
from scripts._deployment.granting import bring_about, updated_record
from scripts._deployment.keys import paying_account
from scripts._deployment.network_file import read_network_file
from scripts._deployment.roles import read_role_table


@click.command(cls=ConnectedProviderCommand)
@network_option()
@commands.params_option
@commands.record_option
@commands.plain_errors
def cli(params: Path, record: Path) -> None:
    """Give and take roles until the chain is as the network's file says, by acts of the admin.

    The admin's key comes from HEITJE_ADMIN_KEY_FILE or HEITJE_ADMIN_KEY. The admin acts with a delay: the
    first run schedules, a run after the delay carries out, any further run finds nothing to do. An officer
    whose signer changed in the file gets a new account, and the old one loses its roles.
    """
    recorded = read_deployment_record(record)
    require_recorded_chain(recorded)
    roles = read_role_table(commands.ROLE_TABLE)
    payer = paying_account()
    wanted = updated_record(recorded, read_network_file(params, roles), payer, click.echo)
    # Before anything is given: an account that was just deployed must not be forgotten.
    wanted.write(record)
    outcome = bring_about(wanted, roles, payer, click.echo)
    if outcome.scheduled or outcome.waiting:
        click.echo("Run this again when the delay is over.")
    elif outcome.carried_out == 0:
        click.echo(f"Nothing to do: the roles are as {params} says.")

"""Options that the scripts share, and how they fail: one sentence and exit code 1, no trace."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import click
from ape.logging import LogLevel, logger

from heitje_chain.chain.deployment import DeploymentRecordError

from .balances import BalancesDiffer
from .chain import WrongChain
from .deploying import DeploymentFailed
from .keys import KeyMissing
from .network_file import NetworkFileError

P = ParamSpec("P")
R = TypeVar("R")

SCRIPTS = Path(__file__).resolve().parent.parent
ROLE_TABLE = SCRIPTS / "roles.json"

params_option = click.option(
    "--params",
    type=click.Path(dir_okay=False, path_type=Path),
    default=SCRIPTS / "networks" / "local.toml",
    help="What is decided about this network. Default: scripts/networks/local.toml.",
)

record_option = click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="HEITJE_DEPLOYMENT_RECORD",
    default=SCRIPTS.parent / "deployments" / "local.json",
    help="Where the deployment is recorded. Default: HEITJE_DEPLOYMENT_RECORD, or deployments/local.json.",
)


def plain_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what a person can mend into one sentence."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            # ape tells of every transaction; the scripts say in their own words what they do.
            with logger.at_level(LogLevel.WARNING):
                return command(*args, **kwargs)
        except (
            BalancesDiffer,
            DeploymentFailed,
            DeploymentRecordError,
            KeyMissing,
            NetworkFileError,
            WrongChain,
        ) as error:
            raise click.ClickException(str(error)) from None

    return run

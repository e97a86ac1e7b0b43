"""`heitje demo` and `heitje reconcile`."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Annotated

import typer

from .operate import config_of_environment, service_refusals
from .refusals import plain_refusals


def demo(
    home: Annotated[
        Path, typer.Option(help="The folder that it writes; an earlier demo there is removed.")
    ] = Path("var/demo"),
    stay: Annotated[
        bool, typer.Option(help="Leave it running until Ctrl-C; go on with an earlier demo if there is one.")
    ] = False,
) -> None:
    """Replay the pilot, until the books close.

    A chain, the contracts, 4 partners, 18 merchants, 60 residents, 143 jobs and one payout, through the API
    as clients would use it. About a minute; what it wrote stays in the folder.
    """
    from rich.console import Console

    from heitje_chain.chain.devnet import DevnetRefusal
    from heitje_chain.client import ClientError
    from heitje_chain.db import DatabaseUnusable
    from heitje_chain.demo.city import DemoRefused, running
    from heitje_chain.demo.story import FINISHED, replay

    # Ended from outside, it still ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    console = Console()
    folder = home.absolute()
    with plain_refusals(DemoRefused, ClientError, DevnetRefusal, DatabaseUnusable):
        if stay and (folder / FINISHED).exists():
            with running(folder, typer.echo) as city:
                _stay(city.url, folder)
            return
        with replay(folder, console) as city:
            if stay:
                _stay(city.url, folder)


def reconcile() -> None:
    """Compare chain, books and bank at one block.

    Exits 0 when all is equal, and 1 with a line for each difference. It asks the database and the node
    itself, so that an auditor need not trust a running service. The worker must have read the chain; it need
    not run.
    """
    from heitje_chain.chain.contracts import Contracts
    from heitje_chain.chain.deployment import read_deployment_record
    from heitje_chain.chain.node import Node
    from heitje_chain.db import open_engine, upgrade
    from heitje_chain.reconcile import service

    with service_refusals():
        config = config_of_environment()
        contracts = Contracts(read_deployment_record(config.deployment_record))
        engine = open_engine(config.database_url)
        upgrade(engine)
        report = service.confirmed(engine, Node(config.rpc_url), contracts)
        for line in service.equation(report):
            typer.echo(line)
        for difference in report.differences:
            typer.echo(f"DIFFERS {difference['en']}")
        if not report.is_equal:
            typer.echo(
                f"Error: {len(report.differences)} differences at block {report.block_number}.", err=True
            )
            raise typer.Exit(1)
        typer.echo(f"Equal on the chain, in the books and at the bank, at block {report.block_number}.")


def _stay(url: str, folder: Path) -> None:
    from heitje_chain.demo.city import TOKENS

    stop = Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    pages = url.replace("127.0.0.1", "localhost")
    typer.echo(f"\nHeitje runs: choose who you are at {pages}/demo")
    typer.echo(f"Its API is described at {url}/api/docs.")
    typer.echo(f"Officers' access tokens are in {folder / TOKENS}.")
    typer.echo(f"`HEITJE_HOME={folder} heitje reconcile` compares the books. Ctrl-C ends it.")
    while not stop.wait(1):
        continue

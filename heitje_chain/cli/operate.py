"""`heitje serve`, `worker`, `db`, `keys` and `token`: running the service.

What a command needs it imports itself: the web and chain libraries take seconds to load, and `heitje devnet`
and `heitje --help` need none of them.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from heitje_chain import logs
from heitje_chain.chain import devnet
from heitje_chain.config import Config, from_environment

from .refusals import EXIT_CODES, plain_refusals

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = logging.getLogger(__name__)

MetricsPort = Annotated[
    int | None,
    typer.Option(
        min=1, max=65535, help="Answer Prometheus at http://127.0.0.1:PORT/metrics; not at all without it."
    ),
]
Format = Annotated[
    Literal["json", "text"] | None,
    typer.Option("--log-format", help="Of log lines: text on a terminal, else JSON, unless told."),
]
Level = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR"], typer.Option("--log-level", help="From where on to log.")
]

db_app = typer.Typer(no_args_is_help=True, epilog=EXIT_CODES, rich_markup_mode=None)
keys_app = typer.Typer(no_args_is_help=True, epilog=EXIT_CODES, rich_markup_mode=None)
token_app = typer.Typer(no_args_is_help=True, epilog=EXIT_CODES, rich_markup_mode=None)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    metrics_port: MetricsPort = None,
    log_format: Format = None,
    log_level: Level = "INFO",
) -> None:
    """Serve the pages and the API, described at /api/docs. It holds no key: run `heitje worker` beside it."""
    from heitje_chain.app import create_app
    from heitje_chain.chain.contracts import Contracts
    from heitje_chain.chain.deployment import read_deployment_record
    from heitje_chain.chain.devnet.node import CHAIN_ID as DEVNET_CHAIN_ID
    from heitje_chain.db import open_engine, upgrade
    from heitje_chain.desks import origins
    from heitje_chain.http.limits import MOST_HEADER_BYTES
    from heitje_chain.http.serving import run
    from heitje_chain.mail.postman import Server
    from heitje_chain.operations.exposition import expose
    from heitje_chain.operations.figures.collectors import ServeFigures
    from heitje_chain.operations.situation import limits_of

    logs.set_up(log_format, log_level)
    with service_refusals():
        config = config_of_environment()
        contracts = Contracts(read_deployment_record(config.deployment_record))
        if contracts.chain_id != DEVNET_CHAIN_ID:
            origins.check(config.origin, config.approve_origin)
        if config.mail_server:
            Server.of(config.mail_server)
        engine = open_engine(config.database_url)
        upgrade(engine)
        app = create_app(engine, contracts, config, deliver_webhooks=True)
        if metrics_port is not None:
            expose(metrics_port, ServeFigures(engine, config, limits_of(config, contracts.record)))
        run(
            app,
            host=host,
            port=port,
            log_config=None,
            log_level="warning",
            access_log=False,  # http/requests.py has a line of its own
            http="h11",  # bounds the request's line and headers by the next
            h11_max_incomplete_event_size=MOST_HEADER_BYTES,
            proxy_headers=bool(config.trusted_proxies),
            forwarded_allow_ips=config.trusted_proxies,
        )


def worker(
    adopt_nonce: Annotated[
        bool,
        typer.Option(
            help="Go on from the chain's nonce when it is ahead: only after restoring a backup, and only "
            "when nobody else has the sending key."
        ),
    ] = False,
    metrics_port: MetricsPort = None,
    log_format: Format = None,
    log_level: Level = "INFO",
) -> None:
    """Do the work: make wallets, send to the chain, follow it. Runs until it is stopped."""
    from heitje_chain.operations.exposition import expose
    from heitje_chain.operations.figures.collectors import WorkerFigures
    from heitje_chain.worker import open_worker

    logs.set_up(log_format, log_level)
    stop = Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    with service_refusals():
        config = config_of_environment()
        running = open_worker(config, adopt_nonce=adopt_nonce)
        if metrics_port is not None:
            expose(metrics_port, WorkerFigures(running.engine, config))
        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        if sys.stdout.isatty():
            typer.echo("The worker runs. Ctrl-C ends it.")
        log.info("worker_started")
        running.run(stop)
        log.info("worker_stopped")


@db_app.command("upgrade", epilog=EXIT_CODES)
def upgrade_database() -> None:
    """Bring the tables to what this version needs."""
    from heitje_chain.db import open_engine, upgrade

    with service_refusals():
        config = config_of_environment()
        upgrade(open_engine(config.database_url))
        typer.echo("The database is up to date.")


@keys_app.command("new", epilog=EXIT_CODES)
def new_key() -> None:
    """Make the master key, once, where HEITJE_MASTER_KEY_FILE says."""
    from heitje_chain.custody.master_key import write_new_master_key

    with service_refusals():
        path = config_of_environment().master_key_file
        path.parent.mkdir(parents=True, exist_ok=True)
        write_new_master_key(path)
        typer.echo(f"The master key is in {path}. Keep a copy where no copy of the database is.")


@keys_app.command("rotate", epilog=EXIT_CODES)
def rotate(
    new: Annotated[Path, typer.Argument(help="The file of the new master key; it is made when missing.")],
) -> None:
    """Seal every wallet's key with a new master key. Stop the worker first; run it again if it is cut off."""
    from heitje_chain.custody.master_key import read_master_key, write_new_master_key
    from heitje_chain.custody.rotation import rotate as rotate_master_key
    from heitje_chain.custody.store import KeyStore
    from heitje_chain.db import open_engine, upgrade

    with service_refusals():
        config = config_of_environment()
        old_master = read_master_key(config.master_key_file)
        new_master = read_master_key(new) if new.exists() else write_new_master_key(new)
        engine = open_engine(config.database_url)
        upgrade(engine)
        rotate_master_key(engine, KeyStore(config.key_store), old_master, new_master)
        typer.echo(
            f"Every wallet's key is sealed with {new}. Let HEITJE_MASTER_KEY_FILE name it from now on."
        )


@token_app.command(epilog=EXIT_CODES)
def create(
    holder: Annotated[str, typer.Argument(help="Who will hold it.")],
    role: Annotated[str, typer.Option(help="Such as registrar, treasurer, partner or resident.")],
    subject: Annotated[
        str | None,
        typer.Option(help="The participant's id; an officer's name when it is not the role's."),
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option(help="Less than the role may; can be given more than once.")
    ] = None,
    days: Annotated[int, typer.Option(help="How long it is good.")] = 90,
) -> None:
    """Make an access token. It is shown this once."""
    from heitje_chain.db import transaction
    from heitje_chain.people import tokens

    with service_refusals(), transaction(_engine()) as connection:
        token, secret = tokens.create(connection, holder, role, subject, scope or None, days)
    typer.echo(f"Token {token.id} for {token.holder} ({token.role}), good until {_day(token.expires_at)}:")
    typer.echo(secret)


@token_app.command("list", epilog=EXIT_CODES)
def list_tokens() -> None:
    """List all tokens, newest first."""
    from heitje_chain.db import reading
    from heitje_chain.people import tokens

    with service_refusals(), reading(_engine()) as connection:
        found = tokens.all_tokens(connection)
    for token in found:
        end = f"revoked {_day(token.revoked_at)}" if token.revoked_at else f"until {_day(token.expires_at)}"
        typer.echo(f"{token.id}  {end:<18}  {token.role:<11}  {token.holder}")
    if not found:
        typer.echo("There are no tokens. Make one with `heitje token create`.")


@token_app.command(epilog=EXIT_CODES)
def revoke(token_id: Annotated[str, typer.Argument(help="As `heitje token list` shows it.")]) -> None:
    """End a token at once."""
    from heitje_chain.db import transaction
    from heitje_chain.people import tokens

    with service_refusals(), transaction(_engine()) as connection:
        tokens.revoke(connection, token_id)
    typer.echo(f"Token {token_id} is revoked.")


@contextmanager
def service_refusals() -> Iterator[None]:
    """Whatever the service refuses at its start or of its tokens."""
    from heitje_chain.chain.deployment import DeploymentRecordError
    from heitje_chain.chain.node import NodeError
    from heitje_chain.chain.sender import SendingKeyUsedElsewhere
    from heitje_chain.chain.watcher import WrongChain
    from heitje_chain.custody.errors import CustodyError
    from heitje_chain.db import DatabaseUnusable
    from heitje_chain.desks.assets import AssetsMissing
    from heitje_chain.desks.origins import OriginsWrong
    from heitje_chain.mail.postman import MailServerInvalid
    from heitje_chain.operations.exposition import MetricsPortTaken
    from heitje_chain.people.tokens import TokenError
    from heitje_chain.reconcile.errors import NothingFinal
    from heitje_chain.reports.thresholds import ThresholdsUnreadable
    from heitje_chain.worker import SenderKeyMissing

    with plain_refusals(
        AssetsMissing,
        CustodyError,
        DatabaseUnusable,
        DeploymentRecordError,
        devnet.DevnetRefusal,
        MailServerInvalid,
        OriginsWrong,
        MetricsPortTaken,
        NodeError,
        NothingFinal,
        SenderKeyMissing,
        SendingKeyUsedElsewhere,
        ThresholdsUnreadable,
        TokenError,
        WrongChain,
    ):
        yield


def config_of_environment() -> Config:
    """The environment's configuration; a devnet that runs here is found by itself."""
    config = from_environment()
    if "HEITJE_RPC_URL" in os.environ:
        return config
    found = devnet.status(config.home)
    return replace(config, rpc_url=found.rpc_url) if found.rpc_url else config


def _engine() -> Engine:
    from heitje_chain.db import open_engine, upgrade

    engine = open_engine(config_of_environment().database_url)
    upgrade(engine)
    return engine


def _day(moment: int | None) -> str:
    return f"{datetime.fromtimestamp(moment or 0, UTC):%Y-%m-%d}"

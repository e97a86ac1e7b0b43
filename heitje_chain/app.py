"""The web application, put together. It holds no key, signs nothing and never asks the node."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Engine

from heitje_chain import __version__, act_examples, description
from heitje_chain.allowance.api import router as allowance
from heitje_chain.budgets.api import router as budgets
from heitje_chain.chain.contracts import JOB_ESCROW, Contracts
from heitje_chain.chain.devnet.node import CHAIN_ID as DEVNET_CHAIN_ID
from heitje_chain.config import Config
from heitje_chain.declarations.api import router as declarations
from heitje_chain.desks import (
    accessibility,
    account,
    assets,
    demo,
    login,
    notices,
    origins,
    photos,
    public,
    register,
)
from heitje_chain.desks.city import router as city
from heitje_chain.desks.city.reserve import UPLOADS as STATEMENTS
from heitje_chain.desks.entry import show_problem
from heitje_chain.desks.merchant import router as merchant
from heitje_chain.desks.partner import router as partner
from heitje_chain.desks.resident import at_club, at_counter
from heitje_chain.desks.resident import router as resident
from heitje_chain.desks.resident.claims import UPLOADS
from heitje_chain.desks.signing import approving
from heitje_chain.desks.signing import router as signing
from heitje_chain.http import catalogue, faults, loop, meters, openapi, reference
from heitje_chain.http.queries import KNOWN_QUERY
from heitje_chain.http.rates import Rates
from heitje_chain.http.streams import Streams
from heitje_chain.jobs.api import router as jobs
from heitje_chain.mail.postman import Postman, Server
from heitje_chain.notices.bank import MailsMerchants
from heitje_chain.operations.api import router as operations
from heitje_chain.payments.api import router as payments
from heitje_chain.people import roles
from heitje_chain.people.api import router as people
from heitje_chain.reasons.api import router as reasons
from heitje_chain.reconcile.api import router as reconcile
from heitje_chain.reports.api import router as reports
from heitje_chain.reports.thresholds import read_thresholds
from heitje_chain.series.api import router as series
from heitje_chain.settlement.api import router as settlement
from heitje_chain.settlement.telling import TellsEach
from heitje_chain.stops.api import router as stops
from heitje_chain.webhooks import bank
from heitje_chain.webhooks.api import router as webhooks
from heitje_chain.webhooks.deliverer import Deliverer
from heitje_chain.webhooks.events import EVENTS


def create_app(
    engine: Engine, contracts: Contracts, config: Config, *, deliver_webhooks: bool = False
) -> FastAPI:
    """Return the application on this database, whose tables are there, for this deployment.

    Args:
        deliver_webhooks: also send webhooks and mail while it is served

    Raises:
        ThresholdsUnreadable
        AssetsMissing
    """
    assets.require_assets()
    app = FastAPI(
        title="Heitje",
        version=__version__,
        summary="A city's reward coin: earned by volunteering, spent at local merchants.",
        description=description.introduction(_deployment(contracts)),
        generate_unique_id_function=lambda route: route.name,
        docs_url=None,  # FastAPI's own pages load a reader from another host; ours is http/reference.py
        redoc_url=None,
        openapi_url="/api/openapi.json",
        dependencies=[KNOWN_QUERY],
        lifespan=_delivering if deliver_webhooks else None,
    )
    equip(app, engine, contracts, config)
    app.add_middleware(origins.Apart)
    faults.install(app, uploads={**UPLOADS, **STATEMENTS})
    routers = (
        people,
        reasons,
        stops,
        allowance,
        budgets,
        declarations,
        jobs,
        series,
        payments,
        settlement,
        reports,
        reconcile,
        operations,
        webhooks,
    )
    for router in routers:
        app.include_router(router)
    for pages in (
        assets.router,
        login.router,
        public.router,
        register.router,
        notices.router,
        photos.router,
        account.router,
        accessibility.router,
        resident,
        at_counter,
        at_club,
        merchant,
        partner,
        city,
        signing,
        approving.router,
        *((demo.router,) if app.state.is_demo else ()),
    ):
        app.include_router(pages)
    app.include_router(catalogue.router)
    app.include_router(reference.router)
    openapi.describe(app, description.TAGS, roles.having, EVENTS, act_examples.own_example)
    return app


def equip(app: FastAPI, engine: Engine, contracts: Contracts, config: Config) -> None:
    """Give the application's routes what they work with.

    Raises:
        ThresholdsUnreadable
    """
    app.state.engine = engine
    app.state.contracts = contracts
    app.state.config = config
    app.state.is_demo = config.demo and contracts is not None and contracts.chain_id == DEVNET_CHAIN_ID
    app.state.demo_keys = _demo_keys(config) if app.state.is_demo else None
    app.state.thresholds = read_thresholds(config.thresholds_file)
    app.state.bank_listener = TellsEach((bank, MailsMerchants(config.public_url)))
    app.state.streams = Streams()
    meters.STREAMS.set_function(app.state.streams.how_many)
    app.state.rates = Rates(config.rate_reads, config.rate_orders)
    app.state.show_problem = show_problem
    app.state.readers = description.READERS


def _demo_keys(config: Config) -> object | None:
    """Return what signs for the demo's people; None without a folder of their keys."""
    if config.demo_keys is None:
        return None
    from heitje_chain.demo.keys import DemoKeys  # not loaded where it must not be used

    return DemoKeys(config.demo_keys)


def _deployment(contracts: Contracts | None) -> description.Deployment | None:
    """Return what the description tells of it; None when only the description is wanted."""
    if contracts is None:
        return None
    terms = contracts.parameters
    return description.Deployment(
        contracts.chain_id,
        contracts.address(JOB_ESCROW),
        terms.decision_window_seconds,
        terms.dispute_window_seconds,
    )


@asynccontextmanager
async def _delivering(app: FastAPI) -> AsyncIterator[None]:
    """Send webhooks and mail, each in a thread of its own, and watch the loop, while the server runs."""
    config: Config = app.state.config
    deliverer = Deliverer(app.state.engine, config.webhook_key_file, private=config.webhook_private_addresses)
    deliverer.start()
    postman = _postman(app.state.engine, config)
    if postman is not None:
        postman.start()
    async with loop.watched():
        yield
    if postman is not None:
        await run_in_threadpool(postman.stop)
    await run_in_threadpool(deliverer.stop)


def _postman(engine: Engine, config: Config) -> Postman | None:
    """Return who sends mail; None where it is not sent.

    Raises:
        MailServerInvalid
    """
    if not config.mail_server:
        return None
    return Postman(engine, Server.of(config.mail_server), config.mail_sender)

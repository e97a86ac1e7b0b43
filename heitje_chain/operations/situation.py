"""Reads what readiness is judged by, from the database alone."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from heitje_chain.chain import lane
from heitje_chain.chain.clock import database_now
from heitje_chain.chain.deployment import DeploymentRecord
from heitje_chain.chain.model import SIGNED, TRANSACTION
from heitje_chain.config import Config
from heitje_chain.reconcile.model import DONE, NEWEST_FIRST, RECONCILIATION

from . import heartbeat
from .readiness import Limits, Situation

DEVNET_CHAIN_ID = 31337
USUAL_BLOCK_SECONDS = 5
"""Of a permissioned chain whose block time nobody told us."""

FEWEST_HEAD_SECONDS = 60


def situation(connection: Connection) -> Situation:
    """Read it, all at one moment."""
    unmined = select(func.min(TRANSACTION.c.created_at)).where(TRANSACTION.c.state == SIGNED)
    compared = connection.execute(
        select(RECONCILIATION.c.done_at, RECONCILIATION.c.equal)
        .where(RECONCILIATION.c.state == DONE)
        .order_by(*NEWEST_FIRST)
        .limit(1)
    ).first()
    return Situation(
        now=database_now(connection),
        heartbeat=heartbeat.find(connection),
        lane=lane.find(connection, "main"),
        oldest_unmined=connection.scalar(unmined),
        compared_at=None if compared is None else compared.done_at,
        compared_equal=None if compared is None else compared.equal,
    )


def limits_of(config: Config, record: DeploymentRecord) -> Limits:
    """Return the limits of this city on this chain; a devnet makes no blocks by the clock."""
    usual = 0 if record.chain_id == DEVNET_CHAIN_ID else USUAL_BLOCK_SECONDS
    block = usual if config.block_seconds is None else config.block_seconds
    return Limits(
        round=config.ready_round_seconds,
        head=max(10 * block, FEWEST_HEAD_SECONDS) if block else 0,
        sending=config.ready_sending_seconds,
        comparison=config.ready_comparison_seconds,
        block=block,
    )

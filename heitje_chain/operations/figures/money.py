"""Coins and euros: whether all is equal, what is owed, and what waits to be paid out."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import Metric
from sqlalchemy import Connection, func, select

from heitje_chain.budgets.service import reserve_left
from heitje_chain.reconcile import service as reconcile
from heitje_chain.reconcile.model import DONE, NEWEST_FIRST, RECONCILIATION
from heitje_chain.settlement import batches
from heitje_chain.settlement.model import (
    BATCH,
    LOCKED,
    REDEMPTION,
    RETURN_FILED,
    RETURN_PAYABLE,
    SETTLED,
)
from heitje_chain.stops.service import pause_state

from .families import age, one


def money(connection: Connection, now: int) -> Iterator[Metric]:
    paused = pause_state(connection)
    since = paused.since if paused.paused else None
    yield age("coin_paused_seconds", "How long the coin has been paused; 0 when it is not.", now, since)
    yield from _comparison(connection, now)
    yield from _payouts(connection, now)


def _comparison(connection: Connection, now: int) -> Iterator[Metric]:
    yield one("reserve_left_cents", "Attested euros, less what was burned since.", reserve_left(connection))
    row = connection.execute(
        select(RECONCILIATION).where(RECONCILIATION.c.state == DONE).order_by(*NEWEST_FIRST).limit(1)
    ).first()
    if row is None:
        return
    yield one("comparison_equal", "Whether chain, books and bank were equal when last compared.", row.equal)
    yield age("comparison_age_seconds", "How long ago that was.", now, row.done_at)
    report = reconcile.reconciliation_of(row).report
    if report is not None:
        yield one("supply_cents", "Coins in being, at the last comparison.", report.figures.supply)
        yield one("payable_cents", "What the bank sent back and is to be paid anew.", report.figures.payable)
        yield one("owed_cents", "What the city owes: supply and payable.", report.figures.owed)


def _payouts(connection: Connection, now: int) -> Iterator[Metric]:
    stopped = 0 if batches.payout_stop(connection) is None else 1
    yield one("payouts_stopped", "Whether no batch is closed and no bank file made.", stopped)
    locked = select(func.min(REDEMPTION.c.locked_at)).where(REDEMPTION.c.state == LOCKED)
    told = "How long the oldest redemption has been in no batch."
    yield age("oldest_redemption_seconds", told, now, connection.scalar(locked))
    closed = select(func.min(BATCH.c.closed_at)).where(BATCH.c.state != SETTLED)
    told = "How long the oldest batch that is not settled has been closed."
    yield age("oldest_batch_seconds", told, now, connection.scalar(closed))
    owed = REDEMPTION.c.return_state.in_((RETURN_PAYABLE, RETURN_FILED))
    returned = select(func.min(REDEMPTION.c.returned_at)).where(owed)
    told = "How long ago the bank sent back the oldest payment that was not paid anew."
    yield age("oldest_return_seconds", told, now, connection.scalar(returned))

"""What waits to be sent, what was sent, and how the chain and the sending account are."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import Connection, case, func, select

from heitje_chain.chain import lane
from heitje_chain.chain.fees import GWEI
from heitje_chain.chain.model import ACTIVE, DONE, FINAL, INTENT, SIGNED, TRANSACTION, WAITING

from .. import heartbeat
from ..readiness import head_age
from .families import age, one


def sending(connection: Connection, now: int) -> Iterator[Metric]:
    yield from _intents(connection, now)
    yield from _transactions(connection, now)
    yield from _lanes(connection)
    yield from _chain(connection, now)


def _intents(connection: Connection, now: int) -> Iterator[Metric]:
    counts = GaugeMetricFamily(
        "heitje_intents",
        "Intents that wait, are signed, or failed.",
        labels=("kind", "state"),
    )
    rows = connection.execute(
        select(INTENT.c.kind, INTENT.c.state, func.count().label("how_many"))
        .where(INTENT.c.state != DONE)
        .group_by(INTENT.c.kind, INTENT.c.state)
    )
    for row in rows:
        counts.add_metric((row.kind, row.state), row.how_many)
    yield counts

    # One that was put for later, such as a delayed act, waits only from then on.
    planned = (INTENT.c.attempts == 0) & (INTENT.c.not_before > INTENT.c.created_at)
    since = func.min(case((planned, INTENT.c.not_before), else_=INTENT.c.created_at))
    oldest = GaugeMetricFamily(
        "heitje_oldest_waiting_seconds",
        "How long the oldest intent of a kind has waited to be signed; below 0 before its time.",
        labels=("kind",),
    )
    waiting = select(INTENT.c.kind, since.label("since")).where(INTENT.c.state == WAITING)
    for row in connection.execute(waiting.group_by(INTENT.c.kind)):
        oldest.add_metric((row.kind,), now - row.since)
    yield oldest


def _transactions(connection: Connection, now: int) -> Iterator[Metric]:
    states = GaugeMetricFamily(
        "heitje_transactions", "Transactions that are signed, mined, reverted or lost.", labels=("state",)
    )
    rows = connection.execute(
        select(TRANSACTION.c.state, func.count().label("how_many"))
        .where(TRANSACTION.c.state != FINAL)
        .group_by(TRANSACTION.c.state)
    )
    for row in rows:
        states.add_metric((row.state,), row.how_many)
    yield states
    since = connection.scalar(select(func.min(TRANSACTION.c.created_at)).where(TRANSACTION.c.state == SIGNED))
    yield age("oldest_unmined_seconds", "How long the oldest signed transaction is in no block.", now, since)


def _lanes(connection: Connection) -> Iterator[Metric]:
    sends = GaugeMetricFamily("heitje_lane_sends", "Whether a sending account sends.", labels=("lane",))
    gap = GaugeMetricFamily(
        "heitje_nonce_gap",
        "Nonces that were signed and are in no block; below 0: the key is used elsewhere.",
        labels=("lane",),
    )
    for each in lane.all_lanes(connection):
        sends.add_metric((each.lane,), 1 if each.state == ACTIVE else 0)
        beat = heartbeat.find(connection, each.lane)
        if beat is not None and beat.chain_nonce is not None:
            gap.add_metric((each.lane,), each.next_nonce - beat.chain_nonce)
    yield from (sends, gap)


def _chain(connection: Connection, now: int) -> Iterator[Metric]:
    beat = heartbeat.find(connection)
    if beat is None:
        return
    if beat.head is not None:
        yield one("head_block", "The node's newest block.", beat.head)
        yield one("seen_block", "The newest block that was read.", beat.seen or 0)
        yield one("final_block", "The newest block that is final here.", beat.final or 0)
    if (seconds := head_age(beat)) is not None:
        yield one("head_age_seconds", "How old the newest block was when the node told of it.", seconds)
    if beat.node_at is not None:
        yield age("node_age_seconds", "How long ago the node last answered.", now, beat.node_at)
    if beat.balance_gwei is not None and beat.fee_wei is not None:
        yield one("sender_balance_gwei", "What the sending account can pay for gas.", beat.balance_gwei)
        fee = beat.fee_wei / GWEI
        yield one("offered_fee_gwei", "What a transaction offers at most per gas; 0 where gas is free.", fee)

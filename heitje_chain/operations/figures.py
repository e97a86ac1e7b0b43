"""Figures that are read from the database when Prometheus asks. Labels are kinds and states, never ids.

`WorkerFigures` are the worker's, `ServeFigures` those of `heitje serve`: they tell of the worker too, which
cannot tell that it is dead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Connection, Engine, case, func, select
from sqlalchemy.exc import SQLAlchemyError

from heitje_chain import __version__
from heitje_chain.budgets.service import reserve_left
from heitje_chain.chain import lane
from heitje_chain.chain.clock import database_now
from heitje_chain.chain.model import ACTIVE, DONE, FINAL, INTENT, SIGNED, TRANSACTION, WAITING
from heitje_chain.db import reading
from heitje_chain.people.model import ASKED, PARTICIPANT
from heitje_chain.reconcile import service as reconcile
from heitje_chain.reconcile.model import DONE as COMPARED
from heitje_chain.reconcile.model import RECONCILIATION
from heitje_chain.settlement import batches
from heitje_chain.webhooks.model import DELIVERY
from heitje_chain.webhooks.model import WAITING as TO_DELIVER

from . import heartbeat
from .readiness import Limits, database_failed, head_age, judge
from .situation import situation


class DatabaseFigures(Collector):
    """Reads at each scrape; a database that does not answer leaves `heitje_database_up 0` and no more."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def describe(self) -> Iterable[Metric]:
        """Nothing beforehand: it would read a database that may not be there yet."""
        return ()

    def collect(self) -> Iterator[Metric]:
        try:
            with reading(self._engine) as connection:
                found = list(self.read(connection))
            up = 1
        except SQLAlchemyError:
            found, up = list(self.without_database()), 0
        yield _one("database_up", "Whether this process reads its database.", up)
        info = GaugeMetricFamily("heitje_build", "The version that runs.", labels=("version",))
        info.add_metric((__version__,), 1)
        yield info
        yield from found

    def read(self, connection: Connection) -> Iterator[Metric]:
        raise NotImplementedError

    def without_database(self) -> Iterator[Metric]:
        """Return what can be told all the same."""
        yield from ()


class ServeFigures(DatabaseFigures):
    def __init__(self, engine: Engine, limits: Limits) -> None:
        super().__init__(engine)
        self._limits = limits

    def read(self, connection: Connection) -> Iterator[Metric]:
        now = situation(connection)
        yield _by_check({check.name: check.verdict for check in judge(now, self._limits)})
        if now.heartbeat is not None:
            age = max(now.now - now.heartbeat.round_at, 0)
            yield _one("worker_age_seconds", "How long ago the worker last got on.", age)

    def without_database(self) -> Iterator[Metric]:
        yield _by_check({check.name: check.verdict for check in database_failed()})


class WorkerFigures(DatabaseFigures):
    def read(self, connection: Connection) -> Iterator[Metric]:
        now = database_now(connection)
        yield from _intents(connection, now)
        yield from _transactions(connection, now)
        yield from _chain(connection, now)
        yield from _money(connection, now)
        yield from _people(connection, now)


# ---------------------------------------------------------------- what is read


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
    age = 0 if since is None else now - since
    yield _one("oldest_unmined_seconds", "How long the oldest signed transaction is in no block.", age)


def _chain(connection: Connection, now: int) -> Iterator[Metric]:
    sends = GaugeMetricFamily("heitje_lane_sends", "Whether a sending account sends.", labels=("lane",))
    gap = GaugeMetricFamily(
        "heitje_nonce_gap",
        "Nonces that were signed and are in no block; below 0: the key is used elsewhere.",
        labels=("lane",),
    )
    for one in lane.all_lanes(connection):
        sends.add_metric((one.lane,), 1 if one.state == ACTIVE else 0)
        beat = heartbeat.find(connection, one.lane)
        if beat is not None and beat.chain_nonce is not None:
            gap.add_metric((one.lane,), one.next_nonce - beat.chain_nonce)
    yield from (sends, gap)

    beat = heartbeat.find(connection)
    if beat is None:
        return
    if beat.head is not None:
        yield _one("head_block", "The node's newest block.", beat.head)
        yield _one("seen_block", "The newest block that was read.", beat.seen or 0)
        yield _one("final_block", "The newest block that is final here.", beat.final or 0)
    if (age := head_age(beat)) is not None:
        yield _one("head_age_seconds", "How old the newest block was when the node told of it.", age)
    if beat.node_at is not None:
        yield _one("node_age_seconds", "How long ago the node last answered.", max(now - beat.node_at, 0))


def _money(connection: Connection, now: int) -> Iterator[Metric]:
    stopped = 0 if batches.payout_stop(connection) is None else 1
    yield _one("payouts_stopped", "Whether no batch is closed and no bank file made.", stopped)
    yield _one("reserve_left_cents", "Attested euros, less what was burned since.", reserve_left(connection))
    row = connection.execute(
        select(RECONCILIATION)
        .where(RECONCILIATION.c.state == COMPARED)
        .order_by(RECONCILIATION.c.done_at.desc())
        .limit(1)
    ).first()
    if row is None:
        return
    yield _one("comparison_equal", "Whether chain, books and bank were equal when last compared.", row.equal)
    yield _one("comparison_age_seconds", "How long ago that was.", max(now - row.done_at, 0))
    report = reconcile.reconciliation_of(row).report
    if report is not None:
        yield _one("supply_cents", "Coins in being, at the last comparison.", report.figures.supply)
        yield _one("payable_cents", "What the bank sent back and is to be paid anew.", report.figures.payable)
        yield _one("owed_cents", "What the city owes: supply and payable.", report.figures.owed)


def _people(connection: Connection, now: int) -> Iterator[Metric]:
    asked = connection.execute(
        select(func.count(), func.min(PARTICIPANT.c.created_at)).where(PARTICIPANT.c.state == ASKED)
    ).one()
    yield _one("wallets_waiting", "Participants whose wallet is not made yet.", asked[0])
    age = 0 if asked[1] is None else now - asked[1]
    yield _one("oldest_wallet_seconds", "How long the first of them has waited.", age)
    deliveries = GaugeMetricFamily("heitje_deliveries", "Webhook deliveries by state.", labels=("state",))
    rows = connection.execute(
        select(DELIVERY.c.state, func.count().label("how_many")).group_by(DELIVERY.c.state)
    )
    for row in rows:
        deliveries.add_metric((row.state,), row.how_many)
    yield deliveries
    due = connection.scalar(select(func.min(DELIVERY.c.next_at)).where(DELIVERY.c.state == TO_DELIVER))
    late = 0 if due is None else max(now - due, 0)
    yield _one("oldest_delivery_seconds", "How long the oldest webhook that is due has waited.", late)


def _by_check(verdicts: dict[str, str]) -> Metric:
    ready = GaugeMetricFamily("heitje_ready", "Each check of /readyz: 1 unless it failed.", labels=("check",))
    for name, verdict in verdicts.items():
        ready.add_metric((name,), 0 if verdict == "failed" else 1)
    return ready


def _one(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(f"heitje_{name}", told, value=float(value))

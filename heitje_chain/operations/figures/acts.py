"""Officers' acts whose delay is running: time for the guardian to cancel what a thief had scheduled."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import Connection, select

from heitje_chain.acts.model import ACT, SCHEDULED
from heitje_chain.chain.clock import chain_now
from heitje_chain.chain.model import EVENT

from .families import one

EXPIRES_SECONDS = 7 * 86_400
"""After it was due, AccessManager lets nobody carry it out any more."""


def scheduled(connection: Connection) -> Iterator[Metric]:
    rows = connection.execute(
        select(EVENT.c.arguments, ACT.c.digest)
        .join(ACT, ACT.c.operation == EVENT.c.key)
        .where((ACT.c.state == SCHEDULED) & (EVENT.c.name == "OperationScheduled"))
    ).all()
    now = chain_now(connection)
    waiting = [row for row in rows if row.arguments["schedule"] + EXPIRES_SECONDS > now]
    elsewhere = sum(1 for row in waiting if not row.digest)
    told = "Officers' acts that wait to take effect, by where they were given."
    acts = GaugeMetricFamily("heitje_scheduled_acts", told, labels=("given",))
    acts.add_metric(("here",), len(waiting) - elsewhere)
    acts.add_metric(("elsewhere",), elsewhere)
    yield acts
    soonest = min((row.arguments["schedule"] for row in waiting), default=now)
    told = "How long, by the chain's clock, until the first of them takes effect."
    yield one("scheduled_act_seconds", told, max(soonest - now, 0))

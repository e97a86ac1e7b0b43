"""People whose wallet is not made yet, and webhooks that do not arrive."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import Connection, func, select

from heitje_chain.people.model import ASKED, PARTICIPANT
from heitje_chain.webhooks.model import DELIVERY, ENABLED, ENDPOINT, WAITING

from .families import age, one


def people(connection: Connection, now: int) -> Iterator[Metric]:
    yield from _wallets(connection, now)
    yield from _webhooks(connection, now)


def _wallets(connection: Connection, now: int) -> Iterator[Metric]:
    asked = connection.execute(
        select(func.count(), func.min(PARTICIPANT.c.created_at)).where(PARTICIPANT.c.state == ASKED)
    ).one()
    yield one("wallets_waiting", "Participants whose wallet is not made yet.", asked[0])
    yield age("oldest_wallet_seconds", "How long the first of them has waited.", now, asked[1])


def _webhooks(connection: Connection, now: int) -> Iterator[Metric]:
    deliveries = GaugeMetricFamily("heitje_deliveries", "Webhook deliveries by state.", labels=("state",))
    rows = connection.execute(
        select(DELIVERY.c.state, func.count().label("how_many")).group_by(DELIVERY.c.state)
    )
    for row in rows:
        deliveries.add_metric((row.state,), row.how_many)
    yield deliveries
    due = connection.scalar(select(func.min(DELIVERY.c.next_at)).where(DELIVERY.c.state == WAITING))
    yield age("oldest_delivery_seconds", "How long the oldest webhook that is due has waited.", now, due)
    failing = connection.scalar(select(func.min(ENDPOINT.c.failing_since)).where(ENDPOINT.c.state == ENABLED))
    told = "How long the webhook address that has failed longest has taken nothing."
    yield age("oldest_failing_webhook_seconds", told, now, failing)

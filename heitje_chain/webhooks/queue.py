"""Taking deliveries that are due, and noting how they went. A caller opens the transaction and commits it.

Several processes take from the same queue: a delivery is leased by one UPDATE ... RETURNING, and whoever dies
holding it leaves it to the next when the lease is over. So it may be sent twice, with the same webhook-id,
and is never lost. At most one delivery of an endpoint is under way: who is slow holds up nobody else.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, update

from . import rules, service
from .deliveries import body_of
from .model import ATTEMPT, DELIVERED, DELIVERY, DISABLED, ENABLED, ENDPOINT, EVENT, FAILED, WAITING
from .sealing import SealedSecret

LEASE_SECONDS = 60
"""How long sending and noting may take before another process takes it over."""

HTTP_GONE = 410


@dataclass(frozen=True)
class Dispatch:
    """A delivery with all that sending it takes."""

    id: str
    fence: int
    attempts: int
    endpoint: str
    url: str
    event: str
    body: bytes
    secrets: tuple[SealedSecret, ...]


@dataclass(frozen=True)
class Result:
    """How an attempt went."""

    outcome: str
    """delivered, answer, timeout, connection, address or secret."""
    status: int | None
    started_at: int
    """UTC seconds."""
    milliseconds: int


def is_any_due(connection: Connection) -> bool:
    """Whether there is something to take; asks without writing."""
    return connection.execute(select(DELIVERY.c.id).where(_free(_now())).limit(1)).first() is not None


def take(connection: Connection, most: int) -> list[Dispatch]:
    """Lease up to `most` due deliveries, the oldest of each endpoint that has none under way."""
    now = _now()
    oldest = select(func.min(DELIVERY.c.id)).where(_free(now)).group_by(DELIVERY.c.endpoint).limit(most)
    taken = connection.execute(
        update(DELIVERY)
        .where(DELIVERY.c.id.in_(oldest) & _free(now))
        .values(lease_until=now + LEASE_SECONDS, fence=DELIVERY.c.fence + 1)
        .returning(DELIVERY.c.id)
    )
    ids = list(taken.scalars())
    rows = connection.execute(
        select(
            DELIVERY.c.id,
            DELIVERY.c.fence,
            DELIVERY.c.attempts,
            DELIVERY.c.endpoint,
            ENDPOINT.c.url,
            EVENT.c.id.label("event"),
            EVENT.c.type,
            EVENT.c.data,
            EVENT.c.occurred_at,
        )
        .join(ENDPOINT, ENDPOINT.c.id == DELIVERY.c.endpoint)
        .join(EVENT, EVENT.c.id == DELIVERY.c.event)
        .where(DELIVERY.c.id.in_(ids))
        .order_by(DELIVERY.c.id)
    ).all()
    sealed = service.sealed_secrets(connection, [row.endpoint for row in rows], now)
    return [_dispatch(row, sealed) for row in rows]


def note(connection: Connection, dispatch: Dispatch, result: Result, chance: float) -> None:
    """Note an attempt. It decides about its delivery only while the lease is ours: whoever took over, or was
    asked to send it again, is trying.

    Args:
        chance: 0 to 1, see rules.wait_after
    """
    this = DELIVERY.c.id == dispatch.id
    if connection.scalar(select(DELIVERY.c.id).where(this).with_for_update()) is None:
        return  # its endpoint was deleted
    connection.execute(
        ATTEMPT.insert().values(
            delivery=dispatch.id,
            at=result.started_at,
            milliseconds=result.milliseconds,
            outcome=result.outcome,
            status=result.status,
        )
    )
    ours = this & (DELIVERY.c.state == WAITING) & (DELIVERY.c.fence == dispatch.fence)
    attempts, endpoint = dispatch.attempts + 1, ENDPOINT.c.id == dispatch.endpoint
    if result.outcome == DELIVERED:
        connection.execute(
            update(DELIVERY)
            .where(ours)
            .values(state=DELIVERED, attempts=attempts, lease_until=0, delivered_at=_now())
        )
        connection.execute(update(ENDPOINT).where(endpoint).values(failing_since=None))
        return
    is_gone = result.status == HTTP_GONE
    wait = None if is_gone else rules.wait_after(attempts, chance)
    changed: dict[str, Any] = {"state": FAILED} if wait is None else {"next_at": _now() + wait}
    connection.execute(update(DELIVERY).where(ours).values(attempts=attempts, lease_until=0, **changed))
    connection.execute(
        update(ENDPOINT).where(endpoint & ENDPOINT.c.failing_since.is_(None)).values(failing_since=_now())
    )
    if is_gone:
        connection.execute(update(ENDPOINT).where(endpoint).values(state=DISABLED, gone_at=_now()))


# ---------------------------------------------------------------- details


def _free(now: int) -> ColumnElement[bool]:
    under_way = DELIVERY.alias()
    busy = select(under_way.c.endpoint).where(
        (under_way.c.state == WAITING) & (under_way.c.lease_until >= now)
    )
    enabled = select(ENDPOINT.c.id).where(ENDPOINT.c.state == ENABLED)
    return (
        (DELIVERY.c.state == WAITING)
        & (DELIVERY.c.next_at <= now)
        & (DELIVERY.c.lease_until < now)
        & DELIVERY.c.endpoint.in_(enabled)
        & DELIVERY.c.endpoint.not_in(busy)
    )


def _dispatch(row: Any, sealed: list[SealedSecret]) -> Dispatch:
    return Dispatch(
        id=row.id,
        fence=row.fence,
        attempts=row.attempts,
        endpoint=row.endpoint,
        url=row.url,
        event=row.event,
        body=body_of(row.type, row.data, row.occurred_at),
        secrets=tuple(one for one in sealed if one.endpoint == row.endpoint),
    )


def _now() -> int:
    return int(time.time())

"""What is told, and to which endpoints: events, their deliveries, and asking for them again.

A caller opens the transaction and commits it. How deliveries are taken and noted is in `queue.py`.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, select, update
from sqlalchemy.exc import IntegrityError

from heitje_chain.people import service as people

from . import rules, service
from .errors import DeliveryUnknown, WebhookIsDisabled
from .model import ATTEMPT, DELIVERED, DELIVERY, DISABLED, ENABLED, EVENT, SECRET, WAITING

KEEP_SECONDS = 90 * 86_400
"""How long an event can be asked for again."""


@dataclass(frozen=True)
class Delivery:
    id: str
    event: str
    """The webhook-id: the same at every attempt."""
    type: str
    state: str
    """waiting, delivered or failed."""
    attempts: int
    next_at: int | None
    """UTC seconds: when it is tried again."""
    created_at: int
    delivered_at: int | None


@dataclass(frozen=True)
class Attempt:
    at: int
    """UTC seconds."""
    milliseconds: int
    outcome: str
    """delivered; answer (its status is none of 200 to 299), timeout, connection, address, secret."""
    status: int | None


# ---------------------------------------------------------------- telling


def tell(
    connection: Connection, chain_id: str, type_: str, subject: str, data: Mapping[str, Any], occurred_at: int
) -> None:
    """Write an event and its deliveries to whoever of this ParticipantId wants to be told. Telling it again
    changes nothing.

    Args:
        subject: what tells this event from others of its type; its id follows from it, so that a database
            that was restored from a backup sends the same webhook-id again
        data: JSON values; ids and amounts, never names
        occurred_at: UTC seconds
    """
    told = people.by_chain_id(connection, chain_id)
    endpoints = [] if told is None else connection.execute(service.endpoints_query(told.id)).all()
    if told is None or not endpoints:
        return
    event_id = event_id_of(told.id, type_, subject)
    if not _put_event(connection, event_id, told.id, type_, data, occurred_at):
        return
    for endpoint in map(service.endpoint_of, endpoints):
        if endpoint.state == ENABLED and type_ in endpoint.events:
            _put_delivery(connection, event_id, endpoint.id)


def event_id_of(participant_id: str, type_: str, subject: str) -> str:
    """Return the id that this event has whenever it is told."""
    return "msg_" + hashlib.sha256(f"{participant_id}|{type_}|{subject}".encode()).hexdigest()[:32]


def body_of(type_: str, data: Mapping[str, Any], occurred_at: int) -> bytes:
    """Return what is sent, the same bytes at every attempt."""
    timestamp = datetime.fromtimestamp(occurred_at, UTC).isoformat().replace("+00:00", "Z")
    body = {"type": type_, "timestamp": timestamp, "data": dict(data)}
    return json.dumps(body, separators=(",", ":"), sort_keys=False).encode()


def send_test(connection: Connection, participant_id: str, endpoint_id: str) -> Delivery:
    """Send an endpoint an event that means nothing. While one is on its way, that is the one.

    Raises:
        WebhookUnknown, WebhookIsDisabled
    """
    _enabled(connection, participant_id, endpoint_id)
    under_way = deliveries_query(endpoint_id, DELIVERY.c.state == WAITING, EVENT.c.type == rules.TEST)
    row = connection.execute(under_way.limit(1)).one_or_none()
    if row is not None:
        return delivery_of(row)
    event_id = event_id_of(participant_id, rules.TEST, secrets.token_hex(16))
    _put_event(connection, event_id, participant_id, rules.TEST, {"webhook": endpoint_id}, _now())
    return find(connection, participant_id, endpoint_id, _put_delivery(connection, event_id, endpoint_id))


# ---------------------------------------------------------------- asking again


def redeliver(connection: Connection, participant_id: str, endpoint_id: str, delivery_id: str) -> Delivery:
    """Send it again now, with the whole schedule before it, whatever became of it.

    Raises:
        WebhookUnknown, DeliveryUnknown, WebhookIsDisabled
    """
    _enabled(connection, participant_id, endpoint_id)
    find(connection, participant_id, endpoint_id, delivery_id)
    _again(connection, DELIVERY.c.id == delivery_id)
    return find(connection, participant_id, endpoint_id, delivery_id)


def recover(
    connection: Connection,
    participant_id: str,
    endpoint_id: str,
    since: int,
    until: int,
    *,
    also_delivered: bool,
) -> int:
    """Send again what an endpoint missed in a time: what failed, waits, or came while it was disabled.

    Args:
        since, until: UTC seconds when it was told, both included
        also_delivered: and what had arrived

    Returns:
        how many deliveries are on their way.

    Raises:
        WebhookUnknown, WebhookIsDisabled
    """
    endpoint = _enabled(connection, participant_id, endpoint_id)
    events = (
        select(EVENT.c.id)
        .where((EVENT.c.participant == participant_id) & EVENT.c.type.in_(endpoint.events))
        .where((EVENT.c.created_at >= since) & (EVENT.c.created_at <= until))
    )
    own = DELIVERY.c.endpoint == endpoint_id
    wanted = own & DELIVERY.c.event.in_(events)
    if not also_delivered:
        wanted &= DELIVERY.c.state != DELIVERED
    sent = _again(connection, wanted)
    never_sent = connection.scalars(
        events.where(EVENT.c.id.not_in(select(DELIVERY.c.event).where(own))).order_by(EVENT.c.created_at)
    ).all()
    for event_id in never_sent:
        _put_delivery(connection, event_id, endpoint_id)
    return sent + len(never_sent)


# ---------------------------------------------------------------- reading


def deliveries_query(endpoint_id: str, *where: ColumnElement[bool]) -> Select[Any]:
    """Return the statement whose rows `delivery_of` reads; EVENT can be named in `where`."""
    return (
        select(DELIVERY, EVENT.c.type)
        .join(EVENT, EVENT.c.id == DELIVERY.c.event)
        .where(DELIVERY.c.endpoint == endpoint_id, *where)
    )


def find(connection: Connection, participant_id: str, endpoint_id: str, delivery_id: str) -> Delivery:
    """Raises:
    WebhookUnknown, DeliveryUnknown
    """
    service.find(connection, participant_id, endpoint_id)
    row = connection.execute(deliveries_query(endpoint_id, DELIVERY.c.id == delivery_id)).one_or_none()
    if row is None:
        raise DeliveryUnknown
    return delivery_of(row)


def attempts_of(connection: Connection, delivery_id: str) -> list[Attempt]:
    """Return every attempt, the first first."""
    rows = connection.execute(select(ATTEMPT).where(ATTEMPT.c.delivery == delivery_id).order_by(ATTEMPT.c.id))
    return [Attempt(row.at, row.milliseconds, row.outcome, row.status) for row in rows]


def payload_of(connection: Connection, event_id: str) -> bytes:
    """Return what an event's deliveries send."""
    row = connection.execute(select(EVENT).where(EVENT.c.id == event_id)).one()
    return body_of(row.type, row.data, row.occurred_at)


def delivery_of(row: Row[Any]) -> Delivery:
    """Return a row of `deliveries_query` as a delivery."""
    return Delivery(
        id=row.id,
        event=row.event,
        type=row.type,
        state=row.state,
        attempts=row.attempts,
        next_at=row.next_at if row.state == WAITING else None,
        created_at=row.created_at,
        delivered_at=row.delivered_at,
    )


def forget(connection: Connection, now: int) -> int:
    """Remove events that are too old to be asked for, and secrets that sign no more.

    Returns:
        how many events.
    """
    old = select(EVENT.c.id).where(EVENT.c.created_at < now - KEEP_SECONDS)
    theirs = select(DELIVERY.c.id).where(DELIVERY.c.event.in_(old))
    connection.execute(delete(ATTEMPT).where(ATTEMPT.c.delivery.in_(theirs)))
    connection.execute(delete(DELIVERY).where(DELIVERY.c.event.in_(old)))
    forgotten = connection.execute(delete(EVENT).where(EVENT.c.created_at < now - KEEP_SECONDS)).rowcount
    connection.execute(delete(SECRET).where(SECRET.c.signs_until <= now))
    return forgotten


# ---------------------------------------------------------------- details


def _put_event(
    connection: Connection,
    event_id: str,
    participant_id: str,
    type_: str,
    data: Mapping[str, Any],
    occurred_at: int,
) -> bool:
    """Write an event; False when it was told before."""
    if connection.scalar(select(EVENT.c.id).where(EVENT.c.id == event_id)) is not None:
        return False
    try:
        with connection.begin_nested():  # another worker may be telling it at this moment
            connection.execute(
                EVENT.insert().values(
                    id=event_id,
                    participant=participant_id,
                    type=type_,
                    data=dict(data),
                    occurred_at=occurred_at,
                    created_at=_now(),
                )
            )
    except IntegrityError:
        return False
    return True


def _put_delivery(connection: Connection, event_id: str, endpoint_id: str) -> str:
    # The time comes first, so that what is older has the lower id.
    delivery_id = f"{time.time_ns() // 1000:016x}{secrets.token_hex(8)}"
    connection.execute(
        DELIVERY.insert().values(
            id=delivery_id,
            event=event_id,
            endpoint=endpoint_id,
            state=WAITING,
            attempts=0,
            next_at=_now(),
            lease_until=0,
            fence=0,
            created_at=_now(),
        )
    )
    return delivery_id


def _again(connection: Connection, which: ColumnElement[bool]) -> int:
    """Let deliveries wait for now; one that is being sent at this moment is sent once more."""
    changed = connection.execute(
        update(DELIVERY)
        .where(which)
        .values(
            state=WAITING,
            attempts=0,
            next_at=_now(),
            lease_until=0,
            fence=DELIVERY.c.fence + 1,
            delivered_at=None,
        )
    )
    return changed.rowcount


def _enabled(connection: Connection, participant_id: str, endpoint_id: str) -> service.Endpoint:
    """Return an endpoint that is told things, and keep it so until the transaction ends.

    Raises:
        WebhookUnknown, WebhookIsDisabled
    """
    found = service.for_change(connection, participant_id, endpoint_id)
    if found.state == DISABLED:
        raise WebhookIsDisabled
    return found


def _now() -> int:
    return int(time.time())

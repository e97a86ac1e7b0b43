"""Use cases about where webhooks go. A caller opens the transaction and commits it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, select, update

from heitje_chain.people import service as people
from heitje_chain.people.model import MERCHANT, PARTICIPANT, PARTNER

from . import rules
from .errors import TooManyWebhooks, WebhookUnknown
from .model import ATTEMPT, DELIVERY, DISABLED, ENABLED, ENDPOINT, SECRET
from .sealing import SealedSecret, Sealer, new_secret

OpenSealer = Callable[[Connection], Sealer]
"""How the key that seals is come by; it is made when the first secret is."""


@dataclass(frozen=True)
class Endpoint:
    id: str
    participant: str
    """The id in `people`."""
    url: str
    events: tuple[str, ...]
    state: str
    """enabled or disabled."""
    gone_at: int | None
    """UTC seconds: it answered 410 and was disabled by that."""
    failing_since: int | None
    """UTC seconds: no delivery has arrived since."""
    created_at: int


def register(
    connection: Connection,
    open_sealer: OpenSealer,
    participant_id: str,
    url: str,
    events: list[str],
    *,
    private: bool,
) -> tuple[Endpoint, str]:
    """Let a partner or merchant be told; return the endpoint and its secret, which cannot be had again.

    Args:
        events: types; all that this participant can be told when there are none
        private: whether it may lie inside our network

    Raises:
        ParticipantUnknown, UrlInvalid, AddressNotAllowed, EventTypeUnknown, TooManyWebhooks
        WebhookKeyMissing, WebhookKeyUnusable
    """
    kind = people.of_kind(connection, participant_id, PARTNER, MERCHANT).kind
    wanted = _sound(kind, url, events, private=private)
    connection.execute(select(PARTICIPANT.c.id).where(PARTICIPANT.c.id == participant_id).with_for_update())
    own = ENDPOINT.c.participant == participant_id
    if (connection.scalar(select(func.count()).where(own)) or 0) >= rules.MOST_ENDPOINTS:
        raise TooManyWebhooks(rules.MOST_ENDPOINTS)
    endpoint_id = uuid.uuid4().hex
    connection.execute(
        ENDPOINT.insert().values(
            id=endpoint_id,
            participant=participant_id,
            state=ENABLED,
            created_at=int(time.time()),
            **wanted,
        )
    )
    secret = _put_secret(connection, open_sealer(connection), endpoint_id)
    return find(connection, participant_id, endpoint_id), secret


def change(
    connection: Connection,
    participant_id: str,
    endpoint_id: str,
    *,
    url: str | None,
    events: list[str] | None,
    is_enabled: bool | None,
    private: bool,
) -> Endpoint:
    """Change where an endpoint is, what it is told, or whether it is told at all; None leaves a thing be.

    Raises:
        WebhookUnknown, UrlInvalid, AddressNotAllowed, EventTypeUnknown
    """
    found = for_change(connection, participant_id, endpoint_id)
    kind = people.participant(connection, participant_id).kind
    wanted = _sound(kind, url or found.url, list(found.events) if events is None else events, private=private)
    if is_enabled is not None:
        wanted |= {"state": ENABLED if is_enabled else DISABLED}
    if is_enabled:
        wanted |= {"gone_at": None}
    connection.execute(update(ENDPOINT).where(ENDPOINT.c.id == endpoint_id).values(**wanted))
    return find(connection, participant_id, endpoint_id)


def roll_secret(
    connection: Connection, open_sealer: OpenSealer, participant_id: str, endpoint_id: str
) -> tuple[str, int]:
    """Make a new secret; return it and until when (UTC seconds) the one before signs beside it.

    One before that, if it still signed, ends now: a delivery carries two signatures at most.

    Raises:
        WebhookUnknown, WebhookKeyMissing, WebhookKeyUnusable
    """
    for_change(connection, participant_id, endpoint_id)
    until = int(time.time()) + rules.SECRET_OVERLAP_SECONDS
    own = SECRET.c.endpoint == endpoint_id
    connection.execute(delete(SECRET).where(own & SECRET.c.signs_until.is_not(None)))
    connection.execute(update(SECRET).where(own).values(signs_until=until))
    return _put_secret(connection, open_sealer(connection), endpoint_id), until


def remove(connection: Connection, participant_id: str, endpoint_id: str) -> None:
    """Delete an endpoint with its secrets and deliveries.

    Raises:
        WebhookUnknown
    """
    for_change(connection, participant_id, endpoint_id)
    theirs = select(DELIVERY.c.id).where(DELIVERY.c.endpoint == endpoint_id)
    connection.execute(delete(ATTEMPT).where(ATTEMPT.c.delivery.in_(theirs)))
    connection.execute(delete(DELIVERY).where(DELIVERY.c.endpoint == endpoint_id))
    connection.execute(delete(SECRET).where(SECRET.c.endpoint == endpoint_id))
    connection.execute(delete(ENDPOINT).where(ENDPOINT.c.id == endpoint_id))


# ---------------------------------------------------------------- reading


def endpoints_query(participant_id: str) -> Select[Any]:
    """Return the statement whose rows `endpoint_of` reads: this participant's."""
    return select(ENDPOINT).where(ENDPOINT.c.participant == participant_id)


def find(connection: Connection, participant_id: str, endpoint_id: str) -> Endpoint:
    """Raises:
    WebhookUnknown: there is none, or it is another's.
    """
    row = connection.execute(
        endpoints_query(participant_id).where(ENDPOINT.c.id == endpoint_id)
    ).one_or_none()
    if row is None:
        raise WebhookUnknown
    return endpoint_of(row)


def for_change(connection: Connection, participant_id: str, endpoint_id: str) -> Endpoint:
    """Return an endpoint and keep others from changing it until the transaction ends.

    Raises:
        WebhookUnknown
    """
    connection.execute(select(ENDPOINT.c.id).where(ENDPOINT.c.id == endpoint_id).with_for_update())
    return find(connection, participant_id, endpoint_id)


def endpoint_of(row: Row[Any]) -> Endpoint:
    """Return a row of `endpoints_query` as an endpoint."""
    return Endpoint(**{**row._mapping, "events": tuple(row.events)})


def sealed_secrets(connection: Connection, endpoint_ids: list[str], now: int) -> list[SealedSecret]:
    """Return the secrets that sign now, the present ones first."""
    rows = connection.execute(
        select(SECRET)
        .where(SECRET.c.endpoint.in_(endpoint_ids))
        .where(SECRET.c.signs_until.is_(None) | (SECRET.c.signs_until > now))
        .order_by(SECRET.c.signs_until.is_not(None), SECRET.c.created_at, SECRET.c.id)
    )
    return [SealedSecret(row.id, row.endpoint, bytes(row.ciphertext), bytes(row.nonce)) for row in rows]


def has_secrets(connection: Connection) -> bool:
    """Whether any secret is kept that only the present key opens."""
    return connection.execute(select(SECRET.c.id).limit(1)).first() is not None


# ---------------------------------------------------------------- details


def _sound(kind: str, url: str, events: list[str], *, private: bool) -> dict[str, Any]:
    rules.check_url(url, private=private)
    return {"url": url, "events": rules.check_events(kind, events) or list(rules.EVENTS_OF[kind])}


def _put_secret(connection: Connection, sealer: Sealer, endpoint_id: str) -> str:
    secret, secret_id = new_secret(), uuid.uuid4().hex
    sealed = sealer.seal(secret_id, endpoint_id, secret)
    connection.execute(
        SECRET.insert().values(
            id=secret_id,
            endpoint=endpoint_id,
            ciphertext=sealed.ciphertext,
            nonce=sealed.nonce,
            created_at=int(time.time()),
        )
    )
    return secret

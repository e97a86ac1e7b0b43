"""Where intents are kept: each is written in the same commit as the change that wants it.

A request puts an intent and answers; the worker takes it from there, and an event ends it (`intents.py`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, case, func, select, update
from sqlalchemy.exc import IntegrityError

from heitje_chain import tracing
from heitje_chain.db import after_commit

from . import meters
from .clock import database_now
from .codec import ChainEvent, Refusal
from .events import final_events
from .ids import ClientId
from .intents import OWN_RECEIPT, Intent, IntentChanged, Outcome
from .model import BLOCK, DONE, EVENT, FAILED, INTENT, SIGNED, TRANSACTION, WAITING

log = logging.getLogger(__name__)

LEASE_SECONDS = 60
"""How long a worker may hold an intent before another may take it."""

FIRST_RETRY_SECONDS = 2
MOST_RETRY_SECONDS = 3600
"""How long an intent waits when the contract says "not now": twice as long each time, up to an hour."""


def put(
    connection: Connection,
    kind: str,
    client_id: ClientId,
    payload: Mapping[str, Any],
    outcome: Outcome,
    *,
    bundle: str | None = None,
    lane: str = "main",
    not_before: int = 0,
) -> Intent:
    """Write an intent. The same intent again changes nothing.

    Args:
        not_before: UTC seconds before which it is not tried
        payload: JSON values; ids and amounts, never personal data
        bundle: intents of one bundle are carried out by one call; its own id when not given

    Raises:
        IntentChanged: the id is taken by another intent.
    """
    intent_id = client_id.hex()
    trace = tracing.current() or tracing.new_trace()
    intent = Intent(intent_id, kind, payload, outcome, bundle or intent_id, lane, trace=trace)
    known = by_id(connection, intent_id)
    if known is None:
        try:
            with connection.begin_nested():  # another process may be putting it at this moment
                connection.execute(INTENT.insert().values(_row(intent) | {"not_before": not_before}))
            tell(connection, "intent_put", intent)
            return intent
        except IntegrityError:
            known = by_id(connection, intent_id)
    if known is None or (known.kind, known.payload, known.outcome) != (kind, payload, outcome):
        raise IntentChanged(intent_id)
    return known


def wait_for(connection: Connection, intent_id: str, outcome: Outcome) -> None:
    """Have an open intent end by another event than was said when it was put: a wallet was replaced since."""
    connection.execute(
        update(INTENT)
        .where((INTENT.c.id == intent_id) & INTENT.c.state.in_((WAITING, SIGNED)))
        .values(event_name=outcome.name, event_key=outcome.key, event_content=dict(outcome.content))
    )


def by_id(connection: Connection, intent_id: str) -> Intent | None:
    row = connection.execute(select(INTENT).where(INTENT.c.id == intent_id)).one_or_none()
    return None if row is None else _intent(row)


def state_of(connection: Connection, intent_id: str) -> tuple[str, Refusal | None]:
    """Return an intent's state, and the contract's refusal when it failed."""
    row = connection.execute(select(INTENT.c.state, INTENT.c.refusal).where(INTENT.c.id == intent_id)).one()
    return row.state, Refusal(**row.refusal) if row.refusal else None


def take(connection: Connection, lane: str, owner: str, most: int) -> list[Intent]:
    """Lease up to `most` waiting bundles of a lane, oldest first.

    Two workers never get the same: a bundle is whose who locks the first of its intents, and nobody waits for
    a lock. After a lease ran out the fence tells who is late. What is put off further than that goes was
    written by a clock that was ahead, and waits no longer.
    """
    now = database_now(connection)
    free, other = _free(INTENT, lane, now), INTENT.alias()
    first = select(func.min(other.c.id)).where(other.c.bundle == INTENT.c.bundle, _free(other, lane, now))
    bundles = connection.scalars(
        select(INTENT.c.bundle)
        .where(free & (INTENT.c.id == first.scalar_subquery()))
        .order_by(INTENT.c.created_at, INTENT.c.bundle)
        .limit(most)
        .with_for_update(skip_locked=True)  # which SQLite, with its one writer, leaves out
    ).all()
    if not bundles:
        return []
    taken = connection.execute(
        update(INTENT)
        .where(free & INTENT.c.bundle.in_(bundles))
        .values(lease_owner=owner, lease_until=now + LEASE_SECONDS, fence=INTENT.c.fence + 1)
        .returning(INTENT)
    ).all()
    return [_intent(row) for row in sorted(taken, key=lambda row: (row.created_at, row.id))]


def sign_off(connection: Connection, intents: Sequence[Intent], owner: str, transaction_id: int) -> bool:
    """Tie leased intents to the transaction that carries them out.

    Returns:
        False when any lease was lost meanwhile: the caller then must not send, and rolls back.
    """
    for intent in intents:
        held = connection.execute(
            update(INTENT)
            .where(_held(intent, owner))
            .values(state=SIGNED, transaction_id=transaction_id, lease_until=0, waits_for=None)
        )
        if held.rowcount != 1:
            return False
    return True


def hold(connection: Connection, intent: Intent, owner: str) -> bool:
    """Keep others from ending a leased intent until the transaction ends.

    Returns:
        False when it is not this worker's any more: its event has ended it, or another has its lease.
    """
    this = select(INTENT.c.id).where(_held(intent, owner))
    return connection.execute(this.with_for_update()).first() is not None


def give_back(connection: Connection, intents: Sequence[Intent], owner: str) -> None:
    """End leases without having done anything."""
    connection.execute(
        update(INTENT)
        .where(INTENT.c.id.in_([intent.id for intent in intents]) & (INTENT.c.lease_owner == owner))
        .values(lease_until=0)
    )


def try_later(connection: Connection, intent_id: str, waits_for: str | None = None) -> None:
    """Let an intent wait, longer each time: the contract does not take it now, but may by itself.

    Args:
        waits_for: the name of the contract's error
    """
    known = connection.execute(select(INTENT).where(INTENT.c.id == intent_id)).one_or_none()
    if known is None:
        return
    attempts = known.attempts
    wait = min(FIRST_RETRY_SECONDS * 2 ** min(attempts, 20), MOST_RETRY_SECONDS)
    connection.execute(
        update(INTENT)
        .where((INTENT.c.id == intent_id) & INTENT.c.state.in_((WAITING, SIGNED)))
        .values(
            state=WAITING,
            transaction_id=None,
            lease_until=0,
            attempts=attempts + 1,
            waits_for=waits_for,
            not_before=database_now(connection) + wait,
        )
    )
    tell(connection, "intent_waits", _intent(known), waits_for=waits_for, seconds=wait)
    after_commit(connection, meters.POSTPONED.labels(known.kind).inc)


def mark_failed(connection: Connection, intent: Intent, refusal: Refusal) -> None:
    connection.execute(
        update(INTENT)
        .where(INTENT.c.id == intent.id)
        .values(
            state=FAILED,
            refusal=refusal.as_json(),
            lease_until=0,
        )
    )
    tell(connection, "intent_failed", intent, refusal=refusal.name)
    after_commit(connection, meters.ENDED.labels(intent.kind, FAILED).inc)


def mark_done(connection: Connection, intent: Intent) -> None:
    connection.execute(update(INTENT).where(INTENT.c.id == intent.id).values(state=DONE, lease_until=0))
    tell(connection, "intent_done", intent, by=intent.outcome.name or "receipt")
    after_commit(connection, meters.ENDED.labels(intent.kind, DONE).inc)


def reopen(connection: Connection, keys: Sequence[str]) -> int:
    """Bring intents that were done by events which are gone back to where their transaction left them.

    Returns:
        how many there were.
    """
    if not keys:
        return 0
    reopened = connection.execute(
        update(INTENT)
        .where(INTENT.c.event_key.in_(keys) & (INTENT.c.state == DONE))
        .values(state=case((INTENT.c.transaction_id.is_(None), WAITING), else_=SIGNED))
    )
    return reopened.rowcount


def reopen_carried_out_after(connection: Connection, block: int) -> int:
    """Bring intents that were done by their receipt back to where they were, if its block is gone.

    Returns:
        how many there were.
    """
    gone = select(TRANSACTION.c.id).where(TRANSACTION.c.block_number > block)
    reopened = connection.execute(
        update(INTENT)
        .where((INTENT.c.event_name == OWN_RECEIPT.name) & (INTENT.c.state == DONE))
        .where(INTENT.c.transaction_id.in_(gone))
        .values(state=SIGNED)
    )
    return reopened.rowcount


def send_alone(connection: Connection, transaction_id: int) -> None:
    """After a revert on chain: each intent of the transaction waits again, for a transaction of its own.

    The first time it is tried at once. One that was alone already was found good when it was tried, and
    reverted all the same: it waits, longer each time, so that no gas is burned in a circle.
    """
    mine = (INTENT.c.transaction_id == transaction_id) & (INTENT.c.state == SIGNED)
    for intent_id in connection.scalars(select(INTENT.c.id).where(mine & INTENT.c.alone.is_(True))).all():
        try_later(connection, intent_id, "reverted")
    connection.execute(
        update(INTENT).where(mine).values(state=WAITING, alone=True, transaction_id=None, lease_until=0)
    )


def wait_again(connection: Connection, transaction_id: int) -> None:
    """Let the intents of a transaction that can never be mined be signed anew, in another one."""
    connection.execute(
        update(INTENT)
        .where((INTENT.c.transaction_id == transaction_id) & (INTENT.c.state == SIGNED))
        .values(state=WAITING, transaction_id=None, lease_until=0)
    )


def not_ended_by(connection: Connection, transaction_id: int) -> list[Intent]:
    """Return the intents that this transaction, all of whose events were read, carried out without ending."""
    rows = connection.execute(
        select(INTENT).where((INTENT.c.transaction_id == transaction_id) & (INTENT.c.state == SIGNED))
    )
    return [_intent(row) for row in rows]


def open_with_key(connection: Connection, event_name: str, key: str) -> list[Intent]:
    """Return the open intents that wait for this event of this key."""
    rows = connection.execute(
        select(INTENT).where(
            (INTENT.c.event_key == key)
            & (INTENT.c.event_name == event_name)
            & INTENT.c.state.in_((WAITING, SIGNED))
        )
    )
    return [_intent(row) for row in rows]


def payload_values(connection: Connection, event_name: str, key: str, name: str) -> list[Any]:
    """Return this member of the payload of every intent, in whatever state, that this event ends or ended."""
    rows = connection.scalars(
        select(INTENT.c.payload).where((INTENT.c.event_key == key) & (INTENT.c.event_name == event_name))
    )
    return [payload[name] for payload in rows if name in payload]


def is_open_bundle(connection: Connection, bundle: str) -> bool:
    """Whether any intent of a bundle still waits for its event."""
    open_one = select(INTENT.c.id).where((INTENT.c.bundle == bundle) & INTENT.c.state.in_((WAITING, SIGNED)))
    return connection.execute(open_one.limit(1)).first() is not None


def waiting_for(connection: Connection, event: ChainEvent) -> list[Intent]:
    """Return the open intents that this event may end."""
    return open_with_key(connection, event.name, event.key)


def final_events_waited_for(connection: Connection) -> list[tuple[ChainEvent, int]]:
    """Return final events, with their block's time in seconds, that an open intent still waits for."""
    is_told = (INTENT.c.event_key == EVENT.c.key) & (INTENT.c.event_name == EVENT.c.name)
    return final_events(connection, is_told & INTENT.c.state.in_((WAITING, SIGNED)))


def may_be_done(connection: Connection, intent: Intent, head: int) -> bool:
    """Whether the chain, whose newest block is `head`, may have recorded what this intent wants.

    False when its record of the same key says something else, or when there is none and every block was read.
    How far was read is asked first: what another worker reads between the two questions is then found.
    """
    read_until = connection.scalar(select(func.max(BLOCK.c.number))) or 0
    rows = connection.execute(
        select(EVENT.c.arguments).where(
            (EVENT.c.key == intent.outcome.key) & (EVENT.c.name == intent.outcome.name)
        )
    ).all()
    if rows:
        return any(_says(row.arguments, intent) for row in rows)
    return read_until < head


def says_the_same(intent: Intent, event: ChainEvent) -> bool:
    """Whether the event's content is what the intent wanted."""
    return _says(event.arguments, intent)


def _free(intents: FromClause, lane: str, now: int) -> ColumnElement[bool]:
    """What a worker can take at this moment, UTC seconds."""
    one = intents.c
    unleased = (one.lease_until < now) | (one.lease_until > now + LEASE_SECONDS)
    too_far = (one.attempts > 0) & (one.not_before > now + MOST_RETRY_SECONDS)
    return (one.state == WAITING) & (one.lane == lane) & unleased & ((one.not_before <= now) | too_far)


def _held(intent: Intent, owner: str) -> ColumnElement[bool]:
    """What a worker that leased an intent still has."""
    return (
        (INTENT.c.id == intent.id)
        & (INTENT.c.lease_owner == owner)
        & (INTENT.c.fence == intent.fence)
        & (INTENT.c.state == WAITING)
    )


def _says(arguments: Mapping[str, Any], intent: Intent) -> bool:
    return all(arguments.get(name) == value for name, value in intent.outcome.content.items())


def _row(intent: Intent) -> dict[str, Any]:
    return {
        "id": intent.id,
        "kind": intent.kind,
        "lane": intent.lane,
        "bundle": intent.bundle,
        "payload": dict(intent.payload),
        "event_name": intent.outcome.name,
        "event_key": intent.outcome.key,
        "event_content": dict(intent.outcome.content),
        "state": WAITING,
        "alone": False,
        "created_at": int(time.time()),
        "lease_until": 0,
        "fence": 0,
        "attempts": 0,
        "trace": intent.trace,
    }


def _intent(row: Any) -> Intent:
    return Intent(
        id=row.id,
        kind=row.kind,
        payload=row.payload,
        outcome=Outcome(row.event_name, row.event_key, row.event_content),
        bundle=row.bundle,
        lane=row.lane,
        alone=row.alone,
        fence=row.fence,
        trace=row.trace,
    )


def tell(connection: Connection, event: str, intent: Intent, **more: object) -> None:
    told = {"intent": intent.id, "kind": intent.kind, "trace": intent.trace, **more}
    after_commit(connection, lambda: log.info(event, extra=told))

"""Trying an intent again because an operator says so. A caller opens the transaction and commits it.

    waiting, put off     the contract said "not now": it is tried at once instead of later
    failed               the contract refused it for good: it waits again, as it was put

Both keep the id that the contract accepts once, so neither can happen twice. Everything else is refused here;
whether a kind may be tried again after it failed is for whoever told people of the failure to say.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, exists, select, update

from heitje_chain.http.problems import Refused

from . import lane, outbox
from .clock import database_now
from .errors import (
    IntentBeforeItsTime,
    IntentDone,
    IntentOrdered,
    IntentSent,
    IntentTriedAlready,
    IntentUnknown,
    LaneStandsStill,
)
from .intents import Intent
from .model import ACTIVE, DONE, EVENT, FAILED, INTENT, MINED, SIGNED, TRANSACTION, WAITING


def for_change(connection: Connection, intent_id: str) -> None:
    """Keep others from changing an intent until the transaction ends.

    Raises:
        IntentUnknown
    """
    wanted = select(INTENT.c.id).where(INTENT.c.id == intent_id).with_for_update()
    if connection.execute(wanted).first() is None:
        raise IntentUnknown


def why_not(connection: Connection, intent_id: str, after_failure: Collection[str]) -> Refused | None:
    """Return why trying this again would be wrong or of no use; None when nothing speaks against it.

    Args:
        after_failure: the kinds that may be tried again after the contract refused them for good

    Raises:
        IntentUnknown
    """
    row = connection.execute(select(INTENT).where(INTENT.c.id == intent_id)).one_or_none()
    if row is None:
        raise IntentUnknown
    if row.state == DONE or _is_recorded(connection, row.event_name, row.event_key):
        return IntentDone()
    if row.state == FAILED and row.kind not in after_failure:
        return IntentOrdered()
    sending = lane.find(connection, row.lane)
    if sending is not None and sending.state != ACTIVE:
        return LaneStandsStill(row.lane)
    sent = connection.execute(select(TRANSACTION).where(TRANSACTION.c.id == row.transaction_id)).one_or_none()
    if sent is not None and (row.state == SIGNED or sent.state in (SIGNED, MINED)):
        return IntentSent(sent.hash)
    if row.state == WAITING and row.not_before <= database_now(connection):
        return IntentTriedAlready()
    if row.state == WAITING and row.attempts == 0:
        return IntentBeforeItsTime()
    return None


def try_now(connection: Connection, intent: Intent) -> None:
    """Let what was put off be tried at once, with all that one signature carries out together.

    Whoever is trying it this moment keeps it.
    """
    put_off = (INTENT.c.bundle == intent.bundle) & (INTENT.c.state == WAITING) & (INTENT.c.attempts > 0)
    connection.execute(update(INTENT).where(put_off).values(not_before=0))
    outbox.tell(connection, "intent_hurried", intent)


def wait_anew(connection: Connection, intent: Intent) -> None:
    """Let what the contract refused for good wait again, as if it had just been put."""
    connection.execute(
        update(INTENT)
        .where((INTENT.c.id == intent.id) & (INTENT.c.state == FAILED))
        .values(
            state=WAITING,
            refusal=None,
            waits_for=None,
            transaction_id=None,
            not_before=0,
            attempts=0,
            lease_until=0,
        )
    )
    outbox.tell(connection, "intent_retried", intent)


def _is_recorded(connection: Connection, event_name: str, event_key: str) -> bool:
    """Whether the chain told the event that ends it, final or not: what it says is not for us to repeat."""
    if not event_name:
        return False
    told = exists().where((EVENT.c.name == event_name) & (EVENT.c.key == event_key))
    return bool(connection.scalar(select(told)))

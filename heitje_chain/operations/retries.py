"""Trying an intent again: which kinds may be, after the contract refused them for good.

What a person ordered may not: they were told that it did not happen, what was held for it is free, and they
may have ordered it anew, under another id. So a payment, a redemption and a decision are ordered again by
whoever ordered them. What nobody orders may: it is the service's own duty, happens once per thing on the
chain, and would otherwise never be asked again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy import Connection

from heitje_chain.acts import service as acts
from heitje_chain.audit import service as audit
from heitje_chain.chain import outbox, retrying
from heitje_chain.chain.errors import IntentOvertaken, IntentUnknown
from heitje_chain.chain.intents import Intent
from heitje_chain.chain.model import FAILED
from heitje_chain.http.problems import Refused
from heitje_chain.jobs import deadlines
from heitje_chain.people import service as people
from heitje_chain.settlement import redemptions

PutBack = Callable[[Connection, Intent], bool]
"""Brings a slice's rows back to where they were before the failure; False when they went on without it."""


def _deadline(kind: str, connection: Connection, intent: Intent) -> bool:
    return deadlines.ask_again(connection, kind, intent.payload["about"])


AFTER_FAILURE: Mapping[str, PutBack] = {
    people.ADMIT_RESIDENT: lambda c, intent: people.admit_again(c, intent.payload["participant"]),
    acts.CARRY_OUT: lambda c, intent: acts.carry_out_again(c, intent.outcome.key),
    redemptions.RELEASE: lambda c, intent: redemptions.release_again(c, intent.payload["redemption"]),
    **{kind: partial(_deadline, kind) for kind in deadlines.KINDS},
}


def why_not(connection: Connection, intent_id: str) -> Refused | None:
    """Return why an intent is not tried again; None when it may be, as far as is known before it is asked.

    Raises:
        IntentUnknown
    """
    return retrying.why_not(connection, intent_id, AFTER_FAILURE)


def retry(connection: Connection, token_id: str, intent_id: str) -> None:
    """Try what was put off now, or what failed anew; the audit log says who wanted it.

    Raises:
        IntentUnknown, IntentDone, IntentOrdered, IntentSent, IntentTriedAlready, IntentBeforeItsTime,
        IntentOvertaken, LaneStandsStill
    """
    retrying.for_change(connection, intent_id)
    refused = why_not(connection, intent_id)
    if refused is not None:
        raise refused
    intent = outbox.by_id(connection, intent_id)
    if intent is None:
        raise IntentUnknown
    state, _ = outbox.state_of(connection, intent_id)
    if state != FAILED:
        retrying.try_now(connection, intent)
    elif AFTER_FAILURE[intent.kind](connection, intent):
        retrying.wait_anew(connection, intent)
    else:
        raise IntentOvertaken
    audit.record(
        connection,
        occurred_at=int(time.time()),
        actor=f"token:{token_id}",
        act="retry_intent",
        subject=f"intent:{intent_id}",
        details={"kind": intent.kind, "state": state},
    )

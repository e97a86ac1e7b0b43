"""A lane: one sending account with its next nonce, and whether it sends. A caller opens the transaction.

active -> paused (its key was used elsewhere) -> resuming (an operator said so) -> active
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, update

from .model import ACTIVE, PAUSED, RESUMING, SENDING_ACCOUNT

KEY_USED_ELSEWHERE = "key_used_elsewhere"


@dataclass(frozen=True)
class LaneState:
    lane: str
    address: str
    next_nonce: int
    state: str
    """active, paused or resuming."""
    reason: str | None
    """Why it is paused: a code."""
    since: int | None
    """When it was paused, UTC seconds."""


def find(connection: Connection, lane: str, *, locked: bool = False) -> LaneState | None:
    """Return a lane; `locked` keeps other workers from taking its next nonce until the transaction ends."""
    wanted = select(SENDING_ACCOUNT).where(SENDING_ACCOUNT.c.lane == lane)
    row = connection.execute(wanted.with_for_update() if locked else wanted).one_or_none()
    return None if row is None else lane_of(row)


def all_lanes(connection: Connection) -> list[LaneState]:
    rows = connection.execute(select(SENDING_ACCOUNT).order_by(SENDING_ACCOUNT.c.lane))
    return [lane_of(row) for row in rows]


def pause(connection: Connection, lane: str, reason: str) -> bool:
    """Stop sending until an operator lets it go on; return whether this did it."""
    done = connection.execute(
        update(SENDING_ACCOUNT)
        .where((SENDING_ACCOUNT.c.lane == lane) & (SENDING_ACCOUNT.c.state == ACTIVE))
        .values(state=PAUSED, reason=reason, since=int(time.time()))
    )
    return done.rowcount == 1


def ask_resumption(connection: Connection, lane: str) -> bool:
    """Let a paused lane go on: the worker first settles what became of its transactions. Return whether it
    was paused."""
    done = connection.execute(
        update(SENDING_ACCOUNT)
        .where((SENDING_ACCOUNT.c.lane == lane) & (SENDING_ACCOUNT.c.state == PAUSED))
        .values(state=RESUMING)
    )
    return done.rowcount == 1


def resume(connection: Connection, lane: str, at_least: int) -> None:
    """Send again; the next nonce is not below what the chain counts."""
    this = SENDING_ACCOUNT.c.lane == lane
    behind = this & (SENDING_ACCOUNT.c.next_nonce < at_least)
    connection.execute(update(SENDING_ACCOUNT).where(behind).values(next_nonce=at_least))
    connection.execute(update(SENDING_ACCOUNT).where(this).values(state=ACTIVE, reason=None, since=None))


def lane_of(row: Row[Any]) -> LaneState:
    """Return a row of the table as a lane."""
    return LaneState(row.lane, row.address, row.next_nonce, row.state, row.reason, row.since)

"""The worker's heartbeat: a row that says when it last got on, and what the node last answered.

The web process never asks the node; it reads this. Times are by the database's clock, which the two share.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, func, select, update
from sqlalchemy.exc import IntegrityError

from heitje_chain.chain.clock import database_now
from heitje_chain.chain.fees import GWEI
from heitje_chain.chain.model import BLOCK
from heitje_chain.chain.node import Node, NodeError
from heitje_chain.db import transaction

from .model import HEARTBEAT

MOST_SECONDS_BETWEEN = 5.0

OTHER_CHAIN = "WrongChain"
"""Instead of an error's class: the node answers, but is on another chain than the contracts."""


@dataclass(frozen=True)
class Heartbeat:
    """The row; see its columns."""

    owner: str
    round_at: int
    node_at: int | None
    node_error: str | None
    head: int | None
    head_time: int | None
    seen: int | None
    final: int | None
    chain_nonce: int | None
    balance_gwei: int | None
    fee_wei: int | None


class Heart:
    """One worker's. Beats at most every few seconds, however often it is asked to."""

    def __init__(
        self, engine: Engine, node: Node, lane: str, address: str, owner: str, limit_seconds: float
    ) -> None:
        """`limit_seconds`: after so long without a beat the service counts as not ready."""
        self._engine = engine
        self._node = node
        self._lane = lane
        self._address = address
        self._owner = owner
        self._between = min(MOST_SECONDS_BETWEEN, limit_seconds / 4)
        self._next = 0.0

    def beat(self) -> None:
        """Tell that the worker got on. A node that does not answer is told of, not raised."""
        if time.monotonic() < self._next:
            return
        seen = self._ask_node()
        with transaction(self._engine) as connection:
            _write(connection, self._lane, self._owner, seen)
        self._next = time.monotonic() + self._between

    def tell_other_chain(self) -> None:
        """Tell why this worker ends."""
        tell_other_chain(self._engine, self._lane, self._owner)

    def _ask_node(self) -> dict[str, Any]:
        try:
            head = self._node.head()
            return {
                "head": head.number,
                "head_time": head.timestamp,
                "chain_nonce": self._node.transaction_count(self._address),
                "balance_gwei": self._node.balance(self._address) // GWEI,
                "fee_wei": self._node.fees().fees.most,
                "node_error": None,
            }
        except NodeError as error:
            return {"node_error": type(error).__name__}


def tell_other_chain(engine: Engine, lane: str, owner: str) -> None:
    """Tell why the worker ends, or does not start."""
    with transaction(engine) as connection:
        _write(connection, lane, owner, {"node_error": OTHER_CHAIN})


def find(connection: Connection, lane: str = "main") -> Heartbeat | None:
    """Return what the worker last told; None when none ever ran."""
    row = connection.execute(select(HEARTBEAT).where(HEARTBEAT.c.lane == lane)).one_or_none()
    return None if row is None else Heartbeat(*row[1:])


def _write(connection: Connection, lane: str, owner: str, told: dict[str, Any]) -> None:
    now = database_now(connection)
    values = told | {
        "owner": owner,
        "round_at": now,
        "seen": connection.scalar(select(func.max(BLOCK.c.number))),
        "final": connection.scalar(select(func.max(BLOCK.c.number)).where(BLOCK.c.final.is_(True))),
    }
    if told["node_error"] in (None, OTHER_CHAIN):  # it answers
        values["node_at"] = now
    mine = update(HEARTBEAT).where(HEARTBEAT.c.lane == lane).values(values)
    if connection.execute(mine).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(HEARTBEAT.insert().values(lane=lane, **values))
    except IntegrityError:  # another worker's first beat
        connection.execute(mine)

"""What the chain recorded: the events of our contracts that were read, in the chain's order."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from .codec import ChainEvent
from .model import BLOCK, EVENT


def final_events(connection: Connection, where: ColumnElement[bool]) -> list[tuple[ChainEvent, int]]:
    """Return final events, with their block's time in seconds, in the chain's order.

    Args:
        where: on EVENT, and on whatever other table it names
    """
    rows = connection.execute(
        select(EVENT, BLOCK.c.timestamp)
        .where((BLOCK.c.number == EVENT.c.block_number) & BLOCK.c.final.is_(True) & where)
        .order_by(EVENT.c.block_number, EVENT.c.log_index)
    ).all()
    return [(event_of(row), row.timestamp) for row in rows]


def event_of(row: Any) -> ChainEvent:
    """Return a row of the event table as an event."""
    return ChainEvent(
        row.block_number,
        row.log_index,
        row.transaction_hash,
        row.contract,
        row.name,
        row.key,
        row.arguments,
    )

"""What time it is where it counts: on the chain.

A machine's clock can be off by an hour; a deadline is the contracts' to judge, by their block's time. So what
the service says about one is said by the newest block that it saw. Before it saw any, and for anything that
is only a hint when to try, the machine's clock will do.
"""

from __future__ import annotations

import time

from sqlalchemy import BigInteger, Connection, cast, func, select

from .model import BLOCK

_NEWEST = select(BLOCK.c.timestamp).order_by(BLOCK.c.number.desc()).limit(1)


def chain_now(connection: Connection) -> int:
    """Return the newest seen block's time, UTC seconds; the machine's when no block was seen yet."""
    seen = connection.scalar(_NEWEST)
    return int(time.time()) if seen is None else int(seen)


def latest_now(connection: Connection) -> int:
    """Return the later of the chain's and the machine's time: a chain without traffic stands still.

    For how long a signature shall be good, and for hints when to try: the contract judges by its own time.
    """
    return max(chain_now(connection), int(time.time()))


def database_now(connection: Connection) -> int:
    """Return what time it is for everybody who shares the database, UTC seconds; for leases and waits.

    PostgreSQL's own clock, however the workers' clocks differ. SQLite is on this machine.
    """
    if connection.dialect.name == "sqlite":
        return int(time.time())
    seconds = func.floor(func.extract("epoch", func.clock_timestamp()))  # a cast alone would round up
    return int(connection.scalar(select(cast(seconds, BigInteger))) or 0)

"""Writes records of one actor: `python -m audit.writer URL ACTOR COUNT`, in tests/.

It begins at a line on stdin, waits for another in the middle, and rolls every fifth transaction back.
"""

from __future__ import annotations

import sys

from heitje_chain.audit.service import record
from heitje_chain.db import open_engine


def main(url: str, actor: str, count: int) -> None:
    engine = open_engine(url)
    for number in range(1, count + 1):
        if number in (1, count // 2 + 1):
            print("ready", flush=True)
            sys.stdin.readline()
        with engine.connect() as connection, connection.begin() as transaction:
            record(connection, occurred_at=number, actor=actor, act="grant", subject=f"budget:{number}")
            if number % 5 == 0:
                transaction.rollback()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))

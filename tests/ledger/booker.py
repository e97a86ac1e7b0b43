"""Books payments until it is killed: `python -m ledger.booker URL [stop at this payment's lines]`, in tests/.

A package in the environment is called `tests` too, so this process calls the folder `ledger`.
"""

from __future__ import annotations

import sys
import time
from itertools import count
from typing import Any

from sqlalchemy import event

from heitje_chain.db import open_engine, transaction
from heitje_chain.ledger.service import book

from . import facts


def main(url: str, stop_at: int) -> None:
    engine = open_engine(url)
    current = 0

    @event.listens_for(engine, "before_cursor_execute")
    def stop(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if current == stop_at and statement.startswith("INSERT INTO journal_line"):
            print("between", flush=True)
            time.sleep(60)

    for number in count(1):
        current = number
        with transaction(engine) as connection:
            book(connection, facts.payment(number, 25))
        print(number, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0)

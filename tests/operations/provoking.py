"""Bringing a town into a state in which an alarm rings."""

from __future__ import annotations

from threading import Event

from sqlalchemy import Table, func, select, update

from heitje_chain.db import reading, transaction
from tests.service.town import Town

DAY = 86_400


def make_older(town: Town, table: Table, column: str, seconds: int) -> None:
    """Let what is there have happened so long ago."""
    with transaction(town.engine) as connection:
        connection.execute(update(table).values({column: table.c[column] - seconds}))


def work(town: Town) -> None:
    """Let the worker do all there is to do, and tell then how it is."""
    town.work()
    town.worker.heart._next = 0.0
    town.worker.heart.beat()


class FewRounds(Event):
    """Lets a worker go round a few times, so that no test waits for ever."""

    rounds = 0

    def wait(self, timeout: float | None = None) -> bool:
        self.rounds += 1
        if self.rounds >= 10:
            self.set()
        return self.is_set()


def how_many(town: Town, table: Table) -> int:
    with reading(town.engine) as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0

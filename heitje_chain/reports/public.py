"""What everybody may know of the coin: sums, so large that nobody can be picked out of them.

docs/decisions/0047 says why what is small is told together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from heitje_chain.people import contracts
from heitje_chain.people.model import MERCHANT_DETAILS, PARTICIPANT

from . import figures, reserve
from .figures import Month, NeighbourhoodWork
from .reserve import Reserve

LEAST = 5
"""Fewer jobs than this are told of no neighbourhood."""


@dataclass(frozen=True)
class PublicNeighbourhood:
    name: str | None
    """None: those that are too small to be told alone, together."""
    jobs: int


@dataclass(frozen=True)
class PublicShop:
    name: str
    category: str


@dataclass(frozen=True)
class PublicFigures:
    jobs: int
    minutes: int
    reserve: Reserve
    shops: Sequence[PublicShop]
    """Where one can pay today, by name."""
    neighbourhoods: Sequence[PublicNeighbourhood]
    months: Sequence[Month]

    @property
    def is_few(self) -> bool:
        """Whether so little was done that even the sum is not told."""
        return 0 < self.jobs < LEAST


def read(connection: Connection) -> PublicFigures:
    """Return how it stands now."""
    done = figures.work(connection)
    return PublicFigures(
        jobs=done.jobs,
        minutes=done.minutes,
        reserve=reserve.read(connection),
        shops=_shops(connection),
        neighbourhoods=told(figures.by_neighbourhood(connection)),
        months=figures.by_month(connection, figures.latest(contracts.today(connection))),
    )


def told(found: Sequence[NeighbourhoodWork]) -> list[PublicNeighbourhood]:
    """Return the neighbourhoods, where most was done first, and at the end the small ones together.

    When these are fewer than LEAST together, the next smallest joins them: else whoever subtracts what is
    told from the sum of all learns what is not.
    """
    known = sorted(found, key=lambda one: (one.neighbourhood is not None, one.work.jobs), reverse=True)
    alone = [one for one in known if one.neighbourhood is not None and one.work.jobs >= LEAST]
    rest = sum(one.work.jobs for one in known) - sum(one.work.jobs for one in alone)
    while 0 < rest < LEAST and alone:
        rest += alone.pop().work.jobs
    shown = [PublicNeighbourhood(one.neighbourhood, one.work.jobs) for one in alone]
    return [*shown, PublicNeighbourhood(None, rest)] if rest else shown


# ---------------------------------------------------------------- details


def _shops(connection: Connection) -> list[PublicShop]:
    accepting = {one.merchant for one in contracts.acceptances(connection) if one.until is not None}
    rows = connection.execute(
        select(PARTICIPANT.c.id, PARTICIPANT.c.name, MERCHANT_DETAILS.c.category)
        .join(MERCHANT_DETAILS, MERCHANT_DETAILS.c.participant == PARTICIPANT.c.id)
        .where(~PARTICIPANT.c.blocked)
        .order_by(PARTICIPANT.c.name, PARTICIPANT.c.id)
    )
    return [PublicShop(row.name, row.category) for row in rows if row.id in accepting]

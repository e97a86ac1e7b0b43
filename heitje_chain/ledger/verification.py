"""Finds what cannot have been written by `service.book`: the work of somebody who got past the triggers."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, case, exists, func, or_, select

from heitje_chain.http.language import Words

from .accounts import BUDGET, PAYABLE, RETURNED
from .entry import Kind
from .model import JOURNAL_ENTRY, JOURNAL_LINE

_E, _L = JOURNAL_ENTRY.c, JOURNAL_LINE.c


@dataclass(frozen=True)
class Fault:
    """An entry that is not whole. `entry` is its id, None when only lines are left; `cents` are what the
    lines on `family` (`accounts.family`) sum to, and None when there are no lines at all.
    """

    number: int
    entry: str | None
    family: str | None
    cents: int | None

    @property
    def words(self) -> Words:
        """Say it in both languages."""
        if self.entry is None:
            dutch = f"Boeking {self.number} ontbreekt, maar er zijn nog regels van op {self.family}."
        elif self.cents is None:
            dutch = f"Boeking {self.number} ({self.entry}) heeft geen regels."
        else:
            sums = f"{self.cents} cent op {self.family}"
            dutch = f"Boeking {self.number} ({self.entry}) telt op tot {sums}, niet 0."
        return {"nl": dutch, "en": str(self)}

    def __str__(self) -> str:
        if self.entry is None:
            return f"Entry {self.number} is missing, but lines on {self.family} are left of it."
        if self.cents is None:
            return f"Entry {self.number} ({self.entry}) has no lines."
        return f"Entry {self.number} ({self.entry}) sums to {self.cents} cents on {self.family}, not 0."


def unbalanced(connection: Connection) -> list[Fault]:
    """Return every entry that is not whole, oldest first; empty when all is well.

    Found are lines that do not sum to zero in a family, entries that lost their lines, and lines that lost
    their entry. An entry that is gone with all its lines is found by reconciliation with the chain.
    """
    return sorted(
        [*_unequal(connection), *_empty(connection)], key=lambda fault: (fault.number, fault.family or "")
    )


def _unequal(connection: Connection) -> list[Fault]:
    lines = select(_L.entry_number, _L.cents, _family(_L.account).label("family")).subquery().c
    query = (
        select(lines.entry_number, _E.id, lines.family, func.sum(lines.cents))
        .outerjoin(JOURNAL_ENTRY, _E.number == lines.entry_number)
        .group_by(lines.entry_number, _E.id, lines.family)
        .having(or_(func.sum(lines.cents) != 0, _E.id.is_(None)))
    )
    return [
        Fault(number, entry, family, int(cents)) for number, entry, family, cents in connection.execute(query)
    ]


def _empty(connection: Connection) -> list[Fault]:
    has_lines = exists().where(_L.entry_number == _E.number)
    query = select(_E.number, _E.id).where(~has_lines, _E.kind != Kind.CLOSE_BUDGET.value)
    return [Fault(number, entry, None, None) for number, entry in connection.execute(query)]


def _family(account: ColumnElement[str]) -> ColumnElement[str]:
    """`accounts.family`, in SQL."""
    to_the_second_colon = len(BUDGET) + 1 + 64
    return case(
        (account.startswith(f"{BUDGET}:"), func.substr(account, 1, to_the_second_colon)),
        (or_(account.startswith(f"{PAYABLE}:"), account == RETURNED), "payables"),
        else_="coins",
    )

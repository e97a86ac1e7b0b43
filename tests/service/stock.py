"""Towns that already have what most tests begin with, made once and copied for each test.

Making a partner with a budget takes two seconds, earning the first Heitjes one more, and a shop half of one:
admissions, signers and mint limits are acts that wait, and each has its way over the chain. A copy takes a
tenth of a second, less than to migrate an empty database. The chain
of a stocked town is one of its own, so that it need not go back to before its people were admitted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from tests.conftest import Chain, second_chain
from tests.databases import copy_folder, database_of

from .town import EARNED, Person, Town, open_town


class Furniture(Protocol):
    """What was made in a town and whose it is."""

    def moved_to(self, town: Town) -> Any:
        """Return the same in a copy of that town."""


Furnish = Callable[[Town], Furniture]


@dataclass(frozen=True)
class Stock:
    """A town to copy, and what was made in it."""

    chain: Chain
    home: Path
    secrets: Mapping[str, str]
    made: Furniture

    def copy(self, home: Path) -> Town:
        """Return a copy in this new folder; the chain is to be put back when it is not needed any more."""
        copy_folder(self.home, home, keep=False)
        chain = self.chain
        town = open_town(chain.url, chain.record, chain.record_path, home, secrets=self.secrets)
        town.furnished = self.made.moved_to(town)
        return town


@dataclass(frozen=True)
class Founders:
    """A partner with 1,000 euros to give; Anna, who has earned 15 of them; a shop. Those that were wanted."""

    partner: Person | None
    anna: Person | None
    shop: Person | None

    def moved_to(self, town: Town) -> Founders:
        def moved(person: Person | None) -> Person | None:
            return None if person is None else replace(person, town=town)

        return Founders(moved(self.partner), moved(self.anna), moved(self.shop))


@dataclass(frozen=True)
class Founding:
    """Furnish a town with these; Anna needs the partner."""

    partner: bool = False
    anna: bool = False
    shop: bool = False

    def __call__(self, town: Town) -> Founders:
        partner = new_partner(town) if self.partner or self.anna else None
        anna = new_anna(town, partner) if self.anna and partner else None
        return Founders(partner, anna, town.merchant() if self.shop else None)


class Stocks:
    """One stock for each way to furnish a town, made when the first test asks for it."""

    def __init__(self, shared_chain: Chain, new_folder: Callable[[str], Path], ends: ExitStack) -> None:
        self._shared_chain = shared_chain
        self._new_folder = new_folder
        self._ends = ends
        self._stocks: dict[Furnish, Stock] = {}

    def of(self, furnish: Furnish) -> Stock:
        if furnish not in self._stocks:
            self._stocks[furnish] = self._make(furnish)
        return self._stocks[furnish]

    def _make(self, furnish: Furnish) -> Stock:
        folder = self._new_folder("stock")
        chain = self._ends.enter_context(second_chain(self._shared_chain, folder))
        home = folder / "home"
        database = database_of(home, keep=True)
        town = open_town(chain.url, chain.record, chain.record_path, home, database)
        made = furnish(town)
        town.close()
        return Stock(chain, home, dict(town.secrets), made)


def new_partner(town: Town) -> Person:
    """Return a partner with a budget of 1,000 euros."""
    return town.partner(budget=1_000_00)


def new_anna(town: Town, partner: Person) -> Person:
    """Return a resident who has earned 15 euros."""
    resident = town.resident()
    town.earned(partner, resident, EARNED)
    return resident

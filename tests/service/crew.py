"""A town's people on the first morning: they can act, and nobody has earned anything."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from .town import Person, Town


@dataclass(frozen=True)
class Crew:
    partner: Person
    """With 100 euros to give."""
    other_partner: Person
    """With 100 euros too."""
    anna: Person
    bilal: Person
    shop: Person
    club: Person

    def moved_to(self, town: Town) -> Crew:
        return Crew(*(replace(getattr(self, one.name), town=town) for one in fields(self)))


def gather(town: Town) -> Crew:
    """Furnish a town with them (stock.py)."""
    return Crew(
        town.partner(budget=100_00),
        town.partner(budget=100_00),
        town.resident(),
        town.resident("Bilal"),
        town.merchant(),
        town.association(),
    )

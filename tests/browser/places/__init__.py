"""Every page, in each state that it can show: what the sweep looks at, and what pictures are taken of.

A file for each desk, found by itself. In it `looks(people)` sets the states up, before the town is served,
and says who sees what:

    def looks(people: People) -> list[Look]:
        job = people.town.job(people.partner)["id"]
        return [Look("resident", people.anna, "resident", {"jobs": "/jobs", "job": f"/jobs/{job}"})]

The worker does not go round while somebody looks, so that what is under way stays so. A state that one has to
click for is a `Place` with what is done there; it must leave the town as it was. `test_places.py` fails on a
page that is in no list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

from playwright.sync_api import Page

from tests.service.stock import new_anna, new_partner
from tests.service.survival import People
from tests.service.town import Person, Town


def _nothing(page: Page) -> None:
    """Look at the page as it comes."""


@dataclass(frozen=True)
class Place:
    path: str
    then: Callable[[Page], None] = _nothing
    """What is done there first."""


@dataclass(frozen=True)
class Look:
    """What one person sees."""

    name: str
    """The beginning of its pictures' names."""
    person: Person | None
    """None is nobody who is logged in, or an officer."""
    role: str
    """Empty when nobody is logged in."""
    places: Mapping[str, str | Place]
    """Name -> address."""

    def each(self) -> Iterator[tuple[str, Place]]:
        """Give each place with the name of its picture."""
        for name, place in self.places.items():
            yield f"{self.name}-{name}", Place(place) if isinstance(place, str) else place


@dataclass(frozen=True)
class Sights:
    """What a town was furnished with, for all to see."""

    looks: list[Look]

    def moved_to(self, town: Town) -> Sights:
        def moved(person: Person | None) -> Person | None:
            return None if person is None else replace(person, town=town)

        return Sights([replace(look, person=moved(look.person)) for look in self.looks])


def everything(town: Town) -> Sights:
    """Set all states up, desk by desk."""
    partner = new_partner(town)
    people = People(town, partner, new_anna(town, partner), town.merchant())
    files = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))
    return Sights([look for name in files for look in import_module(f"{__name__}.{name}").looks(people)])


def send(name: str, **fields: str) -> Callable[[Page], None]:
    """Return what fills fields in by their names, and clicks the button that says so."""

    def done(page: Page) -> None:
        form = page.locator("form", has=page.locator(f'[name="{name}"]'))
        for field, value in fields.items():
            form.locator(f'[name="{field}"]').fill(value)
        form.evaluate("form => { form.noValidate = true; }")  # it is the service that refuses
        form.locator("button[type=submit]").first.click()
        page.wait_for_load_state()

    return done


def unfold(page: Page) -> None:
    """Open whatever is folded."""
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")

"""A new town for each test, on the chain that all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from heitje_chain.db import transaction
from heitje_chain.people import tokens
from tests.conftest import Chain, rolled_back

from .crew import Crew, gather
from .stock import Founders, Founding, Furnish, Stocks, new_anna, new_partner
from .survival import People
from .town import Person, Town, open_town
from .world import World, build


@pytest.fixture
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """A town of the test's own, on a chain that is put back afterwards.

    What the test begins with anyway is in it: the partner, Anna, a shop, a crew or a whole world, when it
    asks for them; or what its module says in FURNISH. A test that asks for the `chain` has that one's town.
    """
    home = tmp_path / "home"
    furnish = furniture(request)
    if furnish is None:
        chain: Chain = request.getfixturevalue("chain")
        made = open_town(chain.url, chain.record, chain.record_path, home)
        yield made
    else:
        stock = cast("Stocks", request.getfixturevalue("stocks")).of(furnish)
        with rolled_back(stock.chain):
            made = stock.copy(home)
            yield made
    made.close()


def furniture(request: pytest.FixtureRequest) -> Furnish | None:
    own: Furnish | None = getattr(request.module, "FURNISH", None)
    if own is not None:
        return own
    asked = set(request.fixturenames)
    if "world" in asked:
        return build
    if "crew" in asked:
        return gather
    wanted = Founding(partner="partner" in asked, anna="anna" in asked, shop="shop" in asked)
    return None if wanted == Founding() and "chain" in asked else wanted


@pytest.fixture
def partner(town: Town) -> Person:
    """A partner with a budget of 1,000 euros."""
    return _founders(town).partner or new_partner(town)


@pytest.fixture
def anna(town: Town, partner: Person) -> Person:
    """A resident who has earned 15 euros."""
    return _founders(town).anna or new_anna(town, partner)


@pytest.fixture
def shop(town: Town) -> Person:
    """A merchant."""
    return _founders(town).shop or town.merchant()


@pytest.fixture
def people(town: Town, partner: Person, anna: Person, shop: Person) -> People:
    return People(town, partner, anna, shop)


@pytest.fixture
def crew(town: Town) -> Crew:
    """People who have not earned anything yet."""
    return cast(Crew, town.furnished)


@pytest.fixture
def world(town: Town) -> World:
    """Two of everything; whoever walks through all of it asks faster than a rate allows."""
    town.http.app.state.rates = None  # type: ignore[attr-defined]
    return cast(World, town.furnished)


@pytest.fixture
def operator(town: Town) -> str:
    """The role of whoever is on duty, whose token the town then has."""
    with transaction(town.engine) as connection:
        town.secrets["operator"] = tokens.create(connection, "On duty", "operator")[1]
    return "operator"


def _founders(town: Town) -> Founders:
    """Return who was made with the town: nobody where it was furnished otherwise."""
    return town.furnished if isinstance(town.furnished, Founders) else Founders(None, None, None)

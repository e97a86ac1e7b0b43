"""A new town for each test, on the chain that all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from heitje_chain.db import transaction
from heitje_chain.people import tokens
from tests.conftest import Chain

from .survival import People
from .town import EARNED, Person, Town, open_town


@pytest.fixture
def town(chain: Chain, tmp_path: Path) -> Iterator[Town]:
    made = open_town(chain.url, chain.record, chain.record_path, tmp_path / "home")
    yield made
    made.engine.dispose()


@pytest.fixture
def partner(town: Town) -> Person:
    """A partner with a budget of 1,000 euros."""
    return town.partner(budget=1_000_00)


@pytest.fixture
def anna(town: Town, partner: Person) -> Person:
    """A resident who has earned 15 euros."""
    resident = town.resident()
    town.earned(partner, resident, EARNED)
    return resident


@pytest.fixture
def shop(town: Town) -> Person:
    """A merchant."""
    return town.merchant()


@pytest.fixture
def people(town: Town) -> People:
    partner, anna = town.partner(budget=1_000_00), town.resident()
    town.earned(partner, anna, 15_00)
    return People(town, partner, anna, town.merchant())


@pytest.fixture
def operator(town: Town) -> str:
    """The role of whoever is on duty, whose token the town then has."""
    with transaction(town.engine) as connection:
        town.secrets["operator"] = tokens.create(connection, "On duty", "operator")[1]
    return "operator"

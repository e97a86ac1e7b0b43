"""A new town for each test, on the chain that all tests share, which is put back afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from heitje_chain.chain.node import Node
from tests.conftest import Chain

from .survival import People
from .town import EARNED, Person, Town, open_town, wall_clock


@pytest.fixture
def town(chain: Chain, tmp_path: Path) -> Iterator[Town]:
    node = Node(chain.url)
    node._ask("evm_setTime", wall_clock())
    before = node._ask("evm_snapshot")
    made = open_town(chain.url, chain.record, chain.record_path, tmp_path / "home")
    made.admitted_before = len(made.events("ParticipantAdmitted"))  # the chain is everybody's
    yield made
    made.engine.dispose()
    node._ask("evm_revert", before)
    node._ask("evm_setTime", wall_clock())


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

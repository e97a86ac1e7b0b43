"""Real contracts on a real chain, deployed once and put back to how they were after each test."""

from __future__ import annotations

import pytest

from .city import City


@pytest.fixture(scope="session")
def city() -> City:
    return City.deployed()

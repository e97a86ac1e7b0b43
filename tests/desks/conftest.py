"""Towns, and people at their pages."""

from __future__ import annotations

import pytest

from tests.service.conftest import anna as anna
from tests.service.conftest import partner as partner
from tests.service.conftest import shop as shop
from tests.service.conftest import town as town
from tests.service.town import Person, Town

from .visitor import Visitor, logged_in, visitor


@pytest.fixture
def stranger(town: Town) -> Visitor:
    """Somebody who is not logged in."""
    return visitor(town)


@pytest.fixture
def resident(town: Town, anna: Person) -> Visitor:
    """Anna at her pages, with 15 euros."""
    return logged_in(town, anna, "resident")


@pytest.fixture
def till(town: Town, shop: Person) -> Visitor:
    """The shop at its till."""
    return logged_in(town, shop, "merchant")

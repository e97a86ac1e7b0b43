"""A town whose webhooks may go to this machine, and a receiver on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.service.conftest import anna, partner, shop
from tests.service.conftest import town as service_town
from tests.service.town import Town

from .post import allow_private
from .receiver import Receiver, receiving

__all__ = ["anna", "partner", "receiver", "service_town", "shop", "town"]


@pytest.fixture
def town(service_town: Town) -> Town:
    allow_private(service_town)
    return service_town


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made

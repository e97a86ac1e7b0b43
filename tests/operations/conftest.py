"""A town for each test that asks for one, and what Prometheus sees of it."""

from __future__ import annotations

import time

import pytest

from heitje_chain.backup.model import BACKUP_TAKEN
from heitje_chain.db import transaction
from tests.service.conftest import anna, partner, people, shop, town
from tests.service.town import Town

from .sight import Sight

__all__ = ["anna", "partner", "people", "shop", "sight", "town"]


@pytest.fixture
def sight(town: Town) -> Sight:
    """Of a town with a backup of a moment ago, so that no alarm rings."""
    with transaction(town.engine) as connection:
        taken = BACKUP_TAKEN.insert().values(taken_at=int(time.time()), sha256="00" * 32, bytes=1)
        connection.execute(taken)
    return Sight(town, town.config)

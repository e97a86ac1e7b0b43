"""A town whose API is served, for the commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.http.apps import app_of
from tests.http.server import serving
from tests.service.conftest import anna, partner, shop, town
from tests.service.town import Town

from .counter import Counter

__all__ = ["anna", "partner", "shop", "town"]


@pytest.fixture
def counter(town: Town, tmp_path: Path) -> Iterator[Counter]:
    folder = tmp_path / "own"
    folder.mkdir()
    with serving(app_of(town.engine, town.contracts, town.config)) as url:
        yield Counter(town, url, folder)

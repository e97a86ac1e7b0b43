"""The demo uses no chain of ape's."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _function_isolation() -> None:
    """Keeps ape from isolating these tests, as it does unless a fixture has this name."""

"""The whole service in one process, as tests/service has it."""

from __future__ import annotations

from tests.service.conftest import anna, partner, shop, town

__all__ = ["anna", "partner", "shop", "town"]

"""A town for each test that asks for one."""

from __future__ import annotations

from tests.service.conftest import anna, partner, people, shop, town

__all__ = ["anna", "partner", "people", "shop", "town"]

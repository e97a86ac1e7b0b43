"""A town for each test that asks for one."""

from __future__ import annotations

from tests.service.conftest import town

__all__ = ["town"]

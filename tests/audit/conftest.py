"""A database per test."""

from __future__ import annotations

from tests.ledger.databases import engine, url

__all__ = ["engine", "url"]

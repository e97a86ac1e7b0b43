"""Health over HTTP, and what an operator sees of sending to the chain."""

from __future__ import annotations

from fastapi import APIRouter

from . import health, intents

router = APIRouter()
router.include_router(health.router)
router.include_router(intents.router)

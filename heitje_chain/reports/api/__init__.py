"""Reports over JSON: own activity, the reserve, and the municipality's meters."""

from __future__ import annotations

from fastapi import APIRouter

from . import meters, own

router = APIRouter()
for part in (own, meters):
    router.include_router(part.router)

"""What may still be earned, over JSON: a resident's own, limits, and the registrar's records."""

from __future__ import annotations

from fastapi import APIRouter

from . import limits, own, records

router = APIRouter()
for part in (own, limits, records):
    router.include_router(part.router)

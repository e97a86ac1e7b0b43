"""Redemptions and payout batches over JSON."""

from __future__ import annotations

from fastapi import APIRouter

from . import batches, redemptions

router = APIRouter()
for part in (redemptions, batches):
    router.include_router(part.router)

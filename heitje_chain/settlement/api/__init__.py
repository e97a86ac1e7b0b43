"""Redemptions, payout batches and repayments over JSON."""

from __future__ import annotations

from fastapi import APIRouter

from . import batches, redemptions, repayments

router = APIRouter()
for part in (redemptions, batches, repayments):
    router.include_router(part.router)

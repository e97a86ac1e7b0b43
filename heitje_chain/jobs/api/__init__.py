"""Jobs, claims and decisions over JSON."""

from __future__ import annotations

from fastapi import APIRouter

from . import claims, decisions, jobs, photos

router = APIRouter()
for part in (jobs, claims, photos, decisions):
    router.include_router(part.router)

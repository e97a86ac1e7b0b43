"""Jobs, claims and decisions over JSON."""

from __future__ import annotations

from fastapi import APIRouter

from . import claims, decisions, jobs

router = APIRouter()
for part in (jobs, claims, decisions):
    router.include_router(part.router)

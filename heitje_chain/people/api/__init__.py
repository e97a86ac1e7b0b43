"""People over JSON: participants, the officers' acts about them, and who may ask what."""

from __future__ import annotations

from fastapi import APIRouter

from . import accounts, acts, admissions, chain, contracts, participants, recoveries, sending, tokens

router = APIRouter()
for part in (participants, admissions, contracts, recoveries, tokens, accounts, acts, chain, sending):
    router.include_router(part.router)

"""What of the pages everybody can use, how that was looked at, and what is still missing.

Source: the Dutch model statement of accessibility (Besluit digitale toegankelijkheid overheid), which follows
Commission Implementing Decision (EU) 2018/1523. What stands here as tested is what `tests/browser` does.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Response

from .entry import At
from .frame import Desk

router = APIRouter(include_in_schema=False)

LOOKED_AT = int(datetime(2026, 11, 30, 12, tzinfo=UTC).timestamp())
"""When the statement was last compared with the pages."""


@router.get("/accessibility")
def state_accessibility(desk: Annotated[Desk, At()]) -> Response:
    """Show the statement of accessibility."""
    return desk.page("accessibility.html", looked_at=LOOKED_AT)

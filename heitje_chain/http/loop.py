"""Watches that the event loop answers: what keeps it busy keeps everybody waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from . import meters

EVERY_SECONDS = 0.5


@asynccontextmanager
async def watched() -> AsyncIterator[None]:
    """Measure the loop that runs here for as long as this lasts."""
    watching = asyncio.create_task(_watch())
    try:
        yield
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def _watch() -> None:
    clock = asyncio.get_running_loop().time
    while True:
        due = clock() + EVERY_SECONDS
        await asyncio.sleep(EVERY_SECONDS)
        meters.LOOP_LATE.observe(max(clock() - due, 0.0))

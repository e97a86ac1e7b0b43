"""Doing many things at once, and waiting for what the chain makes final."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from .city import DemoRefused

T = TypeVar("T")
R = TypeVar("R")

PATIENCE_SECONDS = 60
_AT_ONCE = 6
_POLL_SECONDS = 0.2


def each(work: Callable[[T], R], over: Iterable[T]) -> list[R]:
    """Do this for each, some at a time, as a city's clients would; return what came back in order."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(work, over))


def until(found: Callable[[], bool], what: str) -> None:
    """Ask again until it is so.

    Raises:
        DemoRefused: it took too long.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not found():
        if time.monotonic() > deadline:
            raise DemoRefused(f"Waited in vain for {what}. The logs beside the demo's data say more.")
        time.sleep(_POLL_SECONDS)

"""One id from a request to the event that ends what it wanted: for logs and operators, never for rules.

A request has an id (`http/requests.py`), every intent keeps the id of the request that put it, and whoever
works on that intent logs it. What the worker wants by itself gets an id of its own.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Hex alone, so that nobody's name or address comes into a log as an id.
_UUID = re.compile(r"[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")

_CURRENT: ContextVar[str | None] = ContextVar("heitje_trace", default=None)


def current() -> str | None:
    """Return the id of what is being worked on: 32 hex characters."""
    return _CURRENT.get()


def new_trace() -> str:
    return secrets.token_hex(16)


@contextmanager
def tracing(trace: str | None) -> Iterator[None]:
    """Work on this for a while; on whatever it was before when None."""
    token = _CURRENT.set(trace or _CURRENT.get())
    try:
        yield
    finally:
        _CURRENT.reset(token)


def trace_of(request_id: str | None, traceparent: str | None) -> str:
    """Return the id of a request: the one that its sender gave, if it is one, else a new one.

    Args:
        request_id: a UUID, with or without hyphens (`X-Request-Id`)
        traceparent: as in W3C's Trace Context
    """
    given = (request_id or "").strip().lower()
    if _UUID.fullmatch(given):
        return given.replace("-", "")
    parent = _TRACEPARENT.fullmatch((traceparent or "").strip())
    return parent.group(1) if parent and parent.group(1).strip("0") else new_trace()

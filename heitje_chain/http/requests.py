"""What every request gets: an id, a line in the log, and a place in the figures.

The id is the sender's own when `X-Request-Id` holds a UUID or `traceparent` a trace, else a new one; the
answer tells it in `X-Request-Id`, a problem of status 500 by its beginning. The log has the route as it is
written in the code, `/api/v1/codes/{code}`: an address may hold a till's code or what somebody looks for.
"""

from __future__ import annotations

import logging
import time

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from heitje_chain import tracing

from . import meters

log = logging.getLogger(__name__)

HEADER = b"x-request-id"

NO_ROUTE = "none"
GONE = 499
"""Whoever asked hung up before there was an answer."""
PROBES = frozenset({"/healthz", "/readyz"})
"""Asked every few seconds by machines: logged at DEBUG only."""

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Requests:
    """ASGI middleware around all others."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Request(scope).headers
        trace = tracing.trace_of(headers.get("x-request-id"), headers.get("traceparent"))
        state = scope.setdefault("state", {})
        state["trace"] = trace
        begun, status, streams = time.perf_counter(), GONE, False

        async def tell(message: Message) -> None:
            nonlocal status, streams
            if message["type"] == "http.response.start":
                status = message["status"]
                streams = _is_stream(message)
                message["headers"] = [*message.get("headers", ()), (HEADER, trace.encode())]
            await send(message)

        with tracing.tracing(trace):
            try:
                await self._app(scope, receive, tell)
            except Exception:
                # The answer is made further out, by faults.py.
                status, state["problem"], state["told"] = 500, "unexpected", True
                log.exception("unexpected_fault", extra=_about(scope))
                raise
            finally:
                _note(scope, status, time.perf_counter() - begun, streams)


def trace_of(request: Request) -> str:
    """Return a request's id."""
    trace: str | None = getattr(request.state, "trace", None)
    return trace or tracing.new_trace()


def tell_fault(request: Request, error: Exception) -> None:
    """Log a fault of ours, unless that was done further in."""
    if not getattr(request.state, "told", False):
        log.error("unexpected_fault", exc_info=error, extra=_about(request.scope))


def route_of(scope: Scope) -> str:
    """Return the route's pattern; its address may hold data."""
    return str(getattr(scope.get("route"), "path", NO_ROUTE))


def _note(scope: Scope, status: int, seconds: float, streams: bool) -> None:
    about = _about(scope)
    problem = scope["state"].get("problem")
    meters.note(about["method"], about["route"], status, None if streams else seconds, problem)
    told = about | {"status": status, "milliseconds": round(seconds * 1000, 1)}
    level = logging.DEBUG if about["route"] in PROBES else logging.INFO
    log.log(level, "request", extra=told | ({"problem": problem} if problem else {}))


def _about(scope: Scope) -> dict[str, str]:
    method = scope["method"] if scope["method"] in _METHODS else "other"
    return {"method": method, "route": route_of(scope)}


def _is_stream(message: Message) -> bool:
    """Whether it goes on for minutes, which says nothing about how fast we are."""
    return any(
        name.lower() == b"content-type" and value.startswith(b"text/event-stream")
        for name, value in message.get("headers", ())
    )

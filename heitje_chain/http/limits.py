"""A bound on how much of a request is read, before anything else looks at it.

The body is counted as it comes, whatever its Content-Length says or does not say, and handed on only when it
is whole. What a request may hold in memory is therefore at most its limit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import Refused, respond

DEFAULT_BYTES = 64 * 1024


class BodyTooLarge(
    Refused,
    slug="body-too-large",
    status=413,
    nl="Dit is te veel in één keer. Stuur hoogstens {limit} bytes.",
    en="This is too much at once. Send at most {limit} bytes.",
):
    """The body is, or says it is, longer than its limit in bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit


class BodyLimit:
    """ASGI middleware that answers 413 to a body that is too long and reads no further.

    Args:
        limit: in bytes larger: other limits by the path where they begin to hold, such as
        {"/api/v1/bank-statements": 10_000_000};
            the longest path that fits decides
    """

    def __init__(
        self, app: ASGIApp, limit: int = DEFAULT_BYTES, larger: Mapping[str, int] | None = None
    ) -> None:
        self._app = app
        self._limit = limit
        self._larger = dict(larger or {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._limit_of(scope["path"])
        try:
            _refuse_announced(Request(scope), limit)
            messages = await _read(receive, limit)
        except BodyTooLarge as error:
            # The rest of the body is still on the line, so the connection cannot be used again.
            await respond(Request(scope), error, {"Connection": "close"})(scope, receive, send)
            return

        async def replay() -> Message:
            return messages.popleft() if messages else await receive()

        await self._app(scope, replay, send)

    def _limit_of(self, path: str) -> int:
        fitting = [start for start in self._larger if path == start or path.startswith(f"{start}/")]
        return self._larger[max(fitting, key=len)] if fitting else self._limit


def _refuse_announced(request: Request, limit: int) -> None:
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and (len(announced) > 18 or int(announced) > limit):
        raise BodyTooLarge(limit)


async def _read(receive: Receive, limit: int) -> deque[Message]:
    """Return the messages of one body, or of as much as came before the sender hung up."""
    messages: deque[Message] = deque()
    length, more = 0, True
    while more:
        message = await receive()
        length += len(message.get("body", b""))
        if length > limit:
            raise BodyTooLarge(limit)
        more = message["type"] == "http.request" and message.get("more_body", False)
        messages.append(message)
    return messages

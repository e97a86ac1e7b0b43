"""A bound on how much of a request is read, and for how long, before anything else looks at it.

The body is counted as it comes, whatever its Content-Length says or does not say, and handed on only when it
is whole. What a request may hold in memory is therefore at most its limit.

Where files are sent, the body is handed on as it comes, since whoever reads it lays files on the disk: such a
route first looks who asks, then reads. What it leaves unread is taken off the line and forgotten before the
answer, up to the limit, since a browser that is still sending does not read.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import Mapping

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import Refused, respond

DEFAULT_BYTES = 64 * 1024
MOST_ADDRESS_BYTES = 8 * 1024
"""Of path and query together; the longest of ours has a cursor of 400."""
MOST_HEADER_BYTES = 16 * 1024
BODY_SECONDS = 20
"""In which the whole body must be there."""
UPLOAD_SECONDS = 300
"""The same where files are sent: ten megabytes from a telephone in a cellar."""


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


class AddressTooLong(
    Refused,
    slug="address-too-long",
    status=414,
    nl="Dit adres is te lang. Het heeft hoogstens {limit} bytes.",
    en="This address is too long. It has at most {limit} bytes.",
):
    """Path and query together are longer than the limit in bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit


class HeadersTooLarge(
    Refused,
    slug="headers-too-large",
    status=431,
    nl="De kopregels zijn te groot. Stuur hoogstens {limit} bytes.",
    en="The headers are too large. Send at most {limit} bytes.",
):
    """Names and values of the headers are together longer than the limit in bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit


class BodyTooSlow(
    Refused,
    slug="body-too-slow",
    status=408,
    nl="De aanvraag kwam niet binnen {seconds} seconden aan. Stuur haar nog een keer.",
    en="The request did not arrive within {seconds} seconds. Send it again.",
):
    """The body was not whole in time; nothing was done."""

    def __init__(self, seconds: float) -> None:
        self.seconds = f"{seconds:g}"


class BodyLimit:
    """ASGI middleware that answers 413, 414, 431 or 408 to what is too long or slow, and reads no further.

    Args:
        limit: in bytes larger: other limits by the path where they begin to hold, such as
        {"/api/v1/bank-statements": 10_000_000};
            the longest path that fits decides
        uploads: the same of multipart bodies that are handed on as they come, by a pattern of the whole path
    """

    def __init__(
        self,
        app: ASGIApp,
        limit: int = DEFAULT_BYTES,
        larger: Mapping[str, int] | None = None,
        seconds: float = BODY_SECONDS,
        uploads: Mapping[str, int] | None = None,
    ) -> None:
        self._app = app
        self._limit = limit
        self._larger = dict(larger or {})
        self._seconds = seconds
        self._uploads = {re.compile(path): most for path, most in (uploads or {}).items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        upload = self._upload_of(scope)
        limit = self._limit_of(scope["path"]) if upload is None else upload
        try:
            _check_head(scope)
            _refuse_announced(Request(scope), limit)
            if upload is not None:
                stream = _Upload(receive, send, limit)
                await self._app(scope, stream.receive, stream.send)
                return
            messages = await self._read(receive, limit)
        except (BodyTooLarge, AddressTooLong, HeadersTooLarge, BodyTooSlow) as error:
            # The rest of the body is still on the line, so the connection cannot be used again.
            await respond(Request(scope), error, {"Connection": "close"})(scope, receive, send)
            return

        async def replay() -> Message:
            return messages.popleft() if messages else await receive()

        await self._app(scope, replay, send)

    async def _read(self, receive: Receive, limit: int) -> deque[Message]:
        try:
            async with asyncio.timeout(self._seconds):
                return await _read(receive, limit)
        except TimeoutError:
            raise BodyTooSlow(self._seconds) from None

    def _upload_of(self, scope: Scope) -> int | None:
        """Return the limit of a body that is handed on as it comes; None of any other."""
        if not Request(scope).headers.get("content-type", "").startswith("multipart/form-data"):
            return None
        return next((most for path, most in self._uploads.items() if path.fullmatch(scope["path"])), None)

    def _limit_of(self, path: str) -> int:
        fitting = [start for start in self._larger if path == start or path.startswith(f"{start}/")]
        return self._larger[max(fitting, key=len)] if fitting else self._limit


class _Upload:
    """A body that is handed on as it comes; all of it is off the line before anything is answered."""

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive, self._send, self._left, self._limit = receive, send, limit, limit
        self._until = time.monotonic() + UPLOAD_SECONDS
        self._more = True

    async def receive(self) -> Message:
        """Raises:
        BodyTooLarge, BodyTooSlow
        """
        if not self._more:
            return await self._receive()
        try:
            async with asyncio.timeout(self._until - time.monotonic()):
                message = await self._receive()
        except TimeoutError:
            self._more = False
            raise BodyTooSlow(UPLOAD_SECONDS) from None
        self._more = message["type"] == "http.request" and message.get("more_body", False)
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self._more = False
            raise BodyTooLarge(self._limit)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            try:
                while self._more:
                    await self.receive()
            except (BodyTooLarge, BodyTooSlow):
                message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
        await self._send(message)


def _check_head(scope: Scope) -> None:
    address = len(scope.get("raw_path") or scope["path"].encode()) + len(scope.get("query_string", b""))
    if address > MOST_ADDRESS_BYTES:
        raise AddressTooLong(MOST_ADDRESS_BYTES)
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADER_BYTES:
        raise HeadersTooLarge(MOST_HEADER_BYTES)


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

"""What every answer in JSON is given on its way out: a tag for who asks again, an address for what is new.

A GET answers with a strong `ETag`, told by its bytes. Who sends it back in `If-None-Match` gets 304 and no
body for as long as nothing changed. The work is done all the same; it is the sending that is saved, and the
reader knows without comparing.

What an order made (201, 202) is at `Location`: the address that its view names,

    class ClaimView(BaseModel):
        ADDRESS: ClassVar[str] = "/api/v1/claims/{id}"

with the answer's own members filled in, so that a stored answer that is given again has it too.

Source: RFC 9110, sections 8.8.3 (ETag), 10.2.2 (Location) and 13.1.2 (If-None-Match).
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ADDRESS = "ADDRESS"


def address_of(model: Any) -> str | None:
    """Return where a view says that its thing is read, "/api/v1/claims/{id}"; None when it says nothing."""
    found: str | None = getattr(model, ADDRESS, None)
    return found


class AnswerHeaders:
    """ASGI middleware that adds `ETag` and `Location`, and answers 304."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Answer(scope, send).send)


class _Answer:
    """One answer. It is held back until it is whole, if it is one that gets something."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _gets_something(self._scope, message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        headers = MutableHeaders(raw=list(start["headers"]))
        if self._scope["method"] == "GET":
            tag = f'"{hashlib.sha256(self._body).hexdigest()[:32]}"'
            headers["ETag"] = tag
            headers["Cache-Control"] = "private, no-cache"  # kept by its reader alone, and asked for anew
            headers["Vary"] = "Authorization"
            if is_known(Headers(scope=self._scope).get("if-none-match", ""), tag):
                del headers["Content-Length"], headers["Content-Type"]
                start, self._body = {**start, "status": 304}, b""
        else:
            address = address_of(_response_model(self._scope)) or ""
            headers["Location"] = address.format_map(json.loads(self._body))
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": self._body})


def is_known(if_none_match: str, tag: str) -> bool:
    """Whether a list of tags, or `*`, has this one; weak ones count as the same."""
    given = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return tag in given or given == ["*"]


def _gets_something(scope: Scope, start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    if headers.get("content-type", "") != "application/json":
        return False
    if scope["method"] == "GET":
        return bool(start["status"] == 200 and headers.get("cache-control") is None)
    return start["status"] in (201, 202) and address_of(_response_model(scope)) is not None


def _response_model(scope: Scope) -> Any:
    return getattr(scope.get("route"), "response_model", None)

"""Two origins in one process: the pages, and `approve.`, where one signs.

A passkey is good for the address where it was made. The one to sign with is made at `approve.`, where nothing
else is: no session, no other page and no script but the one that asks the device. So whatever may go wrong on
the pages cannot have anything signed that the person did not read there.

Source: WebAuthn level 2, section 5.1.3 (the RP ID is the host or above it).
"""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from heitje_chain.http.problems import NotFound, respond
from heitje_chain.people.passkeys import APPROVE, LOGIN, Place

PREFIX = "approve."

_APPROVE_PATHS = ("/sign/", "/enrol/")
_SHARED_PATHS = ("/static/",)


def main(request: Request) -> str:
    """Return the origin of the pages, such as https://heitje.example."""
    told = str(request.app.state.config.origin)
    return told or f"{request.url.scheme}://{request.url.netloc.lower().removeprefix(PREFIX)}"


def approve(request: Request) -> str:
    """Return the origin where one signs."""
    scheme, host, *_ = urlsplit(main(request))
    return str(request.app.state.config.approve_origin) or f"{scheme}://{PREFIX}{host}"


def is_approve(request: Request) -> bool:
    """Whether this was asked of the origin where one signs."""
    return request.url.netloc.lower() == urlsplit(approve(request)).netloc


def place(request: Request, kind: str) -> Place:
    """Return where passkeys of this kind are made and used."""
    origin = {LOGIN: main, APPROVE: approve}[kind](request)
    return Place(kind, origin, urlsplit(origin).hostname or "")


def policy(request: Request) -> str:
    """Return what a browser may load where one signs; its forms lead back to the pages."""
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action 'self' {main(request)}; base-uri 'none'; frame-ancestors 'none'"
    )


class Apart:
    """ASGI middleware that lets each origin answer its own paths alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_SHARED_PATHS):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        if is_approve(request) == scope["path"].startswith(_APPROVE_PATHS):
            await self._app(scope, receive, send)
        else:
            await respond(request, NotFound())(scope, receive, send)

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


def is_secure(request: Request) -> bool:
    """Whether browsers reach the pages by TLS, as the settings say it: a proxy in between may end it."""
    return main(request).startswith("https://")


def approve(request: Request) -> str:
    """Return the origin where one signs."""
    scheme, host, *_ = urlsplit(main(request))
    return str(request.app.state.config.approve_origin) or f"{scheme}://{PREFIX}{host}"


def is_approve(request: Request) -> bool:
    """Whether this was asked of the origin where one signs."""
    port = {"https": ":443", "http": ":80"}.get(request.url.scheme, "")
    return request.url.netloc.lower().removesuffix(port) == urlsplit(approve(request)).netloc


class OriginsWrong(ValueError):
    """The settings do not keep the pages and the signing apart; the message is for whoever set them."""


def check(main_origin: str, approve_origin: str) -> None:
    """Go on only when passkeys and cookies are safe at these addresses. A devnet is tried out without it.

    Args:
        main_origin, approve_origin: as `Config` has them; the second may be empty

    Raises:
        OriginsWrong
    """
    if not main_origin:
        raise OriginsWrong(
            "Set HEITJE_PUBLIC_URL: where people open the pages, such as https://heitje.example."
        )
    _check_plain("HEITJE_PUBLIC_URL", main_origin)
    host = urlsplit(main_origin).hostname or ""
    if approve_origin:
        _check_plain("HEITJE_APPROVE_ORIGIN", approve_origin)
    apart = urlsplit(approve_origin).hostname or f"{PREFIX}{host}"
    if host == apart or host.endswith(f".{apart}"):
        raise OriginsWrong(
            f"HEITJE_APPROVE_ORIGIN is at {apart}, and the pages are at {host}: a page there could have its "
            "passkeys sign. Give the signing a host of its own, such as approve. before that of the pages."
        )


def _check_plain(name: str, origin: str) -> None:
    parts = urlsplit(origin)
    if parts.scheme != "https" or not parts.hostname or parts.username is not None:
        raise OriginsWrong(f"{name} is {origin}: write https:// and a host, passkeys need TLS.")
    if parts.path or parts.query or parts.fragment:
        raise OriginsWrong(f"{name} is {origin}: write it without anything after the host.")


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

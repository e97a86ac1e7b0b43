"""Cookies: each holds a secret, for our own pages and no script.

Source: RFC 6265bis (`__Host-`, SameSite).
"""

from __future__ import annotations

from fastapi import Request, Response

from . import origins


def cookie_name(request: Request, name: str = "heitje") -> str:
    """Return a cookie's name, the session's; on a page with TLS no other host can set one of this name."""
    return f"__Host-{name}" if origins.is_secure(request) else name


def set_cookie(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    """Let the browser keep a secret, for our own pages and no script."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=origins.is_secure(request),
        httponly=True,
        samesite="lax",
    )

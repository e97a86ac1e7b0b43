"""No page is forgotten: each is a place that the sweep looks at, or stands here with a reason."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path

from tests.service.town import Town

from .places import Look, everything

FURNISH = everything

NOT_LOOKED_AT = {
    "/static/{name}": "a style sheet or a script",
    "/worker.js": "a script",
    "/city/payouts/{number}/file": "a file for the bank",
    "/city/repayments/{number}/file": "a file for the bank",
    "/photos/{photo_id}": "a picture",
    "/sign/{secret}/{act_id}": "at an address of its own; test_passkeys.py goes there",
    "/enrol/{secret}": "at an address of its own; test_passkeys.py goes there",
    "/till/off": "of a device that nobody is logged in at; test_tills.py goes there",
    "/healthz": "for machines",
    "/readyz": "for machines",
    "/api/docs": "for programmers; has tests of its own (tests/openapi)",
    "/api/openapi.json": "for machines",
    "/problems": "for programmers; tests/openapi",
    "/problems/{slug}": "for programmers; tests/openapi",
}
"""Path -> why it is no page of a desk. What ends as FILES do is a part of one, or a file."""

FILES = ("/live", ".csv", ".xlsx", ".pdf", ".png", ".jpg", ".json")


AT_COUNTER = "/counter/"
"""Below it an employee sees the resident's pages, which are looked at as the resident's."""


def pages_of(app: FastAPI) -> set[str]:
    """Return the path of each page."""
    paths = {
        context.path or ""
        for context in iter_route_contexts(app.routes)
        if "GET" in (context.methods or ()) and not (context.path or "").startswith("/api/v1/")
    }
    return {path for path in paths if not path.endswith(FILES) and not path.startswith(AT_COUNTER)} - set(
        NOT_LOOKED_AT
    )


def test_places__are_all_pages(looks: list[Look], town: Town) -> None:
    app: FastAPI = town.http.app  # type: ignore[assignment]
    seen = {urlsplit(place.path).path for look in looks for _, place in look.each()}

    unseen = {page for page in pages_of(app) if not any(compile_path(page)[0].match(one) for one in seen)}

    assert unseen == set()


def test_exceptions__are_there(town: Town) -> None:
    app: FastAPI = town.http.app  # type: ignore[assignment]
    paths = {context.path for context in iter_route_contexts(app.routes)}

    assert set(NOT_LOOKED_AT) <= paths

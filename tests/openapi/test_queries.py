"""No route takes a query parameter that it does not know: a misspelt one must not widen a list."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

SOME = "0" * 32


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    for route in iter_route_contexts(app.routes):
        if route.path != "/api/openapi.json":  # Starlette's own, a file
            for method in sorted(set(route.methods or ()) - {"HEAD"}):
                yield method, re.sub(r"{\w+}", SOME, route.path or "")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (
            "stat=open",
            [
                {
                    "field": "query.stat",
                    "detail": "We do not know this in this address. Nothing was done.",
                }
            ],
        ),
        (
            "a b=1&Limit=5&Limit=6",
            [
                {"field": "query.?", "detail": "We do not know this in this address. Nothing was done."},
                {"field": "query.Limit", "detail": "We do not know this in this address. Nothing was done."},
            ],
        ),
    ],
)
def test_every_route__with_a_parameter_that_it_does_not_know__refuses(
    app: FastAPI, query: str, told: list[dict[str, str]]
) -> None:
    client = TestClient(app, headers={"Accept-Language": "en"})
    asked = list(routes(app))

    assert len(asked) > 120
    for method, path in asked:
        apart = path.startswith(("/sign/", "/enrol/"))  # at an address of their own
        host = "http://approve.testserver" if apart else "http://testserver"
        answer = client.request(method, f"{host}{path}?{query}")
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/request-invalid"), path
        assert answer.json()["errors"] == told, (method, path)


def test_list__with_a_known_parameter_twice__refuses(app: FastAPI) -> None:
    answer = TestClient(app).get("/api/v1/jobs?limit=5&state=open&state=closed")

    assert answer.json()["detail"] == "Niet alles is goed ingevuld. Kijk dit na: query.state."
    assert answer.json()["errors"] == [{"field": "query.state", "detail": "Zet dit er maar een keer in."}]


def test_every_route__shows_that_it_can_refuse_a_query(app: FastAPI) -> None:
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            assert "`/problems/request-invalid`" in operation["responses"]["400"]["description"], (
                method,
                path,
            )

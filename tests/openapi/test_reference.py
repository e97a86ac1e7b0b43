"""The API's page is whole: it says what the description says, and loads nothing from anywhere."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from heitje_chain.http import shapes
from heitje_chain.people.roles import SCOPES_OF

PAGES = ("/api/docs", "/problems", "/problems/job-full")
VOID = {"meta", "br", "hr", "img", "input", "link"}


class Elements(HTMLParser):
    """Every element of a page, and whether each is closed where it was opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, (tag, self.open)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def values(self, attribute: str) -> list[str]:
        return [str(attributes[attribute]) for _, attributes in self.all if attribute in attributes]


@pytest.fixture(scope="module")
def client(app: FastAPI) -> TestClient:
    return TestClient(app, headers={"Accept": "text/html"})


@pytest.mark.parametrize("address", PAGES)
def test_page__loads_nothing_and_names_no_other_host(client: TestClient, address: str) -> None:
    page = client.get(address).text
    elements = Elements(page)

    assert elements.open == []
    assert {tag for tag, _ in elements.all} & {"script", "link", "img", "iframe", "object", "form"} == set()
    loading = {"src", "srcset", "action", "formaction", "data", "poster", "style"}
    assert loading & {name for _, attributes in elements.all for name in attributes} == set()
    assert [one for one in elements.values("href") if not one.startswith(("/", "#"))] == []
    [style] = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert re.findall(r"url\(|@import|//", style) == []


@pytest.mark.parametrize("address", PAGES)
def test_page__lets_a_browser_take_its_own_style_and_nothing_else(client: TestClient, address: str) -> None:
    answer = client.get(address)

    [style] = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert answer.headers["content-security-policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


def test_page__links__lead_to_what_is_there(client: TestClient) -> None:
    elements = Elements(client.get("/api/docs").text)
    ids = elements.values("id")

    assert len(ids) == len(set(ids))
    linked = set(elements.values("href"))
    assert {one.removeprefix("#") for one in linked if one.startswith("#")} <= set(ids)
    assert [one for one in linked if one.startswith("/") and client.get(one).status_code != 200] == []


def test_page__says_every_operation_with_its_scope_and_refusals(
    client: TestClient, description: dict[str, Any]
) -> None:
    page = client.get("/api/docs").text
    told = {found[0]: found[1] for found in re.findall(r'<div id="(\w+)">(.*?)</details>', page, re.DOTALL)}

    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            shown = told.pop(operation["operationId"])
            assert f'<code class="path">{path}</code>' in page
            assert f"{method.upper()} /" in shown
            for scope in (scope for one in operation.get("security", ()) for scope in one["token"]):
                assert f"<code>{scope}</code>" in shown, path
            for parameter in operation.get("parameters", ()):
                assert f"<code>{parameter['name']}</code>" in shown, path
            for status, answer in operation["responses"].items():
                for media in answer.get("content", {}).values() if status >= "400" else ():
                    for slug in media["examples"]:
                        assert f'{status} <a href="/problems/{slug}">' in shown, path
    assert told == {}


@pytest.mark.parametrize("role", ["partner", "merchant"])
def test_page__for_a_reader__lists_what_its_scopes_open_and_nothing_else(
    client: TestClient, description: dict[str, Any], role: str
) -> None:
    page = client.get("/api/docs").text
    [listed] = re.findall(rf'<h2 id="for-{role}">.*?<ul class="short">(.*?)</ul>', page, re.DOTALL)

    open_to_it = {
        operation["operationId"]
        for methods in description["paths"].values()
        for operation in methods.values()
        if all(set(needed["token"]) <= SCOPES_OF[role] for needed in operation.get("security", ()))
    }
    links = re.findall(r'<a href="#(\w+)">', listed)
    assert len(links) == len(set(links)) > 20
    assert set(links) == open_to_it
    assert f"These {len(links)} operations are open to you" in page


def test_page__says_every_event_with_its_members_and_example(
    client: TestClient, description: dict[str, Any]
) -> None:
    page = client.get("/api/docs").text

    assert len(description["webhooks"]) == 10
    for type_, said in description["webhooks"].items():
        [shown] = re.findall(rf'<div id="event-{type_.replace(".", "-")}">(.*?)</details>', page, re.DOTALL)
        example = said["post"]["requestBody"]["content"]["application/json"]["example"]
        assert f"&#34;type&#34;: &#34;{type_}&#34;" in shown
        assert [name for name in example["data"] if f"<code>{name}</code>" not in shown] == []


def test_page__headings__come_in_their_order(client: TestClient) -> None:
    levels = [int(tag[1]) for tag, _ in Elements(client.get("/api/docs").text).all if tag in HEADINGS]

    assert levels[0] == 1
    assert levels.count(1) == 1


HEADINGS = ("h1", "h2", "h3", "h4")


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (
            {"type": "string", "minLength": 1, "maxLength": 9},
            "text, 1 or more characters, at most 9 characters",
        ),
        ({"type": "integer", "exclusiveMinimum": 0.0, "maximum": 5.0}, "whole number, above 0, to 5"),
        ({"type": "array", "items": {"type": "boolean"}, "maxItems": 2}, "list of true or false, at most 2"),
        ({"anyOf": [{"enum": ["a", "b"]}, {"type": "null"}]}, "one of a, b or null"),
        ({"$ref": "#/components/schemas/Some"}, "object"),
        ({"type": "integer", "default": 20}, "whole number, else 20"),
        ({}, "anything"),
    ],
)
def test_in_words__of_a_schema__says_what_fits(schema: dict[str, Any], words: str) -> None:
    assert shapes.in_words(schema, {"Some": {"type": "object"}}) == words


def test_rows__of_an_object__name_what_is_in_what(description: dict[str, Any]) -> None:
    schemas = {
        "Line": {"type": "object", "properties": {"cents": {"type": "integer"}}},
        "Whole": {
            "type": "object",
            "required": ["lines"],
            "properties": {
                "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
                "last": {"anyOf": [{"$ref": "#/components/schemas/Line"}, {"type": "null"}]},
            },
        },
    }

    found = shapes.rows({"$ref": "#/components/schemas/Whole"}, schemas)

    assert [(row.name, row.is_needed) for row in found] == [
        ("lines", True),
        ("lines[].cents", False),
        ("last", False),
        ("last.cents", False),
    ]

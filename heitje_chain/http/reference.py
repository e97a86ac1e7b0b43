"""The API's description as a page that people read: `/api/docs`, put together from the OpenAPI document.

The page is ours and whole: the introduction, then every operation with what it takes, an example of the
request and of the answer, and each refusal with its sentence. It runs no script and loads nothing, so it
works in any browser, is read by a screen reader, found by a search in the page, and printed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from markdown_it import MarkdownIt
from markupsafe import Markup

from . import pages, shapes
from .openapi import ROLES
from .problems import MEDIA_TYPE
from .shapes import Row

router = APIRouter()

JSON = "application/json"

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Heading:
    id: str
    text: str


@dataclass(frozen=True)
class Answer:
    status: str
    words: Markup
    headers: list[Row]
    body: list[Row]
    example: str


@dataclass(frozen=True)
class Refusal:
    status: str
    slug: str
    type: str
    detail: str


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    summary: Markup
    words: Markup
    parameters: list[Row]
    body: list[Row]
    request: str
    answers: list[Answer]
    refusals: list[Refusal]
    roles: list[str] | None
    """Which may; None when anybody may."""


@dataclass(frozen=True)
class Reader:
    id: str
    heading: str
    operations: list[Operation]


@dataclass(frozen=True)
class Told:
    """An event that a request of ours tells."""

    id: str
    type: str
    summary: Markup
    words: Markup
    data: list[Row]
    example: str


@dataclass(frozen=True)
class Part:
    id: str
    name: str
    about: str
    operations: list[Operation]
    told: list[Told]


@router.get("/api/docs", include_in_schema=False)
def read_reference(request: Request) -> HTMLResponse:
    """Describe the API to people."""
    state = request.app.state
    if getattr(state, "reference", None) is None:
        state.reference = page(request.app.openapi(), request.app.openapi_url, state.readers)
    return pages.answer(state.reference)


def page(description: Mapping[str, Any], address: str, readers: Sequence[tuple[str, str]] = ()) -> str:
    """Return an OpenAPI document as HTML.

    Args:
        address: where the document itself is read
        readers: roles that get a list of what they may, with its heading
    """
    introduction, headings = _introduced(description["info"]["description"])
    parts = [_part(tag, description) for tag in description["tags"]]
    operations = [operation for part in parts for operation in part.operations]
    return pages.render(
        "reference.html",
        title=description["info"]["title"] + " API",
        summary=description["info"]["summary"],
        version=description["info"]["version"],
        address=address,
        introduction=introduction,
        headings=headings,
        readers=[
            Reader(
                f"for-{role}", heading, [one for one in operations if one.roles is None or role in one.roles]
            )
            for role, heading in readers
        ],
        parts=parts,
    )


def _introduced(markdown: str) -> tuple[Markup, list[Heading]]:
    """Return Markdown as HTML whose headings can be linked to, and those of its parts."""
    tokens, headings = _MARKDOWN.parse(markdown), []
    columns: list[str] = []
    column = -1
    for before, token in pairwise(tokens):
        match before.type:
            case "heading_open":
                before.attrSet("id", _anchor(token.content))
                if before.tag == "h2":
                    headings.append(Heading(_anchor(token.content), token.content))
            case "thead_open":
                columns = []
            case "tr_open":
                column = -1
            case "th_open":
                columns.append(token.content)
            case "td_open":  # a phone stacks the cells, and has no row of headings
                column += 1
                before.attrSet("data-label", columns[column])
        if token.type == "fence":  # which scrolls sideways, so a keyboard must reach it
            token.attrSet("tabindex", "0")
    return _trusted(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})), headings


def _part(tag: Mapping[str, str], description: Mapping[str, Any]) -> Part:
    operations = [
        _operation(method.upper(), path, operation, description["components"])
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
        if tag["name"] in operation["tags"]
    ]
    told = [
        _told(type_, said["post"])
        for type_, said in description.get("webhooks", {}).items()
        if tag["name"] in said["post"]["tags"]
    ]
    return Part("about-" + _anchor(tag["name"]), tag["name"], tag["description"], operations, told)


def _told(type_: str, said: Mapping[str, Any]) -> Told:
    media = said["requestBody"]["content"][JSON]
    return Told(
        id=f"event-{_anchor(type_)}",
        type=type_,
        summary=_inline(said["summary"]),
        words=_html(said["description"]),
        data=shapes.rows(media["schema"]["properties"]["data"], {}),
        example=_json(media["example"]),
    )


def _operation(method: str, path: str, said: Mapping[str, Any], components: Mapping[str, Any]) -> Operation:
    media = said.get("requestBody", {}).get("content", {}).get(JSON, {})
    return Operation(
        id=said["operationId"],
        method=method,
        path=path,
        summary=_inline(said["summary"]),
        words=_html(said["description"]),
        parameters=[shapes.parameter(one, components["schemas"]) for one in said.get("parameters", ())],
        body=shapes.rows(media.get("schema", {}), components["schemas"]),
        request=_request(method, path, said, media),
        answers=[
            _answer(status, one, components["schemas"])
            for status, one in said["responses"].items()
            if status < "400"
        ],
        refusals=list(_refusals(said["responses"], components["examples"])),
        roles=said.get(ROLES),
    )


def _request(method: str, path: str, said: Mapping[str, Any], media: Mapping[str, Any]) -> str:
    """Return an example as it goes over the line."""
    lines = [f"{method} {_filled(path, said.get('parameters', ()))}"]
    if "security" in said:
        lines.append("Authorization: Bearer heitje_...")
    for one in said.get("parameters", ()):
        if one["in"] == "header" and one["required"]:
            lines.append(f"{one['name']}: {one['example']}")
    if media:
        lines += [f"Content-Type: {JSON}", "", _json(media.get("example"))]
    return "\n".join(lines)


def _filled(path: str, parameters: Any) -> str:
    for one in parameters:
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", str(shapes.example(one)))
    return path


def _answer(status: str, said: Mapping[str, Any], schemas: Mapping[str, Any]) -> Answer:
    kinds = [kind for kind in said.get("content", {}) if kind != JSON]
    media = said.get("content", {}).get(JSON, {})
    told = said["description"] + "".join(f" As `{kind}`." for kind in kinds)
    headers = [
        Row(name, "text" if one["schema"]["type"] == "string" else "whole number", False, one["description"])
        for name, one in said.get("headers", {}).items()
    ]
    shown = [one["example"] for one in said.get("content", {}).values() if "example" in one]
    example = "\n".join(one if isinstance(one, str) else _json(one) for one in shown)
    return Answer(status, _html(told), headers, shapes.rows(media.get("schema", {}), schemas), example)


def _refusals(responses: Mapping[str, Any], shown: Mapping[str, Any]) -> Iterator[Refusal]:
    for status, said in responses.items():
        for slug, own in said.get("content", {}).get(MEDIA_TYPE, {}).get("examples", {}).items():
            problem = (own if "value" in own else shown[slug])["value"]
            yield Refusal(status, slug, problem["type"], problem["detail"])


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _anchor(words: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in words.lower())


def _html(markdown: str) -> Markup:
    return _trusted(_MARKDOWN.render(markdown))


def _inline(markdown: str) -> Markup:
    return _trusted(_MARKDOWN.renderInline(markdown))


def _trusted(html: str) -> Markup:
    """Take what markdown-it made: it escapes what it is given, as tags in Markdown are switched off."""
    return Markup(html)  # noqa: S704

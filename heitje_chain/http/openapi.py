"""What the API's description says of every operation, without its route having to say so.

`describe` completes what FastAPI makes of the routes:

    refusals    each status with its problems, from `refusals`; FastAPI's own 422 is never answered
    examples    of bodies and answers, put together by `examples`
    scopes      in words and with the roles that have them; the `security` is what the route declares
    headers     Idempotency-Key where it must be, If-None-Match with 304, ETag, Location, Retry-After

So a new route needs a docstring, typed bodies and views, a tag and a scope, and has all of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.openapi.utils import get_openapi
from fastapi.routing import RouteContext, iter_route_contexts

from . import examples, outgoing, refusals
from .answers import address_of
from .idempotency import HEADER, REPLAYED, keyed_request
from .problems import KINDS, MEDIA_TYPE, TITLES, Kind

PROBLEM = "Problem"
JSON = "application/json"
EVENTS = "text/event-stream"
ROLES = "x-roles"
"""The member of an operation that names the roles that may; not there when anybody may."""

_MISSPELT = ("query.stat", "We do not know this in this address. Nothing was done.")

Operation = dict[str, Any]
RolesOf = Callable[[str], Sequence[str]]
OwnExample = Callable[[str, Any], Any]

_SUCCESS = {
    200: "As it is now.",
    201: "Made.",
    202: "Taken. What goes to the chain is final later: ask again, or follow it.",
    204: "Done; there is nothing to tell.",
}

_PROBLEM_SCHEMA: Mapping[str, Any] = {
    "title": PROBLEM,
    "description": "A refusal (RFC 9457). Decide by `type`; show `detail` to people. Some have more members.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {
            "type": "string",
            "description": "Its page explains it.",
            "examples": ["/problems/job-full"],
        },
        "title": {"type": "string", "description": "What the status means."},
        "status": {"type": "integer", "description": "The HTTP status once more."},
        "detail": {"type": "string", "description": "A sentence, in the language of Accept-Language."},
        "errors": {
            "type": "array",
            "description": "Of /problems/request-invalid: what is wrong with which field.",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}


def describe(
    app: FastAPI,
    tags: Sequence[tuple[str, str]],
    roles_of: RolesOf,
    events: Sequence[outgoing.Event],
    own_example: OwnExample,
) -> None:
    """Let the application describe itself in full, once all its routers are in.

    Args:
        tags: names and what they are about, in their order
        roles_of: which roles have a scope
        events: what is told by requests of ours
        own_example: given a path and the example of its POST's answer, the one that is shown
    """
    app.openapi_tags = [{"name": name, "description": about} for name, about in tags]

    def build() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app, roles_of) | {"webhooks": outgoing.described(events)}
            _show_own(app.openapi_schema["paths"], own_example)
        return app.openapi_schema

    app.openapi = build  # type: ignore[method-assign]


def _described(app: FastAPI, roles_of: RolesOf) -> dict[str, Any]:
    made = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
    )
    schemas = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for route in iter_route_contexts(app.routes):
        for method in route.methods or ():
            operation = made["paths"].get(route.path_format, {}).get(method.lower())
            if operation is not None:
                _complete(operation, route, method, schemas, roles_of)
    _show_streams(made["paths"])
    schemas[PROBLEM] = dict(_PROBLEM_SCHEMA)
    made["components"]["examples"] = {slug: {"value": shown} for slug, shown in _problems().items()}
    return made


def _problems() -> dict[str, Any]:
    found = {}
    for kind in KINDS.values():
        with suppress(examples.NoExample):  # a test says of which kind
            found[kind.slug] = examples.of_problem(kind)
    return found


def _complete(
    operation: Operation, route: RouteContext, method: str, schemas: Mapping[str, Any], roles_of: RolesOf
) -> None:
    responses = operation["responses"]
    responses.pop("422", None)
    success = next(status for status in responses if status.startswith("2"))
    if responses[success].get("description") == "Successful Response":
        responses[success]["description"] = _SUCCESS[int(success)]
    _show_words(operation, route, roles_of)
    _show_examples(operation, responses[success], schemas)
    _show_headers(operation, responses, success, route, method)
    kinds = refusals.kinds_of(route.endpoint or _nothing, route.dependant)
    for status, of_status in groupby(kinds, key=lambda kind: kind.status):
        responses[str(status)] = _refused(status, list(of_status), _own_members(operation, schemas))


def _nothing() -> None: ...


def _show_words(operation: Operation, route: RouteContext, roles_of: RolesOf) -> None:
    """Let the first sentence of the docstring be the summary, and say who may."""
    words = operation.get("description", "")
    if operation.get("summary") == (route.name or "").replace("_", " ").title():
        operation["summary"], _, words = words.partition(". ")
    security = operation.get("security")
    told = _who_may(security, roles_of)
    if security is not None:
        operation[ROLES] = _roles(security, roles_of)
    operation["summary"] = operation["summary"].strip().removesuffix(".")
    operation["description"] = f"{words.strip()}\n\n{told}".strip()


def _who_may(security: Sequence[Mapping[str, Sequence[str]]] | None, roles_of: RolesOf) -> str:
    if security is None:
        return "Needs no token."
    needed = [scope for one in security for scopes in one.values() for scope in scopes]
    if not needed:
        return "Needs a token of any role."
    return " ".join(f"Needs the scope `{scope}`, of {', '.join(roles_of(scope))}." for scope in needed)


def _roles(security: Sequence[Mapping[str, Sequence[str]]], roles_of: RolesOf) -> list[str]:
    """Return the roles whose tokens can have all that is needed."""
    may = set(roles_of(""))
    return sorted(may.intersection(*(roles_of(scope) for one in security for scope in one["token"])))


def _show_examples(operation: Operation, response: dict[str, Any], schemas: Mapping[str, Any]) -> None:
    contents = [operation.get("requestBody", {}).get("content", {}), response.get("content", {})]
    for content in contents:
        media = content.get(JSON)
        if media and media.get("schema") and "example" not in media and "examples" not in media:
            with suppress(examples.NoExample):  # a test says which field it is
                media["example"] = examples.of(media["schema"], schemas)


def _show_own(paths: Mapping[str, Any], own_example: OwnExample) -> None:
    for path, methods in paths.items():
        for status, answer in methods.get("post", {}).get("responses", {}).items():
            media = answer.get("content", {}).get(JSON, {})
            if status.startswith("2") and "example" in media:
                media["example"] = own_example(path, media["example"])


def _show_streams(paths: Mapping[str, Any]) -> None:
    """Show an event with what the GET beside it answers. OpenAPI 3.1 has no words for the form of events."""
    for path, methods in paths.items():
        content = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        if EVENTS in content:
            thing = paths[path.rpartition("/")[0]]["get"]["responses"]["200"]["content"][JSON]["example"]
            told = json.dumps(thing, ensure_ascii=False)
            content[EVENTS] = {"example": f"retry: 2000\n\ndata: {told}\nid: 1f64d7f6573e8355\n\n"}


def _show_headers(
    operation: Operation, responses: dict[str, Any], success: str, route: RouteContext, method: str
) -> None:
    headers = responses[success].setdefault("headers", {})
    if _uses(route.dependant, keyed_request):
        for parameter in operation["parameters"]:
            if parameter["name"] == HEADER:
                parameter["required"] = True
                parameter["schema"] = {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$"}
                parameter["example"] = "order-2026-000123"
        headers[REPLAYED] = _header("`true` when this answer was given before.")
    if method == "GET" and JSON in responses[success].get("content", {}):
        headers["ETag"] = _header("Of this answer.")
        operation.setdefault("parameters", []).append(
            {
                "name": "If-None-Match",
                "in": "header",
                "required": False,
                "description": "The `ETag` that you have: 304 when nothing changed since.",
                "schema": {"type": "string"},
            }
        )
        responses["304"] = {
            "description": "Nothing changed.",
            "headers": {"ETag": _header("The one that you have.")},
        }
    if success in ("201", "202") and address_of(route.response_model):
        headers["Location"] = _header(f"Where it is read: `{address_of(route.response_model)}`.")
    if not headers:
        del responses[success]["headers"]


def _own_members(operation: Operation, schemas: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return, by slug, what an operation's own scope and fields make of the example of a refusal."""
    security: Sequence[Mapping[str, Sequence[str]]] = operation.get("security") or ()
    scopes = [scope for one in security for needed in one.values() for scope in needed]
    content = operation.get("requestBody", {}).get("content", {}).get(JSON, {})
    name = content.get("schema", {}).get("$ref", "").removeprefix(examples.REFERENCE)
    body = schemas.get(name, {})
    fields = [f"body.{one}" for one in (*body.get("required", ()), *body.get("properties", ()))]
    asked = operation.get("parameters", ())
    fields += [f"{one['in']}.{one['name']}" for one in asked if one["in"] in ("path", "query")]
    field, detail = (fields[0], "This value is not right.") if fields else _MISSPELT
    invalid = {"fields": field, "errors": [{"field": field, "detail": detail}]}
    return {"request-invalid": invalid} | ({"scope-missing": {"scope": scopes[0]}} if scopes else {})


def _example_of(kind: Kind, own: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    if kind.slug in own:
        return {"value": examples.of_problem(kind, own[kind.slug])}
    return {"$ref": f"#/components/examples/{kind.slug}"}


def _refused(status: int, kinds: list[Kind], own: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": f"{TITLES[status]['en']}: {', '.join(f'`/problems/{kind.slug}`' for kind in kinds)}.",
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": f"{examples.REFERENCE}{PROBLEM}"},
                "examples": {kind.slug: _example_of(kind, own) for kind in kinds},
            }
        },
    }
    if any("retry_after" in kind.members for kind in kinds):
        response["headers"] = {"Retry-After": _header("Seconds.", "integer")}
    return response


def _header(description: str, kind: str = "string") -> dict[str, Any]:
    return {"description": description, "schema": {"type": kind}}


def _uses(dependant: Dependant, call: Callable[..., Any]) -> bool:
    return any(one.call is call or _uses(one, call) for one in dependant.dependencies)

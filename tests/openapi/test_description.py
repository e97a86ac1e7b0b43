"""The API's description says all of every operation: a new route that leaves something out fails here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from heitje_chain.http import examples, fields, openapi
from heitje_chain.http.idempotency import keyed_request
from heitje_chain.http.problems import KINDS
from heitje_chain.people.roles import ALL_SCOPES

JSON, PROBLEM = "application/json", "application/problem+json"
Description = dict[str, Any]


def operations(description: Description) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def success_of(operation: dict[str, Any]) -> dict[str, Any]:
    [success] = [answer for status, answer in operation["responses"].items() if status[0] == "2"][:1]
    return dict(success)


def check_against(schema: dict[str, Any], description: Description) -> jsonschema_rs.Validator:
    return jsonschema_rs.Draft202012Validator({**schema, "components": description["components"]})


def test_description__is_openapi_3_1_with_an_introduction(description: Description) -> None:
    assert description["openapi"].startswith("3.1.")
    for heading in ("Tokens", "Orders are safe to repeat", "Prepare, then sign", "Lists", "Refusals"):
        assert f"## {heading}\n" in description["info"]["description"]
    assert description["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_operations__each_say_what_they_do_and_who_may(description: Description) -> None:
    for name, operation in operations(description):
        assert 10 < len(operation["summary"]) < 120, name
        needed = [scope for one in operation.get("security", ()) for scope in one["token"]]
        assert set(needed) <= ALL_SCOPES, name
        for scope in needed:
            assert f"Needs the scope `{scope}`, of " in operation["description"], name
        if name.startswith(
            ("GET /problems", "GET /api/v1/chain", "GET /api/v1/declarations", "GET /api/v1/reasons")
        ):
            assert "Needs no token." in operation["description"]
        else:
            assert "security" in operation, name


def test_operation_ids__are_unique_and_words(description: Description) -> None:
    ids = Counter(operation["operationId"] for _, operation in operations(description))

    assert [name for name, count in ids.items() if count > 1] == []
    assert [name for name in ids if not re.fullmatch(r"[a-z]+(_[a-z]+)*", name)] == []


def test_tags__are_those_that_are_described_in_their_order(description: Description) -> None:
    used = {tag for _, operation in operations(description) for tag in operation["tags"]}

    assert used == {tag["name"] for tag in description["tags"]}, "add it to heitje_chain/description.py"
    assert all(tag["description"].endswith(".") for tag in description["tags"])


def test_bodies_and_answers__each_have_an_example_that_fits(description: Description) -> None:
    for name, operation in operations(description):
        contents = [operation.get("requestBody", {}), success_of(operation)]
        for media in (content.get("content", {}).get(JSON) for content in contents):
            if media is None:
                continue
            try:
                examples.of(media["schema"], description["components"]["schemas"])
            except examples.NoExample as missing:
                pytest.fail(f"{name}: {missing} has no example; see heitje_chain/http/examples.py")
            check_against(media["schema"], description).validate(media["example"])


def test_refusals__are_documented_as_problems_with_examples_that_fit(description: Description) -> None:
    problem = check_against({"$ref": "#/components/schemas/Problem"}, description)
    for example in description["components"]["examples"].values():
        problem.validate(example["value"])
    for name, operation in operations(description):
        for status, answer in operation["responses"].items():
            if status[0] in "45":
                assert list(answer["content"]) == [PROBLEM], name
                shown = answer["content"][PROBLEM]["examples"]
                assert shown, (name, status)
                assert {KINDS_BY_SLUG[slug].status for slug in shown} == {int(status)}, name


def test_refusals__that_can_always_occur__are_documented(description: Description) -> None:
    for name, operation in operations(description):
        told = set(operation["responses"])
        assert "422" not in told, name
        expected = {"503"}
        if "security" in operation:
            expected |= {"401", "429"}
            expected |= {"403"} if operation["security"][0]["token"] else set()
        if "{" in name:
            expected |= {"400", "404"}
        if "requestBody" in operation:
            expected |= {"400", "413", "415"}
        if any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", ())):
            expected |= {"400", "409"}
        assert expected <= told, (name, expected - told)
        if any(one["name"] == "cursor" for one in operation.get("parameters", ())):
            assert "cursor-invalid" in operation["responses"]["400"]["content"][PROBLEM]["examples"], name


def test_kinds_of_refusals__each_have_an_example(description: Description) -> None:
    ours = {kind.slug for error, kind in KINDS.items() if error.__module__.startswith("heitje_chain.")}

    assert ours - set(description["components"]["examples"]) == set(), "see heitje_chain/http/examples.py"


def test_parameters__are_bounded_and_explained(description: Description) -> None:
    for name, operation in operations(description):
        for one in operation.get("parameters", ()):
            if one["in"] == "header":
                continue
            options = one["schema"].get("anyOf", [one["schema"]])
            [schema] = [option for option in options if option.get("type") != "null"]
            bounds = {
                "string": {"pattern", "enum", "const", "maxLength"},
                "integer": {"maximum", "exclusiveMaximum"},
            }
            wanted = bounds.get(schema["type"])
            assert wanted is None or wanted & {*schema, *one["schema"]}, (
                f"{name}: {one['name']} can be anything"
            )
            told = one.get("description") or one["schema"].get("description") or schema.get("enum")
            assert told or schema.get("examples"), f"{name}: {one['name']}"


def test_headers__are_shown_where_they_are_given_and_wanted(app: FastAPI, description: Description) -> None:
    for route in iter_route_contexts(app.routes):
        for method in route.methods or ():
            operation = description["paths"].get(route.path_format, {}).get(method.lower())
            if operation is None:
                continue
            keys = [one for one in operation.get("parameters", ()) if one["name"] == "Idempotency-Key"]
            is_keyed = any(one.call is keyed_request for one in every_dependency(route.dependant))
            assert [one["required"] for one in keys if one["required"]] == [True] * is_keyed, route.path
            success = success_of(operation)
            if method == "GET" and JSON in success.get("content", {}):
                assert "ETag" in success["headers"], route.path
                assert "304" in operation["responses"], route.path
            for status in ("429", "503"):
                if status in operation["responses"]:
                    assert "Retry-After" in operation["responses"][status]["headers"], route.path


def test_bodies__are_all_checked_for_what_hides_in_texts(app: FastAPI) -> None:
    for route in iter_route_contexts(app.routes):
        dependant = getattr(route, "dependant", None)
        for body in dependant.body_params if dependant else ():
            assert issubclass(body.field_info.annotation, fields.Body), f"{route.path}: extend fields.Body"


def test_schemas__have_names_that_a_reader_understands(description: Description) -> None:
    for name in description["components"]["schemas"]:
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]+(_[A-Z][A-Za-z0-9]+_)?", name), (
            f"{name}: two classes have one name"
        )


def test_describe__of_a_field_without_an_example__shows_none(app: FastAPI) -> None:
    media: dict[str, Any] = {"schema": {"type": "object", "properties": {"zonder": {"type": "string"}}}}

    openapi._show_examples({}, {"content": {JSON: media}}, {})

    assert "example" not in media


def every_dependency(dependant: Dependant) -> Iterator[Dependant]:
    for one in dependant.dependencies:
        yield one
        yield from every_dependency(one)


KINDS_BY_SLUG = {kind.slug: kind for kind in KINDS.values()}

"""Bodies that no route can read, or that two programs read in two ways."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from heitje_chain.http import bodies

KEYED = {"Idempotency-Key": "some-key-1", "Accept-Language": "en"}
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "text/plain",
        "application/xml",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "text/json",
        "application/json; charset=utf-16",
        "application/json; charset=latin-1",
        ";;;",
    ],
)
def test_post__of_another_content_type__415(client: TestClient, content_type: str | None) -> None:
    headers = KEYED if content_type is None else KEYED | {"Content-Type": content_type}

    answer = client.post("/api/sales", content=b'{"cents": 100}', headers=headers)

    assert answer.status_code == 415
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["accept"] == "application/json"
    assert answer.json()["type"] == "/problems/content-type-unknown"
    assert answer.json()["detail"] == "Send JSON, with the header Content-Type: application/json."


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=UTF-8", "Application/JSON", "application/vnd.x+json"],
)
def test_post__of_json__is_taken(client: TestClient, content_type: str) -> None:
    answer = client.post(
        "/api/sales", content=b'{"cents": 100}', headers=KEYED | {"Content-Type": content_type}
    )

    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        (b"{", "json-invalid"),
        (b"\xff\xfe", "json-invalid"),
        (b'\xef\xbb\xbf{"cents": 100}', "json-invalid"),  # a byte-order mark
        ('{"cents": 100}'.encode("utf-16"), "json-invalid"),
        (b"{'cents': 100}", "json-invalid"),
        (b'{"cents": 100,}', "json-invalid"),
        (b'{"cents": 100} x', "json-invalid"),
        (b'{"cents": 0x10}', "json-invalid"),
        (b'{"pin": "a\nb"}', "json-invalid"),
        (b'{"cents": 100, "cents": 900}', "json-name-twice"),
        (b'{"cents": 100, "\\u0063ents": 900}', "json-name-twice"),
        (b'{"cents": NaN}', "json-number-invalid"),
        (b'{"cents": -Infinity}', "json-number-invalid"),
        (b'{"cents": 1e999}', "json-number-invalid"),
        (b'{"cents": 9223372036854775808}', "json-number-invalid"),
        (b'{"cents": ' + b"9" * 900 + b"}", "json-number-invalid"),
        (b"[" * 33 + b"]" * 33, "json-too-deep"),
        (b'{"a":' * 40 + b"1" + b"}" * 40, "json-too-deep"),
        (b'{"a": "' + b"[" * 40, "json-invalid"),  # all of it a text, which does not end
    ],
    ids=range(19),
)
def test_post__of_bad_json__400_with_a_sentence(client: TestClient, body: bytes, slug: str) -> None:
    answer = client.post("/api/sales", content=body, headers=KEYED | JSON)

    assert (answer.status_code, answer.json()["type"]) == (400, f"/problems/{slug}")
    assert answer.json()["detail"].endswith((".", "large."))


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"[" * 60_000, bodies.JsonTooDeep),
        (b"[" * 60_000 + b"]" * 60_000, bodies.JsonTooDeep),
        (b'{"a":' * 60_000, bodies.JsonTooDeep),
        (b"9" * 60_000, bodies.JsonNumberInvalid),
        (b"-" + b"9" * 60_000, bodies.JsonNumberInvalid),
        (b"9." + b"9" * 60_000 + b"e999999999", bodies.JsonNumberInvalid),
    ],
    ids=range(6),
)
def test_check__of_bodies_as_large_as_they_may_be__is_refused(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        bodies.check(body)


def test_post__of_the_deepest_json_and_largest_number__comes_to_the_fields(client: TestClient) -> None:
    deep = client.post("/api/sales", content=b"[" * 32 + b"]" * 32, headers=KEYED | JSON)
    large = client.post("/api/sales", json={"cents": 2**63 - 1}, headers=KEYED)

    assert deep.json()["type"] == "/problems/request-invalid"
    assert large.json()["type"] == "/problems/cafe-too-dear"


def test_post__without_a_body__tells_what_is_missing(client: TestClient) -> None:
    answer = client.post("/api/sales", headers=KEYED)

    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/request-invalid")


@pytest.mark.parametrize("size", [1000, 10 * 1024 * 1024])
def test_post__that_is_large__413_whatever_it_says_to_be(client: TestClient, size: int) -> None:
    body = json.dumps({"pin": "x" * size}).encode()

    def in_parts() -> Any:
        for start in range(0, len(body), 8192):
            yield body[start : start + 8192]

    announced = client.post("/api/sales", content=body, headers=KEYED | JSON)
    silent = client.post("/api/sales", content=in_parts(), headers=KEYED | JSON)

    for answer in (announced, silent):
        assert (answer.status_code, answer.json()["type"]) == (413, "/problems/body-too-large")


def test_refusal__of_a_body__repeats_nothing_of_it(client: TestClient) -> None:
    for body in (b'{"hunter2": 1, "hunter2": 2}', b'{"pin": "hunter2', b'{"pin": "hunter2", "n": NaN}'):
        assert "hunter2" not in client.post("/api/sales", content=body, headers=KEYED | JSON).text


def test_depth__of_a_text_that_never_ends__is_counted_in_one_pass() -> None:
    """Looking back at each quotation mark, this takes the best part of an hour."""
    bodies._check_depth(b'{"a": "' + b'\\"' * 500_000)

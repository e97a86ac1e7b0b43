from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from heitje_chain.http.answers import is_known

KEYED = {"Idempotency-Key": "some-key-1"}


def test_get__has_a_strong_tag_and_is_kept_by_its_reader_alone(client: TestClient) -> None:
    answer = client.get("/api/sales")

    assert answer.status_code == 200
    assert answer.headers["etag"].startswith('"')
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["vary"] == "Authorization"
    assert client.get("/api/sales").headers["etag"] == answer.headers["etag"]


def test_get__with_the_tag_that_it_has__304_without_a_body(client: TestClient) -> None:
    tag = client.get("/api/sales").headers["etag"]

    answer = client.get("/api/sales", headers={"If-None-Match": f'"other", W/{tag}'})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == tag
    assert answer.headers["vary"] == "Authorization"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "content-type" not in answer.headers
    assert "content-length" not in answer.headers


def test_get__after_a_change__is_sent_with_another_tag(client: TestClient) -> None:
    tag = client.get("/api/sales").headers["etag"]
    client.post("/api/sales", json={"cents": 100}, headers=KEYED)

    answer = client.get("/api/sales", headers={"If-None-Match": tag})

    assert (answer.status_code, len(answer.json()["items"])) == (200, 1)
    assert answer.headers["etag"] != tag


def test_refusal__has_no_tag(client: TestClient) -> None:
    answer = client.get("/api/sales?cursor=x", headers={"If-None-Match": "*"})

    assert answer.status_code == 400
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_order__tells_where_what_it_made_is__also_when_sent_again(client: TestClient) -> None:
    first = client.post("/api/sales", json={"cents": 100}, headers=KEYED)
    again = client.post("/api/sales", json={"cents": 100}, headers=KEYED)

    assert (first.status_code, first.headers["location"]) == (201, "/api/sales/1")
    assert (again.headers["idempotency-replayed"], again.headers["location"]) == ("true", "/api/sales/1")
    assert (again.content, "etag" in again.headers) == (first.content, False)


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        ("*", True),
        ("", False),
        ('"b"', False),
        ("a", False),
        ('"a', False),
        ('"b", *', False),
    ],
)
def test_is_known__of_a_header(header: str, known: bool) -> None:
    assert is_known(header, '"a"') is known

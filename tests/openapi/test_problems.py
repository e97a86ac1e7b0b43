"""Every kind of refusal is explained at the address that is its type."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from heitje_chain.http.catalogue import ADVICE
from heitje_chain.http.problems import KINDS, TITLES

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app)


def test_problems__lists_every_kind_that_is_registered_by_status(client: TestClient) -> None:
    listed = client.get("/problems").json()["problems"]

    assert sorted(one["type"] for one in listed) == sorted(
        f"/problems/{kind.slug}" for kind in KINDS.values()
    )
    assert len(listed) > 80
    assert [one["status"] for one in listed] == sorted(one["status"] for one in listed)


def test_problem__of_every_kind__is_explained_at_its_type(client: TestClient) -> None:
    for kind in KINDS.values():
        answer = client.get(f"/problems/{kind.slug}")

        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
        assert answer.json() == {
            "type": f"/problems/{kind.slug}",
            "status": kind.status,
            "title": TITLES[kind.status],
            "detail": kind.sentences,
            "members": list(kind.members),
            "advice": ADVICE[kind.status],
        }


def test_problem__for_a_browser__is_a_page_in_both_languages(client: TestClient) -> None:
    answer = client.get("/problems/too-many-requests", headers=PAGE)

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert '<p lang="nl"><strong>Te veel aanvragen.</strong>' in answer.text
    assert '<p lang="en"><strong>Too many requests.</strong>' in answer.text
    assert "Wait as long as Retry-After says. Nothing happened." in answer.text


def test_problems__for_a_browser__has_an_entry_for_every_kind(client: TestClient) -> None:
    page = client.get("/problems", headers=PAGE).text

    assert [slug for slug in (kind.slug for kind in KINDS.values()) if f'<h2 id="{slug}">' not in page] == []


@pytest.mark.parametrize(("slug", "status"), [("no-such-problem", 404), ("X", 400), ("a%00b", 400)])
def test_problem__that_is_none__is_refused(client: TestClient, slug: str, status: int) -> None:
    assert client.get(f"/problems/{slug}").status_code == status


def test_refusals__of_an_unknown_address_or_method__have_a_type_that_is_explained(client: TestClient) -> None:
    for answer in (client.get("/api/v1/nowhere"), client.delete("/api/v1/jobs")):
        assert client.get(answer.json()["type"]).json()["status"] == answer.status_code

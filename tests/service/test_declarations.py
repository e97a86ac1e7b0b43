"""Declarations: a job of a kind is posted only while a declaration is in force; everybody can read all."""

from __future__ import annotations

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from heitje_chain.db import transaction
from heitje_chain.declarations.model import DECLARATION

from .town import DAY, Person, Town

MISSING = (
    409,
    "You have not declared that jobs of the kind 'walk' replace no paid work. Make that declaration first; "
    "it is then in the public register.",
)


def declare(town: Town, partner: Person, *kinds: str, words: str = "Vrijwilligers deden dit al.") -> Any:
    body = {"kinds": list(kinds), "words": words, "declared_by": "Bestuur"}
    return town.post(partner, "/declarations", body)


def register(town: Town, query: str = "") -> list[dict[str, Any]]:
    """Read the register as somebody without a token."""
    answer = town.http.get(f"/api/v1/declarations{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_job__of_a_kind_that_nobody_declared__is_refused_until_it_is(town: Town, partner: Person) -> None:
    terms = town.terms(kind="walk")
    assert town.refused(partner, "/jobs/prepare", terms) == MISSING

    declare(town, partner, "walk")

    assert town.job(partner, kind="walk")["state"] == "posting"
    assert town.get(partner, "/jobs")["items"][0]["state"] == "open"


def test_declaration__of_another_partner__does_not_count(town: Town, partner: Person) -> None:
    declare(town, town.partner(), "walk")

    assert town.refused(partner, "/jobs/prepare", town.terms(kind="walk")) == MISSING


def test_job__signed_after_the_declaration_was_ended__is_refused_and_open_ones_go_on(
    town: Town, partner: Person, anna: Person
) -> None:
    declare(town, partner, "walk")
    open_job = town.job(partner, kind="walk")
    signed = town.prepare(partner, "/jobs", town.terms(kind="walk"))
    town.post(partner, "/declaration-endings", {"kinds": ["walk"], "ended_by": "Bestuur", "reason": "Klaar"})

    assert town.refused(partner, "/jobs", signed) == MISSING
    assert town.refused(partner, "/jobs/prepare", town.terms(kind="walk")) == MISSING
    claim = town.handed_in(anna, open_job)
    town.act(partner, "/approvals", {"claims": [claim["id"]]})
    town.work()
    assert town.get(anna, f"/claims/{claim['id']}")["state"] == "approved"


def test_register__without_a_token__tells_every_version(town: Town, partner: Person) -> None:
    declare(town, partner, "walk", words="Eerst zo.")
    town.pass_time(DAY)
    declare(town, partner, "walk", words="Nu zo.")
    town.pass_time(DAY)
    town.post(partner, "/declaration-endings", {"kinds": ["walk"], "ended_by": "Bestuur", "reason": "Klaar"})

    second, first = register(town, "?kind=walk")

    at = first.pop("declared_at")
    assert first == {
        "id": first["id"],
        "partner": partner.id,
        "partner_name": "Alcander",
        "kind": "walk",
        "version": 1,
        "words": "Eerst zo.",
        "declared_by": "Bestuur",
        "in_force": False,
        "ended_at": second["declared_at"],
        "reason": None,
    }
    assert at < second["declared_at"] < second["ended_at"]
    assert (second["version"], second["words"], second["in_force"], second["reason"]) == (
        2,
        "Nu zo.",
        False,
        "Klaar",
    )
    assert sorted(one["kind"] for one in register(town, "?in_force=true")) == ["care", "green"]


def test_register__narrowed_and_in_pages__has_all(town: Town, partner: Person) -> None:
    declare(town, partner, *(f"kind-{number}" for number in range(5)))

    everything = register(town, f"?partner={partner.id}&in_force=true&limit=100")
    page = town.http.get(f"/api/v1/declarations?partner={partner.id}&in_force=true&limit=3").json()
    rest = []
    while page["next"]:
        rest += page["items"]
        page = town.http.get(page["next"]).json()

    assert [*rest, *page["items"]] == everything
    assert sorted(one["kind"] for one in everything) == ["care", "green", *(f"kind-{n}" for n in range(5))]
    assert register(town, "?in_force=false") == []


def test_register__as_csv__has_a_line_for_each_and_no_formula(town: Town, partner: Person) -> None:
    declare(town, partner, "walk", words='=HYPERLINK("x")\nen "meer", zoals dit')

    answer = town.http.get("/api/v1/declarations.csv?kind=walk")

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    [row] = csv.DictReader(io.StringIO(answer.text, newline=""))
    [one] = register(town, "?kind=walk")
    assert row == {
        **{name: str(value) for name, value in one.items()},
        "words": '\'=HYPERLINK("x")\nen "meer", zoals dit',
        "in_force": "true",
        "ended_at": "",
        "reason": "",
    }
    assert len(town.http.get("/api/v1/declarations.csv").text.split("\r\n")) == 1 + 3 + 1


def test_declaration__made_again__is_the_same_and_ended_ones_are_declared_anew(
    town: Town, partner: Person
) -> None:
    first = declare(town, partner, "walk", "walk")
    assert declare(town, partner, "walk") == first
    end = {"kinds": ["walk"], "ended_by": "Bestuur"}
    assert town.post(partner, "/declaration-endings", end) == first
    assert town.refused(partner, "/declaration-endings", end) == (
        404,
        "No declaration of yours is in force for the kind 'walk'. See in the register how it is spelt.",
    )

    anew = declare(town, partner, "walk")

    assert anew["declarations"] != first["declarations"]
    assert sorted(one["version"] for one in register(town, "?kind=walk")) == [1, 3]


def test_declaration__made_at_once_by_several__is_one(town: Town, partner: Person) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: declare(town, partner, "walk"), range(4)))

    assert all(one == made[0] for one in made)
    assert len(register(town, "?kind=walk")) == 1


def test_declaration__in_the_database__is_never_changed(town: Town, partner: Person) -> None:
    declare(town, partner, "walk")

    with pytest.raises(DBAPIError, match="append-only"), transaction(town.engine) as connection:
        connection.execute(update(DECLARATION).values(words="Anders."))

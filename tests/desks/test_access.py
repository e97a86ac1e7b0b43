"""Every page x every role: it answers those whose it is, and tells nobody else that it is there."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import iter_route_contexts

from heitje_chain.db import transaction
from heitje_chain.people import accounts, sessions
from heitje_chain.people.roles import OFFICER_ROLES
from tests.service.town import Town

from .page_table import EVERYBODY, LOGGED_IN, PAGES
from .visitor import Visitor, visitor

NOT_YOURS = "This page is not for you, or it does not exist."


def routes_of_pages(town: Town) -> set[str]:
    return {
        f"{method} {context.path}"
        for context in iter_route_contexts(town.http.app.routes)  # type: ignore[attr-defined]
        if getattr(context.endpoint, "__module__", "").startswith("heitje_chain.desks")
        for method in set(context.methods or ()) - {"HEAD"}
    }


def by_role(town: Town) -> dict[str, Visitor]:
    """A person of every role, each with no other."""
    subjects = {
        "resident": town.resident().id,
        "merchant": town.merchant().id,
        "association": town.association().id,
        "partner": town.partner(1_00).id,
        **{role: role for role in OFFICER_ROLES},
    }
    found = {}
    for role, subject in subjects.items():
        someone = visitor(town)
        with transaction(town.engine) as connection:
            account = accounts.add(connection, f"{role}@heerlen.example", role, subject)
            _, secret = sessions.begin(connection, account, "")
        someone.client.cookies.set("heitje", secret)
        found[role] = someone
    return found


def address(route: str) -> str:
    path = re.sub(r"\{(\w+)\}", lambda name: _NOTHING.get(name[1], "0" * 32), route.split(" ")[1])
    return f"http://approve.testserver{path}" if path.startswith(("/sign/", "/enrol/")) else path


_NOTHING = {
    **dict.fromkeys(("budget_id", "claim_id", "job_id", "payment_id", "redemption_id"), "0" * 64),
    "name": "nothing",
    "role": "resident",
    "number": "1",
    "secret": "0" * 43,
}
"""What a blank of an address holds, when not 32 zeros."""

CHANGES_WHO_ASKS = {"POST /logout", "POST /account/sessions/end", "POST /language"}
"""Whoever asks it is logged out by it, or reads another language."""

FILLED_IN = {"POST /city/participants/new": {"kind": "resident"}}
"""What a form must say for its page to be there at all."""


def answer(who: Visitor, route: str) -> tuple[int, str, str]:
    """Status, what is said, and where it leads."""
    headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html", "Accept-Language": "en"}
    method = route.split(" ")[0]
    form = FILLED_IN.get(route)
    got = who.client.request(method, address(route), headers=headers, data=form, follow_redirects=False)
    return got.status_code, got.text, got.headers.get("location", "")


def test_table__names_every_page(town: Town) -> None:
    assert routes_of_pages(town) == set(PAGES), "add a row to tests/desks/page_table.py"


@pytest.mark.seconds(25)
def test_pages__asked_by_every_role__answer_those_whose_they_are(town: Town) -> None:
    people = by_role(town)

    wrong = [*wrong_for_roles(people), *wrong_for_strangers(town)]
    assert wrong == [], "\n".join(wrong)


def wrong_for_roles(people: dict[str, Visitor]) -> Iterator[str]:
    for route, roles in PAGES.items():
        for role, person in people.items():
            if route in CHANGES_WHO_ASKS:
                continue
            status, text, _ = answer(person, route)
            is_hidden = status == 404 and NOT_YOURS in text
            if status >= 500 or is_hidden == bool(roles & {role, *EVERYBODY, *LOGGED_IN}):
                yield f"{route} as {role}: {status}"


def wrong_for_strangers(town: Town) -> Iterator[str]:
    for route, roles in PAGES.items():
        status, text, leads_to = answer(visitor(town), route)
        asked_to_log_in = (status == 303 and leads_to.startswith("/login?next=")) or (
            status == 401 and "Log in first" in text
        )
        if status >= 500 or asked_to_log_in == bool(roles & EVERYBODY):
            yield f"{route} as a stranger: {status} {leads_to}"


def test_changes__asked_by_another_site__are_refused_on_every_page(town: Town) -> None:
    stranger = visitor(town)

    wrong = []
    for route in PAGES:
        method, _ = route.split(" ")
        if method != "GET":
            got = stranger.client.request(method, address(route), headers={"Sec-Fetch-Site": "cross-site"})
            wrong += [f"{route}: {got.status_code}"] if got.status_code != 403 else []

    assert wrong == []

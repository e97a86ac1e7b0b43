"""Every route x every role x one's own and another's object answers as the table says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import update

from heitje_chain.db import transaction
from heitje_chain.people import tokens
from heitje_chain.people.roles import PARTICIPANT_ROLES, SCOPES_OF
from heitje_chain.people.tokens import ACCESS_TOKEN
from tests.http.apps import app_of

from .access_table import OFFICERS, ROUTES, WITHOUT_TOKEN, Row
from .town import Town
from .world import World

ZEROS = "0" * 64
UNKNOWN = {
    "act": ZEROS,
    "batch": "999",
    "claim": ZEROS,
    "code": f"heitje:31337:merchant:{'0' * 32}",
    "job": ZEROS,
    "payment": ZEROS,
    "redemption": ZEROS,
}
"""What is not there; 32 zeros when it is not named."""


def bad_tokens(world: World) -> dict[str, str | None]:
    """What opens nothing, by why."""
    with transaction(world.town.engine) as connection:
        ended, ended_secret = tokens.create(connection, "Gone", "registrar")
        tokens.revoke(connection, ended.id)
        old, old_secret = tokens.create(connection, "Old", "registrar")
        connection.execute(
            update(ACCESS_TOKEN).where(ACCESS_TOKEN.c.id == old.id).values(expires_at=old.created_at)
        )
    return {
        "nobody": None,
        "revoked": ended_secret,
        "expired": old_secret,
        "unknown": "heitje_x",
        "empty": "",
    }


def routes_of_app(town: Town) -> dict[str, str | None]:
    """Route -> the scope that it declares; None when it asks for no token. For pages see tests/desks."""
    app = app_of(town.engine, town.contracts, town.config)
    operations = app.openapi()["paths"]
    found = {}
    for context in iter_route_contexts(app.routes):
        if getattr(context.endpoint, "__module__", "").startswith("heitje_chain.desks"):
            continue
        for method in set(context.methods or ()) - {"HEAD"}:
            operation = operations.get(context.path, {}).get(method.lower(), {})
            needed = next((one["token"] for one in operation.get("security", ())), None)
            found[f"{method} {context.path}"] = None if needed is None else " ".join(needed)
    return found


# ---------------------------------------------------------------- the walk


def test_table__is_what_the_application_and_the_roles_say(town: Town) -> None:
    found = routes_of_app(town)

    assert {route for route, scope in found.items() if scope is None} == WITHOUT_TOKEN
    assert set(found) - WITHOUT_TOKEN == set(ROUTES), "add a row to tests/service/access_table.py"
    for route, row in ROUTES.items():
        scope = found[route]
        may = {role for role, scopes in SCOPES_OF.items() if not scope or scope in scopes}
        assert row.roles == may, (route, scope)


@pytest.mark.seconds(30)
def test_routes__walked_by_every_role__answer_as_the_table_says(world: World) -> None:
    wrong = [*without_a_good_token(world), *without_the_scope(world)]
    for route, row in ROUTES.items():
        for role in world.secrets:
            if role in row.roles:
                wrong += as_the_table_says(world, route, row, role)
            else:
                wrong += refused_alike(world, route, row, role)

    assert wrong == [], "\n".join(wrong)


def without_a_good_token(world: World) -> Iterator[str]:
    for why, secret in bad_tokens(world).items():
        answers = {route: world.ask(route, secret, ZEROS, row.body) for route, row in ROUTES.items()}
        bodies = {answer.text for answer in answers.values()}
        for route, answer in answers.items():
            if answer.status_code != 401 or answer.json()["type"] != "/problems/token-refused":
                yield f"{route} with {why} token: {answer.status_code} {answer.text}"
        if len(bodies) != 1:
            yield f"{why} is told apart: {bodies}"


def without_the_scope(world: World) -> Iterator[str]:
    """A token of the right role with every scope but the one that is needed."""
    scopes = routes_of_app(world.town)
    for route, row in ROUTES.items():
        scope = scopes[route]
        role = next((one for one in sorted(row.roles) if one not in PARTICIPANT_ROLES), None)
        if not scope or role is None:
            continue
        with transaction(world.town.engine) as connection:
            fewer = SCOPES_OF[role] - {scope}
            _, secret = tokens.create(connection, "Fewer", role, scopes=fewer)
        answer = world.ask(route, secret, unknown(row), row.body)
        if answer.status_code != 403 or answer.json()["scope"] != scope:
            yield f"{route} as {role} without {scope}: {answer.status_code} {answer.text}"


def refused_alike(world: World, route: str, row: Row, role: str) -> Iterator[str]:
    """Refuse a role whatever it names, with the same words."""
    things = [unknown(row), *(table[role].get(row.about or "", "") for table in (world.own, world.others))]
    answers = [world.ask(route, world.secrets[role], thing or unknown(row), row.body) for thing in things]
    for answer in answers:
        if answer.status_code != 403 or answer.json() != answers[0].json():
            yield f"{route} as {role}: {answer.status_code} {answer.text}"


def as_the_table_says(world: World, route: str, row: Row, role: str) -> Iterator[str]:
    secret = world.secrets[role]
    own = world.own[role].get(row.about) if row.about else ""
    if row.status is not None and own is not None:
        answer = world.ask(route, secret, own, row.body)
        if answer.status_code != row.status:
            yield f"{route} as {role}: {answer.status_code}, not {row.status}: {answer.text}"
        yield from hidden_in(world, route, role, answer.text)
    if row.about is None:
        return
    nothing = world.ask(route, secret, unknown(row), row.body)
    if nothing.status_code != 404:
        yield f"{route} as {role} of what is not there: {nothing.status_code} {nothing.text}"
    others = world.others[role].get(row.about)
    if others is not None and not (role in OFFICERS and route == "GET /api/v1/acts/{act_id}"):
        answer = world.ask(route, secret, others, row.body)
        if (answer.status_code, answer.json()) != (nothing.status_code, nothing.json()):
            yield f"{route} as {role} of another's: {answer.status_code} {answer.text}"


def hidden_in(world: World, route: str, role: str, text: str) -> Iterator[str]:
    for secret in world.hidden.get(role, ()):
        if secret in text:
            yield f"{route} tells {role} of {secret}"


def unknown(row: Row) -> str:
    return UNKNOWN.get(row.about or "", "0" * 32)


def test_roles__of_participants__share_no_officers_scope() -> None:
    writing = {
        scope
        for role, scopes in SCOPES_OF.items()
        if role not in PARTICIPANT_ROLES
        for scope in scopes
        if scope.endswith(":write")
    }
    for role in PARTICIPANT_ROLES:
        assert not SCOPES_OF[role] & writing, role

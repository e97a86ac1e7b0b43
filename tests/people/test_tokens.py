"""A token opens what its scopes name, until it expires or is revoked, and its secret is kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text, update

from heitje_chain.custody.model import new_wallet_id
from heitje_chain.db import METADATA, open_engine, transaction
from heitje_chain.people import service, tokens
from heitje_chain.people.model import RESIDENT
from heitje_chain.people.roles import OFFICER_ROLES, SCOPES_OF
from heitje_chain.people.tokens import ACCESS_TOKEN, ScopeMissing, TokenError, TokenRefused
from tests.databases import new_database


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = open_engine(new_database(tmp_path))
    METADATA.create_all(engine)
    with transaction(engine) as connection:
        yield connection


def test_caller__with_a_good_token__is_its_holder(connection: Connection) -> None:
    token, secret = tokens.create(connection, " Registrar ", "registrar", scopes=["participants:read"])

    caller = tokens.caller(connection, secret)

    assert (caller.token_id, caller.holder, caller.id) == (token.id, "Registrar", "registrar:registrar")
    caller.require("participants:read")
    with pytest.raises(ScopeMissing) as missing:
        caller.require("participants:write")
    assert str(missing.value) == "This access token does not allow participants:write."


@pytest.mark.parametrize("role", OFFICER_ROLES)
def test_token__of_an_officer__may_what_the_role_may(connection: Connection, role: str) -> None:
    token, secret = tokens.create(connection, "Somebody", role)

    caller = tokens.caller(connection, secret)
    assert (caller.role, caller.subject, caller.is_officer) == (role, role, True)
    assert caller.scopes == SCOPES_OF[role] == set(token.scopes)
    assert token.expires_at - token.created_at == 90 * 86_400


def test_token__of_an_officer_of_another_name__acts_as_that_officer(connection: Connection) -> None:
    _, secret = tokens.create(connection, "Somebody", "treasurer", "treasurer-2")

    assert tokens.caller(connection, secret).subject == "treasurer-2"


def test_token__of_a_participant__acts_as_that_participant(connection: Connection) -> None:
    anna = service.add(connection, RESIDENT, new_wallet_id(), "Anna")

    _, secret = tokens.create(connection, "Anna's phone", "resident", anna.id)

    caller = tokens.caller(connection, secret)
    assert (caller.role, caller.subject, caller.is_officer) == ("resident", anna.id, False)
    assert caller.scopes == SCOPES_OF["resident"]


def test_create__for_a_participant_of_another_role__says_so(connection: Connection) -> None:
    anna = service.add(connection, RESIDENT, new_wallet_id(), "Anna")

    with pytest.raises(TokenError) as wrong:
        tokens.create(connection, "Anna", "merchant", anna.id)

    assert str(wrong.value) == f"There is no merchant with the id {anna.id}."


@pytest.mark.parametrize("wrong", [None, "", "heitje_guess"])
def test_caller__without_a_good_token__is_refused(connection: Connection, wrong: str | None) -> None:
    tokens.create(connection, "Registrar", "registrar")

    with pytest.raises(TokenRefused):
        tokens.caller(connection, wrong)


def test_caller__when_expired__is_refused(connection: Connection) -> None:
    _, secret = tokens.create(connection, "Registrar", "registrar", days=1)
    connection.execute(update(ACCESS_TOKEN).values(expires_at=ACCESS_TOKEN.c.created_at))

    with pytest.raises(TokenRefused):
        tokens.caller(connection, secret)


def test_caller__when_revoked__is_refused(connection: Connection) -> None:
    token, secret = tokens.create(connection, "Registrar", "registrar", days=1)
    tokens.revoke(connection, token.id)
    first = tokens.all_tokens(connection)[0].revoked_at
    tokens.revoke(connection, token.id)

    with pytest.raises(TokenRefused):
        tokens.caller(connection, secret)
    assert first is not None
    assert tokens.all_tokens(connection)[0].revoked_at == first


def test_secret__after_creation__is_kept_nowhere(connection: Connection) -> None:
    _, secret = tokens.create(connection, "Registrar", "registrar", days=1)

    kept = connection.execute(text("SELECT * FROM access_token")).one()

    assert secret.startswith("heitje_")
    assert secret not in "".join(map(str, kept))


ROLES = ", ".join(sorted(SCOPES_OF))
OF_A_MERCHANT = ", ".join(sorted(SCOPES_OF["merchant"]))


@pytest.mark.parametrize(
    ("holder", "role", "scopes", "days", "sentence"),
    [
        (" ", "registrar", None, 1, "Say who will hold the token."),
        ("a", "mayor", None, 1, f"Choose a role from: {ROLES}."),
        ("a", "merchant", [], 1, f"Choose scopes from: {OF_A_MERCHANT}."),
        ("a", "merchant", ["jobs:write"], 1, f"Choose scopes from: {OF_A_MERCHANT}."),
        ("a", "registrar", None, 0, "A token is good for 1 to 366 days."),
        ("a", "registrar", None, 367, "A token is good for 1 to 366 days."),
        ("a", "merchant", None, 1, "Say which merchant the token is for, by its id."),
    ],
)
def test_create__when_wrong__says_why(
    connection: Connection, holder: str, role: str, scopes: list[str] | None, days: int, sentence: str
) -> None:
    with pytest.raises(TokenError) as wrong:
        tokens.create(connection, holder, role, scopes=scopes, days=days)

    assert str(wrong.value) == sentence


def test_revoke__of_an_unknown_token__says_so(connection: Connection) -> None:
    with pytest.raises(TokenError) as wrong:
        tokens.revoke(connection, "nobody")

    assert str(wrong.value) == "There is no token nobody."

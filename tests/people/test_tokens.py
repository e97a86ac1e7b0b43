"""A token opens what its scopes name, until it expires or is revoked, and its secret is kept nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text, update

from heitje_chain.db import METADATA, open_engine, transaction
from heitje_chain.people import tokens
from heitje_chain.people.tokens import ACCESS_TOKEN, ScopeMissing, TokenError, TokenRefused


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    engine = open_engine(f"sqlite:///{tmp_path / 'heitje.db'}")
    METADATA.create_all(engine)
    with transaction(engine) as connection:
        yield connection


def test_caller__with_a_good_token__is_its_holder(connection: Connection) -> None:
    token, secret = tokens.create(connection, " Alcander ", ["residents:read"], 30)

    caller = tokens.caller(connection, secret)

    assert (caller.token_id, caller.holder) == (token.id, "Alcander")
    caller.require("residents:read")
    with pytest.raises(ScopeMissing) as missing:
        caller.require("residents:write")
    assert str(missing.value) == "This access token does not allow residents:write."


@pytest.mark.parametrize("wrong", [None, "", "heitje_guess"])
def test_caller__without_a_good_token__is_refused(connection: Connection, wrong: str | None) -> None:
    tokens.create(connection, "Alcander", ["residents:read"], 30)

    with pytest.raises(TokenRefused):
        tokens.caller(connection, wrong)


def test_caller__when_expired__is_refused(connection: Connection) -> None:
    _, secret = tokens.create(connection, "Alcander", ["residents:read"], 1)
    connection.execute(update(ACCESS_TOKEN).values(expires_at=ACCESS_TOKEN.c.created_at))

    with pytest.raises(TokenRefused):
        tokens.caller(connection, secret)


def test_caller__when_revoked__is_refused(connection: Connection) -> None:
    token, secret = tokens.create(connection, "Alcander", ["residents:read"], 1)
    tokens.revoke(connection, token.id)
    first = tokens.all_tokens(connection)[0].revoked_at
    tokens.revoke(connection, token.id)

    with pytest.raises(TokenRefused):
        tokens.caller(connection, secret)
    assert first is not None
    assert tokens.all_tokens(connection)[0].revoked_at == first


def test_secret__after_creation__is_kept_nowhere(connection: Connection) -> None:
    _, secret = tokens.create(connection, "Alcander", ["residents:read"], 1)

    kept = connection.execute(text("SELECT * FROM access_token")).one()

    assert secret.startswith("heitje_")
    assert secret not in "".join(map(str, kept))


@pytest.mark.parametrize(
    ("holder", "scopes", "days", "sentence"),
    [
        (" ", ["residents:read"], 1, "Say who will hold the token."),
        ("a", [], 1, "Choose scopes from: residents:read, residents:write."),
        ("a", ["mint"], 1, "Choose scopes from: residents:read, residents:write."),
        ("a", ["residents:read"], 0, "A token is good for 1 to 366 days."),
        ("a", ["residents:read"], 367, "A token is good for 1 to 366 days."),
    ],
)
def test_create__when_wrong__says_why(
    connection: Connection, holder: str, scopes: list[str], days: int, sentence: str
) -> None:
    with pytest.raises(TokenError) as wrong:
        tokens.create(connection, holder, scopes, days)

    assert str(wrong.value) == sentence


def test_revoke__of_an_unknown_token__says_so(connection: Connection) -> None:
    with pytest.raises(TokenError) as wrong:
        tokens.revoke(connection, "nobody")

    assert str(wrong.value) == "There is no token nobody."

"""Tokens: whose this is, and those that the registrar makes and ends."""

from __future__ import annotations

from tests.service.town import Person

from .counter import Counter


def test_whoami__of_an_officer__names_role_and_service(counter: Counter) -> None:
    said = counter.done("treasurer", "whoami")

    assert said.lines[0] == "You are treasurer treasurer"
    assert "grants:write" in said.out
    assert said.lines[-1] == f"Service {counter.url}"


def test_token__made_for_a_merchant__works_until_it_is_revoked(counter: Counter, shop: Person) -> None:
    said = counter.done("registrar", "access", "new", "merchant", "Welpie Toys", "--days", "7")
    [secret] = said.lines
    assert said.err.startswith("For Welpie Toys, good until ")
    own = {"HEITJE_URL": counter.url, "HEITJE_TOKEN": secret, "HEITJE_LANG": "en"}
    found = counter.run("whoami", "--json", **own).json
    assert (found["role"], found["name"]) == ("merchant", "Welpie Toys")

    assert counter.done("registrar", "access", "revoke", found["token"], "--yes").lines == ["It is revoked."]
    ended = counter.run("whoami", **own)
    assert (ended.code, ended.shown) == (
        1,
        ["Error: The access token is missing, wrong, expired or revoked."],
    )
    assert counter.done("registrar", "access", "list").out.count("revoked") == 1


def test_account__whose_passkeys_were_lost__begins_anew(counter: Counter, shop: Person) -> None:
    email = "toys@heerlen.example"
    counter.done("registrar", "account", "add", email, "merchant", "Welpie Toys", "--yes")
    [account] = counter.done("registrar", "account", "list", "--email", email, "--json").json

    said = counter.done("registrar", "account", "forget-passkeys", account["id"][:8], "--yes")

    assert said.lines == ["They are forgotten."]


def test_account__whose_role_is_taken_away__has_it_no_more(counter: Counter, shop: Person) -> None:
    email = "toys@heerlen.example"
    counter.done("registrar", "account", "add", email, "merchant", "Welpie Toys", "--yes")
    [account] = counter.done("registrar", "account", "list", "--email", email, "--json").json

    said = counter.done("registrar", "account", "remove-role", account["id"][:8], "merchant", "--yes")

    assert said.lines == ["It is taken away."]
    [account] = counter.done("registrar", "account", "list", "--email", email, "--json").json
    assert account["roles"] == []

"""Passkeys: to log in with, and to be let change something with."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from heitje_chain.audit.model import AUDIT_RECORD
from heitje_chain.chain.clock import latest_now
from heitje_chain.db import reading, transaction
from heitje_chain.mail.service import MAIL
from heitje_chain.people import tickets
from heitje_chain.people.challenges import CHALLENGE
from heitje_chain.people.login_errors import TicketOver
from heitje_chain.people.passkeys import PASSKEY
from heitje_chain.people.sessions import WEB_SESSION
from tests.http.apps import app_of
from tests.service.town import Person, Town

from .authenticator import PRESENT, text
from .devices import APPROVE, account_id, asked, at_approve, by_code, device, kept, log_in, made
from .visitor import Visitor, logged_in, visitor


def test_passkey__made_and_used__opens_its_persons_pages(town: Town, anna: Person, stranger: Visitor) -> None:
    someone, own = logged_in(town, anna, "resident"), device()

    options = asked(someone, "/account/passkeys/options")
    assert (options["rp"], options["attestation"]) == ({"id": "testserver", "name": "Heitje"}, "none")
    assert options["pubKeyCredParams"] == [{"type": "public-key", "alg": -7}]
    assert options["authenticatorSelection"]["userVerification"] == "required"
    page = made(someone, own)
    assert (page.status, page.path) == (200, "/account")
    assert kept(town) == [("login", 0)]

    page = log_in(stranger, own, "/wallet")
    assert (page.status, page.path) == (200, "/wallet")
    assert kept(town) == [("login", 1)]
    with reading(town.engine) as connection:
        held = connection.execute(select(PASSKEY)).one()
        assert connection.scalar(select(func.count()).select_from(CHALLENGE)) == 1  # the one not answered
    assert (held.transports, len(held.x), len(held.y)) == ("internal", 64, 64)
    assert "Last used: today" in stranger.get("/account").text


def test_passkey__that_does_not_count__opens_too(town: Town, anna: Person, stranger: Visitor) -> None:
    own = device(counts=False)
    made(logged_in(town, anna, "resident"), own)

    assert [log_in(stranger, own, "/wallet").path for _ in range(2)] == ["/wallet"] * 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://evil.example"},
        {"origin": APPROVE},
        {"rp_id": "evil.example"},
        {"flags": PRESENT},
        {"credential": b"another"},
    ],
)
def test_login__by_an_answer_for_elsewhere_or_of_nobody__opens_nothing(
    town: Town, anna: Person, stranger: Visitor, wrong: dict[str, Any]
) -> None:
    own = device()
    made(logged_in(town, anna, "resident"), own)
    for name, value in wrong.items():
        setattr(own, name, value)

    page = log_in(stranger, own)

    assert page.status == 409
    assert page.refusal in (
        "Your passkey was not accepted. Nothing happened. Try it again.",
        "We do not know this passkey, or it was removed. Choose another one.",
    )
    assert stranger.get("/wallet").path == "/login"


def test_login__by_a_challenge_or_signature_that_is_not_ours__opens_nothing(
    town: Town, anna: Person, stranger: Visitor
) -> None:
    own = device()
    made(logged_in(town, anna, "resident"), own)
    options = asked(stranger, "/login/passkey/options")
    answer = own.get(options)

    assert log_in(stranger, own, challenge="AAAA").refusal.startswith("This took too long, or it was done")
    assert log_in(stranger, own, signature=b"0").refusal.startswith("Your passkey was not accepted")
    assert stranger.post("/login/passkey", {"answer": answer, "next": "/wallet"}).path == "/wallet"
    again = visitor(town)
    assert again.post("/login/passkey", {"answer": answer}).refusal.startswith("This took too long")
    old = own.get(asked(again, "/login/passkey/options"))
    with transaction(town.engine) as connection:
        connection.execute(update(CHALLENGE).values(expires_at=1))
    assert again.post("/login/passkey", {"answer": old}).refusal.startswith("This took too long")
    for nonsense in ("", "{", "[]", "null", '{"response": 1}', '{"id": 1, "response": {}}', "[" * 15_000):
        assert again.post("/login/passkey", {"answer": nonsense}).status == 409
    assert again.get("/wallet").path == "/login"


def test_login__by_a_passkey_that_was_copied__is_refused(town: Town, anna: Person, stranger: Visitor) -> None:
    own = device()
    made(logged_in(town, anna, "resident"), own)
    log_in(stranger, own)
    own.signed -= 1

    assert log_in(visitor(town), own).refusal.startswith("Your passkey was not accepted")


def test_passkey__removed__opens_nothing_and_another_persons_is_not_removed(
    town: Town, anna: Person, shop: Person, stranger: Visitor
) -> None:
    own, resident = device(), logged_in(town, anna, "resident")
    page = made(resident, own)
    remove = page.action("/account/passkeys/[0-9a-f]{32}/remove")

    logged_in(town, shop, "merchant").post(remove, {})
    assert log_in(stranger, own, "/wallet").path == "/wallet"
    resident.post(remove, {})

    assert log_in(visitor(town), own).refusal.startswith("We do not know this passkey")


def test_passkey__that_is_no_good_or_there_already__is_not_taken(
    town: Town, anna: Person, shop: Person
) -> None:
    someone, own = logged_in(town, anna, "resident"), device()

    def refused(answer: str) -> str:
        return someone.post("/account/passkeys", {"answer": answer}).refusal

    options = asked(someone, "/account/passkeys/options")
    other = asked(logged_in(town, shop, "merchant"), "/account/passkeys/options")
    login = asked(someone, "/login/passkey/options")
    assert refused(own.create(other)).startswith("This took too long")
    assert refused(own.create(login)).startswith("This took too long")
    assert refused(own.create(options, algorithm=-257)).startswith("Your passkey was not accepted")
    assert refused(device(flags=PRESENT).create(options)).startswith("Your passkey was not accepted")
    assert refused(device("http://evil.example").create(options)).startswith("Your passkey was not accepted")
    assert kept(town) == []
    assert made(someone, own).status == 200
    assert made(someone, own).refusal == "This passkey is here already."
    assert kept(town) == [("login", 0)]


# ---------------------------------------------------------------- deciding about others


def test_partner__logged_in_by_a_code__looks_and_changes_nothing_until_its_passkey(
    town: Town, partner: Person
) -> None:
    prepared = town.post(partner, "/jobs/prepare", town.terms())
    someone, own = by_code(town, partner, "partner"), device()
    page = someone.get(f"/acts/{prepared['id']}")
    assert "You logged in with a code, so you can look at everything here and change nothing." in page.text
    refused = someone.post(f"/acts/{prepared['id']}/sign", {})
    assert (refused.status, "log in with your passkey" in refused.text) == (403, True)
    assert someone.post("/account/signers", {}).status == 409

    assert "You have no passkey yet." in someone.get("/login/passkey").text
    made(someone, own)
    assert "You logged in with a code" not in someone.get(page.path).text
    assert someone.post(f"/acts/{prepared['id']}/sign", {}).status == 200

    thief = by_code(town, partner, "partner")
    assert made_refused(thief) == 403
    removing = thief.get("/account").action("/account/passkeys/[0-9a-f]{32}/remove")
    assert thief.post(removing, {}).refusal.startswith("For this you have to log in with your passkey.")
    page = log_in(thief, own, f"/acts/{prepared['id']}")
    assert (page.path, page.status) == (f"/acts/{prepared['id']}", 200)
    assert "You logged in with a code" not in page.text
    with reading(town.engine) as connection:
        lasting = select(func.count()).where(WEB_SESSION.c.ended_at.is_(None))
        assert connection.scalar(lasting) == 2  # the session by a code made way


def test_passkeys__that_were_lost__are_forgotten_by_the_registrar(town: Town, partner: Person) -> None:
    someone, own = by_code(town, partner, "partner"), device()
    made(someone, own)
    [account] = town.get("registrar", f"/accounts?email={partner.id}@heerlen.example")["items"]

    answer = town.ask("DELETE", "registrar", f"/accounts/{account['id']}/passkeys")

    assert answer.status_code == 204
    assert someone.get("/account").path == "/login"
    assert log_in(visitor(town), own).refusal.startswith("We do not know this passkey")
    assert made(by_code(town, partner, "partner"), device()).status == 200
    assert town.ask("DELETE", "registrar", f"/accounts/{'0' * 32}/passkeys").status_code == 404


def cookies(someone: Visitor) -> list[str]:
    """The secrets of sessions that a browser was given."""
    return [str(one.value) for one in someone.client.cookies.jar if one.name == "heitje"]


def mails(town: Town) -> list[str]:
    with reading(town.engine) as connection:
        return [row.body for row in connection.execute(select(MAIL).where(MAIL.c.kind == "passkey"))]


def test_first_passkey__begins_the_session_anew_and_is_mailed(town: Town, partner: Person) -> None:
    someone = by_code(town, partner, "partner")
    [before] = cookies(someone)

    assert made(someone, device()).status == 200

    assert set(cookies(someone)) - {before}
    assert someone.post("/account/signers", {}).status == 200
    thief = visitor(town)
    thief.client.cookies.set("heitje", before)
    assert thief.get("/account").path == "/login"
    [mail] = mails(town)
    assert mail.startswith("Er is een passkey toegevoegd aan je account bij Heitje.")
    assert "Bel" in mail


def test_passkeys__of_who_decides__change_only_soon_after_one_was_shown(town: Town, partner: Person) -> None:
    someone, own, second = by_code(town, partner, "partner"), device(), device()
    made(someone, own)
    made(someone, second)
    other = logged_in(town, partner, "partner")
    with transaction(town.engine) as connection:
        connection.execute(update(WEB_SESSION).values(passkey_at=latest_now(connection) - 301))

    page = someone.get("/account")
    assert "/login/passkey?next=/account" in page.links()
    removes = page.document.xpath("//form[contains(@action, '/remove')]/@action")
    assert someone.post(removes[0], {}).refusal.startswith("For this use your passkey once more first.")
    assert someone.post("/account/signers", {}).refusal.startswith("For this use your passkey once more")
    assert made_refused(someone) == 403
    assert "Show once more with your passkey" in someone.get("/login/passkey").text

    assert log_in(someone, own, "/account").path == "/account"
    assert other.get("/account").path == "/account"
    assert someone.post(removes[0], {}).status == 200
    assert other.get("/account").path == "/login"
    refused = someone.post(removes[1], {})
    assert refused.refusal.startswith("This is your last passkey to log in with.")
    assert someone.post(removes[0], {}).status == 200  # once more changes nothing
    assert [mail.split(" aan je")[0].split(" uit je")[0] for mail in mails(town)] == [
        "Er is een passkey toegevoegd",
        "Er is een passkey toegevoegd",
        "Er is een passkey verwijderd",
    ]
    with reading(town.engine) as connection:
        noted = connection.execute(select(AUDIT_RECORD).where(AUDIT_RECORD.c.act == "remove_passkey")).all()
    assert [(one.actor, one.subject) for one in noted] == [(f"account:{account_id(town, partner)}",) * 2]


def test_answer__whose_client_data_is_nested_too_deep__is_bad_input(town: Town, anna: Person) -> None:
    someone, own = logged_in(town, anna, "resident"), device()
    made(someone, own)
    answer = json.loads(own.get(asked(someone, "/login/passkey/options")))
    answer["response"]["clientDataJSON"] = text(b"[" * 10_000)

    page = visitor(town).post("/login/passkey", {"answer": json.dumps(answer)})

    assert (page.status, page.refusal[:18]) == (409, "This took too long")


def test_enrolment__answered_twice_at_once__makes_one_passkey(town: Town, partner: Person) -> None:
    someone = logged_in(town, partner, "partner")
    there, path = at_approve(town, someone.post("/account/signers", {}))
    secret = path.rpartition("/")[2]
    options = [asked(there, f"{path}/options") for _ in range(2)]
    assert (
        there.client.post(
            path, data={"answer": device(APPROVE).create(options[0])}, headers=there._headers()
        ).status_code
        == 303
    )
    with transaction(town.engine) as connection, pytest.raises(TicketOver):
        tickets.use(connection, secret)

    assert there.post(path, {"answer": device(APPROVE).create(options[1])}).status == 410
    assert [place for place, _ in kept(town)] == ["approve"]


def made_refused(someone: Visitor) -> int:
    headers = {"Sec-Fetch-Site": "same-origin"}
    return int(someone.client.post("/account/passkeys/options", headers=headers).status_code)


def test_officer__logged_in_by_a_code_in_the_demo__needs_no_passkey(town: Town, partner: Person) -> None:
    prepared = town.post("treasurer", "/grants/prepare", {"partner": partner.id, "period": 2026, "cents": 1})
    someone = by_code(town, "treasurer", "treasurer")
    assert someone.post(f"/acts/{prepared['id']}/sign", {}).status == 403

    app = app_of(town.engine, town.contracts, replace(town.config, demo=True))
    client = TestClient(app, raise_server_exceptions=False, cookies=someone.client.cookies)
    assert Visitor(town, client).post(f"/acts/{prepared['id']}/sign", {}).status == 200

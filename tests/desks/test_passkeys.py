"""Passkeys: to log in with, to be let change something with, and to sign with, at an address of its own."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, func, select, update

from heitje_chain.acts.model import ACT
from heitje_chain.app import create_app
from heitje_chain.audit.model import AUDIT_RECORD
from heitje_chain.chain.clock import latest_now
from heitje_chain.chain.typed_data import TypedData
from heitje_chain.db import reading, transaction
from heitje_chain.documents.model import DOCUMENT
from heitje_chain.mail.service import MAIL
from heitje_chain.people import accounts, passkeys, sessions, tickets
from heitje_chain.people.challenges import CHALLENGE
from heitje_chain.people.errors import TicketOver
from heitje_chain.people.passkeys import PASSKEY
from heitje_chain.people.sessions import WEB_SESSION
from heitje_chain.people.tickets import TICKET
from tests.service.town import Person, Town

from .authenticator import PRESENT, Authenticator, data, text
from .visitor import OWN_SITE, Page, Visitor, logged_in, officer, visitor

MAIN, APPROVE = "http://testserver", "http://approve.testserver"


def device(origin: str = MAIN, **changed: Any) -> Authenticator:
    return Authenticator(origin, origin.removeprefix("http://"), **changed)


def by_code(town: Town, person: Person | str, role: str) -> Visitor:
    """Somebody who was logged in by a mailed code."""
    someone = officer(town, role) if isinstance(person, str) else logged_in(town, person, role)
    with transaction(town.engine) as connection:
        connection.execute(update(WEB_SESSION).values(passkey_at=None))
    return someone


def asked(someone: Visitor, path: str) -> dict[str, Any]:
    """What a page's script is told to ask the device."""
    answer = someone.client.post(
        path, headers={"Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def made(someone: Visitor, own: Authenticator) -> Page:
    """Make a passkey to log in with."""
    options = asked(someone, "/account/passkeys/options")
    return someone.post("/account/passkeys", {"answer": own.create(options)})


def log_in(someone: Visitor, own: Authenticator, to: str = "/", **changed: Any) -> Page:
    options = asked(someone, "/login/passkey/options")
    return someone.post("/login/passkey", {"answer": own.get(options, **changed), "next": to})


def kept(town: Town) -> list[tuple[str, int]]:
    """Which passkeys there are, by place and count."""
    with reading(town.engine) as connection:
        return [tuple(row) for row in connection.execute(select(PASSKEY.c.place, PASSKEY.c.sign_count))]


# ---------------------------------------------------------------- logging in


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


def account_id(town: Town, person: Person) -> str:
    [account] = town.get("registrar", f"/accounts?email={person.id}@heerlen.example")["items"]
    return str(account["id"])


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

    app = create_app(town.engine, town.contracts, replace(town.config, demo=True))
    client = TestClient(app, raise_server_exceptions=False, cookies=someone.client.cookies)
    assert Visitor(town, client).post(f"/acts/{prepared['id']}/sign", {}).status == 200


# ---------------------------------------------------------------- signing at its own address


def at_approve(town: Town, page: Page) -> tuple[Visitor, str]:
    """A browser where one signs, and the path that a ticket led to; its cookies are of the other host."""
    assert page.response.url.host == "approve.testserver", page.text
    client = TestClient(
        town.http.app, base_url=APPROVE, raise_server_exceptions=False, follow_redirects=False
    )
    return Visitor(town, client), page.path


def shown_now(town: Town) -> None:
    """Have everybody who is logged in by a passkey show it once more."""
    with transaction(town.engine) as connection:
        shown = update(WEB_SESSION).where(WEB_SESSION.c.passkey_at.is_not(None))
        connection.execute(shown.values(passkey_at=latest_now(connection)))


def enrolled(town: Town, someone: Visitor, own: Authenticator) -> Visitor:
    """Make a passkey to sign with."""
    shown_now(town)
    there, path = at_approve(town, someone.post("/account/signers", {}))
    page = there.get(path)
    assert page.heading == "Make a passkey to sign with"
    options = asked(there, f"{path}/options")
    assert options["rp"]["id"] == "approve.testserver"
    answer = there.client.post(path, data={"answer": own.create(options)}, headers=there._headers())
    assert (answer.status_code, answer.headers["location"]) == (303, f"{MAIN}/account")
    return there


def let_sign(town: Town, partner: Person) -> None:
    """Have the registrar let every passkey that waits sign, and let the delay pass."""
    with reading(town.engine) as connection:
        waiting = passkeys.waiting_signers(connection, town.contracts)
    for one in waiting:
        assert (one.partner, one.partner_name) == (partner.id, "Alcander")
        town.act("registrar", "/signers", {"partner": one.partner, "signer": f"0x{one.signer.hex()}"})
    town.work()
    town.pass_delay()
    with reading(town.engine) as connection:
        assert passkeys.waiting_signers(connection, town.contracts) == []


def test_approval__signed_by_a_passkey__is_verified_by_the_contract_and_paid(
    town: Town, partner: Person, anna: Person
) -> None:
    claim = town.submitted(partner, anna, title="Hegge snoeien", reward=5_00, slots=1)
    prepared = town.post(partner, "/approvals/prepare", {"claims": [claim["id"]]})
    someone, own = logged_in(town, partner, "partner"), device(APPROVE)
    act = f"/acts/{prepared['id']}"
    assert "You have none for this yet." in someone.get(act).text
    there = enrolled(town, someone, own)
    assert "the municipality has to let it" in someone.get(act).text
    assert "Waits for the municipality" in someone.get("/account").text
    let_sign(town, partner)
    assert "May sign" in someone.get("/account").text

    _, path = at_approve(town, someone.send(someone.get(act), f"{act}/sign"))
    page = there.get(path)
    code = town.get(partner, f"/claims/{claim['id']}")["resident"][2:6].upper()
    assert page.heading == "Approve work"
    assert (
        "The work was done well. €5.00 is paid at once, and cannot be taken back. "
        f"Hegge snoeien €5.00, resident {code}, "
        "handed in " in page.text
    )
    assert f"claims 0x{claim['id']}" in page.text
    assert "This page is good for 15 minutes." in page.text
    digest = page.document.xpath("string(//*[@id='digest'])")
    policy = page.response.headers["content-security-policy"]
    assert policy.split("; ") == [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self' http://testserver",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    options = asked(there, f"{path}/options")
    assert (options["rpId"], options["userVerification"]) == ("approve.testserver", "required")
    assert len(options["allowCredentials"]) == 1

    answer = {"answer": own.get(options)}
    sent = there.client.post(path, data=answer, headers=there._headers())
    assert (sent.status_code, sent.headers["location"]) == (303, f"{MAIN}{act}")
    assert there.client.post(path, data=answer, headers=there._headers()).status_code == 410
    town.work()

    assert "This is done." in someone.get(act).text
    assert town.get(anna, f"/claims/{claim['id']}")["state"] == "approved"
    assert [one["cents"] for one in town.events("ClaimApproved")][-1] == 5_00
    with reading(town.engine) as connection:
        [signed] = connection.execute(select(PASSKEY.c.x, PASSKEY.c.y)).all()
    found = town.get(partner, f"/acts/{prepared['id']}")
    assert digest == f"0x{data(options['challenge']).hex()}"
    assert found["state"] == "done"
    assert town.get(partner, "/me")["signers"][-1].endswith(signed.x + signed.y)


def test_signature__that_is_no_good__is_refused_before_it_is_sent(
    town: Town, partner: Person, anna: Person
) -> None:
    someone, own, other = logged_in(town, partner, "partner"), device(APPROVE), device(APPROVE)
    there = enrolled(town, someone, own)
    let_sign(town, partner)
    enrolled(town, someone, other)
    prepared = town.post(partner, "/jobs/prepare", town.terms())
    act = f"/acts/{prepared['id']}"
    _, path = at_approve(town, someone.send(someone.get(act), f"{act}/sign"))
    options = asked(there, f"{path}/options")

    def refused(answer: str) -> str:
        page = there.post(path, {"answer": answer})
        assert page.status == 409
        return page.refusal

    not_accepted = "Your passkey was not accepted. Nothing happened. Try it again."
    unknown = "We do not know this passkey, or it was removed. Choose another one."
    assert refused(own.get(options, challenge="A" * 43)) == not_accepted
    assert refused(own.get(options, signature=b"0")) == not_accepted
    assert refused(replace(own, origin=MAIN).get(options)) == not_accepted
    assert refused(replace(own, rp_id="testserver").get(options)) == not_accepted
    assert refused(replace(own, flags=PRESENT).get(options)) == not_accepted
    assert refused(other.get(options)) == unknown
    assert refused(device(APPROVE).get(options)) == unknown
    assert refused("{}") == unknown
    client = json.loads(own.get(options))
    client["response"]["signature"] = None
    assert refused(json.dumps(client)) == not_accepted
    assert town.get(partner, f"/acts/{prepared['id']}")["state"] == "prepared"
    signer = town.get(partner, "/me")["signers"][-1]
    for signature in ("0x01", f"0x{'01' * 300}"):
        order = {"act": prepared["id"], "signature": signature, "signer": signer}
        over_api = town.ask("POST", partner, "/jobs", order)
        assert (over_api.status_code, over_api.json()["type"]) == (400, "/problems/passkey-signature-wrong")
    assert town.get(partner, f"/acts/{prepared['id']}")["state"] == "prepared"

    assert (
        there.client.post(path, data={"answer": own.get(options)}, headers=there._headers()).status_code
        == 303
    )
    assert town.get(partner, f"/acts/{prepared['id']}")["state"] == "signed"


def test_passkey__that_waits__is_let_sign_from_the_registrars_desk(town: Town, partner: Person) -> None:
    enrolled(town, logged_in(town, partner, "partner"), device(APPROVE))
    registrar = officer(town, "registrar")

    home = registrar.get("/city")
    assert "Let a passkey sign for Alcander" in home.text
    assert f"Of {partner.id}@heerlen.example. Ask that person whether it is theirs." in home.text
    page = registrar.get(f"/city/participants/{partner.id}/signer")
    [form] = [one for one in page.document.forms if "0x" in dict(one.fields).get("signer", "")]
    page = registrar.post(form.action, {name: str(value) for name, value in form.fields.items()})

    assert page.heading == "Let somebody sign for a partner"
    assert f"Whose {partner.id}@heerlen.example, " in page.text
    [waiting] = town.get("registrar", "/acts?kind=add_signer&state=prepared")["items"]
    assert (page.path, len(waiting["content"]["signer"])) == (f"/acts/{waiting['id']}", 2 * 84)


def test_series__is_signed_week_by_week_with_one_ticket(town: Town, partner: Person) -> None:
    someone, own = logged_in(town, partner, "partner"), device(APPROVE)
    there = enrolled(town, someone, own)
    let_sign(town, partner)
    now, day = town.now(), 86_400
    days = {"opens_at": now + day, "claim_by": now + 4 * day, "submit_by": now + 6 * day}
    series = town.post(partner, "/job-series", town.terms(**{**days, "weeks": 2}))
    act = f"/acts/{series['to_sign'][0]['id']}"
    _, path = at_approve(town, someone.send(someone.get(act), f"{act}/sign"))

    led, here = [], path
    for number in (1, 2):
        assert f"{number} of 2 to sign" in there.get(here).text
        answer = own.get(asked(there, f"{here}/options"))
        sent = there.client.post(here, data={"answer": answer}, headers=there._headers())
        here = sent.headers["location"]
        led.append(here)

    second = series["to_sign"][1]["id"]
    assert led == [path.replace(series["to_sign"][0]["id"], second), f"{MAIN}/acts/{second}"]
    weeks = town.get(partner, f"/job-series/{series['id']}")["weeks"]
    assert [one["state"] for one in weeks] == ["signed", "signed"]


def test_ticket__used_old_or_of_an_ended_session__leads_nowhere(town: Town, partner: Person) -> None:
    someone, own = logged_in(town, partner, "partner"), device(APPROVE)
    there = enrolled(town, someone, own)
    let_sign(town, partner)
    prepared = town.post(partner, "/jobs/prepare", town.terms())
    act = f"/acts/{prepared['id']}"

    def over(path: str) -> bool:
        page = there.get(path)
        sent = there.post(path, {"answer": "{}"})
        return (page.status, sent.status) == (410, 410) and "This page is over" in page.text

    _, path = at_approve(town, someone.send(someone.get(act), f"{act}/sign"))
    secret = path.split("/")[2]
    assert not over(path)
    assert over(f"/enrol/{secret}")
    assert over(path.replace(secret, "A" * 43))
    with transaction(town.engine) as connection:
        connection.execute(update(TICKET).values(expires_at=1))
    assert over(path)
    _, path = at_approve(town, someone.send(someone.get(act), f"{act}/sign"))
    someone.post("/logout", {})
    assert over(path)
    with reading(town.engine) as connection:
        assert path.split("/")[2] not in str(connection.execute(select(TICKET)).all())

    late = logged_in(town, partner, "partner")
    _, path = at_approve(town, late.send(late.get(act), f"{act}/sign"))
    town.post(partner, "/jobs", {"act": prepared["id"], "signature": own_signature(town, partner, prepared)})
    led = there.client.get(path, headers=there._headers())  # signed meanwhile, at the command line
    assert (led.status_code, led.headers["location"]) == (303, f"{MAIN}{act}")
    refused = there.post(path, {"answer": "{}"})
    assert (refused.status, "You need not sign this here any more." in refused.text) == (409, True)


def test_signing__of_what_is_not_shown__is_refused(town: Town, partner: Person) -> None:
    """Two acts of one ticket, one signed elsewhere, and one of no ticket: each page signs what it shows."""
    someone, own = logged_in(town, partner, "partner"), device(APPROVE)
    there = enrolled(town, someone, own)
    let_sign(town, partner)
    now, day = town.now(), 86_400
    days = {"opens_at": now + day, "claim_by": now + 4 * day, "submit_by": now + 6 * day}
    series = town.post(partner, "/job-series", town.terms(**{**days, "weeks": 3}))
    weeks = [one["id"] for one in series["to_sign"]]
    act = f"/acts/{weeks[0]}"
    _, path = at_approve(town, someone.send(someone.get(act), f"{act}/sign"))
    first, second, third = (path.replace(weeks[0], one) for one in weeks)
    other = town.post(partner, "/jobs/prepare", town.terms())["id"]

    def refused(path: str, answer: str) -> bool:
        page = there.post(path, {"answer": answer})
        return page.status == 409 and "You need not sign this here any more." in page.text

    shown, told = there.get(second), asked(there, f"{second}/options")
    assert shown.action("/sign/.*") == second
    assert shown.document.xpath("string(//form/@data-digest)") == f"0x{data(told['challenge']).hex()}"
    answer = own.get(told)
    assert there.post(first, {"answer": answer}).refusal.startswith("Your passkey was not accepted")
    outside = path.replace(weeks[0], other)
    assert (there.get(outside).status, refused(outside, answer)) == (409, True)
    sent = there.client.post(second, data={"answer": answer}, headers=there._headers())
    assert (sent.status_code, sent.headers["location"]) == (303, first)
    assert refused(second, answer)
    assert there.client.get(second, headers=there._headers()).headers["location"] == first

    signature = own_signature(town, partner, series["to_sign"][2])
    town.post(
        partner,
        f"/job-series/{series['id']}/signatures",
        {"signatures": [{"act": weeks[2], "signature": signature}]},
    )
    answer = own.get(asked(there, f"{first}/options"))
    sent = there.client.post(first, data={"answer": answer}, headers=there._headers())
    assert sent.headers["location"] == f"{MAIN}/acts/{weeks[0]}"
    assert there.get(third).status == 410


def test_signing__of_an_act_that_was_changed_where_it_is_kept__is_a_fault(
    town: Town, partner: Person
) -> None:
    someone, own = logged_in(town, partner, "partner"), device(APPROVE)
    there = enrolled(town, someone, own)
    let_sign(town, partner)
    prepared = town.post(partner, "/jobs/prepare", town.terms())
    act = f"/acts/{prepared['id']}"
    _, path = at_approve(town, someone.send(someone.get(act), f"{act}/sign"))
    answer = own.get(asked(there, f"{path}/options"))
    this = ACT.c.id == prepared["id"]
    with transaction(town.engine) as connection:
        connection.execute(update(ACT).where(this).values(digest="00" * 32))

    assert [there.get(path).status, there.post(path, {"answer": answer}).status] == [500, 500]
    assert town.ask("GET", partner, act).status_code == 500

    with transaction(town.engine) as connection:
        digest = TypedData.from_json(prepared["typed_data"]).digest().hex()
        connection.execute(update(ACT).where(this).values(digest=digest))
        connection.execute(delete(DOCUMENT))
    page = there.get(path)
    assert "nobody can read what is signed" in page.text
    assert [form.action for form in page.document.forms] == []
    assert there.post(path, {"answer": answer}).status == 409
    assert town.get(partner, act)["state"] == "prepared"


def own_signature(town: Town, partner: Person, prepared: dict[str, Any]) -> str:
    from tests.service.town import sign

    return sign(prepared["typed_data"], town.key_of(partner))


def test_ticket__of_somebody_else__is_not_signed_by_ones_own_passkey(town: Town, partner: Person) -> None:
    someone, own = logged_in(town, partner, "partner"), device(APPROVE)
    there = enrolled(town, someone, own)
    let_sign(town, partner)
    with transaction(town.engine) as connection:  # a second person of the same partner
        colleague = accounts.add(connection, "collega@heerlen.example", "partner", partner.id)
        _, secret = sessions.begin(connection, colleague, "", by_passkey=True)
    other = visitor(town)
    other.client.cookies.set("heitje", secret)
    theirs = device(APPROVE)
    enrolled(town, other, theirs)
    let_sign(town, partner)
    prepared = town.post(partner, "/jobs/prepare", town.terms())
    act = f"/acts/{prepared['id']}"
    _, path = at_approve(town, other.send(other.get(act), f"{act}/sign"))
    options = asked(there, f"{path}/options")

    assert there.post(path, {"answer": own.get(options)}).refusal.startswith("We do not know this passkey")
    assert (
        there.client.post(path, data={"answer": theirs.get(options)}, headers=there._headers()).status_code
        == 303
    )


def test_origins__answer_their_own_paths_alone(town: Town, partner: Person, stranger: Visitor) -> None:
    there = TestClient(town.http.app, base_url=APPROVE, raise_server_exceptions=False, follow_redirects=False)
    ticket = f"/sign/{'A' * 43}/{'0' * 64}"

    for path in (
        "/",
        "/login",
        "/account",
        "/acts/" + "0" * 64,
        "/api/docs",
        "/api/openapi.json",
        "/healthz",
        "/demo",
    ):
        assert there.get(path).status_code == 404, path
    page = Page(there.get("/login", headers={"Accept": "text/html"}))
    assert (page.status, page.links()) == (404, [f"{MAIN}/"])
    assert there.get(ticket).status_code == 410
    assert stranger.client.get(ticket).status_code == 404
    assert stranger.client.get(f"/enrol/{'A' * 43}").status_code == 404
    sheet = re.findall(r'href="(/static/[^"]+css)"', there.get(ticket, headers={"Accept": "text/html"}).text)
    assert there.get(sheet[0]).status_code == 200
    headers = {"Sec-Fetch-Site": "same-site"}
    assert there.post(ticket, data={"answer": "{}"}, headers=headers).status_code == 403


def test_origins__told_by_the_settings__are_the_places_of_passkeys(town: Town, anna: Person) -> None:
    config = replace(town.config, origin="https://heitje.example", approve_origin="https://tekenen.example")
    app = create_app(town.engine, town.contracts, config)
    someone = logged_in(town, anna, "resident")
    client = TestClient(
        app, base_url="http://inside", raise_server_exceptions=False, cookies=someone.client.cookies
    )

    assert client.get("/account").status_code == 401  # that cookie is of a page without TLS
    client.cookies.set("__Host-heitje", someone.client.cookies["heitje"])
    assert asked(Visitor(town, client), "/account/passkeys/options")["rp"]["id"] == "heitje.example"
    kept = client.post("/language", data={"language": "nl"}, headers=OWN_SITE, follow_redirects=False)
    assert "; Secure" in kept.headers["set-cookie"]
    assert client.get("http://tekenen.example/login").status_code == 404


def test_officer__signs_with_the_passkey_that_its_account_was_deployed_with(
    town: Town, partner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone, own, other = officer(town, "treasurer"), device(APPROVE), device(APPROVE)
    there = enrolled(town, someone, own)
    enrolled(town, someone, other)
    with reading(town.engine) as connection:
        first = connection.execute(select(PASSKEY).order_by(PASSKEY.c.created_at, PASSKEY.c.id)).all()
    keys = {f"webauthn:0x{row.x}{row.y}" for row in first}
    account = someone.get("/account")
    assert set(account.document.xpath("//p[@class='key']/text()")) == keys
    prepared = town.post("treasurer", "/grants/prepare", {"partner": partner.id, "period": 2026, "cents": 1})
    act = f"/acts/{prepared['id']}"
    assert "For an officer one passkey or key counts: the one that was named" in someone.get(act).text

    numbers = own.key.public_key().public_numbers()
    verifier = town.contracts.record.verifiers["webauthn"].address
    signer = f"{verifier}{numbers.x:064x}{numbers.y:064x}"
    named = town.contracts.officer("treasurer").model_copy(update={"signer": signer})
    monkeypatch.setitem(town.contracts.record.officers, "treasurer", named)
    _, path = at_approve(town, someone.send(someone.get(act), f"{act}/sign"))
    options = asked(there, f"{path}/options")
    assert there.post(path, {"answer": other.get(options)}).refusal.startswith("We do not know this passkey")
    assert (
        there.client.post(path, data={"answer": own.get(options)}, headers=there._headers()).status_code
        == 303
    )
    assert town.get("treasurer", f"/acts/{prepared['id']}")["state"] == "signed"

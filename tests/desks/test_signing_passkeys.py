"""Passkeys to sign with, at an address of its own."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, select, update

from heitje_chain.acts.model import ACT
from heitje_chain.chain.typed_data import TypedData
from heitje_chain.db import reading, transaction
from heitje_chain.documents.model import DOCUMENT
from heitje_chain.people import accounts, sessions
from heitje_chain.people.passkeys import PASSKEY
from heitje_chain.people.tickets import TICKET
from tests.http.apps import app_of
from tests.service.town import Person, Town

from .authenticator import PRESENT, data
from .devices import APPROVE, MAIN, asked, at_approve, device, enrolled, let_sign
from .visitor import OWN_SITE, Page, Visitor, logged_in, officer, visitor


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
    app = app_of(town.engine, town.contracts, config)
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

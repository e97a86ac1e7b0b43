"""Devices with passkeys, and browsers that make and use them."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import select, update

from heitje_chain.chain.clock import latest_now
from heitje_chain.db import reading, transaction
from heitje_chain.people import passkeys
from heitje_chain.people.passkeys import PASSKEY
from heitje_chain.people.sessions import WEB_SESSION
from tests.service.town import Person, Town

from .authenticator import Authenticator
from .visitor import Page, Visitor, logged_in, officer

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


def account_id(town: Town, person: Person) -> str:
    [account] = town.get("registrar", f"/accounts?email={person.id}@heerlen.example")["items"]
    return str(account["id"])

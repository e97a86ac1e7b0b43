"""Taking a role away from somebody, and what a first deciding role does to whoever gets it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from heitje_chain.audit.model import AUDIT_RECORD
from heitje_chain.db import reading, transaction
from heitje_chain.people import accounts, appointing, passkeys
from tests.service.town import Person, Town

from .devices import device, made
from .visitor import logged_in, officer


def account_of(town: Town, email: str) -> dict[str, Any]:
    [found] = town.get("registrar", f"/accounts?email={email}")["items"]
    return dict(found)


def noted(town: Town, act: str) -> list[tuple[str, str]]:
    with reading(town.engine) as connection:
        rows = connection.execute(select(AUDIT_RECORD).where(AUDIT_RECORD.c.act == act))
        return [(row.actor, row.subject) for row in rows]


def test_login__removed_by_the_registrar__ends_at_once_and_leaves_the_participant(
    town: Town, shop: Person
) -> None:
    registrar, merchant = officer(town, "registrar"), logged_in(town, shop, "merchant")
    page = registrar.get(f"/city/participants/{shop.id}")
    email = f"{shop.id}@heerlen.example"
    account = account_of(town, email)["id"]
    asking = f"/city/logins/{account}/merchant"
    assert asking in page.links()

    page = registrar.get(asking)
    assert page.heading == "Take a role away"
    assert f"E-mail address {email} Role Shop: Welpie Toys" in page.text
    for _ in range(2):  # a double click
        done = registrar.send(page, asking)
        assert (done.status, done.path) == (200, f"/city/participants/{shop.id}")

    assert email not in done.text
    assert merchant.get("/till").path == "/login"
    assert noted(town, "remove_role") == [("officer:registrar", f"account:{account}")]
    assert "This person has not this role any more." in registrar.get(asking).text
    assert registrar.get(f"/city/logins/{'0' * 32}/merchant").status == 404
    assert registrar.get(f"/city/logins/{account}/king").status in (400, 404)


def test_registrar__the_last__is_not_removed_before_there_is_another(town: Town) -> None:
    registrar = officer(town, "registrar")
    page = registrar.get("/city/logins")
    assert "registrar@heerlen.example Registrar" in page.text
    own = account_of(town, "registrar@heerlen.example")["id"]
    asking = f"/city/logins/{own}/registrar"

    refused = registrar.send(registrar.get(asking), asking)
    assert refused.status == 409
    assert refused.refusal == (
        "This is the last registrar. Give somebody else this role first, and then take it away here."
    )
    assert town.ask("DELETE", "registrar", f"/accounts/{own}/roles/registrar").status_code == 409

    with transaction(town.engine) as connection:
        accounts.add(connection, "opvolger@heerlen.example", "registrar", "registrar")
    assert town.ask("DELETE", "registrar", f"/accounts/{own}/roles/registrar").status_code == 204
    assert town.ask("DELETE", "registrar", f"/accounts/{own}/roles/registrar").status_code == 204
    assert registrar.get("/city").path == "/login"
    assert account_of(town, "registrar@heerlen.example")["roles"] == []
    assert noted(town, "remove_role") == [("officer:registrar", f"account:{own}")]
    assert town.ask("DELETE", "registrar", f"/accounts/{'0' * 32}/roles/registrar").status_code == 404
    assert town.ask("DELETE", "registrar", f"/accounts/{own}/roles/king").status_code == 400
    assert town.ask("DELETE", "treasurer", f"/accounts/{own}/roles/registrar").status_code == 403


def test_role_to_decide__the_first__logs_out_and_forgets_passkeys_made_before(
    town: Town, anna: Person, partner: Person
) -> None:
    resident, own, club = logged_in(town, anna, "resident"), device(), town.association()
    made(resident, own)
    email = f"{anna.id}@heerlen.example"
    account = account_of(town, email)["id"]

    def held() -> int:
        with reading(town.engine) as connection:
            return len(passkeys.of_account(connection, account, "login"))

    with transaction(town.engine) as connection:
        appointing.add_role(connection, "registrar", email, "association", club.id)
    assert (resident.get("/wallet").status, held()) == (200, 1)

    with transaction(town.engine) as connection:
        appointing.add_role(connection, "registrar", email, "partner", partner.id)
    assert (resident.get("/wallet").path, held()) == ("/login", 0)

    again = logged_in(town, anna, "resident")
    made(again, device())
    with transaction(town.engine) as connection:
        appointing.add_role(connection, "registrar", email, "auditor", "auditor")
        appointing.add_role(connection, "registrar", email, "auditor", "auditor")
    assert (again.get("/wallet").status, held()) == (200, 1)

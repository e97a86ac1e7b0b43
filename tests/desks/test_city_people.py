"""The municipality's pages about people: who is let in, stopped, helped at the counter."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from heitje_chain.audit.model import AUDIT_RECORD
from heitje_chain.db import reading
from heitje_chain.people.roles import OFFICER_ROLES
from tests.service.town import EARNED, Person, Town, sign

from .visitor import Page, Visitor, officer
from .workbooks import rows_of_csv

NEW, READY = "/city/participants/new", "/city/participants/ready"
LIMITS = "/city/allowances"
SCRIPT = "<script>alert(1)</script>"


@pytest.mark.parametrize("role", OFFICER_ROLES)
def test_overview__is_where_each_officer_begins(town: Town, role: str) -> None:
    page = officer(town, role).get("/")

    assert (page.path, page.status, page.heading) == ("/city", 200, "What waits for you")


def test_overview__for_a_resident__is_not_there(resident: Visitor) -> None:
    assert resident.get("/city").status == 404


# ---------------------------------------------------------------- admitted


def test_shop__added_at_the_desk__is_admitted_with_others_and_can_be_paid(town: Town) -> None:
    registrar = officer(town, "registrar")
    page = registrar.get("/city/participants/new?kind=merchant")
    form = {"name": SCRIPT, "iban": "NL41 ABNA 9000 0000 01", "account_holder": "", "category": "bakker"}
    days = {"valid_from": "2020-01-01", "valid_until": "31-12-2099", "email": "Bakker@Heerlen.example"}

    wrong = registrar.send(page, NEW, **{**form, "iban": "NL00ABNA9000000001"})
    assert wrong.refusal == "This account number (IBAN) is not right. Check its digits."
    assert wrong.form(NEW)["name"] == SCRIPT

    first, second = (registrar.send(page, NEW, **form, **days) for _ in range(2))
    assert first.path == second.path
    assert (first.status, first.heading) == (200, SCRIPT)
    assert "NL41ABNA9000000001" in first.text
    assert "1 January 2020 to 31 December 2099" in first.text
    assert "bakker@heerlen.example" in first.text
    assert first.document.xpath("//script[not(@src)]") == []

    other = registrar.send(
        registrar.get("/city/participants/new?kind=merchant"), NEW, **{**form, "name": "B"}
    )
    town.work()
    assert "To admit: 2" in registrar.get("/city").text
    ready = registrar.get("/city/participants/ready")
    act = signed(town, "registrar", registrar.send(ready, READY), "/admissions")
    assert len(act["content"]["participants"]) == 2
    town.work()
    town.pass_delay()

    assert [state_of(registrar, page) for page in (first, other)] == ["takes part", "takes part"]
    assert registrar.get("/city/participants/ready").text.endswith("Nobody waits to be admitted.")


def test_participants__are_found_by_name_kind_and_state(town: Town, anna: Person, shop: Person) -> None:
    auditor = officer(town, "auditor")

    assert f"/city/participants/{anna.id}" in auditor.get("/city/participants?name=JANSEN").links()
    assert auditor.get("/city/participants?name=%25").links() == []
    query = "/city/participants?kind=merchant&state=active"
    assert auditor.get(query).links() == [
        f"/city/participants/{shop.id}",
        f"{query}&as=csv",
        f"{query}&as=xlsx",
    ]
    [_, row] = rows_of_csv(auditor.client.get(f"{query}&as=csv").content)
    assert row[:3] == ["Welpie Toys", "Winkel", "doet mee"]
    assert auditor.get("/city/participants?state=blocked&kind=nonsense").links() == []


# ---------------------------------------------------------------- written down


def test_residence__confirmed_at_the_desk__lets_a_resident_claim(town: Town, anna: Person) -> None:
    town.confirm(anna, confirmed=False, under_21=None)
    registrar, here = officer(town, "registrar"), f"/city/participants/{anna.id}"
    assert "not confirmed" in registrar.get(here).text

    page = registrar.get(f"{here}/record")
    wrong = registrar.send(page, f"{here}/record", confirmed="yes", band="under", changes_on="")
    assert wrong.refusal == "Fill in a day, for example 31-12-2027."
    page = registrar.send(wrong, f"{here}/record", band="over")

    assert page.path == here
    assert "21 or older" in page.text
    record = town.get("registrar", f"/residents/{anna.id}/allowance-record")
    assert (record["confirmed_by"], record["under_21"]) == ("registrar", False)


def test_shop__gets_another_account_contract_and_login(town: Town, shop: Person) -> None:
    registrar, here = officer(town, "registrar"), f"/city/participants/{shop.id}"

    page = registrar.get(f"{here}/iban")
    registrar.send(page, f"{here}/iban", iban="NL28ABNA9000000138", account_holder="W. Elpie")
    page = registrar.send(registrar.get(f"{here}/account"), f"{here}/account", email="w@heerlen.example")
    assert "NL28ABNA9000000138" in page.text
    assert "W. Elpie" in page.text
    assert "w@heerlen.example" in page.text
    assert ("change_account", f"merchant:{shop.id}") in audited(town)

    form = {"valid_from": "2030-01-01", "valid_until": "2030-12-31"}
    page = registrar.send(registrar.get(f"{here}/contract"), f"{here}/contract", **form)
    assert page.refusal.startswith("This merchant already has a contract from 2020-01-01 to 2099-12-31.")
    [end] = [one for one in registrar.get(here).links() if one.endswith("/end")]
    page = registrar.send(registrar.get(end), end, last_day="2029-12-31")
    page = registrar.send(registrar.get(f"{here}/contract"), f"{here}/contract", **form)
    assert "1 January 2030 to 31 December 2030 begins later" in page.text


def test_partner__gets_somebody_who_signs_and_loses_one(town: Town, partner: Person) -> None:
    registrar, here = officer(town, "registrar"), f"/city/participants/{partner.id}"
    page = registrar.get(f"{here}/signer")

    assert registrar.send(page, f"{here}/signer", signer="0x12").refusal.startswith("A signer is an address")
    page = registrar.send(page, f"{here}/signer", signer=f"0x{'ab' * 20}")
    signed(town, "registrar", page, "/signers")
    town.work()
    town.pass_delay()

    page = registrar.get(here)
    signers = page.document.xpath("//form[contains(@action, 'signer/remove')]//input[@name='signer']/@value")
    assert "ab" * 20 in signers
    fields = {"key": "remove-this-one", "signer": "ab" * 20}
    signed(town, "registrar", registrar.post(f"{here}/signer/remove", fields), "/signer-removals")
    town.work()
    assert "may sign no longer" in registrar.get(here).text


# ---------------------------------------------------------------- stopped


def test_resident__is_blocked_and_let_in_again_and_heitjes_are_stopped(town: Town, anna: Person) -> None:
    enforcer, here = officer(town, "enforcer"), f"/city/participants/{anna.id}"

    page = enforcer.get(f"{here}/block")
    assert enforcer.send(page, f"{here}/block", reason="").refusal == "Choose something from the list."
    signed(town, "enforcer", enforcer.send(page, f"{here}/block", reason="5"), "/blocks")
    town.work()
    assert state_of(enforcer, enforcer.get(here)) == "blocked"
    signed(town, "enforcer", enforcer.send(enforcer.get(here), f"{here}/unblock"), "/unblocks")
    town.work()
    assert state_of(enforcer, enforcer.get(here)) == "takes part"

    page = enforcer.get(f"{here}/freeze")
    for wrong in ("-1", "1e3", ""):
        assert "12.50" in enforcer.send(page, f"{here}/freeze", amount=wrong, reason="1").refusal
    signed(town, "enforcer", enforcer.send(page, f"{here}/freeze", amount="€ 1,50", reason="1"), "/freezes")
    town.work()
    assert town.spendable(anna) == EARNED - 1_50
    assert "Stopped by the enforcer €1.50" in enforcer.get(here).text


# ---------------------------------------------------------------- limits


def test_limits__proposed_by_one_officer__hold_when_another_confirms(town: Town) -> None:
    treasurer, registrar, auditor = (officer(town, one) for one in ("treasurer", "registrar", "auditor"))
    page = treasurer.get(f"{LIMITS}/new")
    form = {
        "effective_from": "2026-01-01",
        "hour": "5,70",
        "hour_under_21": "3.35",
        "month": "€ 220",
        "year": "2.200,00",
        "city_year": "",
    }
    assert treasurer.send(page, f"{LIMITS}/new", **form | {"month": "1e3"}).refusal.startswith("We do not")
    refused = treasurer.send(page, f"{LIMITS}/new", **form | {"month": "3000"})
    assert refused.refusal.startswith("These limits do not fit together.")
    assert refused.form(f"{LIMITS}/new")["hour"] == "5,70"

    first, second = (treasurer.send(refused, f"{LIMITS}/new", **form) for _ in range(2))
    assert (first.path, second.path) == (LIMITS, LIMITS)
    assert first.text.count("Proposed by Treasurer") == second.text.count("Proposed by Treasurer") == 1
    assert re.findall(r"allowances/\d+/(\w+)", first.response.text) == ["withdraw"]
    assert "New limits for residents" in registrar.get("/city").text
    assert auditor.get(LIMITS).document.xpath("//main//form") == []
    assert auditor.get(f"{LIMITS}/new").status == 404

    [confirm] = [one.action for one in registrar.get(LIMITS).document.forms if "confirm" in str(one.action)]
    own = treasurer.post(str(confirm), {"key": "confirm-own-1"})
    assert own.status == 409
    page = registrar.send(registrar.get(LIMITS), str(confirm))
    assert "Treasurer, Registrar" in page.text
    now = town.get("auditor", "/allowance-limits/current")["limits"]
    assert (now["hour"], now["hour_under_21"], now["month"], now["year_total"]) == (
        570,
        335,
        220_00,
        2_200_00,
    )


# ---------------------------------------------------------------- who may


@pytest.mark.parametrize("role", ["auditor", "treasurer", "enforcer"])
def test_registrars_pages__for_another_officer__are_not_there(town: Town, shop: Person, role: str) -> None:
    other, here = officer(town, role), f"/city/participants/{shop.id}"
    paths = (NEW, f"{here}/record", f"{here}/iban", f"{here}/contract", f"{here}/account", f"{here}/signer")

    assert [other.get(path).status for path in paths] == [404] * len(paths)
    assert other.post(READY, {"key": "12345678", f"p-{shop.id}": "yes"}).status == 404
    assert other.get(here).status == 200
    assert "NL41ABNA9000000001" not in other.get(here).text


def test_enforcers_pages__for_the_registrar__are_not_there(town: Town, anna: Person) -> None:
    registrar, here = officer(town, "registrar"), f"/city/participants/{anna.id}"

    assert [registrar.get(f"{here}/{what}").status for what in ("block", "freeze")] == [404, 404]
    assert registrar.post(f"{here}/unfreeze", {"key": "12345678"}).status == 404
    assert "Stop Heitjes" not in registrar.get(here).text


# ---------------------------------------------------------------- details


def signed(town: Town, who: str, page: Page, route: str) -> dict[str, Any]:
    """Sign the act to which a page led, by the API."""
    act: dict[str, Any] = town.get(who, f"/acts/{page.path.removeprefix('/acts/')}")
    signature = sign(act["typed_data"], town.key_of(who))
    town.post(who, route, {"act": act["id"], "signature": signature})
    return act


def state_of(visitor: Visitor, page: Page) -> str:
    """The badge of a participant's page, as it is now."""
    [badge] = visitor.get(page.path).document.xpath("//*[contains(@class, 'utrecht-status-badge--')]")
    return str(badge.text_content())


def audited(town: Town) -> list[tuple[str, str]]:
    """What was done to whom, by the audit log."""
    with reading(town.engine) as connection:
        rows = connection.execute(select(AUDIT_RECORD).order_by(AUDIT_RECORD.c.number))
        return [(row.act, row.subject) for row in rows]

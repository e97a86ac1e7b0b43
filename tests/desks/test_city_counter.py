"""At the counter: two employees replace a wallet, and one acts for somebody without a phone."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, update

from heitje_chain.audit.model import AUDIT_RECORD
from heitje_chain.chain.clock import latest_now
from heitje_chain.db import reading, transaction
from heitje_chain.http.streams import Streams
from heitje_chain.people import accounts
from heitje_chain.people.counters import COUNTER_SESSION
from heitje_chain.people.model import RECOVERY
from tests.service.town import EARNED, Person, Town

from .test_city_people import signed
from .test_live import address_in, events
from .visitor import Page, Visitor, logged_in, officer

OVER = "You do not act for this resident any more. Look again who is before you, and begin anew."
OWN = "This is yours, or of a shop or organisation for which you act. Let a colleague do this."


@pytest.fixture
def employee(town: Town) -> Visitor:
    return officer(town, "registrar")


# ---------------------------------------------------------------- a lost wallet


def test_wallet__lost__is_replaced_by_two_employees(town: Town, anna: Person) -> None:
    registrar, enforcer, here = (
        officer(town, "registrar"),
        officer(town, "enforcer"),
        f"/city/participants/{anna.id}",
    )
    page = registrar.get(f"{here}/recovery")
    assert registrar.send(page, f"{here}/recovery", reason="1").refusal == "Choose how you saw who this is."
    page = registrar.send(page, f"{here}/recovery", reason="1", identity="id_card")
    assert page.heading == "A new wallet for Anna Jansen"
    town.work()
    assert "It waits for a colleague to confirm it." in registrar.get("/city").text

    assert "Confirm" not in registrar.get(page.path).text
    assert registrar.post(f"{page.path}/replace", {"key": "12345678"}).status == 404
    waiting = enforcer.get("/city")
    assert page.path in waiting.links()
    # Whoever asked before it was written down who asks is asked anew.
    with transaction(town.engine) as connection:
        connection.execute(update(RECOVERY).values(asked_by=None, asked_account=None))
    nobodys = enforcer.send(enforcer.get(page.path), f"{page.path}/replace")
    assert nobodys.refusal.startswith("We do not know who asked for this recovery.")
    again = registrar.get(f"{here}/recovery")
    assert registrar.send(again, f"{here}/recovery", reason="1", identity="id_card").path == page.path
    confirming = enforcer.get(page.path)
    assert "Asked by Registrar" in confirming.text
    assert "Seen An identity card" in confirming.text
    act = enforcer.send(confirming, f"{page.path}/replace")
    signed(town, "enforcer", act, f"/recoveries/{page.path.removeprefix('/city/recoveries/')}/replacement")
    town.work()
    town.pass_delay()

    assert "Done: the new wallet is in use." in enforcer.get(page.path).text
    assert town.spendable(anna) == EARNED


def test_wallet__asked_for_by_a_person_of_both_roles__is_not_replaced_by_it(town: Town, anna: Person) -> None:
    both, here = officer(town, "registrar", "enforcer"), f"/city/participants/{anna.id}"
    page = both.send(both.get(f"{here}/recovery"), f"{here}/recovery", reason="1", identity="known")
    town.work()

    assert both.get(page.path).text.endswith("A colleague confirms it, with an account of its own.")
    refused = both.post(f"{page.path}/replace", {"key": "replace-own"})

    assert refused.refusal == (
        "You asked for this recovery yourself. Let a colleague with an account of its own confirm it."
    )


# ---------------------------------------------------------------- for a resident


def test_resident__without_a_phone__is_helped_from_a_job_to_a_payment(
    town: Town, partner: Person, anna: Person, shop: Person, employee: Visitor
) -> None:
    job = town.job(partner)["id"]
    found = employee.get("/city/counter?name=anna")
    page = employee.get(next(one for one in found.links() if anna.id in one))
    assert employee.send(page, page.path).refusal == "Choose how you saw who this is."

    first, page = (employee.send(page, page.path, identity="passport") for _ in range(2))
    assert first.path == page.path
    place = page.path.removesuffix("/jobs")
    assert re.fullmatch("/counter/[0-9a-f]{32}", place)
    assert "You act for Anna Jansen, until" in bar(page)
    assert "You can still earn" not in page.text
    assert employee.get(f"{place}/allowance").status == 404

    page = employee.get(f"{place}/jobs/{job}")
    page, again = (employee.send(page, f"{place}/jobs/{job}/claim") for _ in range(2))
    assert page.path == again.path
    claim = page.path
    town.work()
    page = employee.send(employee.get(claim), f"{claim}/submit", note="Klaar, zegt Anna.")
    assert page.status == 200
    town.work()
    assert town.get(anna, f"/claims/{claim[-64:]}")["state"] == "submitted"

    assert "€15.00" in employee.get(f"{place}/wallet").text
    page = employee.get(f"{place}/pay?code={town.code_of(shop)}")
    page = employee.send(page, f"{place}/pay", amount="1,50")
    assert page.path.startswith(f"{place}/payments/")
    town.work()
    assert "Anna Jansen" in bar(page)
    assert (town.spendable(anna), town.spendable(shop)) == (EARNED - 1_50, 1_50)

    employee.post("/city/counter/end", {})
    assert OVER in employee.get(f"{place}/wallet").text
    about = {"account": account_of(town, "registrar@heerlen.example"), "counter": place[-32:]}
    assert audited(town, anna) == [
        ("begin_counter", about | {"identity": "passport"}),
        ("counter_claim_job", about | {"thing": claim[-64:]}),
        ("counter_submit", about | {"thing": claim[-64:]}),
        ("counter_pay", about | {"thing": page.path[-64:]}),
        ("end_counter", about),
    ]


def test_pages_at_the_counter__lead_nowhere_but_there_and_to_the_city(
    town: Town, partner: Person, anna: Person, shop: Person, employee: Visitor
) -> None:
    job = town.job(partner)["id"]
    place = begun(employee, anna)
    claim = employee.send(employee.get(f"{place}/jobs/{job}"), f"{place}/jobs/{job}/claim").path
    pages = ["/jobs", f"/jobs/{job}", "/claims", "/wallet", "/pay", f"/pay?code={town.code_of(shop)}"]

    for path in [claim, *(f"{place}{one}" for one in pages)]:
        page = employee.get(path)
        assert page.status == 200
        led = page.document.xpath("//@href | //@action | //@data-live | //@hx-get | //img/@src")
        strange = [
            one for one in led if not str(one).startswith((place, "/static/", "/city/counter/end", "#"))
        ]
        foot = {"/accessibility", "/allowance/explanation", "/figures"}
        assert set(strange) <= {"/", "/account", "/language", *foot}, path


def test_page__of_another_tab__never_acts_for_the_next_resident(
    town: Town, anna: Person, shop: Person, employee: Visitor
) -> None:
    other = town.resident("Piet Pietersen")
    place = begun(employee, anna)
    old = employee.get(f"{place}/pay?code={town.code_of(shop)}")
    begun(employee, other)

    refused = employee.send(old, f"{place}/pay", amount="1")

    assert OVER in refused.text
    assert employee.get(f"{place}/wallet").status == 409
    town.work()
    assert town.spendable(anna) == EARNED


def test_employee__who_is_a_resident_too__keeps_its_own_pages_apart(
    town: Town, anna: Person, shop: Person
) -> None:
    own = town.resident("Els de Wit")
    employee = logged_in(town, own, "resident", registrar="registrar")
    place = begun(employee, anna)
    mine, hers = employee.get("/wallet"), employee.get(f"{place}/wallet")

    assert ("€0.00" in mine.text, "€15.00" in hers.text) == (True, True)
    assert mine.document.xpath("//aside") == []
    form = employee.get(f"{place}/pay?code={town.code_of(shop)}").form(f"{place}/pay")
    assert employee.post("/pay", {**form, "amount": "1"}).status == 409
    refused = employee.send(
        employee.get(f"/city/counter/{own.id}"), f"/city/counter/{own.id}", identity="known"
    )
    assert refused.refusal == OWN


def test_employee__gains_nothing_from_a_resident(
    town: Town, partner: Person, anna: Person, shop: Person
) -> None:
    job = town.job(partner)["id"]
    employee = logged_in(town, shop, "merchant", registrar="registrar", partner=partner.id)
    place = begun(employee, anna)

    paying = employee.get(f"{place}/pay?code={town.code_of(shop)}")
    assert employee.send(paying, f"{place}/pay", amount="1").refusal == OWN
    claiming = employee.get(f"{place}/jobs/{job}")
    assert employee.send(claiming, f"{place}/jobs/{job}/claim").refusal == OWN
    town.work()
    assert town.spendable(anna) == EARNED
    assert [act for act, _ in audited(town, anna)] == ["begin_counter"]


def test_counter_session__is_of_one_browser_and_ends_by_itself(
    town: Town, anna: Person, employee: Visitor
) -> None:
    place = begun(employee, anna)
    colleague, other = officer(town, "registrar", "auditor"), officer(town, "auditor")

    assert OVER in colleague.get(f"{place}/wallet").text
    assert (other.get(f"{place}/wallet").status, employee.get(f"{place}/wallet").status) == (404, 200)
    assert employee.get("/counter/nonsense/wallet").status == 409
    with transaction(town.engine) as connection:
        connection.execute(update(COUNTER_SESSION).values(expires_at=latest_now(connection)))
    assert OVER in employee.get(f"{place}/wallet").text


def test_stream_at_the_counter__ends_with_the_counter_session(
    town: Town, anna: Person, shop: Person, employee: Visitor
) -> None:
    streams = Streams(look_seconds=0.05, heartbeat_seconds=60, most_seconds=60)
    town.http.app.state.streams = streams  # type: ignore[attr-defined]
    place = begun(employee, anna)
    page = employee.send(employee.get(f"{place}/pay?code={town.code_of(shop)}"), f"{place}/pay", amount="1")

    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(events, town, employee, address_in(page))
        while not streams.how_many():
            assert not following.done()
        employee.post("/city/counter/end", {})
        assert following.result(timeout=30) == [], "long before it would end by itself"
    answer = employee.client.get(address_in(page), headers={"Accept": "text/event-stream"})
    assert answer.status_code == 409


def test_counter__for_other_officers_and_a_blocked_resident__is_closed(
    town: Town, anna: Person, employee: Visitor
) -> None:
    other = officer(town, "enforcer")
    assert [other.get(path).status for path in ("/city/counter", f"/city/counter/{anna.id}")] == [404, 404]
    town.act("enforcer", "/blocks", {"participant": anna.id, "reason": 5})
    town.work()

    page = employee.get(f"/city/counter/{anna.id}")
    assert employee.send(page, page.path, identity="known").refusal.startswith("This cannot be done now")


# ---------------------------------------------------------------- details


def begun(employee: Visitor, resident: Person) -> str:
    """Let an employee act for a resident; return where the pages for this stand."""
    page = employee.get(f"/city/counter/{resident.id}")
    return employee.send(page, page.path, identity="id_card").path.removesuffix("/jobs")


def bar(page: Page) -> str:
    [found] = page.document.xpath("//aside")
    return " ".join(found.text_content().split())


def account_of(town: Town, email: str) -> str:
    with reading(town.engine) as connection:
        found = accounts.by_email(connection, email)
    assert found is not None
    return found.id


def audited(town: Town, resident: Person) -> list[tuple[str, dict[str, Any]]]:
    """What was done for a resident at the counter, by the audit log."""
    with reading(town.engine) as connection:
        rows = connection.execute(
            select(AUDIT_RECORD)
            .where(
                (AUDIT_RECORD.c.subject == f"resident:{resident.id}") & AUDIT_RECORD.c.act.contains("counter")
            )
            .order_by(AUDIT_RECORD.c.number)
        ).all()
    assert {row.actor for row in rows} == {"officer:registrar"}
    return [(row.act, json.loads(row.details)) for row in rows]

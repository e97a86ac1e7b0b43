"""A till that nobody is logged in at, its owner, and a payer: three browsers at once."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.service.town import Person, Town

from .conftest import City


def test_till__of_staff__is_started_by_a_code_and_sees_paid_live(
    city: City, anna: Person, shop: Person, town: Town
) -> None:
    owner, till, payer = city.visit(shop, "merchant"), city.visit(), city.visit(anna)
    owner.goto("/till")
    owner.get_by_role("link", name="Kassa's voor medewerkers").click()
    owner.get_by_label("Naam van de kassa").fill("Kassa 2")
    owner.get_by_role("button", name="Voeg toe").click()
    owner.get_by_role("button", name="Maak een code").click()
    code = owner.locator(".till-code").inner_text()

    till.goto("/till/start")
    till.get_by_label("Code van tien letters en cijfers").fill(code)
    till.get_by_role("button", name="Start de kassa").click()
    expect(till.locator(".top")).to_contain_text("Welpie Toys, Kassa 2")
    till.locator("#amount").fill("2,25")
    till.get_by_role("button", name="Toon de code").click()
    asked = till.locator(".typed").inner_text().rpartition(" ")[2]

    payer.goto(f"/pay?code={asked}")
    payer.get_by_role("button", name="Nu betalen").click()
    expect(payer.locator(".verdict--paid")).to_be_visible()
    expect(till.locator(".verdict--paid .verdict__word")).to_have_text("Betaald")
    assert town.spendable(shop) == 2_25

    owner.goto("/till/staff")
    owner.get_by_role("link", name="Kassa 2").click()
    owner.get_by_role("button", name="Uitzetten").click()
    till.goto("/till")
    expect(till.locator("main")).to_contain_text("Deze kassa is uitgezet")

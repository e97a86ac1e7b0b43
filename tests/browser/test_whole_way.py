"""A job's whole way, from posting to euros in a shop's account: by clicking only, on a phone at each desk."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from tests.service.town import Person, Town

from .conftest import City

ANNA, SHOP, PARTNER, PAYER = "Anna Jansen", "Welpie Toys", "Alcander", "settlement@heerlen.example"


def playing(demo_city: City, name: str) -> Page:
    """Open a phone and choose somebody on the page of the demo's people."""
    phone = demo_city.visit()
    phone.goto("/")
    phone.get_by_role("link", name="Kies iemand van de demo").click()
    phone.get_by_role("button", name=name, exact=True).click()
    return phone


def main_of(page: Page) -> Locator:
    return page.locator("main")


def sign(page: Page) -> None:
    """Sign what is shown, and wait until the chain has it."""
    page.wait_for_url("**/acts/*")
    page.get_by_role("button", name="Ondertekenen (sleutel van de demo)").click()
    expect(main_of(page)).to_contain_text("Dit is gedaan.")


def test_job__from_posting_to_euros__is_clicked_through_all_desks(
    demo_city: City, town: Town, partner: Person, anna: Person, shop: Person
) -> None:
    organisation, resident = playing(demo_city, PARTNER), playing(demo_city, ANNA)
    till, payer = playing(demo_city, SHOP), playing(demo_city, PAYER)

    organisation.get_by_role("link", name="Een klus plaatsen").first.click()
    organisation.get_by_label("Hoe heet de klus?").fill("Perkje opknappen")
    organisation.get_by_label("Wat moet er gebeuren?").fill("Haal het onkruid weg.")
    organisation.get_by_label("Plek", exact=True).fill("Buurttuin")
    organisation.get_by_label("Buurt", exact=True).fill("Heerlen-Noord")
    organisation.get_by_label("Beloning per persoon").fill("4,50")
    organisation.get_by_role("button", name="Eerst bekijken").click()
    organisation.get_by_role("button", name="Verder naar ondertekenen").click()
    sign(organisation)

    resident.get_by_role("link", name="Klussen", exact=True).click()
    resident.get_by_role("link", name="Perkje opknappen").click()
    resident.get_by_role("button", name="Ik doe deze klus").click()
    resident.get_by_label("Hoe ging het?").fill("Alles is weg.")
    resident.get_by_role("button", name="Ik heb hem gedaan").click()
    expect(main_of(resident)).to_contain_text("Wordt bekeken")

    organisation.get_by_role("link", name="Postvak").click()
    expect(main_of(organisation)).to_contain_text("Alles is weg.")
    organisation.get_by_label("Perkje opknappen").check()
    organisation.get_by_role("button", name="Keur goed wat is aangevinkt").click()
    organisation.get_by_role("button", name="Keur 1 goed").click()
    sign(organisation)
    expect(main_of(resident)).to_contain_text("€ 4,50 staat in je portemonnee. Dank je wel!")

    till.get_by_label("Hoeveel moet er betaald worden?").fill("19,50")
    till.get_by_role("button", name="Toon de code").click()
    code = till.locator(".typed").inner_text().rpartition(" ")[2]
    resident.get_by_role("link", name="Betalen", exact=True).click()
    resident.locator("#code").fill(code)
    resident.get_by_role("button", name="Verder").click()
    resident.get_by_role("button", name="Nu betalen").click()
    for screen in (resident, till):
        expect(screen.locator(".verdict--paid .verdict__word")).to_have_text("Betaald")

    till.get_by_role("link", name="Inwisselen").click()
    till.get_by_role("button", name="Verder").click()
    till.get_by_role("button", name="Inwisselen").click()
    expect(main_of(till).locator(".row").first).to_contain_text("€ 19,50")
    expect(main_of(till).locator(".row").first).to_contain_text("wacht op de volgende uitbetaling")

    payer.get_by_role("link", name="Uitbetalingen").first.click()
    payer.get_by_role("button", name="Betaal dit samen uit").click()
    sign(payer)
    payer.get_by_role("link", name="Uitbetalingen").first.click()
    payer.get_by_role("link", name="Uitbetaling 1").click()
    payer.get_by_role("button", name="Maak het bankbestand").click()
    with payer.expect_download() as file:
        payer.get_by_role("link", name="Download het bankbestand").click()
    payments = file.value.path().read_text()
    assert ('<InstdAmt Ccy="EUR">19.50</InstdAmt>' in payments, "Welpie Toys" in payments) == (True, True)
    payer.get_by_label("Ik zag ze op het bankafschrift.").check()
    payer.get_by_role("button", name="De bank heeft ze allemaal betaald").click()
    payer.get_by_role("button", name="Verder naar ondertekenen").click()
    sign(payer)

    till.reload()
    expect(main_of(till)).to_contain_text("op je rekening betaald")
    assert (town.spendable(anna), town.spendable(shop)) == (0, 0)
    assert town.get("auditor", "/reserve")["supply"] == 0

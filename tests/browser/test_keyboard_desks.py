"""What organisations and the municipality do, by the keyboard alone, up to what they sign."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.service.town import Person, Town

from .conftest import City
from .keyboard import choose_next, press, tab_to, tick, type_into


def sign(page: Page) -> None:
    page.wait_for_url("**/acts/*")
    press(page, "Ondertekenen (sleutel van de demo)")
    expect(page.locator("main")).to_contain_text("Dit is gedaan.")


def heading(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_job__by_the_keyboard_alone__is_posted(demo_city: City, partner: Person, town: Town) -> None:
    page = demo_city.visit(partner, "partner")
    page.goto("/partner")
    press(page, "Een klus plaatsen")
    heading(page, "Nieuwe klus")
    type_into(page, "Hoe heet de klus?", "Perkje opknappen")
    type_into(page, "Wat moet er gebeuren?", "Haal het onkruid weg.")
    type_into(page, "Plek", "Buurttuin")
    type_into(page, "Buurt", "Heerlen-Noord")
    type_into(page, "Beloning per persoon", "4,50")
    press(page, "Eerst bekijken")
    heading(page, "Klopt dit?")
    press(page, "Verder naar ondertekenen")
    sign(page)

    newest = town.get(partner, "/jobs")["items"][0]
    assert (newest["title"], newest["reward"], newest["state"]) == ("Perkje opknappen", 4_50, "open")


def test_work__by_the_keyboard_alone__is_approved_or_not(
    demo_city: City, partner: Person, anna: Person, town: Town
) -> None:
    with demo_city.still:
        town.submitted(partner, anna, title="Bloembak bouwen", reward=2_50, minutes=30)
        litter = town.submitted(partner, anna, title="Zwerfafval rapen", reward=2_50, minutes=30)
        before = town.spendable(anna)
    page = demo_city.visit(partner, "partner")
    page.goto("/partner")
    press(page, "Postvak")
    heading(page, "Postvak")
    tick(page, "Bloembak bouwen")
    press(page, "Keur goed wat is aangevinkt")
    heading(page, "Werk goedkeuren")
    press(page, "Keur 1 goed")
    sign(page)
    assert town.spendable(anna) == before + 2_50

    press(page, "Postvak")
    heading(page, "Postvak")
    press(page, "Niet goed")
    heading(page, "Waarom is dit werk niet goed?")
    tick(page, "De klus is niet gedaan")
    choose_next(page, 1)
    type_into(page, "Wat wil je de bewoner vertellen?", "De helft ligt er nog.")
    press(page, "Verder naar ondertekenen")
    sign(page)
    rejected = town.get(anna, f"/claims/{litter['id']}")
    assert (rejected["state"], rejected["reason"]) == ("rejected", 2)
    assert rejected["decision"]["words"] == "De helft ligt er nog."


def test_payout__by_the_keyboard_alone__is_filed_booked_and_settled(
    demo_city: City, anna: Person, shop: Person, town: Town
) -> None:
    with demo_city.still:
        town.paid(anna, shop, 4_00)
        town.post(shop, "/redemptions", {"cents": 4_00})
        town.work()
    page = demo_city.visit(role="settlement")
    page.goto("/city")
    press(page, "Uitbetalingen")
    heading(page, "Uitbetalingen")
    press(page, "Betaal dit samen uit")
    sign(page)
    press(page, "Uitbetalingen")
    heading(page, "Uitbetalingen")
    press(page, "Uitbetaling 1")
    heading(page, "Uitbetaling 1")
    press(page, "Maak het bankbestand")
    expect(page.get_by_role("link", name="Download het bankbestand")).to_be_visible()
    tick(page, "Ik zag ze op het bankafschrift.")
    press(page, "De bank heeft ze allemaal betaald")
    expect(page.locator("main")).to_contain_text("Alle betalingen zijn bekend.")
    press(page, "Verder naar ondertekenen")
    sign(page)

    [redemption] = town.get(shop, "/redemptions")["items"]
    assert redemption["state"] == "booked"


def test_budget__by_the_keyboard_alone__is_granted(demo_city: City, partner: Person, town: Town) -> None:
    page = demo_city.visit(role="treasurer")
    page.goto("/city/budgets")
    press(page, "Een budget toekennen")
    heading(page, "Een budget toekennen")
    tab_to(page, "Organisatie")
    choose_next(page, 1)
    type_into(page, "Hoeveel ken je toe?", "12,50")
    press(page, "Verder naar ondertekenen")
    sign(page)

    [budget] = town.get("treasurer", "/budgets")["items"]
    assert budget["granted"] == 1_012_50


def test_resident__by_the_keyboard_alone__is_added_and_confirmed(demo_city: City, town: Town) -> None:
    page = demo_city.visit(role="registrar")
    page.goto("/city/participants")
    press(page, "Deelnemer toevoegen")
    heading(page, "Deelnemer toevoegen")
    type_into(page, "Naam", "Mia Peters")
    press(page, "Voeg toe")
    heading(page, "Mia Peters")
    press(page, "Bevestigen")
    heading(page, "Woonplaats en leeftijd")
    tick(page, "Ik heb gezien dat deze persoon hier woont")
    tab_to(page, "Nog niet bekend")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    press(page, "Opslaan")
    heading(page, "Mia Peters")
    expect(page.locator("main")).to_contain_text("21 of ouder")

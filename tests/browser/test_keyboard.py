"""What people do, by the keyboard alone: finding a job, handing it in, paying, the till, logging in."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from sqlalchemy import select

from heitje_chain.db import reading, transaction
from heitje_chain.mail.service import MAIL
from heitje_chain.people import accounts
from tests.service.town import Person, Town

from .conftest import City
from .keyboard import press, type_into


def test_login__by_the_keyboard_alone__leads_to_the_jobs(city: City, anna: Person, town: Town) -> None:
    with transaction(town.engine) as connection:
        accounts.add(connection, "anna@heerlen.example", "resident", anna.id)
    page = city.visit()
    page.goto("/")
    press(page, "Inloggen")
    expect(page.locator("#email")).to_be_visible()
    type_into(page, "E-mailadres", "anna@heerlen.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vul de code in")
    with reading(town.engine) as connection:
        [body] = connection.scalars(select(MAIL.c.body))
    [code] = re.findall(r"\d{3} \d{3}", body)

    type_into(page, "Code van zes cijfers", code)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Klussen in de buurt")


def test_job__by_the_keyboard_alone__is_claimed_and_handed_in(
    city: City, partner: Person, anna: Person, town: Town
) -> None:
    with city.still:
        town.job(partner, title="Bloembak bouwen", reward=5_00, minutes=60)
    page = city.visit(anna)
    page.goto("/jobs")
    press(page, "Bloembak bouwen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bloembak bouwen")
    press(page, "Ik doe deze klus")
    expect(page.locator("main")).to_contain_text("Te doen")

    type_into(page, "Hoe ging het?", "Goed gegaan.")
    press(page, "Ik heb hem gedaan")

    expect(page.locator("main")).to_contain_text("Wordt bekeken")


def test_payment__by_the_keyboard_alone__is_paid(city: City, anna: Person, shop: Person, town: Town) -> None:
    payer = city.visit(anna)
    payer.goto(f"/pay?code={town.code_of(shop)}")

    payer.keyboard.press("Tab")
    expect(payer.locator(":focus")).to_have_text("Naar de inhoud")
    payer.keyboard.press("Enter")
    type_into(payer, "Hoeveel?", "1,25")
    payer.keyboard.press("Enter")
    expect(payer.locator(".balance__amount")).to_have_text("€ 1,25")
    press(payer, "Nu betalen")

    expect(payer.locator(".verdict--paid")).to_be_visible()
    assert town.spendable(shop) == 1_25


def test_till__by_the_keyboard_alone__asks_gives_back_and_redeems(
    city: City, anna: Person, shop: Person, town: Town
) -> None:
    with city.still:
        town.paid(anna, shop, 4_00)
    till = city.visit(shop, "merchant")
    till.goto("/till")
    type_into(till, "Hoeveel moet er betaald worden?", "2,50")
    till.keyboard.press("Enter")
    expect(till.locator(".qr")).to_be_visible()
    press(till, "Dag")
    expect(till.locator(".rows")).to_be_visible()
    press(till, ":")  # the time of the payment, which leads to it
    expect(till.locator("#amount")).to_be_visible()

    type_into(till, "Hoeveel betaal je terug?", "1")
    till.keyboard.press("Enter")
    expect(till.get_by_role("heading", level=1)).to_have_text("Dit terugbetalen?")
    press(till, "Terugbetalen")
    expect(till.get_by_role("heading", level=1)).to_have_text("Terugbetaald")
    press(till, "Inwisselen")
    expect(till.get_by_role("heading", level=1)).to_have_text("Inwisselen")
    type_into(till, "Hoeveel wissel je in?", "3")
    till.keyboard.press("Enter")
    expect(till.get_by_role("heading", level=1)).to_have_text("Dit inwisselen?")
    press(till, "Naar de inhoud")
    press(till, "Inwisselen")

    expect(till.locator(".rows")).to_contain_text("€ 3,00")

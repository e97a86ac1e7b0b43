"""The partner's desk in a browser: posting on a desktop in English, deciding on a phone in Dutch."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.service.town import Person, Town

from .barriers import violations
from .conftest import DESKTOP, City


def test_inbox__on_a_phone__adds_up_what_is_ticked_and_leads_to_signing(
    city: City, partner: Person, anna: Person, town: Town
) -> None:
    for title in ("Bloembak bouwen", "Zwerfafval rapen"):
        town.submitted(partner, anna, title=title, reward=2_50, minutes=30)
    phone = city.visit(partner, "partner")
    phone.goto("/")
    phone.get_by_role("link", name="2 klussen om te bekijken").click()

    phone.get_by_label("Bloembak bouwen").check()
    expect(phone.locator(".decide__sum")).to_have_text(re.compile("1 gekozen, €\u00a02,50"))
    phone.get_by_role("link", name="Alles kiezen").click()
    expect(phone.locator(".decide__sum")).to_have_text(re.compile("2 gekozen, €\u00a05,00"))
    assert violations(phone) == []
    phone.get_by_role("button", name="Keur goed wat is aangevinkt").click()
    expect(phone.locator("main")).to_contain_text("€\u00a05,00 gaat uit je budget naar bewoners")
    phone.get_by_role("button", name="Keur 2 goed").click()

    phone.wait_for_url("**/acts/*")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Werk goedkeuren")


def test_posting__on_a_desktop__is_looked_at_changed_and_leads_to_signing(
    city: City, partner: Person, town: Town
) -> None:
    desktop = city.visit(partner, "partner", language="en", size=DESKTOP)
    desktop.goto("/partner")
    desktop.get_by_role("link", name="Post a job").click()
    desktop.get_by_label("What is the job called?").fill("Paint a bench")
    desktop.get_by_role("button", name="Save for later").click()
    expect(desktop.locator("main")).to_contain_text("Nobody sees it before you post it.")
    desktop.goto("/partner/jobs/kept")
    desktop.get_by_role("link", name="Paint a bench").click()

    desktop.get_by_label("What is to be done?").fill("Paint it green.")
    desktop.get_by_label("Kind of job").select_option("green")
    desktop.get_by_label("Place", exact=True).fill("Community garden")
    desktop.get_by_label("Neighbourhood").fill("Heerlen-Noord")
    desktop.get_by_label("Reward for each person").fill("4,5")
    expect(desktop.locator("[data-rate-told]")).to_have_text("That is €4.50 an hour.")
    desktop.get_by_label("For how many people?").fill("0")
    desktop.get_by_role("button", name="Look at it first").click()
    alert = desktop.get_by_role("alert")
    expect(alert).to_contain_text("For how many people? Fill in a number from 1 to 1000.")
    assert violations(desktop) == []
    alert.get_by_role("link", name="For how many people?").click()
    expect(desktop.get_by_label("For how many people?")).to_be_focused()
    desktop.keyboard.press("ControlOrMeta+A")
    desktop.keyboard.type("2")
    desktop.keyboard.press("Enter")

    expect(desktop.get_by_role("heading", level=1)).to_have_text("Is this right?")
    expect(desktop.locator("main")).to_contain_text("2 places of €4.50 each")
    assert violations(desktop) == []
    desktop.get_by_role("button", name="Change something").click()
    expect(desktop.get_by_label("Reward for each person")).to_have_value("4,5")
    desktop.get_by_role("button", name="Look at it first").click()
    desktop.get_by_role("button", name="Go on to sign").click()
    desktop.wait_for_url("**/acts/*")
    expect(desktop.locator("main")).to_contain_text("Paint a bench")

"""Passkeys in a real browser with Chromium's virtual authenticator: to log in, and to sign what is paid."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from heitje_chain.db import reading
from heitje_chain.people import passkeys
from tests.service.town import Person, Town

from .barriers import overflow, violations
from .conftest import DESKTOP, City


def with_device(page: Page, *, verifies: bool = True) -> str:
    """Give a browser's page a device that has a passkey ready whenever it is asked; return its number."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }
    return str(session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"])


def let_sign(town: Town, partner: Person) -> None:
    """Have the registrar let the partner's new passkey sign, and let the delay pass."""
    with reading(town.engine) as connection:
        [waiting] = passkeys.waiting_signers(connection, town.contracts)
    town.act("registrar", "/signers", {"partner": waiting.partner, "signer": f"0x{waiting.signer.hex()}"})
    town.work()
    town.pass_delay()


def test_login__by_a_passkey__opens_the_own_pages(city: City, anna: Person) -> None:
    phone = city.visit(anna)
    with_device(phone)
    phone.goto("/account")
    phone.get_by_role("button", name="Passkey maken").click()
    expect(phone.locator("main")).to_contain_text("Gemaakt: vandaag")
    phone.get_by_role("button", name="Uitloggen").first.click()

    phone.goto("/wallet")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Inloggen")
    phone.get_by_role("button", name="Inloggen met een passkey").click()

    expect(phone).to_have_url(f"{city.url}/wallet")


def test_login__when_the_device_does_not_know_who_it_is__says_so_and_can_be_tried_again(
    city: City, anna: Person
) -> None:
    phone = city.visit(anna)
    with_device(phone, verifies=False)
    phone.goto("/account")

    phone.get_by_role("button", name="Passkey maken").click()

    expect(phone.locator("[data-passkey-told]")).to_contain_text("Je toestel gaf geen passkey")
    expect(phone.get_by_role("button", name="Passkey maken")).to_be_enabled()


def test_approval__by_a_passkey_at_its_own_address__is_verified_by_the_contract_and_paid(
    city: City, partner: Person, anna: Person, town: Town
) -> None:
    claim = town.submitted(partner, anna, title="Hegge snoeien", reward=5_00, slots=1)
    before = town.spendable(anna)
    page = city.visit(partner, "partner", size=DESKTOP)
    with_device(page)
    page.goto("/account")
    page.get_by_role("button", name="Passkey maken om te ondertekenen").click()
    page.wait_for_url(f"{approve_of(city)}/enrol/*")
    assert barriers(page) == []
    page.get_by_role("button", name="Passkey maken").click()
    page.wait_for_url(f"{city.url}/account")
    expect(page.locator("main")).to_contain_text("Wacht op de gemeente")
    let_sign(town, partner)

    prepared = town.post(partner, "/approvals/prepare", {"claims": [claim["id"]]})
    page.goto(f"/acts/{prepared['id']}")
    page.get_by_role("button", name="Ondertekenen met mijn passkey").click()
    page.wait_for_url(f"{approve_of(city)}/sign/**")
    expect(page.get_by_role("heading", level=1)).to_have_text("Werk goedkeuren")
    expect(page.locator("main")).to_contain_text("€ 5,00 wordt meteen betaald")
    assert barriers(page) == []
    page.get_by_role("button", name="Ondertekenen met mijn passkey").click()
    page.wait_for_url(f"{city.url}/acts/{prepared['id']}")

    expect(page.locator("main")).to_contain_text("Dit is gedaan.")
    town.work()
    assert town.spendable(anna) == before + 5_00
    assert town.get(partner, f"/acts/{prepared['id']}")["state"] == "done"


def barriers(page: Page) -> list[str]:
    """What axe finds in both schemes, and whether the page fits a narrow phone."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += violations(page)
    found += overflow(page)
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    return found


def approve_of(city: City) -> str:
    return city.url.replace("http://", "http://approve.")

"""No page shuts anybody out: what axe finds, what fits on the narrowest screen, what a keyboard reaches.

Sources: WCAG 2.2, levels A and AA; 1.4.10 (320 CSS pixels), 2.1.1 (keyboard), 2.4.1 (skip link).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from heitje_chain.custody.model import new_wallet_id
from heitje_chain.desks.assets import NPM
from heitje_chain.people.roles import OFFICER_ROLES
from tests.service.town import Person, Town

from .conftest import City

AXE = NPM / "axe-core" / "axe.min.js"
LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def barriers(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate(
        "levels => axe.run({runOnly: {type: 'tag', values: levels}})", list(LEVELS)
    )
    return [
        f"{page.url}: {one['id']}: {one['help']}: {node['html'][:200]}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def pages_of_resident(city: City, partner: Person, anna: Person, shop: Person) -> list[str]:
    """Addresses of the resident's pages, each in the states that it can show."""
    town = city.town
    job, other = (town.job(partner, title=title)["id"] for title in ("Bloembak bouwen", "Zwerfafval rapen"))
    town.work()
    claims = [town.post(anna, "/claims", {"job": one})["id"] for one in (job, other)]
    town.work()
    town.post(anna, f"/claims/{claims[1]}/submission", {"note": "Klaar."})
    town.work()
    town.act(partner, "/rejections", {"claim": claims[1], "reason": 3, "words": "Nog niet af."})
    town.work()
    code = town.post(shop, "/payment-requests", {"cents": 1_00})["code"]
    payment = town.paid(anna, shop, 1_00)["id"]
    return [
        *("/", "/jobs", f"/jobs/{job}", "/jobs?minutes=1", "/claims", *(f"/claims/{one}" for one in claims)),
        *(
            "/wallet",
            "/give",
            "/pay",
            "/pay?code=nonsense",
            f"/pay?code={code}",
            f"/pay?code={town.code_of(shop)}",
        ),
        *(f"/payments/{payment}", "/account", "/account/notices", "/wallet/card", "/give", "/nowhere"),
    ]


def pages_of_shop(city: City, anna: Person, shop: Person) -> list[str]:
    town = city.town
    request = town.post(shop, "/payment-requests", {"cents": 1_00})["id"]
    payment = town.paid(anna, shop, 1_00)["id"]
    return [
        *("/till", "/till/card", "/till/day", "/till/code", "/till/redeem", f"/till/requests/{request}"),
        *(f"/till/payments/{payment}", "/till/staff", "/till/start"),
    ]


def pages_of_city(city: City, shop: Person) -> list[str]:
    """Addresses of the municipality's pages about money, with a payout on its way."""
    town = city.town
    town.post(shop, "/redemptions", {"cents": 50})
    town.work()
    town.act("settlement", "/payout-batches", {})
    town.work()
    [budget] = town.get("auditor", "/budgets")["items"]
    return [
        *("/city", "/city/budgets", "/city/budgets/grant", f"/city/budgets/{budget['id']}"),
        *(f"/city/budgets/{budget['id']}/award?name=anna", "/city/limits", "/city/reserve"),
        *("/city/reserve/attest", "/city/payouts", "/city/payouts/1", "/city/payouts/redemptions"),
        *("/city/repayments", "/city/disputes", "/city/equation", "/city/figures", "/city/pause"),
    ]


def pages_about_people(city: City, partner: Person, anna: Person, shop: Person) -> list[str]:
    """Addresses of the municipality's pages about people, with somebody to admit and a wallet to replace."""
    town = city.town
    body = {"id": new_wallet_id(), "name": "Bakkerij Bosch", "iban": "NL41ABNA9000000001", "category": "x"}
    town.post("registrar", "/merchants", body)
    asked = town.post("registrar", "/recoveries", {"participant": anna.id, "reason": 1})["id"]
    town.work()
    all_of_them = "/city/participants"
    resident, merchant, organisation = (f"{all_of_them}/{one.id}" for one in (anna, shop, partner))
    return [
        *(
            all_of_them,
            f"{all_of_them}?name=nobody",
            f"{all_of_them}/ready",
            f"{all_of_them}/new?kind=merchant",
        ),
        *(resident, f"{resident}/record", f"{resident}/block", f"{resident}/freeze", f"{resident}/recovery"),
        *(merchant, f"{merchant}/iban", f"{merchant}/contract", f"{merchant}/account"),
        *(organisation, f"{organisation}/signer", f"/city/recoveries/{asked}"),
        *("/city/allowances", "/city/allowances/new", "/city/log"),
        *("/city/counter?name=anna", f"/city/counter/{anna.id}"),
    ]


def pages_at_the_counter(city: City, employee: Page, anna: Person, shop: Person) -> list[str]:
    """Addresses at which an employee acts for a resident."""
    employee.goto(f"/city/counter/{anna.id}")
    employee.locator("input[value=passport]").check()
    employee.locator("main button").click()
    employee.wait_for_url("**/jobs")
    place = urlsplit(employee.url).path.removesuffix("/jobs")
    code = city.town.code_of(shop)
    return ["/city/counter", *(f"{place}{one}" for one in ("/jobs", "/wallet", f"/pay?code={code}"))]


@pytest.mark.parametrize(("language", "scheme"), [("nl", "light"), ("en", "dark")])
def test_pages__have_no_barrier_that_axe_finds_and_fit_on_320_pixels(
    city: City, partner: Person, anna: Person, shop: Person, language: str, scheme: str
) -> None:
    places: list[tuple[Page, str]] = []
    for person, role, paths in (
        (None, "", ["/", "/login", "/figures"]),
        (anna, "resident", pages_of_resident(city, partner, anna, shop)),
        (shop, "merchant", pages_of_shop(city, anna, shop)),
        (Person(city.town, "registrar", ""), "registrar", ["/city/cards", f"/city/cards/{anna.id}"]),
    ):
        page = city.visit(person, role, language=language, size=(320, 640), color_scheme=scheme)
        places += [(page, path) for path in paths]
    page = city.visit_as_officer(*OFFICER_ROLES, language=language, size=(320, 640), color_scheme=scheme)
    places += [(page, path) for path in pages_of_city(city, shop)]
    places += [(page, path) for path in pages_about_people(city, partner, anna, shop)]
    places += [(page, path) for path in pages_at_the_counter(city, page, anna, shop)]

    found, wide = [], []
    for page, path in places:
        page.goto(path)
        found += barriers(page)
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wide.append(page.url)

    assert (found, wide) == ([], [])


def test_payment__by_the_keyboard_alone__is_paid(city: City, anna: Person, shop: Person, town: Town) -> None:
    payer = city.visit(anna)
    payer.goto(f"/pay?code={town.code_of(shop)}")

    payer.keyboard.press("Tab")
    expect(payer.locator(":focus")).to_have_text("Naar de inhoud")
    payer.keyboard.press("Enter")
    for _ in range(10):
        payer.keyboard.press("Tab")
        if payer.evaluate("document.activeElement.id") == "amount":
            break
    payer.keyboard.type("1,25")
    payer.keyboard.press("Enter")

    expect(payer.locator(".verdict--paid")).to_be_visible()
    assert town.spendable(shop) == 1_25


def test_focus__of_everything_that_can_be_reached__is_to_be_seen(city: City, anna: Person) -> None:
    page = city.visit(anna)
    page.goto("/wallet")

    unseen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        seen = page.evaluate(
            "() => { const on = getComputedStyle(document.activeElement),"
            " after = getComputedStyle(document.activeElement, '::after');"
            " return [on.outlineStyle, on.outlineWidth, after.outlineStyle]; }"
        )
        if seen[0] == "none" and seen[2] == "none":
            unseen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 80)"))

    assert unseen == []

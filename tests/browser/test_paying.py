"""A payer's phone and a shop's till, in two browsers at once, on a real chain."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.service.town import Person, Town

from .barriers import violations
from .camera import show_code
from .conftest import DESKTOP, PHONE, City

WORDS = {
    "nl": ("Toon de code", "Verder", "Nu betalen", "Betaald", "€ 1,50"),
    "en": ("Show the code", "Next", "Pay now", "Paid", "€1.50"),
}


def asked(till: Page, amount: str, button: str) -> str:
    """Ask for an amount at the till; return the code to type."""
    till.goto("/till")
    till.locator("#amount").fill(amount)
    till.get_by_role("button", name=button).click()
    return till.locator(".typed").inner_text().rpartition(" ")[2]


@pytest.mark.parametrize(("language", "size"), [("nl", PHONE), ("en", DESKTOP)])
def test_payment__by_a_typed_code__shows_paid_on_both_sides(
    city: City, anna: Person, shop: Person, language: str, size: tuple[int, int]
) -> None:
    show, following, pay, paid, amount = WORDS[language]
    till = city.visit(shop, "merchant", language=language, size=size)
    payer = city.visit(anna, language=language, size=size)
    code = asked(till, "1,50", show)

    payer.goto("/pay")
    payer.locator("#code").fill(code)
    payer.get_by_role("button", name=following).click()
    expect(payer.locator(".balance__amount")).to_have_text(amount)
    payer.get_by_role("button", name=pay).click()

    expect(payer.locator(".verdict--paid .verdict__word")).to_have_text(paid)
    expect(till.locator(".verdict--paid .verdict__word")).to_have_text(paid)
    expect(till.locator(".qr")).to_have_count(0)
    assert (city.town.spendable(anna), city.town.spendable(shop)) == (13_50, 1_50)


def test_payment__by_a_double_click__is_one(city: City, anna: Person, shop: Person, town: Town) -> None:
    payer = city.visit(anna)
    payer.goto(f"/pay?code={town.code_of(shop)}")
    payer.locator("#amount").fill("2")
    payer.get_by_role("button", name="Verder").click()
    expect(payer.locator(".balance__amount")).to_have_text("€ 2,00")

    payer.get_by_role("button", name="Nu betalen").dblclick()

    expect(payer.locator(".verdict--paid")).to_be_visible()
    assert town.spendable(shop) == 2_00


def test_payment__after_the_back_button__is_not_done_again(
    city: City, anna: Person, shop: Person, town: Town
) -> None:
    asked_for = town.post(shop, "/payment-requests", {"cents": 2_00})
    payer = city.visit(anna)
    payer.goto(f"/pay?code={asked_for['code']}")
    payer.get_by_role("button", name="Nu betalen").click()
    expect(payer.locator(".verdict--paid")).to_be_visible()

    payer.go_back()

    expect(payer.locator("main")).to_contain_text("al betaald")
    assert town.spendable(shop) == 2_00


def test_scan__of_a_code_before_the_camera__leads_to_the_amount(
    city: City, anna: Person, shop: Person, town: Town, camera: Path
) -> None:
    show_code(camera, town.post(shop, "/payment-requests", {"cents": 3_25})["code"])
    payer = city.visit(anna, permissions=["camera"])
    payer.goto("/pay")

    payer.get_by_role("button", name="Scan de QR-code van de winkel").click()

    expect(payer.locator(".balance__amount")).to_have_text("€ 3,25")


def test_scan__without_leave_to_use_the_camera__says_to_type(city: City, anna: Person) -> None:
    payer = city.visit(anna)
    payer.goto("/pay")

    payer.get_by_role("button", name="Scan de QR-code van de winkel").click()

    expect(payer.locator("[data-scan-status]")).to_contain_text("Vul hieronder de code in")
    expect(payer.get_by_role("button", name="Scan de QR-code van de winkel")).to_be_enabled()


def test_refund__by_clicking__comes_back_to_the_payer(city: City, anna: Person, shop: Person) -> None:
    with city.still:
        city.town.paid(anna, shop, 4_00)
    till = city.visit(shop, "merchant")
    till.goto("/till")
    till.locator(".rows a").first.click()
    till.locator("#amount").fill("1,50")
    till.get_by_role("button", name="Verder").click()
    expect(till.locator(".balance__amount")).to_have_text("€ 1,50")

    till.get_by_role("button", name="Terugbetalen").click()

    expect(till.get_by_role("heading", level=1)).to_have_text("Terugbetaald")
    payer = city.visit(anna)
    payer.goto("/wallet")
    expect(payer.locator(".rows")).to_contain_text("+€ 1,50")


def test_payment__whose_answer_never_came__is_sent_again_as_the_same_and_then_no_more(
    city: City, anna: Person, shop: Person, town: Town
) -> None:
    payer = city.visit(anna)
    payer.goto(f"/pay?code={town.code_of(shop)}")
    payer.locator("#amount").fill("2")
    payer.get_by_role("button", name="Verder").click()

    def lose_answer(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    payer.route("**/pay", lose_answer, times=1)
    payer.get_by_role("button", name="Nu betalen").click()
    payer.wait_for_url("chrome-error://**")
    city.complaints.clear()  # the browser says that it lost an answer
    payer.go_back()
    payer.get_by_role("button", name="Nu betalen").click()
    expect(payer.locator(".verdict--paid")).to_be_visible()
    assert town.spendable(shop) == 2_00

    # Now an answer came, so the form is for another payment.
    payer.go_back()
    payer.get_by_role("button", name="Nu betalen").click()
    expect(payer.locator(".verdict--paid")).to_be_visible()
    assert town.spendable(shop) == 4_00


def test_till__without_a_network__says_so_and_asks_once_when_it_is_back(city: City, shop: Person) -> None:
    till = city.visit(shop, "merchant")
    till.goto("/till")
    till.locator("#amount").fill("1,50")

    till.context.set_offline(True)
    for _ in range(2):
        till.get_by_role("button", name="Toon de code").click()
        expect(till.get_by_role("alert")).to_have_text(
            "Je hebt geen internet. Er is niets verstuurd. Probeer het opnieuw als je weer internet hebt."
        )
    expect(till.locator("#amount")).to_have_value("1,50")
    assert violations(till) == []

    till.context.set_offline(False)
    expect(till.get_by_role("alert")).to_have_count(0)
    till.get_by_role("button", name="Toon de code").click()
    expect(till.locator(".qr")).to_be_visible()

"""A card: made at the counter, paid with at a till, looked after by its resident."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.service.survival import People

from . import Look, Place, send


def refuse_pins(page: Page) -> None:
    """Say how it was seen who this is, and type two PINs that are not the same."""
    page.locator('a[href$="?to=card"]').click()
    page.locator('[name="identity"]').first.check()
    send("identity")(page)
    send("again", pin="2580", again="2581")(page)


def looks(people: People) -> list[Look]:
    town, anna, shop = people.town, people.anna, people.shop
    paid = town.paid(anna, shop, 1_00)["id"]
    at_counter = f"/city/cards/{anna.id}"
    return [
        Look("card-resident", anna, "resident", {"card": "/wallet/card"}),
        Look(
            "card-shop",
            shop,
            "merchant",
            {
                "card": "/till/card",
                "card-pin": Place("/till/card", send("amount", amount="1,50", code="AAAA-BBBB-CCCC")),
                "card-payment": f"/till/card/payments/{paid}",
            },
        ),
        Look(
            "card-registrar",
            None,
            "registrar",
            {
                "cards": "/city/cards?name=jans",
                "card": at_counter,
                "card-refused": Place(at_counter, refuse_pins),
            },
        ),
    ]

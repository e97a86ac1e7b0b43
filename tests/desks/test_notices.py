"""Which mails one wants: chosen on a page of one's own."""

from __future__ import annotations

import re

from tests.service.town import Person, Town

from .visitor import Page, Visitor, logged_in


def ticked(page: Page) -> list[str]:
    return [str(one) for one in page.document.xpath("//input[@type='checkbox'][@checked]/@name")]


def test_notices__switched_off_and_on__stay_so(town: Town, anna: Person, resident: Visitor) -> None:
    page = resident.get("/account")
    assert "/account/notices" in page.links()
    page = resident.get("/account/notices")
    assert ticked(page) == ["decision", "limit", "card"]

    page = resident.post("/account/notices", {"limit": "1"})
    assert (page.path, page.status, ticked(page)) == ("/account/notices", 200, ["limit"])
    assert "Kept." in page.text

    page = resident.post("/account/notices", {"limit": "1", "decision": "1", "payout": "1", "nonsense": "1"})
    assert ticked(page) == ["decision", "limit"]


def test_notices__of_a_person_with_two_roles__are_those_of_both(
    town: Town, anna: Person, shop: Person
) -> None:
    both = logged_in(town, anna, "resident", merchant=shop.id)

    assert ticked(both.get("/account/notices")) == ["decision", "limit", "card", "payout"]


def test_notices__of_nobody__ask_to_log_in(stranger: Visitor) -> None:
    assert stranger.get("/account/notices").path == "/login"
    assert re.search("Log in", stranger.post("/account/notices", {}).text)


def test_notices__in_dutch__are_plain_words(resident: Visitor) -> None:
    resident.language = "nl"

    page = resident.get("/account/notices")

    assert page.heading == "Mails die je krijgt"
    assert "Over je klussen Als een klus is goedgekeurd of niet" in page.text

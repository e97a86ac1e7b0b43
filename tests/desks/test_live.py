"""Parts of a page that show themselves anew: when something happened, until nothing can any more."""

from __future__ import annotations

import re

import httpx2
import pytest

from heitje_chain.http.streams import Streams
from tests.http.server import serving
from tests.service.town import Person, Town

from .visitor import Page, Visitor


def address_in(page: Page) -> str:
    [address] = page.document.xpath("//@data-live")
    return str(address)


@pytest.fixture
def quick(town: Town) -> Streams:
    """Streams that look all the time and live for a second."""
    streams = Streams(look_seconds=0.05, heartbeat_seconds=60, most_seconds=1)
    town.http.app.state.streams = streams  # type: ignore[attr-defined]
    return streams


def events(town: Town, visitor: Visitor, address: str) -> list[str]:
    """What a stream sends until it ends: each event's name, or "shown" and its first words."""
    cookie = {"Cookie": f"heitje={visitor.client.cookies['heitje']}", "Accept-Language": "en"}
    with serving(town.http.app) as url:  # type: ignore[arg-type]
        answer = httpx2.get(f"{url}{address}", headers=cookie, timeout=30, trust_env=False)
    names = re.findall(r"^event: (\w+)$", answer.text, re.MULTILINE)
    return ["shown"] * (answer.text.count("\nid: ")) + names


def test_stream__of_what_the_page_shows_already__sends_nothing(
    town: Town, partner: Person, resident: Visitor, quick: Streams
) -> None:
    job = town.job(partner)["id"]
    town.work()
    page = resident.send(resident.get(f"/jobs/{job}"), f"/jobs/{job}/claim")
    town.work()
    page = resident.get(page.path)

    assert events(town, resident, address_in(page)) == []


def test_stream__of_a_payment_that_became_final__shows_it_and_ends(
    town: Town, shop: Person, resident: Visitor, quick: Streams
) -> None:
    page = resident.send(resident.get(f"/pay?code={town.code_of(shop)}"), "/pay", amount="1")
    town.work()

    assert events(town, resident, address_in(page)) == ["shown", "over"]
    again = resident.client.get(address_in(resident.get(page.path)))
    assert (again.status_code, again.content) == (204, b"")


def test_stream__of_what_is_redeemed__shows_when_it_is_locked_and_ends(
    town: Town, anna: Person, shop: Person, till: Visitor, quick: Streams
) -> None:
    town.paid(anna, shop, 4_00)
    page = till.send(till.get("/till/redeem"), "/till/redeem", amount="2,50")
    town.work()

    assert events(town, till, address_in(page)) == ["shown", "over"]
    assert till.get("/till/redeem").document.xpath("//@data-live") == []


def test_stream__of_somebody_else__is_not_there(
    town: Town, shop: Person, resident: Visitor, till: Visitor, stranger: Visitor
) -> None:
    page = resident.send(resident.get(f"/pay?code={town.code_of(shop)}"), "/pay", amount="1")

    for visitor, status in ((till, 404), (stranger, 401)):
        answer = visitor.client.get(address_in(page), headers={"Accept": "text/event-stream"})
        assert answer.status_code == status


def test_stream__when_the_session_ends__ends(
    town: Town, shop: Person, resident: Visitor, quick: Streams
) -> None:
    page = resident.send(resident.get(f"/pay?code={town.code_of(shop)}"), "/pay", amount="1")
    cookie = dict(resident.client.cookies)
    resident.send(resident.get("/account"), "/logout")
    resident.client.cookies.update(cookie)

    answer = resident.client.get(address_in(page), headers={"Accept": "text/event-stream"})

    assert answer.status_code == 401

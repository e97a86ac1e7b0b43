"""The public page: what everybody may know of the coin, and nobody's name."""

from __future__ import annotations

from sqlalchemy import select

from heitje_chain.db import reading
from heitje_chain.desks import public
from heitje_chain.people.model import PARTICIPANT
from tests.service.town import Person, Town

from .visitor import Visitor
from .workbooks import cells_of_xlsx, rows_of_csv


def fresh(town: Town) -> None:
    """Let the page count anew."""
    town.http.app.state.public_figures = None  # type: ignore[attr-defined]


def earn(town: Town, partner: Person, resident: Person, *neighbourhoods: str) -> None:
    """Have a job done and approved in each of these."""
    jobs = [town.act(partner, "/jobs", town.terms(neighbourhood=one, reward=2_00)) for one in neighbourhoods]
    town.work()
    claims = [town.post(resident, "/claims", {"job": job["id"]})["id"] for job in jobs]
    town.work()
    for claim in claims:
        town.post(resident, f"/claims/{claim}/submission", {"note": "Klaar"})
    town.work()
    town.act(partner, "/approvals", {"claims": claims})
    town.work()


def test_figures__are_exact__and_name_nobody(
    town: Town, partner: Person, anna: Person, shop: Person, stranger: Visitor
) -> None:
    few = stranger.get("/figures")
    assert "fewer than 5 Jobs done" in few.text.replace("Jobs done fewer than 5", "fewer than 5 Jobs done")
    assert "Hours" not in few.text
    assert "Heerlen-Noord" not in few.text

    earn(
        town, partner, anna, *["Heerlen-Noord"] * 5, "Hoensbroek", "Hoensbroek", "Welten", "Welten", "Welten"
    )
    town.paid(anna, shop, 4_00)
    fresh(town)
    page = stranger.get("/figures")

    assert page.path == "/figures"
    assert "Jobs done 11 Hours 33 Heitjes in circulation €35.00 Shops 1" in page.text
    assert "Euros in the bank for them €1,000,000.00 What the municipality owes €35.00" in page.text
    assert "Heerlen-Noord 6 Other neighbourhoods together 5" in page.text
    assert "Hoensbroek" not in page.text
    assert "Welten" not in page.text
    assert "Welpie Toys Speelgoed" in page.text

    with reading(town.engine) as connection:
        people = connection.execute(select(PARTICIPANT)).all()
    assert len(people) == 3
    for one in people:
        hidden = [one.id, one.chain_id, one.wallet, None if one.kind == "merchant" else one.name]
        assert [text for text in hidden if text and text in page.response.text] == []


def test_figures__as_a_file__are_those_of_the_page(
    town: Town, partner: Person, anna: Person, shop: Person, stranger: Visitor
) -> None:
    earn(town, partner, anna, *["Heerlen-Noord"] * 4)

    answer = stranger.client.get("/figures?as=csv", headers={"Accept-Language": "nl"})
    rows = rows_of_csv(answer.content)

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="heitje-figures-20')
    assert rows[:3] == [
        ["Cijfer", "Waarover", "Aantal", "Uren", "Euro"],
        ["Gedane klussen", "", "5", "", ""],
        ["Uren", "", "", "15,00", ""],
    ]
    assert ["Heitjes in omloop", "", "", "", "23,00"] in rows
    assert ["Klussen in een buurt", "Heerlen-Noord", "5", "", ""] in rows
    assert ["Winkel", "Welpie Toys (speelgoed)", "", "", ""] in rows
    workbook = stranger.client.get("/figures?as=xlsx", headers={"Accept-Language": "nl"})
    assert cells_of_xlsx(workbook.content)["E4"] == 23
    assert stranger.client.get("/figures?as=pdf").status_code == 400


def test_figures__are_counted_once_a_minute(town: Town, stranger: Visitor) -> None:
    before = stranger.get("/figures").text
    town.merchant()

    assert stranger.get("/figures").text == before
    fresh(town)
    assert "Welpie Toys" in stranger.get("/figures").text
    assert public.KEPT_SECONDS == 60


def test_figures__are_a_link_away_from_every_page(town: Town, stranger: Visitor) -> None:
    for path in ("/", "/login", "/figures"):
        links = stranger.get(path).document.xpath("//footer//a/@href")
        assert links == ["/accessibility", "/allowance/explanation", "/figures"]

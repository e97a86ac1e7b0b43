"""The wallet of residents and associations: what happened, by month, and giving."""

from __future__ import annotations

from sqlalchemy import update

from heitje_chain.db import transaction
from heitje_chain.payments.model import PAYMENT
from tests.service.town import DAY, Person, Town

from .visitor import Visitor, logged_in


def test_wallet__links_each_thing_to_its_page_and_can_be_narrowed_by_month(
    town: Town, shop: Person, anna: Person, resident: Visitor
) -> None:
    payment = town.paid(anna, shop, 4_00)["id"]
    refund = town.post(shop, f"/payments/{payment}/refunds", {"cents": 1_50})["id"]
    town.work()

    page = resident.get("/wallet")
    assert {f"/payments/{payment}", f"/payments/{refund}"} <= set(page.links())
    assert any(one.startswith("/claims/") for one in page.links())
    told = resident.get(f"/payments/{payment}").text
    assert told.startswith("Payment Paid €4.00 To Welpie Toys When ")
    assert "Given back, today €1.50" in told
    back = resident.get(f"/payments/{refund}")
    assert "Given back €1.50 From Welpie Toys" in back.text
    assert f"/payments/{payment}" in back.links()

    long_ago = {"created_at": PAYMENT.c.created_at - 400 * DAY, "paid_at": PAYMENT.c.paid_at - 400 * DAY}
    with transaction(town.engine) as connection:
        connection.execute(update(PAYMENT).where(PAYMENT.c.id == payment).values(long_ago))
    options = page.document.xpath("//select[@id='month']/option/@value")
    assert (options[0], len(options)) == ("", 25)
    this_month = resident.get(f"/wallet?month={options[1]}")
    assert f"/payments/{refund}" in this_month.links()
    assert f"/payments/{payment}" not in this_month.links()
    assert "Nothing happened in this month." in resident.get(f"/wallet?month={options[5]}").text
    for odd in ("2026-13", "x", "<b>"):
        assert f"/payments/{payment}" in resident.get(f"/wallet?month={odd}").links()


def test_association__gets_what_is_given_and_pays_shops_with_it(
    town: Town, shop: Person, resident: Visitor
) -> None:
    assert "No association takes part yet." in resident.get("/give").text
    club = town.association()
    at_club = logged_in(town, club, "association")
    assert at_club.get("/").path == "/club/wallet"
    assert "Residents can give you Heitjes from their wallet." in at_club.get("/club/wallet").text

    page = resident.get("/give")
    [link] = [one for one in page.links() if one.startswith("/pay?code=")]
    page = resident.send(resident.get(link), "/pay", amount="5")
    town.work()
    assert "Given €5.00 To Buurtvereniging" in resident.get(page.path).text
    page = at_club.get("/club/wallet")
    assert "€5.00 to spend now" in page.text
    assert "Find a job" not in page.text

    page = at_club.send(at_club.get(f"/club/pay?code={town.code_of(shop)}"), "/club/pay", amount="2")
    town.work()
    assert "Paid €2.00 To Welpie Toys" in at_club.get(page.path).text
    assert (town.spendable(club), town.spendable(shop)) == (3_00, 2_00)
    for path in ("/jobs", "/give", "/club/give", "/club/jobs", "/wallet", "/pay"):
        assert at_club.get(path).status == 404
    assert resident.get("/club/wallet").status == 404


def test_person__who_acts_for_an_association_too__pays_from_the_wallet_whose_page_it_is(
    town: Town, anna: Person, shop: Person
) -> None:
    club = town.association()
    town.paid(anna, club, 5_00)
    both = logged_in(town, anna, "resident", association=club.id)
    assert sorted(both.get("/").links()) == ["/club/wallet", "/jobs"]
    own, clubs = both.get("/wallet"), both.get("/club/wallet")
    assert ("€10.00 to spend now" in own.text, "€5.00 to spend now" in clubs.text) == (True, True)
    assert [one for one in clubs.links() if one.startswith(("/wallet", "/pay", "/jobs", "/club/club"))] == []

    pages = [both.get(f"{place}/pay?code={town.code_of(shop)}") for place in ("", "/club")]
    paid = [
        both.send(page, f"{place}/pay", amount="1") for page, place in zip(pages, ("", "/club"), strict=True)
    ]
    assert [page.path.rsplit("/", 1)[0] for page in paid] == ["/payments", "/club/payments"]
    town.work()
    assert "Paid €1.00 To Welpie Toys" in both.get(paid[1].path).text
    assert both.get(paid[1].path.removeprefix("/club")).status == 404
    assert (town.spendable(anna), town.spendable(club), town.spendable(shop)) == (9_00, 4_00, 2_00)

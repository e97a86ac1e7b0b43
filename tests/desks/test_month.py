"""A shop's month, by day and as a file."""

from __future__ import annotations

from sqlalchemy import update

from heitje_chain.chain.clock import latest_now
from heitje_chain.days import day_of, start_of
from heitje_chain.db import reading, transaction
from heitje_chain.payments.model import PAYMENT
from heitje_chain.reports.activity import months_before
from tests.service.town import Person, Town

from .visitor import Visitor


def test_month__has_its_days_its_sums_and_a_file(
    town: Town, shop: Person, anna: Person, till: Visitor
) -> None:
    first, second = (town.paid(anna, shop, cents)["id"] for cents in (4_00, 2_50))
    town.pass_time(2)  # what is of one second has no order
    town.post(shop, f"/payments/{first}/refunds", {"cents": 1_50})
    town.work()
    with reading(town.engine) as connection:
        this = day_of(latest_now(connection)).replace(day=1)
    before = months_before(this, 1)
    with transaction(town.engine) as connection:
        at = {"paid_at": start_of(this) - 1}
        connection.execute(update(PAYMENT).where(PAYMENT.c.id == second).values(at))

    # By the day on which it was final, whatever the day on which it was asked.
    page = till.get(f"/till/day?day={day_of(start_of(this) - 1)}")
    assert "Together €2.50" in page.text
    assert [one for one in page.links() if second in one] == [f"/till/payments/{second}"]
    page = till.get("/till/day?limit=1")
    assert "Together €2.50" in page.text
    [more] = page.document.xpath("//a[@rel='next']/@href")
    older = till.get(more)
    assert "Payment, paid, €1.50 of it given back" in older.text
    assert older.document.xpath("//a[@rel='next']") == []
    assert len(till.get("/till?limit=1").document.xpath("//a[@rel='next']")) == 1

    page = till.get("/till/month")
    assert "Payments 1 Paid to you €4.00 Given back €1.50 Together €2.50" in page.text
    assert "1 payment, €1.50 given back €2.50" in page.text
    page = till.get(f"/till/month?month={before:%Y-%m}")
    assert "Payments 1 Paid to you €2.50 Given back €0.00 Together €2.50" in page.text
    assert f"/till/month?month={this:%Y-%m}" in page.links()
    assert "No payments in this month." in till.get("/till/month?month=2020-02").text
    for odd in ("0001-01-01", "1969-12-31", "9999-12-31", "x"):
        assert till.get(f"/till/day?day={odd}").status == 200
    assert "No payments in this month." in till.get("/till/month?month=0001-01").text
    for odd in ("2999-01", "9999-12", "x", "2026-13"):
        assert "Together €2.50" in till.get(f"/till/month?month={odd}").text

    saved = till.client.get("/till/month?as=csv", headers={"Accept-Language": "nl"})
    lines = saved.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Wanneer;Wat;Bedrag;Kassa;Nummer van de betaling"
    assert [line.split(";")[1:3] for line in lines[1:]] == [["Betaling", "4,00"], ["Terugbetaald", "-1,50"]]
    assert "The whole month" in till.get("/till/day").text
    assert "Your contract runs until 31 December 2099" in till.get("/till/redeem").text

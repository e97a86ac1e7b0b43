"""The merchant's desk: asking, being paid, giving back, redeeming."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from heitje_chain.config import from_environment
from heitje_chain.days import day_of, next_weekday
from heitje_chain.db import transaction
from heitje_chain.desks.texts import date_of
from heitje_chain.payments.model import PAYMENT_REQUEST
from heitje_chain.people.model import MERCHANT_CONTRACT
from tests.service.town import IBANS, Person, Town

from .visitor import Visitor


def test_request__shows_its_code_and_then_that_it_is_paid(
    town: Town, resident: Visitor, till: Visitor
) -> None:
    page = till.send(till.get("/till"), "/till", amount="3,50")
    assert page.heading == "€3.50"
    assert len(page.document.xpath("//svg[@class='qr']")) == 1
    typed = page.document.xpath("string(//*[@class='typed'])").rpartition(" ")[2].strip()

    resident.send(resident.get(f"/pay?code={typed}"), "/pay")
    busy = till.get(page.path)
    town.work()
    paid = till.get(page.path)

    assert "Busy… The customer is paying. Wait for “Paid”." in busy.text
    assert "Paid €3.50" in paid.text
    assert busy.document.xpath("//svg[@class='qr']") == paid.document.xpath("//svg[@class='qr']") == []


def test_request__that_nobody_paid__says_that_it_expired(town: Town, till: Visitor) -> None:
    page = till.send(till.get("/till"), "/till", amount="1")
    with transaction(town.engine) as connection:
        connection.execute(update(PAYMENT_REQUEST).values(expires_at=1))

    assert "Expired Nobody paid this in time. Make a new code." in till.get(page.path).text


def test_request__for_no_amount__keeps_what_was_typed(till: Visitor) -> None:
    for typed in ("-1", "1e3", "1,500", "0", "abc"):
        page = till.send(till.get("/till"), "/till", amount=typed)
        assert (page.status, page.form("/till")["amount"]) == (400, typed)
        assert page.refusal == "We do not understand this amount. Write it like this: 12.50."


def test_till__without_a_contract__says_so_and_takes_nothing(town: Town, till: Visitor) -> None:
    with transaction(town.engine) as connection:
        connection.execute(update(MERCHANT_CONTRACT).values(last_day="2020-01-02"))

    page = till.get("/till")
    assert "Your contract with the municipality is not valid now" in page.text
    assert till.send(page, "/till", amount="1").status == 400


def test_day__adds_up_what_came_in_less_what_went_back(
    town: Town, anna: Person, shop: Person, till: Visitor
) -> None:
    town.paid(anna, shop, 4_00)
    payment = town.paid(anna, shop, 6_00)
    page = till.get("/till/day")
    assert "Together €10.00" in page.text

    page = till.send(
        till.get(f"/till/payments/{payment['id']}"), "/till/payments/[0-9a-f]{64}", amount="1,50"
    )
    town.work()

    assert "Given back Amount €1.50" in till.get(page.path).text
    day = till.get("/till/day").text
    assert "Together €8.50" in day
    assert "€1.50 of it given back" in day
    assert town.spendable(anna) == 6_50


def test_refund__of_more_than_was_paid__says_what_is_left(
    town: Town, anna: Person, shop: Person, till: Visitor
) -> None:
    path = f"/till/payments/{town.paid(anna, shop, 4_00)['id']}"

    page = till.send(till.get(path), path, amount="4.01")

    assert (page.status, page.refusal) == (409, "You can refund €4.00 more of this payment.")
    assert page.form(path)["amount"] == "4.01"


def test_refund__by_a_double_click__is_one(town: Town, anna: Person, shop: Person, till: Visitor) -> None:
    path = f"/till/payments/{town.paid(anna, shop, 4_00)['id']}"
    page = till.get(f"{path}?amount=1")

    first, second = (till.send(page, f"{path}/refund") for _ in range(2))
    town.work()

    assert first.path == second.path
    assert town.spendable(anna) == 12_00


def test_day__before__is_a_link_away_and_the_future_is_not(till: Visitor) -> None:
    page = till.get("/till/day")
    before, month = page.links()
    links = [one.partition("?")[0] for one in till.get(before).links()]
    assert links == ["/till/day", "/till/day", "/till/month"]
    assert month.startswith("/till/month?month=")
    assert till.get("/till/day?day=2999-01-01").text == page.text
    assert till.get("/till/day?day=nonsense").text == page.text


def test_own_code__is_a_qr_to_print(shop: Person, till: Visitor) -> None:
    page = till.get("/till/code")

    assert len(page.document.xpath("//svg[@class='qr']")) == 1
    assert "Welpie Toys" in page.text


def test_redeeming__locks_the_coins_and_says_where_they_go(
    town: Town, anna: Person, shop: Person, till: Visitor
) -> None:
    town.paid(anna, shop, 4_00)
    page = till.get("/till/redeem")
    assert f"The municipality pays it to {IBANS[0]}" in page.text

    page = till.send(page, "/till/redeem", amount="2,50")
    town.work()

    page = till.get(page.path)
    assert "€1.50 to redeem" in page.text
    assert "waits for the next payout €2.50" in page.text
    assert till.send(page, "/till/redeem", amount="1,51").refusal.startswith("This amount is too high")


def test_redeeming__where_payouts_have_their_day__says_the_next(town: Town, till: Visitor) -> None:
    app: Any = town.http.app
    assert "next payout" not in till.get("/till/redeem").text

    app.state.config = replace(town.config, payout_weekday=2)

    tuesday = next_weekday(day_of(town.now()), 2)
    assert f"The next payout is on {date_of(tuesday, 'en')}." in till.get("/till/redeem").text


@pytest.mark.parametrize("said", ["0", "8", "12", "Tuesday", "-1"])
def test_payout_weekday__that_is_none__is_refused_in_words(said: str) -> None:
    with pytest.raises(ValueError, match="write 1 for Monday"):
        from_environment({"HEITJE_PAYOUT_WEEKDAY": said})

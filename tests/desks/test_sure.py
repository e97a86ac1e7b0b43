"""An amount that was typed is shown once more before the money moves."""

from __future__ import annotations

import pytest

from heitje_chain.payments import rules
from tests.service.town import EARNED, IBANS, Person, Town

from .visitor import Page, Visitor


@pytest.mark.parametrize("typed", ["2,50", "€ 2.50"])
def test_payment__of_a_typed_amount__is_shown_once_more_and_paid_then(
    town: Town, anna: Person, shop: Person, resident: Visitor, typed: str
) -> None:
    code = town.code_of(shop)
    page = resident.send_once(resident.get(f"/pay?code={code}"), "/pay", amount=typed)

    assert (page.status, page.heading) == (200, "Pay Welpie Toys")
    assert page.text == "Pay Welpie Toys €2.50 You have €15.00 to spend. Pay now Change something"
    town.work()
    assert town.spendable(anna) == EARNED

    assert resident.send_once(page, "/pay").heading == "Payment"
    town.work()
    assert town.spendable(anna) == EARNED - 2_50


def test_payment__changed_once_more__begins_again_with_nothing_paid(
    town: Town, anna: Person, shop: Person, resident: Visitor
) -> None:
    page = resident.send_once(resident.get(f"/pay?code={town.code_of(shop)}"), "/pay", amount="12")
    [back] = page.links()
    again = resident.get(back)

    assert again.heading == "Pay Welpie Toys"
    resident.send(again, "/pay", amount="1,20")
    town.work()
    assert town.spendable(anna) == EARNED - 1_20


def test_payment__of_more_than_there_is__is_refused_before_it_is_asked(
    town: Town, shop: Person, resident: Visitor
) -> None:
    page = resident.send_once(resident.get(f"/pay?code={town.code_of(shop)}"), "/pay", amount="15,01")

    assert page.refusal == "This amount is too high. €15.00 is available now."
    assert asked_for(page) == []


def test_payment__of_a_short_code_with_an_amount__is_of_the_whole_code(
    town: Town, shop: Person, resident: Visitor
) -> None:
    page = resident.get(f"/pay?code={rules.short(shop.id)}&amount=1")

    assert (page.heading, page.form("/pay")["code"]) == ("Pay Welpie Toys", town.code_of(shop))


def test_payment__of_a_tills_request__is_of_its_amount_whatever_the_address_says(
    town: Town, shop: Person, resident: Visitor
) -> None:
    asked = town.post(shop, "/payment-requests", {"cents": 3_50})
    page = resident.get(f"/pay?code={asked['code']}&amount=1")

    assert "€3.50" in page.text
    assert (asked_for(page), "amount" in page.form("/pay")) == ([], False)


def test_refund__is_shown_once_more(town: Town, anna: Person, shop: Person, till: Visitor) -> None:
    path = f"/till/payments/{town.paid(anna, shop, 4_00)['id']}"
    page = till.send_once(till.get(path), path, amount="1,50")

    assert page.text.startswith("Give this back? €1.50 of the payment of ")
    assert page.text.endswith(" Give back Change something")
    assert page.links() == [path]
    too_much = till.send_once(till.get(path), path, amount="4,01")
    assert (too_much.refusal, asked_for(too_much)) == ("You can refund €4.00 more of this payment.", [])
    town.work()
    assert town.spendable(shop) == 4_00

    assert till.send_once(page, f"{path}/refund").heading == "Given back"
    town.work()
    assert town.spendable(shop) == 2_50


def test_redeeming__is_shown_once_more_with_where_it_goes(
    town: Town, anna: Person, shop: Person, till: Visitor
) -> None:
    town.paid(anna, shop, 4_00)
    page = till.send_once(till.get("/till/redeem"), "/till/redeem", amount="3")

    assert page.text == (
        f"Redeem this? €3.00 into your account {IBANS[0]}, with the next payout Redeem Change something"
    )
    town.work()
    assert town.spendable(shop) == 4_00

    assert till.send_once(page, "/till/redeem").path == "/till/redeem"
    town.work()
    assert town.spendable(shop) == 1_00


def asked_for(page: Page) -> list[str]:
    return [str(one) for one in page.document.xpath("//form[@data-sure]/@action")]

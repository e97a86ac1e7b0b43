"""Wallets, payments, refunds, donations and redemptions: what holders of coins do."""

from __future__ import annotations

from tests.service.town import Person

from .counter import Counter


def test_wallet__of_a_resident__tells_what_can_be_spent(counter: Counter, anna: Person) -> None:
    assert counter.done(anna, "wallet", "show").lines == [
        "To spend €15.00",
        "Final €15.00",
        "Coming in €0.00",
        "Going out €0.00",
    ]


def test_activity__of_a_resident__tells_what_was_earned(counter: Counter, anna: Person) -> None:
    last = counter.done(anna, "activity").lines[-1]

    assert "€15.00" in last
    assert last.endswith("Bloembak bouwen")


def test_pay__by_code__is_final_and_told(counter: Counter, anna: Person, shop: Person) -> None:
    code = counter.asked(shop, "wallet", "show")["code"]

    said = counter.agreed(anna, "pay", code, "3,50", lang="nl")

    [payment] = counter.asked(anna, "payment", "list", "--state", "paid")
    assert said.shown == [f"Je betaalt: {code}", "Bedrag: € 3,50"]
    assert said.lines == [f"€ 3,50 betaald, betaling {payment['id']}."]
    assert counter.town.spendable(shop) == 3_50


def test_pay__what_a_till_asks__shows_the_amount_first(counter: Counter, anna: Person, shop: Person) -> None:
    asked = counter.asked(shop, "payment", "request", "4")

    said = counter.heitje(anna, "pay", asked["code"])
    assert said.code == 2
    assert said.shown[1] == "Amount: €4.00"
    assert counter.agreed(anna, "pay", asked["code"]).out.startswith("€4.00 paid")


def test_pay__too_much__is_refused_in_a_sentence(counter: Counter, anna: Person, shop: Person) -> None:
    said = counter.heitje(anna, "pay", counter.town.code_of(shop), "100", "--yes")

    assert said.code == 1
    assert said.shown[-1].startswith("Error: ")
    assert "€15.00" in said.shown[-1]


def test_pay__the_same_key_twice__pays_once(counter: Counter, anna: Person, shop: Person) -> None:
    code = counter.town.code_of(shop)
    order = "pay", code, "2", "--idempotency-key", "lunch-2026-11-24"

    both = [counter.agreed(anna, *order).lines for _ in range(2)]

    assert both[0] == both[1]
    assert len(counter.asked(anna, "payment", "list")) == 1


def test_refund__of_a_part__goes_back(counter: Counter, anna: Person, shop: Person) -> None:
    payment = counter.town.paid(anna, shop, 5_00)["id"]

    said = counter.agreed(shop, "refund", payment[:8], "1,25")

    assert said.out.startswith("€1.25 given back")
    assert said.shown == [f"Payment: {payment}, €5.00", "You give back: €1.25"]
    assert counter.town.spendable(anna) == 11_25
    assert counter.done(anna, "payment", "show", payment[:8]).lines[4:6] == ["Amount €5.00", "State paid"]


def test_donate__to_an_association__is_told(counter: Counter, anna: Person) -> None:
    club = counter.town.association()

    said = counter.agreed(anna, "donate", counter.town.code_of(club), "2")

    assert said.out.startswith("€2.00 donated")
    assert counter.town.spendable(club) == 2_00


def test_redeem__all__locks_what_there_is(counter: Counter, anna: Person, shop: Person) -> None:
    counter.town.paid(anna, shop, 5_00)

    said = counter.agreed(shop, "redeem", "--all")

    [one] = counter.asked(shop, "redemption", "list", "--state", "locked")
    assert said.lines == [f"€5.00 is to be paid out, redemption {one['id']}."]
    shown = counter.done(shop, "redemption", "show", one["id"][:8]).lines
    assert shown[1:4] == ["Merchant Welpie Toys", "Amount €5.00", "State locked"]
    assert shown[-1] == "Paid to NL41ABNA9000000001, Welpie Toys"


def test_redeem__without_amount_or_all__is_mistyped(counter: Counter, shop: Person) -> None:
    for words in ((), ("5", "--all")):
        said = counter.heitje(shop, "redeem", *words)
        assert said.code == 2
        assert "Name an amount, or --all." in said.err

"""Coins are paid, refunded, donated, redeemed and paid out, over the API and on a real chain."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from sqlalchemy import text, update

from heitje_chain.db import transaction
from heitje_chain.payments.model import PAYMENT

from .town import DAY, EARNED, IBANS, Person, Town


def closed_batch(town: Town) -> int:
    number: int = town.act("settlement", "/payout-batches", {})["content"]["batch"]
    town.work()
    return number


def redeemed(town: Town, shop: Person, cents: int) -> dict[str, Any]:
    redemption: dict[str, Any] = town.post(shop, "/redemptions", {"cents": cents})
    town.work()
    return redemption


# ---------------------------------------------------------------- paying


def test_payment__when_final__moves_the_coins(town: Town, anna: Person, shop: Person) -> None:
    payment = town.post(anna, "/payments", {"code": town.code_of(shop), "cents": 4_00})
    assert payment["state"] == "pending"
    assert town.get(anna, "/wallet")["spendable"] == 11_00
    assert town.get(shop, "/wallet")["spendable"] == 0
    town.work()

    assert town.get(shop, f"/payments/{payment['id']}")["state"] == "paid"
    assert (town.spendable(anna), town.spendable(shop)) == (11_00, 4_00)
    assert town.differences() == ()


def test_payment__of_a_tills_request__is_paid_once(town: Town, anna: Person, shop: Person) -> None:
    asked = town.post(shop, "/payment-requests", {"cents": 3_50})
    payment = town.post(anna, "/payments", {"code": asked["code"]})
    town.work()

    assert payment["cents"] == 3_50
    assert town.get(shop, f"/payment-requests/{asked['id']}")["state"] == "paid"
    status, _ = town.refused(anna, "/payments", {"code": asked["code"]})
    assert status == 409
    assert town.spendable(shop) == 3_50


def test_payment__sent_again_with_its_key__is_one_payment(town: Town, anna: Person, shop: Person) -> None:
    order = {"code": town.code_of(shop), "cents": 4_00}
    first = town.post(anna, "/payments", order, key="payment-1")
    town.work()
    again = town.post(anna, "/payments", order, key="payment-1")
    town.work()

    assert again == first
    assert (town.spendable(anna), town.spendable(shop)) == (11_00, 4_00)
    other = town.ask("POST", anna, "/payments", {**order, "cents": 5_00}, "payment-1")
    assert (other.status_code, other.json()["type"]) == (409, "/problems/idempotency-key-reused")


def test_payment__above_what_is_there__is_refused_also_while_one_is_under_way(
    town: Town, anna: Person, shop: Person
) -> None:
    code = town.code_of(shop)
    town.post(anna, "/payments", {"code": code, "cents": 10_00})

    status, sentence = town.refused(anna, "/payments", {"code": code, "cents": 5_01})
    town.work()

    assert status == 409
    assert "€5.00" in sentence
    assert town.spendable(anna) == 5_00


def test_payment__to_a_resident_oneself_or_a_blocked_shop__is_refused(
    town: Town, anna: Person, shop: Person
) -> None:
    code = town.code_of(shop)
    bilal = town.resident("Bilal")
    as_merchant = code.replace(shop.id, bilal.id)
    assert town.refused(anna, "/payments", {"code": as_merchant, "cents": 100})[0] in (404, 409)
    oneself = code.replace(shop.id, anna.id)
    assert town.refused(anna, "/payments", {"code": oneself, "cents": 100})[0] in (404, 409)
    town.act("enforcer", "/blocks", {"participant": shop.id, "reason": 1})
    town.work()

    assert town.refused(anna, "/payments", {"code": code, "cents": 100})[0] == 409
    assert town.spendable(anna) == EARNED


@pytest.mark.parametrize("cents", [-1, 0, 0.5, "100", True, 2**48])
def test_payment__of_no_amount__is_refused_and_nothing_written(
    town: Town, anna: Person, shop: Person, cents: object
) -> None:
    answer = town.ask("POST", anna, "/payments", {"code": town.code_of(shop), "cents": cents})

    assert answer.status_code == 400
    assert town.get(anna, "/payments")["items"] == []
    assert town.spendable(anna) == EARNED


def test_payment__while_paused__is_refused_for_good_and_the_coins_are_free_again(
    town: Town, anna: Person, shop: Person
) -> None:
    payment = town.post(anna, "/payments", {"code": town.code_of(shop), "cents": 4_00})
    with town.paused():
        town.work()

    found = town.get(anna, f"/payments/{payment['id']}")
    assert (found["state"], found["refusal"]["name"]) == ("refused", "EnforcedPause")
    assert town.spendable(anna) == EARNED
    assert town.differences() == ()


def test_refund__of_a_payment__goes_back_and_never_above_it(town: Town, anna: Person, shop: Person) -> None:
    payment = town.paid(anna, shop, 6_00)
    path = f"/payments/{payment['id']}/refunds"
    town.post(shop, path, {"cents": 2_00})
    town.work()

    assert (town.spendable(anna), town.spendable(shop)) == (11_00, 4_00)
    assert town.refused(shop, path, {"cents": 4_01})[0] == 409
    other = town.merchant("Pat's Tostibar", IBANS[1])
    assert town.refused(other, path, {"cents": 1_00})[0] == 404
    town.pass_time(91 * DAY)
    assert town.differences() == ()


def test_donation__to_an_association__can_be_spent_at_a_shop(town: Town, anna: Person, shop: Person) -> None:
    club = town.association()
    donation = town.paid(anna, club, 5_00)
    assert donation["kind"] == "donate"
    town.paid(club, shop, 2_00)

    assert (town.spendable(anna), town.spendable(club), town.spendable(shop)) == (10_00, 3_00, 2_00)
    assert town.differences() == ()


def test_award__by_the_treasurer__is_minted_from_what_is_free(
    town: Town, partner: Person, anna: Person
) -> None:
    body = {"partner": partner.id, "period": 2026, "resident": anna.id, "cents": 7_00, "reason": "Te laat."}
    town.act("treasurer", "/awards", body)
    town.work()

    assert town.spendable(anna) == EARNED + 7_00
    assert town.get(partner, "/budgets")["items"][0]["minted"] == EARNED + 7_00
    assert town.differences() == ()


def test_grant__above_the_attested_reserve__is_refused(town: Town, partner: Person) -> None:
    town.pass_time(10)
    town.attest(2_000_00)
    town.work()
    body = {"partner": partner.id, "period": 2027, "cents": 1_000_01}

    assert town.refused("treasurer", "/grants/prepare", body) == (
        409,
        "€2,000.01 would be promised, and the account holds €2,000.00.",
    )
    town.act("treasurer", "/grants", {**body, "cents": 1_000_00})
    town.work()
    assert [one["period"] for one in town.get(partner, "/budgets")["items"]] == [2027, 2026]


# ---------------------------------------------------------------- paying out


def test_payout__with_a_rejected_line__burns_the_others_and_gives_it_back(
    town: Town, anna: Person, shop: Person
) -> None:
    other = town.merchant("Pat's Tostibar", IBANS[1])
    town.paid(anna, shop, 6_00)
    town.paid(anna, other, 4_00)
    good, bad = redeemed(town, shop, 6_00), redeemed(town, other, 4_00)
    assert town.get(shop, "/wallet")["spendable"] == 0

    number = closed_batch(town)
    path = f"/payout-batches/{number}"
    sealed = town.post("settlement", f"{path}/file")
    again = town.post("settlement", f"{path}/file")
    assert (again["sha256"], again["message_id"]) == (sealed["sha256"], sealed["message_id"])
    file = town.ask("GET", "settlement", f"{path}/file").content
    assert hashlib.sha256(file).hexdigest() == sealed["sha256"]
    assert file == town.ask("GET", "settlement", f"{path}/file").content
    assert IBANS[0].encode() in file

    outcomes = {"booked": [good["id"]], "rejected": [{"redemption": bad["id"], "reason": "AC04"}]}
    assert town.refused("settlement", f"{path}/settlement/prepare")[0] == 409
    town.post("settlement", f"{path}/outcomes", outcomes)
    town.act("settlement", f"{path}/settlement", {})
    town.work()

    assert town.get("settlement", path)["batch"]["state"] == "settled"
    assert town.get(shop, f"/redemptions/{good['id']}")["state"] == "booked"
    assert town.get(other, f"/redemptions/{bad['id']}")["state"] == "released"
    assert (town.spendable(shop), town.spendable(other)) == (0, 4_00)
    [burned] = town.events("BatchSettled")
    assert (burned["bookedCents"], burned["rejectedCents"]) == (6_00, 4_00)
    assert town.differences() == ()


def test_redemption__above_what_is_held__is_refused(town: Town, anna: Person, shop: Person) -> None:
    town.paid(anna, shop, 6_00)
    town.post(shop, "/redemptions", {"cents": 5_00})

    assert town.refused(shop, "/redemptions", {"cents": 1_01})[0] == 409
    town.work()
    assert len(town.events("RedemptionLocked")) == 1
    assert town.spendable(shop) == 1_00


def test_redemption__sent_again_with_its_key__is_one_lock(town: Town, anna: Person, shop: Person) -> None:
    town.paid(anna, shop, 6_00)
    first = town.post(shop, "/redemptions", {"cents": 3_00}, key="redeem-1")
    town.work()
    again = town.post(shop, "/redemptions", {"cents": 3_00}, key="redeem-1")
    town.work()

    assert again["id"] == first["id"]
    assert len(town.events("RedemptionLocked")) == 1


def test_batch__closed_twice_by_one_signature__is_one_batch(town: Town, anna: Person, shop: Person) -> None:
    town.paid(anna, shop, 6_00)
    redeemed(town, shop, 6_00)
    signed = town.prepare("settlement", "/payout-batches", {})

    town.post("settlement", "/payout-batches", signed)
    town.post("settlement", "/payout-batches", signed)
    town.work()

    assert len(town.events("BatchClosed")) == 1
    assert town.differences() == ()


def test_line__when_the_account_changed__is_held_until_confirmed(
    town: Town, anna: Person, shop: Person
) -> None:
    town.paid(anna, shop, 6_00)
    line = redeemed(town, shop, 6_00)
    changed = {"iban": IBANS[2], "account_holder": "Welpie Toys"}
    assert town.ask("PUT", "registrar", f"/merchants/{shop.id}/account", changed).status_code == 200

    assert town.refused("settlement", "/payout-batches/prepare")[0] == 409
    town.post("settlement", f"/redemptions/{line['id']}/account-confirmation")
    number = closed_batch(town)
    town.post("settlement", f"/payout-batches/{number}/file")

    file = town.ask("GET", "settlement", f"/payout-batches/{number}/file").content
    assert IBANS[2].encode() in file
    assert IBANS[0].encode() not in file


@pytest.mark.parametrize("iban", ["NL42ABNA9000000001", "NL41", "", "GB00"])
def test_merchant__with_a_wrong_iban__is_refused(town: Town, iban: str) -> None:
    body = {"id": "3f8a2b1c4d5e4f60817263544a5b6c7d", "name": "X", "iban": iban, "category": "x"}
    assert town.refused("registrar", "/merchants", body) == (
        400,
        "This account number (IBAN) is not right. Check its digits.",
    )


# ---------------------------------------------------------------- comparing


def test_reconcile__when_a_balance_was_tampered_with__names_it_and_stops_payouts(
    town: Town, anna: Person, shop: Person
) -> None:
    town.paid(anna, shop, 6_00)
    redeemed(town, shop, 2_00)
    with town.change_books() as connection:
        connection.execute(
            text("UPDATE journal_line SET cents = cents + 1 WHERE account = 'wallet:' || :who"),
            {"who": anna.chain_id},
        )

    found = town.differences()
    asked = town.post("auditor", "/reconciliations")
    town.work()

    told = town.get("auditor", f"/reconciliations/{asked['id']}")
    assert told["equal"] is False
    assert any(
        f"Wallet of participant {anna.chain_id} on the chain: 9.00; the journal: " in one for one in found
    )
    assert [one["en"] for one in told["differences"]] == list(found)
    assert any(
        f"Portemonnee van deelnemer {anna.chain_id} op de keten: 9,00; het dagboek: " in one["nl"]
        for one in told["differences"]
    )
    assert town.refused("settlement", "/payout-batches/prepare")[0] == 409
    assert town.paid(anna, shop, 1_00)["state"] == "pending", "payments go on"


def test_reconcile__when_all_is_equal__prints_the_equation(town: Town, anna: Person, shop: Person) -> None:
    town.paid(anna, shop, 6_00)
    asked = town.post("auditor", "/reconciliations")
    town.work()

    told = town.get("auditor", f"/reconciliations/{asked['id']}")
    assert (told["equal"], told["differences"]) == (True, [])
    assert told["equation"] == [
        "supply 15.00 = minted 15.00 - burned 0.00 = wallets 15.00 + redemption 0.00",
        "owed 15.00 = supply 15.00 + payable 0.00",
    ]


def test_refund__after_the_citys_window__is_refused(town: Town, anna: Person, shop: Person) -> None:
    payment = town.paid(anna, shop, 6_00)
    path = f"/payments/{payment['id']}/refunds"
    with transaction(town.engine) as connection:
        long_ago = PAYMENT.c.paid_at - (town.config.refund_days + 1) * DAY
        connection.execute(update(PAYMENT).where(PAYMENT.c.id == payment["id"]).values(paid_at=long_ago))

    assert town.refused(shop, path, {"cents": 1_00}) == (
        409,
        "This payment was too long ago. You cannot refund it any more.",
    )
    assert town.spendable(shop) == 6_00

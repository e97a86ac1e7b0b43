"""Merchants' contracts: without one that holds nobody pays a shop, and what it has it can give back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from heitje_chain import days
from heitje_chain.audit.model import AUDIT_RECORD
from heitje_chain.custody.model import new_wallet_id
from heitje_chain.db import transaction

from .town import CONTRACT, DAY, IBANS, Person, Town

CLOSED = "This shop does not accept Heitjes at the moment. You paid nothing. Pay in another way."
NOT_VALID = (
    "Your contract with the municipality is not valid now, so you cannot accept Heitjes. Call the "
    "municipality. You can still redeem and refund."
)
DAY_LONG = timedelta(days=1)


def today(town: Town) -> date:
    return days.day_of(town.now())


def end_now(town: Town, shop: Person) -> dict[str, Any]:
    """End the shop's contract yesterday."""
    [held] = town.get("registrar", f"/merchant-contracts?merchant={shop.id}")["items"]
    body = {"last_day": (today(town) - DAY_LONG).isoformat()}
    ended: dict[str, Any] = town.post("registrar", f"/merchant-contracts/{held['id']}/end", body)
    return ended


def enter(town: Town, shop: Person, first: date, last: date) -> dict[str, Any]:
    body = {"merchant": shop.id, "valid_from": first.isoformat(), "valid_until": last.isoformat()}
    made: dict[str, Any] = town.post("registrar", "/merchant-contracts", body)
    return made


def test_contract__when_it_ended__nobody_pays_and_the_rest_goes_on(
    town: Town, anna: Person, shop: Person
) -> None:
    payment = town.paid(anna, shop, 5_00)
    asked = town.post(shop, "/payment-requests", {"cents": 1_00})
    code = town.code_of(shop)

    ended = end_now(town, shop)

    assert (ended["state"], ended["valid_until"]) == ("over", "2099-12-31")
    assert town.refused(anna, "/payments", {"code": code, "cents": 1_00}) == (409, CLOSED)
    assert town.refused(anna, "/payments", {"code": asked["code"]}) == (409, CLOSED)
    assert town.refused(shop, "/payment-requests", {"cents": 1_00}) == (409, NOT_VALID)
    town.post(shop, f"/payments/{payment['id']}/refunds", {"cents": 2_00})
    town.work()
    town.post(shop, "/redemptions", {"cents": 3_00})
    town.work()
    assert (town.spendable(anna), town.spendable(shop)) == (12_00, 0)
    assert town.differences() == ()


def test_association__pays_a_shop_without_a_contract__is_refused(
    town: Town, anna: Person, shop: Person
) -> None:
    club = town.association()
    town.paid(anna, club, 3_00)
    end_now(town, shop)

    assert town.refused(club, "/payments", {"code": town.code_of(shop), "cents": 1_00}) == (409, CLOSED)


def test_payment__ordered_before_the_end__goes_through(town: Town, anna: Person, shop: Person) -> None:
    body = {"code": town.code_of(shop), "cents": 4_00}
    payment = town.post(anna, "/payments", body, key="order-before-the-end")

    end_now(town, shop)
    town.work()

    again = town.post(anna, "/payments", body, key="order-before-the-end")
    assert again["id"] == payment["id"]
    assert town.get(anna, f"/payments/{payment['id']}")["state"] == "paid"
    assert town.spendable(shop) == 4_00


def test_contract__entered_anew__lets_people_pay_again(town: Town, anna: Person, shop: Person) -> None:
    end_now(town, shop)
    this_day = today(town)

    made = enter(town, shop, this_day, this_day + 30 * DAY_LONG)

    assert made["state"] == "valid"
    town.paid(anna, shop, 1_00)
    assert town.spendable(shop) == 1_00


def test_contract__ends_by_itself_at_midnight__and_the_next_one_begins_later(
    town: Town, anna: Person, shop: Person
) -> None:
    end_now(town, shop)
    this_day = today(town)
    enter(town, shop, this_day, this_day + 2 * DAY_LONG)
    enter(town, shop, this_day + 5 * DAY_LONG, this_day + 9 * DAY_LONG)
    pay = {"code": town.code_of(shop), "cents": 1_00}

    town.pass_time(2 * DAY)
    town.post(anna, "/payments", pay)
    town.pass_time(DAY)
    assert town.refused(anna, "/payments", pay) == (409, CLOSED)
    town.pass_time(2 * DAY)

    town.post(anna, "/payments", pay)


def test_merchant__added_without_a_contract__is_paid_by_nobody(town: Town, anna: Person) -> None:
    body = {"id": new_wallet_id(), "name": "Zonder BV", "iban": IBANS[1], "category": "x"}
    shop = town._person("merchants", body)

    assert town.refused(anna, "/payments", {"code": town.code_of(shop), "cents": 1_00}) == (409, CLOSED)
    assert town.get(shop, f"/merchants/{shop.id}/acceptance") == {
        "merchant": shop.id,
        "accepting": False,
        "until": None,
        "days_left": None,
        "ends_soon": False,
        "warning": "Your contract with the municipality is not valid now. You cannot accept Heitjes. What "
        "you have you can still redeem and refund. Call the municipality for a new contract.",
    }


def test_merchant__added_again_with_its_contract__has_one(town: Town) -> None:
    body = {
        "id": new_wallet_id(),
        "name": "Welpie Toys",
        "iban": IBANS[0],
        "category": "toys",
        "contract": CONTRACT,
    }
    first = town.post("registrar", "/merchants", body)
    again = town.post("registrar", "/merchants", body)

    assert again == first
    [held] = town.get("registrar", "/merchant-contracts")["items"]
    assert (held["merchant"], held["merchant_name"]) == (body["id"], "Welpie Toys")
    other = {**body, "contract": {"valid_from": "2021-01-01", "valid_until": "2099-12-31"}}
    assert town.refused("registrar", "/merchants", other) == (
        409,
        "This id belongs to somebody else. Choose a new one.",
    )


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        (
            {"valid_until": "2019-12-31"},
            400,
            "A contract does not end before it begins: valid_until must be on or after valid_from.",
        ),
        (
            {},
            409,
            "This merchant already has a contract from 2020-01-01 to 2099-12-31. Let the new one begin after "
            "it, or end that one first.",
        ),
        ({"merchant": "0" * 32}, 404, "We know nobody by this id."),
        (
            {"valid_from": "2026-02-30"},
            400,
            "Not everything is filled in right. Check this: body.valid_from.",
        ),
        ({"valid_from": 1}, 400, "Not everything is filled in right. Check this: body.valid_from."),
    ],
)
def test_contract__that_cannot_be__is_refused(
    town: Town, shop: Person, change: Mapping[str, Any], status: int, sentence: str
) -> None:
    body = {"merchant": shop.id, **CONTRACT, **change}

    assert town.refused("registrar", "/merchant-contracts", body) == (status, sentence)


def test_contract__ended_twice_or_too_late__is_refused(town: Town, shop: Person) -> None:
    [held] = town.get("registrar", "/merchant-contracts")["items"]
    path, yesterday = f"/merchant-contracts/{held['id']}/end", (today(town) - DAY_LONG).isoformat()

    assert town.refused("registrar", path, {"last_day": "2020-01-01"}) == (
        409,
        f"Its last day can be from {yesterday} to 2099-12-31. {yesterday} is yesterday: then it ends now.",
    )
    ended = end_now(town, shop)
    assert town.post("registrar", path, {"last_day": yesterday}) == ended
    assert town.refused("registrar", path, {"last_day": today(town).isoformat()}) == (
        409,
        f"This contract is over already: {yesterday} was its last day.",
    )


def test_acceptance__when_the_end_is_near__warns_shop_and_municipality(town: Town, shop: Person) -> None:
    end_now(town, shop)
    this_day = today(town)
    last = (this_day + 90 * DAY_LONG).isoformat()
    enter(town, shop, this_day, this_day + 90 * DAY_LONG)

    found = town.get(shop, f"/merchants/{shop.id}/acceptance")

    assert (found["until"], found["days_left"], found["ends_soon"]) == (last, 90, True)
    assert found["warning"] == (
        f"Your contract with the municipality runs until {last}. After that you cannot accept Heitjes. Call "
        "the municipality to renew it."
    )
    listed = town.get("auditor", "/merchant-contracts")["items"]
    assert [(one["state"], one["ends_soon"]) for one in listed] == [("valid", True), ("over", False)]
    enter(town, shop, this_day + 91 * DAY_LONG, this_day + 300 * DAY_LONG)
    found = town.get("auditor", f"/merchants/{shop.id}/acceptance")
    assert (found["days_left"], found["ends_soon"], found["warning"]) == (300, False, None)


def test_contract__entered_and_ended__is_in_the_audit_log(town: Town, shop: Person) -> None:
    ended = end_now(town, shop)

    with transaction(town.engine) as connection:
        rows = connection.execute(
            select(AUDIT_RECORD.c.actor, AUDIT_RECORD.c.act, AUDIT_RECORD.c.details)
            .where(AUDIT_RECORD.c.subject == f"merchant:{shop.id}")
            .order_by(AUDIT_RECORD.c.number)
        ).all()
    assert [tuple(row) for row in rows] == [
        (
            "officer:registrar",
            "enter_contract",
            '{"valid_from":"2020-01-01","valid_until":"2099-12-31"}',
        ),
        (
            "officer:registrar",
            "end_contract",
            f'{{"contract":"{ended["id"]}","last_day":"{ended["last_day"]}"}}',
        ),
    ]

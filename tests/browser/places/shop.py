"""A shop's till, day and redemptions; one that sells, and one that nobody has paid yet."""

from __future__ import annotations

from heitje_chain.custody.model import new_wallet_id
from heitje_chain.db import transaction
from heitje_chain.people import tills
from tests.service.survival import People

from . import Look, Place, send


def looks(people: People) -> list[Look]:
    town, anna, shop = people.town, people.anna, people.shop
    new = town.merchant("Bakkerij en lunchroom De Zoete Inval van Heerlen-Noord")
    payment, returned = (town.paid(anna, shop, cents)["id"] for cents in (3_00, 2_00))
    refund = town.post(shop, f"/payments/{returned}/refunds", {"cents": 50})["id"]
    town.work()
    town.post(shop, "/redemptions", {"cents": 1_00})
    town.work()
    town.post(shop, "/redemptions", {"cents": 50})
    seen = {}
    paid = town.post(shop, "/payment-requests", {"cents": 1_25})
    town.post(anna, "/payments", {"code": paid["code"]})
    town.work()
    for state in ("open", "pending"):
        seen[state] = town.post(shop, "/payment-requests", {"cents": 1_50})
    busy = town.post(anna, "/payments", {"code": seen["pending"]["code"]})["id"]
    till = new_wallet_id()
    with transaction(town.engine) as connection:
        tills.add(connection, shop.id, till, "Kassa 2")
        tills.make_code(connection, shop.id, till)
    return [
        Look(
            "shop",
            shop,
            "merchant",
            {
                "till": "/till",
                "till-refused": Place("/till", send("amount", amount="0")),
                "request": f"/till/requests/{seen['open']['id']}",
                "request-busy": f"/till/requests/{seen['pending']['id']}",
                "request-paid": f"/till/requests/{paid['id']}",
                "day": "/till/day",
                "day-before": "/till/day?day=2026-01-01",
                "payment": f"/till/payments/{payment}",
                "payment-too-much": Place(f"/till/payments/{payment}", send("amount", amount="99")),
                "payment-sure": f"/till/payments/{payment}?amount=1",
                "payment-given-back": f"/till/payments/{refund}",
                "code": "/till/code",
                "month": "/till/month",
                "staff": "/till/staff",
                "staff-till": f"/till/staff/{till}",
                "redeem": "/till/redeem",
                "redeem-sure": "/till/redeem?amount=2",
                "redeem-too-much": Place("/till/redeem", send("amount", amount="9999")),
            },
        ),
        Look("payer", anna, "resident", {"payment-busy": f"/payments/{busy}"}),
        Look("new-shop", new, "merchant", {"till": "/till", "day": "/till/day", "redeem": "/till/redeem"}),
    ]

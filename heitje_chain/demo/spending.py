"""Rewards are spent at all merchants; one is refunded, one donated; merchants redeem and get euros."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from .city import City, Say
from .people import Cast
from .waiting import each, until

DONATION_CENTS = 250
REJECTED_REASON = "AC04"
"""ISO 20022: the account is closed."""


def spend(city: City, cast: Cast, say: Say) -> tuple[list[dict[str, Any]], dict[str, Any], dict[str, Any]]:
    """Have every resident pay, at all merchants together; return payments, the refund and the donation."""
    codes = {one.id: cast.clients[one.id].get("/wallet")["code"] for one in cast.merchants}
    orders = [order for number, one in enumerate(cast.residents) for order in _orders(cast, number, one.id)]

    def pay(order: tuple[str, str, int]) -> dict[str, Any]:
        resident, merchant, cents = order
        client = cast.clients[resident]
        if cents % 2:  # half of them scan what the till shows, half the sticker on the counter
            shown = cast.clients[merchant].post("/payment-requests", {"cents": cents})
            return {**client.post("/payments", {"code": shown["code"]}), "merchant": merchant}
        return {**client.post("/payments", {"code": codes[merchant], "cents": cents}), "merchant": merchant}

    payments = each(pay, orders)
    _wait_for_payments(city, len(payments))
    merchants = {one["merchant"] for one in payments}
    say(f"{len(payments)} payments at {len(merchants)} merchants, final on the chain")

    first = payments[0]
    refund = cast.clients[first["merchant"]].post(f"/payments/{first['id']}/refunds", {"cents": 100})
    club = cast.clients[cast.association]
    donor = cast.clients[cast.residents[0].id]
    donation = donor.post("/payments", {"code": club.get("/wallet")["code"], "cents": DONATION_CENTS})
    _wait_for_payments(city, len(payments) + 2)
    say("1 payment refunded in part, 1 donation to the neighbourhood association")
    return payments, refund, donation


def pay_out(city: City, cast: Cast, say: Say) -> Mapping[str, Any]:
    """Have every merchant redeem all it has, pay a batch, and settle what the bank says."""
    settlement, key = city.officers["settlement"], city.keys["settlement"]
    redeemed = each(lambda one: _redeem(cast, one.id), cast.merchants)
    until(lambda: len(list(settlement.every("/redemptions", state="locked"))) >= len(redeemed), "redemptions")
    say(f"{len(redeemed)} redemptions locked, the coins wait for the bank")

    number = settlement.act("/payout-batches", {}, key)["content"]["batch"]
    until(lambda: _batch_state(city, number) == "closed", "the batch on the chain")
    sealed = settlement.post(f"/payout-batches/{number}/file")
    bank = city.home / "bank"
    bank.mkdir(exist_ok=True)
    file = bank / f"{sealed['message_id']}.xml"
    file.write_bytes(settlement.bytes(f"/payout-batches/{number}/file"))
    if hashlib.sha256(file.read_bytes()).hexdigest() != sealed["sha256"]:
        raise AssertionError("The bank file is not the one that was sealed.")
    say(f"batch {number} closed and final; its pain.001 file is sealed: {file.name}")

    lines = [one["id"] for one in settlement.get(f"/payout-batches/{number}")["redemptions"]]
    outcomes = {
        "booked": lines[1:],
        "rejected": [{"redemption": lines[0], "reason": REJECTED_REASON}],
    }
    settlement.post(f"/payout-batches/{number}/outcomes", outcomes)
    settlement.act(f"/payout-batches/{number}/settlement", {}, key)
    until(lambda: _batch_state(city, number) == "settled", "the burn")
    until(
        lambda: settlement.get(f"/redemptions/{lines[0]}")["state"] == "released", "the rejected line's coins"
    )
    say("the bank booked all lines but one: those were burned, the other merchant has its coins back")
    return {
        **settlement.get(f"/payout-batches/{number}")["batch"],
        "file": file,
        "sha256": sealed["sha256"],
        "rejected_line": lines[0],
    }


# ---------------------------------------------------------------- details


def _orders(cast: Cast, number: int, resident: str) -> list[tuple[str, str, int]]:
    """Return (resident, merchant, cents): most of what the resident has, at two merchants."""
    cents = int(cast.clients[resident].get("/wallet")["spendable"])
    merchants = [
        cast.merchants[(number * step + shift) % len(cast.merchants)].id for step, shift in ((1, 0), (5, 7))
    ]
    shares = [cents * 3 // 5 + number % 2, cents // 5]
    return [(resident, merchant, share) for merchant, share in zip(merchants, shares, strict=True) if share]


def _redeem(cast: Cast, merchant: str) -> dict[str, Any]:
    client = cast.clients[merchant]
    redemption: dict[str, Any] = client.post("/redemptions", {"cents": client.get("/wallet")["spendable"]})
    return redemption


def _wait_for_payments(city: City, number: int) -> None:
    auditor = city.officers["auditor"]
    until(
        lambda: len(list(auditor.every("/payments", state="paid"))) >= number,
        f"{number} payments to be final",
    )


def _batch_state(city: City, number: int) -> str | None:
    batches = city.officers["settlement"].every("/payout-batches")
    return next((str(one["state"]) for one in batches if one["number"] == number), None)

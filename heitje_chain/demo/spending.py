"""Rewards are spent at all merchants; one is refunded, one donated; merchants redeem and get euros."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from heitje_chain.client.answers import PaymentView, RedemptionView
from heitje_chain.client.orders import Outcomes

from .city import City, Say
from .people import Cast
from .waiting import each, until

DONATION_CENTS = 250
REJECTED_REASON = "AC04"
"""ISO 20022: the account is closed."""


def spend(city: City, cast: Cast, say: Say) -> tuple[list[dict[str, Any]], PaymentView, PaymentView]:
    """Have every resident pay, at all merchants together; return payments, the refund and the donation."""
    codes = {one.id: cast.clients[one.id].wallet()["code"] or "" for one in cast.merchants}
    orders = [order for number, one in enumerate(cast.residents) for order in _orders(cast, number, one.id)]

    def pay(order: tuple[str, str, int]) -> dict[str, Any]:
        resident, merchant, cents = order
        client = cast.clients[resident]
        if cents % 2:  # half of them scan what the till shows, half the sticker on the counter
            shown = cast.clients[merchant].payments.request(cents)
            return {**client.payments.ask({"code": shown["code"]}), "merchant": merchant}
        return {**client.payments.ask({"code": codes[merchant], "cents": cents}), "merchant": merchant}

    payments = each(pay, orders)
    _wait_for_payments(city, len(payments))
    merchants = {one["merchant"] for one in payments}
    say(f"{len(payments)} payments at {len(merchants)} merchants, final on the chain")

    first = payments[0]
    refund = cast.clients[first["merchant"]].payments.refund(first["id"], 100)
    club = cast.clients[cast.association]
    donor = cast.clients[cast.residents[0].id]
    donation = donor.payments.ask({"code": club.wallet()["code"] or "", "cents": DONATION_CENTS})
    _wait_for_payments(city, len(payments) + 2)
    say("1 payment refunded in part, 1 donation to the neighbourhood association")
    return payments, refund, donation


def pay_out(city: City, cast: Cast, say: Say) -> Mapping[str, Any]:
    """Have every merchant redeem all it has, pay a batch, and settle what the bank says."""
    settlement, key = city.officers["settlement"], city.keys["settlement"]
    redeemed = each(lambda one: _redeem(cast, one.id), cast.merchants)
    until(lambda: len(list(settlement.redemptions.list(state="locked"))) >= len(redeemed), "redemptions")
    say(f"{len(redeemed)} redemptions locked, the coins wait for the bank")

    number = settlement.payout_batches.close(key)["content"]["batch"]
    until(lambda: _batch_state(city, number) == "closed", "the batch on the chain")
    sealed = settlement.payout_batches.seal(number)
    bank = city.home / "bank"
    bank.mkdir(exist_ok=True)
    file = bank / f"{sealed['message_id']}.xml"
    file.write_bytes(settlement.payout_batches.file(number))
    if hashlib.sha256(file.read_bytes()).hexdigest() != sealed["sha256"]:
        raise AssertionError("The bank file is not the one that was sealed.")
    say(f"batch {number} closed and final; its pain.001 file is sealed: {file.name}")

    lines = [one["id"] for one in settlement.payout_batches.get(number)["redemptions"]]
    outcomes: Outcomes = {
        "booked": lines[1:],
        "rejected": [{"redemption": lines[0], "reason": REJECTED_REASON}],
    }
    settlement.payout_batches.record(number, outcomes)
    settlement.payout_batches.settle(number, key)
    until(lambda: _batch_state(city, number) == "settled", "the burn")
    until(lambda: settlement.redemptions.get(lines[0])["state"] == "released", "the rejected line's coins")
    say("the bank booked all lines but one: those were burned, the other merchant has its coins back")
    return {
        **settlement.payout_batches.get(number)["batch"],
        "file": file,
        "sha256": sealed["sha256"],
        "rejected_line": lines[0],
    }


# ---------------------------------------------------------------- details


def _orders(cast: Cast, number: int, resident: str) -> list[tuple[str, str, int]]:
    """Return (resident, merchant, cents): most of what the resident has, at two merchants."""
    cents = int(cast.clients[resident].wallet()["spendable"])
    merchants = [
        cast.merchants[(number * step + shift) % len(cast.merchants)].id for step, shift in ((1, 0), (5, 7))
    ]
    shares = [cents * 3 // 5 + number % 2, cents // 5]
    return [(resident, merchant, share) for merchant, share in zip(merchants, shares, strict=True) if share]


def _redeem(cast: Cast, merchant: str) -> RedemptionView:
    client = cast.clients[merchant]
    return client.redemptions.ask({"cents": client.wallet()["spendable"]})


def _wait_for_payments(city: City, number: int) -> None:
    auditor = city.officers["auditor"]
    until(
        lambda: len(list(auditor.payments.list(state="paid"))) >= number,
        f"{number} payments to be final",
    )


def _batch_state(city: City, number: int) -> str | None:
    batches = city.officers["settlement"].payout_batches.list()
    return next((str(one["state"]) for one in batches if one["number"] == number), None)

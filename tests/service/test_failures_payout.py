"""Bank files, returns and changed accounts.

See survival.py. Each test names the case of failures.md that it is about; after each there is one event per
act, no hole in the nonces, and chain, books and bank are equal.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import pytest

from .dying import (
    KILLED,
    end_of,
    forked,
    seal_and_die,
)
from .survival import (
    People,
    assert_sound,
    figures,
    locked_told,
)
from .town import IBANS, Town


@pytest.mark.parametrize("moment", ["built", "stored"])
def test_bank_file__when_killed_while_it_is_sealed__is_sealed_later(
    town: Town, people: People, moment: Literal["built", "stored"]
) -> None:
    """Case 24."""
    number, _ = people.closed_batch()
    path = f"/payout-batches/{number}"

    assert end_of(forked(town, seal_and_die, town.config, number, moment)) == KILLED
    assert town.get("settlement", path)["batch"]["state"] == "closed"
    assert town.ask("GET", "settlement", f"{path}/file").status_code == 409

    sealed = town.post("settlement", f"{path}/file")
    contents = {town.ask("GET", "settlement", f"{path}/file").content for _ in range(3)}
    assert town.post("settlement", f"{path}/file") == sealed
    assert {hashlib.sha256(content).hexdigest() for content in contents} == {sealed["sha256"]}
    assert_sound(town)


def test_bank_file__when_sealed_by_many_at_once__is_one(town: Town, people: People) -> None:
    """Case 24."""
    number, _ = people.closed_batch()
    path = f"/payout-batches/{number}/file"

    def seal_and_read(_: int) -> tuple[str, bytes]:
        sealed = town.post("settlement", path)
        return sealed["sha256"], town.ask("GET", "settlement", path).content

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(seal_and_read, range(8)))

    [(sha256, content)] = found
    assert hashlib.sha256(content).hexdigest() == sha256
    assert content.count(b"<EndToEndId>") == 1


def test_payment_of_the_bank__returned_after_the_burn__is_owed_again_and_nothing_is_minted(
    town: Town, people: People
) -> None:
    """Case 25."""
    number, line = people.closed_batch(cents=6_00)
    path = f"/payout-batches/{number}"
    owed = figures(town).owed
    town.post("settlement", f"{path}/file")
    town.post("settlement", f"{path}/outcomes", {"booked": [line["id"]], "rejected": []})
    town.act("settlement", f"{path}/settlement", {})
    town.work()
    burned = figures(town)
    assert (burned.supply, burned.burned, burned.payable, burned.owed) == (9_00, 6_00, 0, owed - 6_00)

    returned = {"end_to_end_id": line["end_to_end_id"], "occurred_at": town.now(), "reason": "AC04"}
    for key in ("bank-return-1", "bank-return-1", "bank-return-2"):
        answer = town.post("settlement", f"/redemptions/{line['id']}/bank-return", returned, key)
        assert answer["return_reason"] == "AC04"
    assert_sound(town, locked_told(line))

    now = figures(town)
    assert (now.supply, now.minted, now.burned) == (burned.supply, burned.minted, burned.burned)
    assert (now.payable, now.owed) == (6_00, owed)
    assert len(town.events("BatchSettled")) == 1
    assert town.spendable(people.shop) == 0
    other = {**returned, "reason": "AC01"}
    assert town.refused("settlement", f"/redemptions/{line['id']}/bank-return", other)[0] == 409


def test_line__of_a_changed_account__is_held_and_the_others_are_paid(town: Town, people: People) -> None:
    """Case 27 and 29: one that cannot be paid keeps nobody else from it."""
    other = town.merchant("Pat's Tostibar", IBANS[1])
    town.paid(people.anna, people.shop, 6_00)
    town.paid(people.anna, other, 4_00)
    held, good = (town.post(shop, "/redemptions", {"cents": 1_00}) for shop in (people.shop, other))
    town.work()
    account = {"iban": IBANS[2], "account_holder": "Welpie Toys"}
    assert town.ask("PUT", "registrar", f"/merchants/{people.shop.id}/account", account).status_code == 200

    closed = town.act("settlement", "/payout-batches", {})
    town.work()
    assert closed["content"]["redemptions"] == [good["id"]]
    assert town.get(people.shop, f"/redemptions/{held['id']}")["held"] is True
    assert_sound(town)

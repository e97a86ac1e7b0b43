"""What the enforcer stops: somebody's coins, or all of them; nobody is promised what cannot move."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from heitje_chain.chain.model import INTENT
from heitje_chain.db import transaction

from .test_recovery import replaced
from .test_review import restored_afterwards
from .town import EARNED, Person, Town

STANDS_STILL = (
    409,
    "The Heitje is paused now: nothing can be paid or redeemed. Nothing was taken from you. Try again later.",
)


def frozen(town: Town, person: Person, cents: int) -> None:
    town.act("enforcer", "/freezes", {"participant": person.id, "cents": cents, "reason": 3})
    town.work()


def test_freeze__of_a_part__leaves_the_rest_to_spend(town: Town, anna: Person, shop: Person) -> None:
    frozen(town, anna, 10_00)

    wallet = town.get(anna, "/wallet")
    assert (wallet["final"], wallet["frozen"], wallet["spendable"]) == (EARNED, 10_00, 5_00)
    code = town.code_of(shop)
    assert town.refused(anna, "/payments", {"code": code, "cents": 5_01}) == (
        409,
        "This amount is too high. €5.00 is available now.",
    )
    town.paid(anna, shop, 5_00)
    assert town.spendable(anna) == 0
    [listed] = town.get("auditor", "/freezes")["items"]
    assert {**listed, "since": None} == {
        "participant": anna.id,
        "kind": "resident",
        "name": "Anna Jansen",
        "chain_participant": f"0x{anna.chain_id}",
        "cents": 10_00,
        "since": None,
    }
    assert town.differences() == ()

    frozen(town, anna, 4_00)
    assert town.spendable(anna) == 6_00, "the later freeze counts"
    town.act("enforcer", "/unfreezes", {"participant": anna.id})
    town.work()
    assert (town.get(anna, "/wallet")["frozen"], town.spendable(anna)) == (0, 10_00)
    assert town.get("auditor", "/freezes")["items"] == []
    assert town.refused("enforcer", "/unfreezes/prepare", {"participant": anna.id}) == (
        409,
        "Nothing of this participant's is frozen.",
    )


def test_freeze__of_more_than_there_is__lets_nothing_move(town: Town, anna: Person, shop: Person) -> None:
    town.paid(anna, shop, 6_00)
    frozen(town, shop, 99_00)

    assert town.get(shop, "/wallet")["spendable"] == 0
    assert town.refused(shop, "/redemptions", {"cents": 1_00})[0] == 409


def test_freeze__stays_when_the_wallet_is_replaced(town: Town, anna: Person) -> None:
    frozen(town, anna, 10_00)
    replaced(town, anna)

    wallet = town.get(anna, "/wallet")
    assert (wallet["final"], wallet["frozen"], wallet["spendable"]) == (EARNED, 10_00, 5_00)


def test_freeze_and_pause__after_the_backup__are_known_again(town: Town, anna: Person) -> None:
    with restored_afterwards(town):
        frozen(town, anna, 10_00)
        town.act("enforcer", "/pauses", {"reason": 1})
        town.work()
    town.work()

    assert town.spendable(anna) == 5_00
    assert town.get(anna, "/status")["paused"]


def test_pause__until_it_ends__moves_nothing(town: Town, anna: Person, shop: Person) -> None:
    assert town.get(anna, "/status") == {"paused": False, "since": None}
    assert town.refused("enforcer", "/unpauses/prepare") == (409, "The Heitje is not paused.")
    act = town.act("enforcer", "/pauses", {"reason": 1})
    town.work()

    assert town.get("enforcer", f"/acts/{act['id']}")["state"] == "done"
    status = town.get(shop, "/status")
    assert status["paused"]
    assert status["since"] == town.now(), "the time of the block that paused it"
    assert town.refused("enforcer", "/pauses/prepare", {"reason": 1}) == (
        409,
        "The Heitje is paused already.",
    )

    town.act("enforcer", "/unpauses", {})
    town.work()
    assert not town.get(anna, "/status")["paused"]
    town.paid(anna, shop, 4_00)
    assert town.spendable(shop) == 4_00
    assert town.differences() == ()


def test_orders__while_the_coin_is_paused__are_refused_before_anything_is_held(
    town: Town, anna: Person, shop: Person
) -> None:
    club = town.association()
    paid = town.paid(anna, shop, 4_00)
    order = {"code": town.code_of(shop), "cents": 1_00}
    key = "pay-before-the-pause"
    before = town.post(anna, "/payments", order, key)
    town.work()
    town.act("enforcer", "/pauses", {"reason": 1})
    town.work()
    intents = _orders(town)

    assert town.refused(anna, "/payments", order) == STANDS_STILL
    assert town.refused(anna, "/payments", {"code": town.code_of(club), "cents": 1_00}) == STANDS_STILL
    assert town.refused(shop, f"/payments/{paid['id']}/refunds", {"cents": 1_00}) == STANDS_STILL
    assert town.refused(shop, "/redemptions", {"cents": 1_00}) == STANDS_STILL
    assert town.post(anna, "/payments", order, key) == before, "what was ordered before is told again"
    assert _orders(town) == intents
    assert (town.spendable(anna), town.spendable(shop)) == (EARNED - 5_00, 5_00)


def test_approval__while_the_coin_is_paused__waits_and_mints_when_the_pause_ends(
    town: Town, partner: Person
) -> None:
    resident = town.resident()
    claim = town.submitted(partner, resident)
    town.act("enforcer", "/pauses", {"reason": 1})
    town.work()

    town.act(partner, "/approvals", {"claims": [claim["id"]]})
    for _ in range(5):
        town.worker.round()
    assert town.get(resident, f"/claims/{claim['id']}")["pending"] == "approve"
    assert town.spendable(resident) == 0

    town.act("enforcer", "/unpauses", {})
    town.work()
    assert town.get(resident, f"/claims/{claim['id']}")["state"] == "approved"
    assert town.spendable(resident) == 15_00


def test_pause__signed_while_another_holds__has_failed_and_stops_nothing_later(town: Town) -> None:
    late = town.prepare("enforcer", "/pauses", {"reason": 2})
    town.act("enforcer", "/pauses", {"reason": 1})
    town.work()
    town.post("enforcer", "/pauses", late)
    town.work()

    assert town.get("enforcer", f"/acts/{late['act']}")["state"] == "failed"
    town.act("enforcer", "/unpauses", {})
    town.work()
    assert not town.get("enforcer", "/status")["paused"]


@pytest.mark.parametrize("path", ["/pauses", "/unpauses", "/freezes", "/unfreezes"])
def test_stops__by_anybody_but_the_enforcer__are_refused(town: Town, path: str) -> None:
    resident = town.resident()
    act = {"act": "0" * 64, "signature": "0x" + "00" * 65}

    for who in (resident, "treasurer", "guardian"):
        assert town.refused(who, path, act)[0] == 403


def _orders(town: Town) -> int:
    """How much was ever wanted of the chain."""
    with transaction(town.engine) as connection:
        return int(connection.execute(select(func.count()).select_from(INTENT)).scalar_one())

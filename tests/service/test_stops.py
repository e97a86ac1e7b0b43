"""What the enforcer stops: somebody's coins, or all of them; nobody is promised what cannot move."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from heitje_chain.chain.model import INTENT
from heitje_chain.db import transaction
from heitje_chain.ledger.model import JOURNAL_ENTRY, JOURNAL_LINE

from .test_recovery import replaced
from .test_review import restored_afterwards
from .town import EARNED, Person, Town

STANDS_STILL = (
    409,
    "The Heitje is paused now: nothing can be paid or redeemed. Nothing was taken from you. Try again later.",
)


def force_of(payer: Person, payee: Person, cents: int) -> dict[str, object]:
    return {"payer": payer.id, "payee": payee.id, "cents": cents, "reason": 5}


def forced(town: Town, payer: Person, payee: Person, cents: int) -> str:
    """Have a force scheduled; return its act."""
    act = town.act("enforcer", "/forces", force_of(payer, payee, cents))
    town.work_until(lambda: town.get("enforcer", f"/acts/{act['id']}")["state"] == "scheduled")
    return str(act["id"])


def balances(town: Town, *people: Person) -> tuple[int, ...]:
    return tuple(town.get(one, "/wallet")["final"] for one in people)


def booked(town: Town) -> list[tuple[str, int]]:
    """What the journal says was forced."""
    with transaction(town.engine) as connection:
        rows = connection.execute(
            select(JOURNAL_ENTRY.c.kind, JOURNAL_LINE.c.cents)
            .join(JOURNAL_LINE, JOURNAL_LINE.c.entry_number == JOURNAL_ENTRY.c.number)
            .where((JOURNAL_ENTRY.c.kind == "force") & (JOURNAL_LINE.c.cents > 0))
        )
        return [(row.kind, row.cents) for row in rows]


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


def test_force__of_frozen_coins_of_somebody_blocked_while_paused__gives_them_after_the_delay(
    town: Town, anna: Person, shop: Person
) -> None:
    frozen(town, anna, EARNED)
    town.act("enforcer", "/blocks", {"participant": anna.id, "reason": 4})
    town.act("enforcer", "/pauses", {"reason": 1})
    town.work()

    act = forced(town, anna, shop, 9_00)
    assert town.get("enforcer", f"/acts/{act}")["state"] == "scheduled"
    assert balances(town, anna, shop) == (EARNED, 0), "its delay is running"
    town.pass_delay()

    assert town.get("enforcer", f"/acts/{act}")["state"] == "done"
    assert balances(town, anna, shop) == (EARNED - 9_00, 9_00)
    assert town.get(anna, "/wallet")["frozen"] == EARNED - 9_00, "no more than is left"
    assert booked(town) == [("force", 9_00)]
    assert town.differences() == ()


def test_force__cancelled_by_the_guardian__moves_nothing(town: Town, anna: Person, shop: Person) -> None:
    act = forced(town, anna, shop, 9_00)
    town.act("guardian", f"/acts/{act}/cancellation", {})
    town.work()
    town.pass_delay()

    assert town.get("enforcer", f"/acts/{act}")["state"] == "cancelled"
    assert balances(town, anna, shop) == (EARNED, 0)
    assert booked(town) == []


def test_force__of_coins_that_were_spent_meanwhile__is_refused_and_moves_nothing(
    town: Town, anna: Person, shop: Person
) -> None:
    club = town.association()
    act = forced(town, anna, club, EARNED)
    town.paid(anna, shop, 1)
    town.pass_delay()

    failed = town.get("enforcer", f"/acts/{act}")
    assert (failed["state"], failed["refusal"]["name"]) == ("failed", "ERC20InsufficientBalance")
    assert balances(town, anna, shop) == (EARNED - 1, 1)
    assert town.differences() == ()


def test_force__signed_twice__is_one_act(town: Town, anna: Person, shop: Person) -> None:
    signed = town.prepare("enforcer", "/forces", force_of(anna, shop, 2_00))
    first = town.post("enforcer", "/forces", signed, "signed-once")
    assert town.post("enforcer", "/forces", signed, "signed-twice")["id"] == first["id"]
    town.work()
    town.pass_delay()

    assert booked(town) == [("force", 2_00)]


def test_force__that_cannot_be__is_refused_in_words(town: Town, anna: Person, shop: Person) -> None:
    def refused(payer: Person, payee: Person, cents: int) -> tuple[int, str]:
        return town.refused("enforcer", "/forces/prepare", force_of(payer, payee, cents))

    assert refused(anna, anna, 1) == (
        409,
        "The coins would go to whoever has them already. Choose somebody else.",
    )
    assert refused(anna, shop, EARNED + 1) == (
        409,
        "This participant has only €15.00. No more can be moved than there is.",
    )
    assert refused(town.partner(), shop, 1) == (404, "We know nobody by this id.")
    town.act("enforcer", "/blocks", {"participant": shop.id, "reason": 4})
    town.work()
    assert refused(anna, shop, 1) == (
        409,
        "This cannot be done now: this participant does not take part at the moment.",
    )


@pytest.mark.parametrize("path", ["/pauses", "/unpauses", "/freezes", "/unfreezes", "/forces"])
def test_stops__by_anybody_but_the_enforcer__are_refused(town: Town, path: str) -> None:
    resident = town.resident()
    act = {"act": "0" * 64, "signature": "0x" + "00" * 65}

    for who in (resident, "treasurer", "guardian"):
        assert town.refused(who, path, act)[0] == 403


def _orders(town: Town) -> int:
    """How much was ever wanted of the chain."""
    with transaction(town.engine) as connection:
        return int(connection.execute(select(func.count()).select_from(INTENT)).scalar_one())


def test_freeze_and_force__prepared_before_a_recovery__are_prepared_anew_after_it(
    town: Town, anna: Person
) -> None:
    bas = town.resident("Bas")
    orders = (
        ("/freezes", {"participant": anna.id, "cents": 1_00, "reason": 3}),
        ("/forces", force_of(anna, bas, 1_00)),
    )
    before = [town.post("enforcer", f"{path}/prepare", body)["id"] for path, body in orders]
    assert [town.post("enforcer", f"{path}/prepare", body)["id"] for path, body in orders] == before

    wallet = replaced(town, anna)

    anew = [town.post("enforcer", f"{path}/prepare", body) for path, body in orders]
    assert not {one["id"] for one in anew} & set(before)
    freeze, force = (one["content"] for one in anew)
    assert (freeze["wallet"], force["wallets"][0]) == (wallet, wallet)
    town.act("enforcer", *orders[0])
    town.work()
    assert town.get(anna, "/wallet")["frozen"] == 1_00

"""A lost wallet is replaced: coins and all that is under way come along, and nothing is done twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from heitje_chain.chain.codec import bytes_of
from heitje_chain.chain.model import INTENT
from heitje_chain.custody.model import WALLET
from heitje_chain.db import transaction

from .test_review import restored_afterwards
from .town import EARNED, Person, Town


def asked(town: Town, person: Person, key: str | None = None) -> str:
    """Ask for a new wallet and wait until it is made."""
    recovery = town.post("registrar", "/recoveries", {"participant": person.id, "reason": 1}, key or "")
    town.work()
    return str(recovery["id"])


def replaced(town: Town, person: Person, key: str | None = None) -> str:
    """Have somebody's wallet replaced; return the new one."""
    recovery = asked(town, person, key)
    town.act("enforcer", f"/recoveries/{recovery}/replacement", {})
    town.work()
    town.pass_delay()
    found = town.get("enforcer", f"/recoveries/{recovery}")
    assert found["state"] == "replaced", found
    return str(found["new_wallet"])


def scheduled(town: Town, *people: Person) -> None:
    """Have the delay run in which each of these still has the old wallet."""
    paths = [f"/recoveries/{asked(town, one)}" for one in people]
    for path in paths:
        town.act("enforcer", f"{path}/replacement", {})
    town.work_until(lambda: all(town.get("enforcer", path)["state"] == "scheduled" for path in paths))


def carry_out(town: Town) -> None:
    """Carry out what is scheduled by other hands, of which the worker does not know yet."""
    town.rpc("evm_increaseTime", town.delay_seconds)
    done = {one["operationId"] for one in town.events("OperationExecuted")}
    for told in town.events("OperationScheduled"):
        if told["operationId"] not in done:
            call = town.contracts.codec.call(
                "OfficerAccount", "carryOut", told["target"], bytes_of(told["data"])
            )
            sending = {"from": town.rpc("eth_accounts")[0], "to": told["caller"], "data": "0x" + call.hex()}
            assert town.mined(town.rpc("eth_sendTransaction", sending))


def wallet(town: Town, person: Person) -> str:
    return str(town.get("registrar", f"/residents/{person.id}")["wallet"])


def open_intents(town: Town) -> list[str]:
    with transaction(town.engine) as connection:
        return list(connection.scalars(select(INTENT.c.kind).where(INTENT.c.state.not_in(("done",)))))


def test_wallet__when_lost__is_replaced_and_spends_on(town: Town, anna: Person, shop: Person) -> None:
    first = wallet(town, anna)
    recovery = asked(town, anna)
    ready = town.get("enforcer", f"/recoveries/{recovery}")
    assert (ready["state"], ready["participant"], ready["reason"]) == ("ready", anna.id, 1)

    act = town.act("enforcer", f"/recoveries/{recovery}/replacement", {})
    town.work_until(lambda: town.get("enforcer", f"/recoveries/{recovery}")["state"] == "scheduled")
    assert wallet(town, anna) == first, "its delay is running"
    town.pass_delay()

    after = town.get("enforcer", f"/recoveries/{recovery}")
    assert (after["state"], after["old_wallet"], after["new_wallet"]) == (
        "replaced",
        first,
        ready["new_wallet"],
    )
    assert town.get("enforcer", f"/acts/{act['id']}")["state"] == "done"
    assert wallet(town, anna) == ready["new_wallet"]
    assert town.spendable(anna) == EARNED
    town.paid(anna, shop, 4_00)
    assert (town.spendable(anna), town.spendable(shop)) == (EARNED - 4_00, 4_00)
    [moved] = town.events("Recovered")
    assert (moved["oldWallet"], moved["newWallet"], moved["cents"]) == (first, after["new_wallet"], EARNED)
    assert town.differences() == ()
    [told] = town.get("auditor", f"/recoveries?participant={anna.id}")["items"]
    assert told == after


def test_recovery__asked_twice__is_one_and_for_another_reason_refused(town: Town, anna: Person) -> None:
    body = {"participant": anna.id, "reason": 1}
    one = town.post("registrar", "/recoveries", body)

    assert town.post("registrar", "/recoveries", body)["id"] == one["id"]
    assert town.refused("enforcer", f"/recoveries/{one['id']}/replacement/prepare") == (
        409,
        "The new wallet is still being made. Try again in a minute.",
    )
    assert town.refused("registrar", "/recoveries", {**body, "reason": 2}) == (
        409,
        "A recovery for this participant is open already, for another reason. Finish that one first.",
    )
    town.work()
    with transaction(town.engine) as connection:
        made = connection.execute(select(WALLET).where(WALLET.c.id == one["id"])).one()
    assert made.state == "made"


def test_recovery__by_the_officer_who_asked_for_it__is_refused(town: Town, anna: Person) -> None:
    body = {"participant": anna.id, "reason": 1, "identity": "passport"}
    asked_for = town.post("enforcer", "/recoveries", body)
    town.work()

    assert (asked_for["asked_by"], asked_for["identity"]) == ("enforcer", "passport")
    assert town.refused("enforcer", f"/recoveries/{asked_for['id']}/replacement/prepare") == (
        409,
        "You asked for this recovery yourself. Let a colleague with an account of its own confirm it.",
    )


def test_recovery__of_a_partner_or_nobody__is_refused(town: Town, partner: Person) -> None:
    for nobody in (partner.id, "0" * 32):
        told = town.refused("registrar", "/recoveries", {"participant": nobody, "reason": 1})
        assert told == (404, "We know nobody by this id.")


def test_recovery__when_cancelled_by_the_guardian__can_be_prepared_again(town: Town, anna: Person) -> None:
    first, recovery = wallet(town, anna), asked(town, anna)
    path = f"/recoveries/{recovery}"
    act = town.act("enforcer", f"{path}/replacement", {})
    town.work_until(lambda: town.get("enforcer", path)["state"] == "scheduled")
    town.act("guardian", f"/acts/{act['id']}/cancellation", {})
    town.work()
    town.pass_delay()

    assert town.get("enforcer", path)["state"] == "cancelled"
    assert wallet(town, anna) == first
    assert town.refused("guardian", f"/acts/{act['id']}/cancellation/prepare") == (
        409,
        "This act does not wait to be carried out, so it cannot be cancelled.",
    )

    town.act("enforcer", f"{path}/replacement", {})
    town.work()
    town.pass_delay()
    assert town.get("enforcer", path)["state"] == "replaced"
    assert town.refused("enforcer", f"{path}/replacement/prepare")[0] == 409
    assert len(town.events("WalletReplaced")) == 1
    assert town.differences() == ()


def test_cancellation__by_another_officer_than_its_own__is_refused(town: Town, anna: Person) -> None:
    path = f"/recoveries/{asked(town, anna)}"
    act = town.act("enforcer", f"{path}/replacement", {})
    town.work_until(lambda: town.get("enforcer", path)["state"] == "scheduled")

    assert town.refused("registrar", f"/acts/{act['id']}/cancellation/prepare")[0] == 404
    town.act("enforcer", f"/acts/{act['id']}/cancellation", {})
    town.work()
    assert town.get("enforcer", path)["state"] == "cancelled"


@pytest.mark.parametrize("is_signed", [True, False])
def test_payment__under_way_while_both_wallets_are_replaced__arrives_once(
    town: Town, anna: Person, shop: Person, is_signed: bool
) -> None:
    scheduled(town, anna, shop)
    payment = town.post(anna, "/payments", {"code": town.code_of(shop), "cents": 4_00})
    if is_signed:
        town.rpc("evm_setAutomine", False)
        town.worker.sender.step()  # Signed by the old wallet and for the old wallet; in no block.
        town.rpc("anvil_dropAllTransactions")
        town.rpc("evm_setAutomine", True)
    carry_out(town)
    town.work()

    assert town.get(anna, f"/payments/{payment['id']}")["state"] == "paid"
    assert (town.spendable(anna), town.spendable(shop)) == (EARNED - 4_00, 4_00)
    assert [one["nonce"] for one in town.events("AuthorizationUsed")] == [f"0x{payment['id']}"]
    assert open_intents(town) == []
    assert town.differences() == ()


def test_redemption_and_claim__under_way_while_the_wallet_is_replaced__are_done(
    town: Town, partner: Person, anna: Person, shop: Person
) -> None:
    town.paid(anna, shop, 6_00)
    job = town.job(partner)
    scheduled(town, anna, shop)
    line = town.post(shop, "/redemptions", {"cents": 6_00})
    claim = town.post(anna, "/claims", {"job": job["id"]})
    carry_out(town)
    town.work()

    assert town.get(shop, f"/redemptions/{line['id']}")["state"] == "locked"
    assert town.get(anna, f"/claims/{claim['id']}")["state"] == "claimed"
    assert open_intents(town) == []
    assert town.differences() == ()


def test_wallet__replaced_after_the_backup__is_known_and_signs_again(
    town: Town, anna: Person, shop: Person
) -> None:
    with restored_afterwards(town):
        middle = replaced(town, anna, "recovery-1")
        town.paid(anna, shop, 1_00)
        last = replaced(town, anna, "recovery-2")
        town.paid(anna, shop, 2_00)
    town.work()

    assert wallet(town, anna) == last
    found = town.get("enforcer", f"/recoveries?participant={anna.id}")["items"]
    assert [(one["state"], one["new_wallet"]) for one in found] == [("replaced", last), ("replaced", middle)]
    assert town.spendable(anna) == EARNED - 3_00
    town.paid(anna, shop, 4_00)
    assert sorted(one["cents"] for one in town.get(anna, "/payments")["items"]) == [1_00, 2_00, 4_00]
    again = {"participant": anna.id, "reason": 1}
    assert town.post("registrar", "/recoveries", again, "recovery-2")["id"] == found[0]["id"]
    with transaction(town.engine) as connection:
        states = connection.scalars(select(WALLET.c.state).where(WALLET.c.id.in_([f["id"] for f in found])))
        assert list(states) == ["admitted", "admitted"]
    assert town.differences() == ()


def test_wallet__replaced_of_a_blocked_one__stays_blocked(town: Town, anna: Person) -> None:
    town.act("enforcer", "/blocks", {"participant": anna.id, "reason": 1})
    town.work()
    new = replaced(town, anna)

    found = town.get("registrar", f"/residents/{anna.id}")
    assert (found["wallet"], found["blocked"]) == (new, True)
    assert town.differences() == ()

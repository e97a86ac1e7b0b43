"""What a second pair of eyes found on the money paths: each would cost a cent, or keep somebody waiting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import text

from heitje_chain.db import open_engine
from heitje_chain.worker import open_worker
from tests.databases import copy_of

from .survival import use_elsewhere
from .town import CONTRACT, DAY, EARNED, Person, Town


@contextmanager
def restored_afterwards(town: Town) -> Iterator[None]:
    """Whatever happens inside, the database is afterwards the one from before; the chain goes on."""
    backup = copy_of(town.config.database_url, town.config.home)
    yield
    town.engine.dispose()
    town.config = replace(town.config, database_url=backup)
    town.engine = open_engine(town.config.database_url)
    town.http.app.state.engine = town.engine  # type: ignore[attr-defined]
    town._worker = open_worker(town.config, adopt_nonce=True)


# ---------------------------------------------------------------- the lane


def test_payments__that_fit_into_no_block_together__are_sent_apart(
    town: Town, anna: Person, shop: Person
) -> None:
    limit = int(town.rpc("eth_getBlockByNumber", "latest", False)["gasLimit"], 16)
    code = town.code_of(shop)
    for _ in range(6):
        town.post(anna, "/payments", {"code": code, "cents": 1_00})
    town.rpc("evm_setBlockGasLimit", hex(300_000))
    town.rpc("evm_mine")
    try:
        town.work()
    finally:
        town.rpc("evm_setBlockGasLimit", hex(limit))

    assert town.spendable(shop) == 6_00


def test_payment__whose_nonce_was_used_elsewhere__waits_and_arrives(
    town: Town, anna: Person, shop: Person
) -> None:
    use_elsewhere(town, town.worker.sender._account.address)
    payment = town.post(anna, "/payments", {"code": town.code_of(shop), "cents": 4_00})
    for _ in range(5):
        town.worker.round()
    assert town.get(anna, f"/payments/{payment['id']}")["state"] == "pending", "the lane pauses"

    town._worker = open_worker(town.config, adopt_nonce=True)
    town.work()

    assert town.get(anna, f"/payments/{payment['id']}")["state"] == "paid"
    assert (town.spendable(anna), town.spendable(shop)) == (11_00, 4_00)


# ---------------------------------------------------------------- promises


def test_slot__of_a_claim_that_came_too_late_for_the_chain__is_free_again(
    town: Town, partner: Person
) -> None:
    resident = town.resident()
    job = town.job(partner, slots=1)
    claim = town.post(resident, "/claims", {"job": job["id"]})
    town.rpc("evm_increaseTime", 20 * DAY)
    town.rpc("evm_mine")
    town.worker.watcher.step()
    town.work()

    assert town.get(resident, f"/claims/{claim['id']}")["state"] == "refused"
    assert town.get(partner, "/budgets")["items"][0]["reserved"] == 0


def test_closing__of_a_job__is_done_when_it_is_final(town: Town, partner: Person) -> None:
    job = town.job(partner)
    signed = town.prepare(partner, "/job-closings", {"job": job["id"]})
    town.post(partner, "/job-closings", signed)
    town.work()

    assert town.get(partner, f"/jobs/{job['id']}")["state"] == "closed"
    assert town.get(partner, f"/acts/{signed['act']}")["state"] == "done"


# ---------------------------------------------------------------- an old backup


def test_merchant__who_was_admitted_after_the_backup__takes_part_again(town: Town, anna: Person) -> None:
    id_ = "3f8a2b1c4d5e4f60817263544a5b6c7d"
    body = {
        "id": id_,
        "name": "Welpie Toys",
        "iban": "NL41ABNA9000000001",
        "category": "speelgoed",
        "contract": CONTRACT,
    }
    with restored_afterwards(town):
        shop = town._person("merchants", body)
        town.paid(anna, shop, 4_00)
    town.work()
    town.post("registrar", "/merchants", body)
    town.work()

    assert town.get("registrar", f"/merchants/{id_}")["state"] == "active"
    shop.secret = town.post("registrar", "/tokens", {"participant": id_})["secret"]
    assert town.spendable(shop) == 4_00
    town.post(shop, "/redemptions", {"cents": 4_00})
    town.work()
    assert town.spendable(shop) == 0
    assert town.differences() == ()


def test_partner__who_was_admitted_after_the_backup__signs_again(town: Town, anna: Person) -> None:
    with restored_afterwards(town):
        partner = town.partner()
    town.work()
    town.post("registrar", "/partners", {"id": partner.id, "name": "Alcander"})
    town.work()

    assert town.get("registrar", f"/partners/{partner.id}")["state"] == "active"
    assert [one["state"] for one in town.get("registrar", f"/partners/{partner.id}/signers")["items"]] == [
        "active"
    ]


def test_payment_and_redemption__asked_again_after_a_restore__happen_once(
    town: Town, anna: Person, shop: Person
) -> None:
    order = {"code": town.code_of(shop), "cents": 6_00}
    with restored_afterwards(town):
        first = town.post(anna, "/payments", order, key="payment-1")
        town.work()
        line = town.post(shop, "/redemptions", {"cents": 2_00}, key="redeem-01")
        town.work()
    again = town.post(anna, "/payments", order, key="payment-1")
    assert again["id"] == first["id"]
    town.work()
    assert town.post(shop, "/redemptions", {"cents": 2_00}, key="redeem-01")["id"] == line["id"]
    town.work()

    assert (town.spendable(anna), town.spendable(shop)) == (9_00, 4_00)
    assert town.get(anna, f"/payments/{first['id']}")["state"] == "paid"
    assert len(town.events("RedemptionLocked")) == 1
    assert town.differences() == ()


def test_grant__sent_again_after_a_restore__is_done_and_not_unsigned(town: Town, partner: Person) -> None:
    with restored_afterwards(town):
        signed = town.prepare("treasurer", "/grants", {"partner": partner.id, "period": 2026, "cents": 1_00})
        town.post("treasurer", "/grants", signed)
        town.work()
    town.work()

    assert town.post("treasurer", "/grants", signed)["state"] == "done"
    town.work()
    assert town.get(partner, "/budgets")["items"][0]["granted"] == 1_001_00


def test_refund__made_after_the_backup__does_not_stop_payouts(town: Town, anna: Person, shop: Person) -> None:
    payment = town.paid(anna, shop, 6_00)
    with restored_afterwards(town):
        town.post(shop, f"/payments/{payment['id']}/refunds", {"cents": 2_00})
        town.work()

    assert town.differences() == ()
    above = town.refused(shop, f"/payments/{payment['id']}/refunds", {"cents": 4_01})
    assert above[0] == 409, "what was given back counts"


# ---------------------------------------------------------------- comparing


def test_reconcile__when_a_bank_return_is_missing_from_the_journal__says_so(
    town: Town, anna: Person, shop: Person
) -> None:
    town.paid(anna, shop, 6_00)
    line = town.post(shop, "/redemptions", {"cents": 6_00})
    town.work()
    number = town.act("settlement", "/payout-batches", {})["content"]["batch"]
    town.work()
    path = f"/payout-batches/{number}"
    town.post("settlement", f"{path}/file")
    town.post("settlement", f"{path}/outcomes", {"booked": [line["id"]]})
    town.act("settlement", f"{path}/settlement", {})
    town.work()
    told = {"end_to_end_id": line["end_to_end_id"], "occurred_at": town.now(), "reason": "AC04"}
    town.post("settlement", f"/redemptions/{line['id']}/bank-return", told)
    assert town.differences() == ()

    with town.change_books() as connection:
        connection.execute(
            text("DELETE FROM journal_line WHERE account LIKE 'payable%' OR account = 'returned'")
        )

    assert any("payable" in one for one in town.differences())


# ---------------------------------------------------------------- officers


def test_payout__of_a_blocked_merchant__waits(town: Town, anna: Person, shop: Person) -> None:
    town.paid(anna, shop, 6_00)
    town.post(shop, "/redemptions", {"cents": 6_00})
    town.work()
    town.act("enforcer", "/blocks", {"participant": shop.id, "reason": 1})
    town.work()

    assert town.refused("settlement", "/payout-batches/prepare") == (409, "There is nothing to pay out now.")
    town.act("enforcer", "/unblocks", {"participant": shop.id})
    town.work()
    assert town.act("settlement", "/payout-batches", {})["content"]["batch"] == 1


def test_award__while_paused__is_minted_when_it_is_over(town: Town, partner: Person, anna: Person) -> None:
    body = {"partner": partner.id, "period": 2026, "resident": anna.id, "cents": 7_00, "reason": "Te laat."}
    with town.paused():
        act = town.act("treasurer", "/awards", body)
        for _ in range(3):
            town.worker.round()
        assert town.get("treasurer", f"/acts/{act['id']}")["state"] == "signed"
        assert town.act("treasurer", "/awards", body)["id"] == act["id"], "given again, it is the same order"
    town.work()

    assert town.spendable(anna) == EARNED + 7_00
    assert len(town.events("AwardMinted")) == 1


def test_reconcile__when_two_lines_are_swapped__names_both(town: Town, anna: Person, shop: Person) -> None:
    town.paid(anna, shop, 6_00)
    lines = [town.post(shop, "/redemptions", {"cents": cents})["id"] for cents in (1_00, 2_00)]
    town.work()
    with town.change_books() as connection:
        for one, cents in zip(lines, (2_00, 1_00), strict=True):
            connection.execute(text(f"UPDATE redemption SET cents = {cents} WHERE id = '{one}'"))  # noqa: S608

    found = town.differences()

    assert len(found) == 2
    assert all(any(one in told for told in found) for one in lines)

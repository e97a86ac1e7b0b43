"""A database that comes back as it was some time ago.

See survival.py. Each test names the case of failures.md that it is about; after each there is one event per
act, no hole in the nonces, and chain, books and bank are equal.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from heitje_chain.chain.model import DONE, INTENT
from heitje_chain.chain.sender import SendingKeyUsedElsewhere
from heitje_chain.custody import model as custody
from heitje_chain.db import transaction
from heitje_chain.worker import open_worker
from tests.databases import copy_of, put_back

from .dying import (
    close_connections,
)
from .survival import (
    ORDERS,
    People,
    assert_sound_but_nonces,
    claim_told,
    locked_told,
    paid_told,
    wallet_of,
)
from .town import IBANS, Town


def back_up(town: Town, to: Path) -> None:
    """Copy the database as it is; the file says where the copy is."""
    close_connections(town)
    to.write_text(copy_of(town.config.database_url, to.parent))


def restore(town: Town, backup: Path) -> None:
    """Put the backup in the database's place, and open the worker as an operator then must."""
    close_connections(town)
    put_back(town.config.database_url, backup.read_text())
    with pytest.raises(SendingKeyUsedElsewhere):
        open_worker(town.config)
    town._worker = open_worker(town.config, adopt_nonce=True)


def test_database__when_restored_from_a_backup__learns_from_the_chain_what_it_forgot(
    town: Town, people: People, tmp_path: Path
) -> None:
    """Case 16: between people whom the backup knows."""
    claim = people.submitted()
    back_up(town, tmp_path / "backup.db")
    town.act(people.partner, "/approvals", {"claims": [claim]})
    payment = people.pay(4_00, key="payment-1")
    award = people.award()
    town.work()
    number, line = people.closed_batch(cents=3_00)
    acts = [claim_told("ClaimApproved", claim), paid_told(payment), award, locked_told(line)]
    held = town.spendable(people.anna)

    restore(town, tmp_path / "backup.db")
    assert_sound_but_nonces(town, *acts)

    assert town.get(people.anna, f"/claims/{claim}")["state"] == "approved"
    assert town.get(people.anna, f"/payments/{payment['id']}")["state"] == "paid"
    found = town.get(people.shop, f"/redemptions/{line['id']}")
    assert (found["state"], found["batch"], found["held"]) == ("batched", number, True)
    assert people.pay(4_00, key="payment-1")["id"] == payment["id"]
    assert_sound_but_nonces(town, *acts)
    assert town.spendable(people.anna) == held
    town.paid(people.anna, people.shop, 1_00)
    assert_sound_but_nonces(town, *acts)


@pytest.mark.parametrize("kind", list(ORDERS))
def test_act__waiting_in_the_backup_and_done_since__is_done_once(
    town: Town, people: People, tmp_path: Path, kind: str
) -> None:
    """Case 16."""
    act = ORDERS[kind](people)
    back_up(town, tmp_path / "backup.db")
    town.work()
    held = town.spendable(people.anna)

    restore(town, tmp_path / "backup.db")
    assert_sound_but_nonces(town, act)
    assert town.spendable(people.anna) == held
    with transaction(town.engine) as connection:
        assert set(connection.scalars(select(INTENT.c.state))) == {DONE}


def test_work_and_payouts__that_a_restored_database_forgot__go_on(
    town: Town, people: People, tmp_path: Path
) -> None:
    """Case 16: a job and work on it, a filed batch, and a settled one with a rejected line."""
    other = town.merchant("Pat's Tostibar", IBANS[1])
    town.paid(people.anna, other, 1_00)
    back_up(town, tmp_path / "backup.db")
    claim = people.submitted()
    rejected = town.post(other, "/redemptions", {"cents": 1_00})
    first, booked = people.closed_batch(cents=2_00)
    path = f"/payout-batches/{first}"
    town.post("settlement", f"{path}/file")
    outcomes = {"booked": [booked["id"]], "rejected": [{"redemption": rejected["id"], "reason": "AC04"}]}
    town.post("settlement", f"{path}/outcomes", outcomes)
    town.act("settlement", f"{path}/settlement", {})
    town.work()
    second, line = people.closed_batch(cents=3_00)
    sealed = town.post("settlement", f"/payout-batches/{second}/file")

    restore(town, tmp_path / "backup.db")
    assert_sound_but_nonces(town, locked_told(booked), locked_told(rejected), locked_told(line))

    assert town.get(people.shop, f"/redemptions/{booked['id']}")["state"] == "booked"
    assert town.get(other, f"/redemptions/{rejected['id']}")["state"] == "released"
    assert town.get("settlement", path)["batch"]["state"] == "settled"
    assert town.refused("settlement", f"{path}/file")[0] == 409, "nothing is paid twice"
    assert town.refused("settlement", f"/payout-batches/{second}/file")[0] == 409, "its line is held"
    town.post("settlement", f"/redemptions/{line['id']}/account-confirmation")
    again = town.post("settlement", f"/payout-batches/{second}/file")
    assert {**again, "sha256": ""} == {**sealed, "sha256": ""}, "by its ids the bank knows it"
    content = town.ask("GET", "settlement", f"/payout-batches/{second}/file").content
    assert line["end_to_end_id"].encode() in content

    assert town.get(people.partner, f"/claims/{claim}")["state"] == "submitted"
    town.act(people.partner, "/approvals", {"claims": [claim]})
    assert_sound_but_nonces(town, claim_told("ClaimApproved", claim))
    assert town.spendable(people.anna) == 15_00 - 1_00 - 2_00 - 3_00 + 5_00
    assert (town.spendable(other), town.spendable(people.shop)) == (1_00, 0)


def test_refund__that_a_restored_database_forgot__is_known_and_moves_nothing_twice(
    town: Town, people: People, tmp_path: Path
) -> None:
    """Case 16: the chain tells of a refund, and it counts against its payment at once."""
    payment = town.paid(people.anna, people.shop, 4_00)
    path = f"/payments/{payment['id']}/refunds"
    back_up(town, tmp_path / "backup.db")
    refund = town.post(people.shop, path, {"cents": 1_00}, "refund-1")
    town.work()

    restore(town, tmp_path / "backup.db")
    assert_sound_but_nonces(town, paid_told(refund))
    found = town.get(people.shop, f"/payments/{refund['id']}")
    assert (found["state"], found["refund_of"]) == ("paid", payment["id"])
    assert town.refused(people.shop, path, {"cents": 3_01})[0] == 409
    assert town.post(people.shop, path, {"cents": 1_00}, "refund-1")["id"] == refund["id"]
    assert_sound_but_nonces(town, paid_told(refund))
    assert town.refused(people.shop, path, {"cents": 3_01})[0] == 409
    assert (town.spendable(people.anna), town.spendable(people.shop)) == (12_00, 3_00)


def test_payment__of_a_resident_whom_a_restored_database_forgot__can_be_refunded(
    town: Town, people: People, tmp_path: Path
) -> None:
    """Case 16: the resident is added again, but does not send the payment again."""
    back_up(town, tmp_path / "backup.db")
    bilal = town.resident("Bilal")
    town.earned(people.partner, bilal, 10_00)
    payment = town.paid(bilal, people.shop, 10_00)

    restore(town, tmp_path / "backup.db")
    assert town.differences() == ()
    town.post("registrar", "/residents", {"id": bilal.id, "name": "Bilal"})
    town.work()
    bilal.secret = town.post("registrar", "/tokens", {"participant": bilal.id})["secret"]
    assert [one["id"] for one in town.get(bilal, "/payments")["items"]] == [payment["id"]]
    refund = town.post(people.shop, f"/payments/{payment['id']}/refunds", {"cents": 4_00})
    assert_sound_but_nonces(town, paid_told(payment), paid_told(refund))
    assert (town.spendable(bilal), town.spendable(people.shop)) == (4_00, 6_00)


@pytest.mark.parametrize("sent_again", ["before the worker runs", "afterwards"])
def test_payment__sent_again_after_a_restore__moves_nothing_twice(
    town: Town, people: People, tmp_path: Path, sent_again: str
) -> None:
    """Case 16."""
    back_up(town, tmp_path / "backup.db")
    payment = people.pay(4_00, key="payment-1")
    town.work()

    restore(town, tmp_path / "backup.db")
    if sent_again == "afterwards":
        town.work()
    assert people.pay(4_00, key="payment-1")["id"] == payment["id"]

    assert_sound_but_nonces(town, paid_told(payment))
    assert town.get(people.anna, f"/payments/{payment['id']}")["state"] == "paid"
    assert (town.spendable(people.anna), town.spendable(people.shop)) == (11_00, 4_00)


def test_residents__whom_a_restored_database_forgot__have_their_coins_when_added_again(
    town: Town, people: People, tmp_path: Path
) -> None:
    """Case 16: their keys come from the second store, their coins from the chain."""
    back_up(town, tmp_path / "backup.db")
    bilal = town.resident("Bilal")
    town.earned(people.partner, bilal, 10_00)
    payment = town.post(bilal, "/payments", {"code": town.code_of(people.shop), "cents": 3_00}, "bilal-pays")
    town.work()
    wallet = wallet_of(bilal)

    restore(town, tmp_path / "backup.db")
    with transaction(town.engine) as connection:
        sealed = custody.find_sealed(connection, bilal.id)
    assert sealed is not None
    assert sealed.address.lower() == wallet
    assert town.differences() == ()

    assert town.ask("POST", "registrar", "/residents", {"id": bilal.id, "name": "Bilal"}).status_code == 202
    town.work()
    again = town.get("registrar", f"/residents/{bilal.id}")
    assert (again["state"], again["participant"]) == ("active", wallet)
    bilal.secret = town.post("registrar", "/tokens", {"participant": bilal.id})["secret"]
    assert town.spendable(bilal) == 7_00
    order = {"code": town.code_of(people.shop), "cents": 3_00}
    assert town.post(bilal, "/payments", order, "bilal-pays")["id"] == payment["id"]
    assert_sound_but_nonces(town, paid_told(payment))
    assert town.get(bilal, f"/payments/{payment['id']}")["state"] == "paid"
    town.paid(bilal, people.shop, 7_00)
    assert (town.spendable(bilal), town.spendable(people.shop)) == (0, 10_00)
    assert_sound_but_nonces(town, paid_told(payment))


def test_merchant__whom_a_restored_database_forgot__can_be_added_again_and_redeem(
    town: Town, people: People, tmp_path: Path
) -> None:
    """Case 16: it was admitted by a signature that the database forgot, which cannot be given twice."""
    back_up(town, tmp_path / "backup.db")
    bakery = town.merchant("Bakkerij", IBANS[1])
    payment = town.paid(people.anna, bakery, 5_00)
    line = town.post(bakery, "/redemptions", {"cents": 2_00})
    town.work()
    wallet = wallet_of(bakery)

    restore(town, tmp_path / "backup.db")
    assert town.differences() == ()
    body = {"id": bakery.id, "name": "Bakkerij", "iban": IBANS[1], "category": "horeca"}
    town.post("registrar", "/merchants", body)
    town.work()
    again = town.get("registrar", f"/merchants/{bakery.id}")
    assert (again["state"], again["participant"]) == ("active", wallet)
    bakery.secret = town.post("registrar", "/tokens", {"participant": bakery.id})["secret"]
    assert town.spendable(bakery) == 3_00
    assert town.get(people.anna, f"/payments/{payment['id']}")["state"] == "paid"
    rest = town.post(bakery, "/redemptions", {"cents": 3_00})
    town.work()
    assert_sound_but_nonces(town, paid_told(payment), locked_told(line), locked_told(rest))

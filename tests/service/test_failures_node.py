"""A node that misleads, drops, is down, or comes back older.

See survival.py. Each test names the case of failures.md that it is about; after each there is one event per
act, no hole in the nonces, and chain, books and bank are equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from heitje_chain.chain.node import Node, NodeRefused, NodeUnavailable
from tests.devnet.home import wait_for

from .survival import (
    NOWHERE,
    ORDERS,
    People,
    assert_sound,
    claim_told,
    figures,
    locked_told,
    paid_told,
    transactions,
)
from .town import Town


class Silent(Node):
    """Takes a transaction and never answers."""

    def send(self, raw: bytes) -> None:
        super().send(raw)
        raise NodeUnavailable("eth_sendRawTransaction", "ReadTimeout")


class OddlyWorded(Node):
    """Takes a transaction and answers with an error."""

    def send(self, raw: bytes) -> None:
        super().send(raw)
        raise NodeRefused("eth_sendRawTransaction", "ALREADY_EXISTS: doppelte Transaktion 0x2a")


class Refusing(Node):
    """Takes nothing."""

    def send(self, raw: bytes) -> None:
        raise NodeRefused("eth_sendRawTransaction", "txpool is full; nonce too low, already known")


@pytest.mark.parametrize("fault", [Silent, OddlyWorded, Refusing])
@pytest.mark.parametrize("kind", ["payment", "approval"])
def test_node__when_its_answer_misleads__is_judged_by_hash(
    town: Town, people: People, kind: str, fault: type[Node]
) -> None:
    """Cases 4, 5 and 11: no text decides, and no second nonce is taken."""
    act = ORDERS[kind](people)
    before = transactions(town)
    town.worker.sender._node = fault(town.url)
    town.worker.round()
    told = 0 if fault is Refusing else 1
    wait_for(lambda: act.count(town) == told, "the block of what was sent")
    town.worker.sender._node = Node(town.url)

    assert_sound(town, act)
    assert len(transactions(town)) == len(before) + 1


@pytest.mark.parametrize("drop", ["anvil_dropTransaction", "anvil_dropAllTransactions"])
def test_transaction__when_dropped_from_the_pool__is_sent_again_as_it_was(
    town: Town, people: People, drop: str
) -> None:
    """Case 12."""
    node = Node(town.url)
    with waiting_pool(town):
        act = paid_told(people.pay())
        town.worker.round()
        signed = transactions(town)
        assert node.knows(signed[-1])
        town.rpc(drop, *(signed[-1:] if drop == "anvil_dropTransaction" else ()))
        assert not node.knows(signed[-1])

        town.worker.round()
        assert node.knows(signed[-1])

    assert_sound(town, act)
    assert transactions(town) == signed


@contextmanager
def waiting_pool(town: Town) -> Iterator[None]:
    """Have the node mine nothing for a while."""
    town.rpc("evm_setAutomine", False)
    try:
        yield
    finally:
        town.rpc("evm_setAutomine", True)
        town.rpc("evm_mine")


def test_price__after_many_transactions__is_what_it_was(town: Town, people: People) -> None:
    """Case 11: nobody else sends here, so the node's advice follows what the service itself paid."""
    first = len(transactions(town))
    for _ in range(8):
        town.paid(people.anna, people.shop, 10)
    receipts = [town.rpc("eth_getTransactionReceipt", one) for one in transactions(town)[first - 1 :]]
    prices = [int(receipt["effectiveGasPrice"], 16) for receipt in receipts]
    assert max(prices) <= prices[0], prices


def test_node__when_down__is_waited_for_by_what_was_accepted(town: Town, people: People) -> None:
    """Case 17."""
    claim = people.submitted()
    prepared = town.prepare(people.partner, "/approvals", {"claims": [claim]})
    down, worker = Node(NOWHERE, timeout_seconds=1), town.worker
    worker.node = worker.sender._node = worker.watcher._node = down

    answer = town.ask("POST", people.partner, "/approvals", prepared)
    payment = people.pay()
    assert (answer.status_code, answer.json()["claims"][0]["pending"]) == (202, "approve")
    for _ in range(3):
        with pytest.raises(NodeUnavailable):
            worker.round()
    assert town.get(people.anna, f"/claims/{claim}")["pending"] == "approve"
    assert town.get(people.anna, f"/payments/{payment['id']}")["state"] == "pending"

    town.restart_worker()
    assert_sound(town, claim_told("ClaimApproved", claim), paid_told(payment))
    assert town.get(people.anna, f"/claims/{claim}")["state"] == "approved"
    assert town.get(people.anna, f"/payments/{payment['id']}")["state"] == "paid"


def test_chain__when_put_back_to_an_older_state__gets_what_it_lost(town: Town, people: People) -> None:
    """Case 15."""
    claim = people.submitted()
    before = town.rpc("evm_snapshot")
    town.act(people.partner, "/approvals", {"claims": [claim]})
    town.work()
    payment = town.paid(people.anna, people.shop, 2_00)
    award = people.award()
    number, line = people.closed_batch(cents=6_00)
    file = town.post("settlement", f"/payout-batches/{number}/file")
    acts = [claim_told("ClaimApproved", claim), paid_told(payment), award, locked_told(line)]
    assert_sound(town, *acts)

    town.rpc("evm_revert", before)
    assert [act.count(town) for act in acts] == [0, 0, 0, 0]
    late = people.pay(1_00)
    assert_sound(town, *acts, paid_told(late))

    assert len(town.events("BatchClosed")) == 1
    assert town.get(people.anna, f"/claims/{claim}")["state"] == "approved"
    for one in (payment, late):
        assert town.get(people.anna, f"/payments/{one['id']}")["state"] == "paid"
    assert town.get(people.shop, f"/redemptions/{line['id']}")["state"] == "batched"
    assert town.get("settlement", f"/payout-batches/{number}")["batch"]["file_sha256"] == file["sha256"]
    assert town.spendable(people.anna) == 15_00 + 5_00 + 7_00 - 2_00 - 6_00 - 1_00
    assert (figures(town).minted, figures(town).redemption) == (27_00, 6_00)

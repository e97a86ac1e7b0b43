"""Alarms about sending to the chain: each rings by what it is for, and by nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from heitje_chain.chain.model import INTENT
from heitje_chain.chain.node import Node
from heitje_chain.db import transaction
from heitje_chain.people.model import PARTICIPANT
from tests.http.server import wait_until
from tests.service.survival import People
from tests.service.test_retries import closed
from tests.service.town import Town

from .provoking import make_older, work
from .sight import Sight


def test_sending_account__that_is_used_elsewhere__is_paused_and_rings_alone(
    town: Town, sight: Sight, people: People
) -> None:
    work(town)
    [account] = town.record.senders
    town.rpc("anvil_impersonateAccount", account)
    town.rpc("eth_sendTransaction", {"from": account, "to": account, "value": "0x0"})
    people.pay()
    for _ in range(3):
        town.worker.round()

    assert sight.ringing() == ["HeitjeLanePaused"]


def test_transaction__that_gets_into_no_block__rings_alone(town: Town, people: People, sight: Sight) -> None:
    work(town)
    town.rpc("evm_setAutomine", False)
    try:
        people.pay()
        town.worker.round()
        sight.config = replace(sight.config, ready_sending_seconds=0)
        wait_until(lambda: sight.ringing() == ["HeitjeTransactionStuck"])
    finally:
        town.rpc("evm_mine")
        town.rpc("evm_setAutomine", True)
    work(town)
    assert sight.ringing() == []


def test_sending_account__with_little_gas__rings_alone(town: Town, sight: Sight) -> None:
    [account] = town.record.senders
    town.rpc("anvil_setBalance", account, hex(10**17))
    work(town)

    assert sight.ringing() == ["HeitjeGasLow"]


def test_fees__above_our_ceiling__ring_alone(town: Town, people: People, sight: Sight) -> None:
    work(town)
    town.worker.sender._most_fee = 1
    people.pay()
    town.worker.round()

    assert sight.ringing() == ["HeitjeFeesAboveCeiling"]


def test_transaction__that_was_found_good_and_reverts__rings_alone(
    town: Town, people: People, sight: Sight
) -> None:
    work(town)
    town.rpc("evm_setAutomine", False)
    try:
        people.pay()
        town.worker.round()
        # In the same block before it, since it offers more.
        town._enforce("pause", gasPrice=hex(100 * Node(town.url).gas_price()))
    finally:
        town.rpc("evm_mine")
        town.rpc("evm_setAutomine", True)
    work(town)

    assert sight.ringing() == ["HeitjeReverted"]


@pytest.mark.parametrize("what", ["payment", "damaged wallet"])
def test_order__that_waits__rings(town: Town, people: People, sight: Sight, what: str) -> None:
    work(town)
    people.pay()
    if what == "damaged wallet":
        with transaction(town.engine) as connection:
            connection.execute(update(INTENT).where(INTENT.c.kind == "payment").values(payload={}))
        town.worker.round()
        assert sight.ringing() == ["HeitjeOrderNotBuilt"]

    make_older(town, INTENT, "created_at", 901)
    also = ["HeitjeOrderNotBuilt"] if what == "damaged wallet" else []
    assert sight.ringing() == ["HeitjeOrderWaits", *also]


def test_duty__that_the_contract_refuses_for_good__rings_alone(town: Town, sight: Sight) -> None:
    work(town)
    sight = Sight(town, sight.config)  # the figures are there since the worker was
    with closed(town, "ParticipantRegistry"):
        town.post("registrar", "/residents", {"id": "3f8a2b1c4d5e4f60817263544a5b6c7d", "name": "Bilal"})
        work(town)

    assert sight.ringing() == ["HeitjeDutyRefused"]


def test_person__who_waits_for_a_wallet__rings_alone(town: Town, sight: Sight) -> None:
    work(town)
    town.post("registrar", "/residents", {"id": "3f8a2b1c4d5e4f60817263544a5b6c7d", "name": "Bilal"})
    make_older(town, PARTICIPANT, "created_at", 901)

    assert sight.ringing() == ["HeitjeWalletWaits"]

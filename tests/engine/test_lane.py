"""A lane whose key was used elsewhere pauses; an operator lets it go on, and each act is done once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from heitje_chain.chain import lane
from heitje_chain.chain.lane import LaneState
from heitje_chain.chain.model import TRANSACTION
from heitje_chain.db import transaction
from tests.devnet.home import wait_for

from .city import SENDER_KEY, Bench, new_wallet


@pytest.fixture(autouse=True)
def mining(bench: Bench) -> Iterator[None]:
    """Whatever a test does, the node mines afterwards what comes, and nothing is left in its pool."""
    yield
    bench.rpc("anvil_dropAllTransactions")
    bench.rpc("evm_setAutomine", True)


def state(bench: Bench) -> LaneState:
    with transaction(bench.engine) as connection:
        [found] = lane.all_lanes(connection)
    return found


def states(bench: Bench) -> list[str]:
    with transaction(bench.engine) as connection:
        return list(connection.scalars(select(TRANSACTION.c.state).order_by(TRANSACTION.c.nonce)))


def use_key_elsewhere(bench: Bench) -> None:
    address = bench.sender()._account.address
    assert bench.sender()._account.private_key == SENDER_KEY
    sent = bench.rpc("eth_sendTransaction", {"from": address, "to": address, "value": "0x0"})
    wait_for(lambda: bench.node().receipt(sent) is not None, "a block")


def resume(bench: Bench) -> None:
    with transaction(bench.engine) as connection:
        assert lane.ask_resumption(connection, "main")


def test_lane__when_its_key_is_used_while_it_is_idle__pauses_before_it_signs(bench: Bench) -> None:
    sender = bench.opened()
    use_key_elsewhere(bench)
    wallet = new_wallet()
    intent = bench.admit(wallet)

    assert sender.step() == 0
    paused = state(bench)
    assert (paused.state, paused.reason) == ("paused", "key_used_elsewhere")
    assert paused.since is not None
    assert (bench.state(intent), states(bench)) == ("waiting", [])

    resume(bench)
    assert sender.step() == 1
    bench.catch_up()
    assert (bench.state(intent), bench.admissions(wallet)) == ("done", 1)
    assert (state(bench).state, state(bench).reason, state(bench).since) == ("active", None, None)


def test_lane__whose_signed_nonces_were_used__signs_anew_what_is_gone_and_nothing_else(bench: Bench) -> None:
    wallets = [new_wallet() for _ in range(3)]
    sender = bench.opened()
    first_nonce = state(bench).next_nonce
    bench.rpc("evm_setAutomine", False)
    intents = []
    for wallet in wallets:
        intents.append(bench.admit(wallet))
        sender.step()
    bench.rpc("anvil_dropAllTransactions")
    bench.rpc("evm_setAutomine", True)
    use_key_elsewhere(bench)  # the first nonce

    assert sender.step() == 0
    assert state(bench).state == "paused"
    assert [bench.state(intent) for intent in intents] == ["signed"] * 3
    for _ in range(3):
        assert sender.step() == 0, "nothing is sent"
    assert bench.node().transaction_count(state(bench).address) == first_nonce + 1

    resume(bench)
    for _ in range(3):
        sender.step()
        bench.catch_up()

    assert [bench.state(intent) for intent in intents] == ["done"] * 3
    assert [bench.admissions(wallet) for wallet in wallets] == [1] * 3
    assert states(bench) == ["lost", "final", "final", "final"]


def test_lane__when_paused__stays_so_over_a_restart(bench: Bench) -> None:
    sender = bench.opened()
    use_key_elsewhere(bench)
    sender.step()
    intent = bench.admit(new_wallet())
    counted = bench.node().transaction_count(state(bench).address)
    with transaction(bench.engine) as connection:
        lane.resume(connection, "main", counted)
        lane.pause(connection, "main", lane.KEY_USED_ELSEWHERE)

    again = bench.opened()
    assert (again.step(), bench.state(intent)) == (0, "waiting")

    bench.sender().open_lane(adopt=True)
    assert bench.sender().step() == 1
    bench.catch_up()
    assert bench.state(intent) == "done"


def test_lane__that_sends__cannot_be_resumed(bench: Bench) -> None:
    bench.opened()

    with transaction(bench.engine) as connection:
        assert not lane.ask_resumption(connection, "main")
    assert state(bench).state == "active"

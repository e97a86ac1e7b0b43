"""Following the chain: steps back, restored chains, other workers that read it; who hears of events."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from heitje_chain import db
from heitje_chain.chain import meters
from heitje_chain.chain.intents import Intent
from heitje_chain.chain.model import BLOCK
from heitje_chain.chain.node import Header, Node
from heitje_chain.chain.watcher import WrongChain
from heitje_chain.db import reading
from tests.databases import new_database

from .city import Bench, new_wallet


class SlowToTell(Node):
    """A node whose answer about its head is on its way for long: others have read on by then."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.told = super().head()

    def head(self) -> Header:
        return self.told


def steps_back() -> float:
    return float(meters.STEPS_BACK._value.get())


def test_head__that_is_older_than_what_another_worker_read__is_no_step_back(bench: Bench) -> None:
    late = SlowToTell(bench.url)
    intent = bench.admit(new_wallet())
    bench.opened().step()
    bench.catch_up()
    assert bench.state(intent) == "done"
    watcher, before = bench.watcher(), steps_back()
    watcher._node = late

    progress = watcher.step()

    assert progress.caught_up
    assert (bench.state(intent), steps_back()) == ("done", before)
    with reading(bench.engine) as connection:
        assert connection.scalar(select(func.max(BLOCK.c.number))) == bench.node().head().number


def send_until_done(bench: Bench, intent: Intent) -> None:
    """The node takes its time between taking a transaction and mining it."""
    deadline = time.monotonic() + 30
    while bench.state(intent) != "done":
        assert time.monotonic() < deadline
        bench.sender().step()
        bench.rpc("anvil_mine", "0x4")
        bench.catch_up()


def test_chain__when_restored_to_an_older_state__replays_what_it_lost(bench: Bench) -> None:
    early, late = new_wallet(), new_wallet()
    first = bench.admit(early)
    sender = bench.opened()
    sender.step()
    bench.catch_up()
    snapshot = bench.rpc("evm_snapshot")
    second = bench.admit(late)
    sender.step()
    bench.catch_up()
    assert bench.state(second) == "done"

    bench.rpc("evm_revert", snapshot)
    assert bench.admissions(late) == 0
    bench.catch_up()
    assert [bench.state(intent) for intent in (first, second)] == ["done", "signed"]

    send_until_done(bench, second)
    assert [bench.admissions(wallet) for wallet in (early, late)] == [1, 1]
    assert None not in (bench.booked(first), bench.booked(second))


def test_reorg__when_it_drops_a_transaction__sends_the_same_bytes_again(bench: Bench) -> None:
    bench.finality_depth = 4
    wallet = new_wallet()
    intent = bench.admit(wallet)
    bench.opened().step()
    bench.catch_up()
    assert bench.state(intent) == "signed", "not final yet"

    bench.rpc("anvil_reorg", 1, [])
    assert bench.admissions(wallet) == 0
    bench.catch_up()
    send_until_done(bench, intent)

    assert bench.admissions(wallet) == 1
    assert bench.transactions() == 1


def test_chain__when_another__is_refused(bench: Bench) -> None:
    bench.record = bench.record.model_copy(update={"chain_id": 5})
    with pytest.raises(WrongChain) as wrong:
        bench.watcher().check_chain()
    assert str(wrong.value) == "The node is on chain 31337, but the contracts are on chain 5."

    bench.record = bench.record.model_copy(update={"chain_id": 31337, "genesis_hash": "0x00"})
    with pytest.raises(WrongChain) as wrong:
        bench.watcher().check_chain()
    assert str(wrong.value).startswith("The node's chain does not start with block 0x00,")


# ---------------------------------------------------------------- listeners


def test_listener__of_an_event__hears_it_once_with_its_blocks_time(bench: Bench) -> None:
    intent = bench.admit(new_wallet())
    bench.opened().step()
    bench.catch_up()
    bench.catch_up()

    assert bench.heard(intent) == 1
    assert bench.booked(intent) == bench.node().head().timestamp


def test_listener__before_the_event_is_final__hears_nothing(bench: Bench) -> None:
    bench.finality_depth = 4
    intent = bench.admit(new_wallet())
    bench.opened().step()
    bench.catch_up()
    assert bench.heard(intent) == 0

    bench.rpc("anvil_mine", "0x4")
    bench.catch_up()
    assert bench.heard(intent) == 1


def test_listener__of_an_event_without_intent__hears_it(bench: Bench, tmp_path: Path) -> None:
    """As after a restore: the chain knows more than the database."""
    intent = bench.admit(new_wallet())
    bench.opened().step()

    bench.engine = db.open_engine(new_database(tmp_path))
    db.METADATA.create_all(bench.engine)
    bench.catch_up()

    assert bench.heard(intent) == 1
    bench.engine.dispose()


def test_late_intent__of_an_event_that_was_final__is_finished_and_heard_again(bench: Bench) -> None:
    wallet = new_wallet()
    first = bench.admit(wallet)
    bench.opened().step()
    bench.catch_up()
    booked = bench.booked(first)

    late = bench.admit(wallet)
    bench.catch_up()
    bench.catch_up()

    assert [bench.state(intent) for intent in (first, late)] == ["done", "done"]
    assert bench.heard(late) == 2
    assert bench.booked(late) == booked is not None
    assert bench.transactions() == 1

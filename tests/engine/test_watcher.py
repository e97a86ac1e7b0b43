"""What a watcher makes of a node's answers when another worker reads the same chain."""

from __future__ import annotations

from sqlalchemy import func, select

from heitje_chain.chain import meters
from heitje_chain.chain.model import BLOCK
from heitje_chain.chain.node import Header, Node
from heitje_chain.db import reading

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

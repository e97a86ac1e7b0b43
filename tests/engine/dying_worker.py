"""A worker process that is killed with -9 at a chosen moment.

signing: the nonce is taken, nothing is signed. saved: the signed bytes are committed, nothing is sent.
sent: the node has the bytes, its answer is not stored.
"""

from __future__ import annotations

import os
import signal
from typing import Literal, NoReturn

from heitje_chain import db
from heitje_chain.chain.account import SendingAccount
from heitje_chain.chain.node import Node
from heitje_chain.chain.sender import Sender

from .city import SENDER_KEY, Bench

Moment = Literal["signing", "saved", "sent"]


def run_until_killed(bench: Bench, moment: Moment) -> int:
    """Run one step of a sender in a process of its own; return the signal that ended it, 0 if none did."""
    child = os.fork()
    if child == 0:
        _step(bench, moment)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _step(bench: Bench, moment: Moment) -> NoReturn:
    try:
        account = (DyingAccount if moment == "signing" else SendingAccount)("main", SENDER_KEY)
        # A connection must not be shared with the parent.
        engine = db.open_engine(str(bench.engine.url))
        Sender(engine, DyingNode(bench.url, moment), bench.codec, bench.kinds(), account, "dying").step()
    finally:
        os._exit(1)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DyingNode(Node):
    def __init__(self, url: str, moment: Moment) -> None:
        super().__init__(url)
        self._moment = moment

    def send(self, raw: bytes) -> None:
        if self._moment == "saved":
            die()
        super().send(raw)
        die()


class DyingAccount(SendingAccount):
    """Dies when it is asked for the key to sign with; its address is known without."""

    @property
    def address(self) -> str:
        return SendingAccount("main", SENDER_KEY).address

    def __getattribute__(self, name: str) -> object:
        if name == "private_key":
            die()
        return super().__getattribute__(name)

"""A home as a person has it: the `heitje` command, and the processes behind it that a test may kill."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from heitje_chain.chain.devnet import status
from heitje_chain.chain.devnet.folder import Folder
from heitje_chain.chain.devnet.node import Node, NodeError
from heitje_chain.chain.devnet.processes import end, is_alive, wait_until
from heitje_chain.chain.devnet.snapshots import newest_snapshot
from tests.databases import database_of
from tests.ports import unused_port

HEITJE = Path(sys.executable).parent / "heitje"

PATIENCE_SECONDS = 60.0
"""For what takes a second on an idle machine."""

RICH, POOR = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266", "0x000000000000000000000000000000000000dEaD"


class Home:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.folder = Folder(path)

    def heitje(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run the command to its end."""
        return subprocess.run(
            [HEITJE, *words], env=self.environment(), input=typed, capture_output=True, text=True, check=False
        )

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "HEITJE_HOME": str(self.path),
            "HEITJE_DATABASE_URL": database_of(self.path, keep=True),
        }

    def start(self, *options: str) -> str:
        """Start, which must work, and return what was printed."""
        done = self.heitje("devnet", "start", *options)
        assert done.returncode == 0, done.stdout + done.stderr + self.supervisor_log()
        return done.stdout

    def refused(self, *words: str, typed: str = "") -> str:
        """Run a command that must be refused, and return the one line that says why."""
        done = self.heitje(*words, typed=typed)
        assert done.returncode == 1, done.stdout + done.stderr
        [line] = done.stderr.strip().splitlines()
        assert line.startswith("Error: ")
        return line.removeprefix("Error: ")

    def status(self) -> dict[str, Any]:
        """Return what `heitje devnet status --json` prints, without the wait for a new process."""
        return dataclasses.asdict(status(self.path))

    def supervisor_log(self) -> str:
        log = self.folder.supervisor_log
        return log.read_text() if log.exists() else ""

    def node(self) -> Node:
        state = self.folder.state()
        assert state is not None
        return Node(state.port)

    def pay(self) -> str:
        """Send one wei and return the hash of the mined transaction."""
        sent = self.send()
        wait_for(lambda: self.is_mined(sent), "a block with the payment")
        return sent

    def send(self) -> str:
        """Send one wei and return the hash, without waiting for the block."""
        return str(self.node().call("eth_sendTransaction", {"from": RICH, "to": POOR, "value": "0x1"}))

    def is_mined(self, sent: str) -> bool:
        return self.node().call("eth_getTransactionReceipt", sent) is not None

    def block_of(self, sent: str) -> int:
        return int(self.node().call("eth_getTransactionReceipt", sent)["blockNumber"], 16)

    def saved_block(self) -> int:
        saved = newest_snapshot(self.folder.path)
        return saved.block if saved else -1

    def wait_for_snapshot_of(self, block: int) -> None:
        wait_for(lambda: self.saved_block() >= block, f"a snapshot of block {block}")

    def wait_for_restart(self, restarts: int) -> None:
        """Wait until Anvil runs after having been started again this many times."""

        def back() -> bool:
            state = self.folder.state()
            return state is not None and (state.phase, state.restarts) == ("running", restarts)

        wait_for(back, f"restart {restarts}: {self.supervisor_log()}")

    def kill(self, *whom: str) -> None:
        """kill -9 "supervisor" or "anvil", and wait until they are gone."""
        state, anvil = self.folder.state(), self.folder.anvil()
        killed = {name: state.supervisor if name == "supervisor" and state else anvil for name in whom}
        for process in killed.values():  # all before any wait: the supervisor would start Anvil again
            assert process is not None
            os.kill(process.pid, signal.SIGKILL)
        for name, process in killed.items():
            wait_for(lambda process=process: not is_alive(process), f"the end of {name}")  # type: ignore[misc]

    def end_all(self) -> None:
        """End everything that was started here, however the test ended."""
        state = self.folder.state()
        if state is not None:
            end(state.supervisor, 10)
        anvil = self.folder.anvil()
        if anvil is not None:
            assert end(anvil, 10)


def wait_for(condition: Callable[[], bool], what: str) -> None:
    assert wait_until(condition, PATIENCE_SECONDS), f"waited in vain for {what}"


def answers(node: Node) -> bool:
    try:
        node.head()
    except NodeError:
        return False
    return True


def child_running(parent: int, word: str) -> int:
    """Return the pid of the one child of a process that has this word in its command line.

    Source: proc_pid_task_tid_children(5), proc_pid_cmdline(5).
    """
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    [child] = [pid for pid in children if word in Path(f"/proc/{pid}/cmdline").read_text().split("\0")]
    return int(child)


def free_port() -> str:
    """Return a port that nobody uses, as an option of a command."""
    return str(unused_port())

"""One Anvil as a child of the supervisor: started from the newest snapshot, checked to be the same chain."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .folder import Chain, Folder
from .node import CHAIN_ID, Node, NodeError, anvil_command, is_free
from .processes import Process, process_of, wait_until
from .snapshots import Snapshot, load_newest

START_PATIENCE_SECONDS = 60.0
END_PATIENCE_SECONDS = 5.0
CLOCK_TOLERANCE_SECONDS = 10
"""A head that is this much ahead of the clock was moved ahead on purpose."""


class AnvilFailed(Exception):
    """Anvil did not come up, or came up as another chain."""


@dataclass(frozen=True)
class Anvil:
    process: Process
    child: subprocess.Popen[bytes]
    genesis_hash: str

    def lives(self) -> bool:
        return self.child.poll() is None

    def exit_code(self) -> int | None:
        """Return the exit code, negative for a signal, or None while it lives."""
        return self.child.poll()

    def end(self) -> None:
        _end(self.child)


def start_anvil(folder: Folder, chain: Chain, block_seconds: int, say: Callable[[str], None]) -> Anvil:
    """Start Anvil on the chain's port and wait until it answers.

    Raises:
        AnvilFailed: the port is taken, no snapshot can be read, Anvil ended, kept silent, or has another
            genesis block.
    """
    loaded = load_newest(folder.path, say)
    if loaded is None and chain.genesis_hash is not None:
        raise AnvilFailed("none of the snapshots can be read")
    if not is_free(chain.port):
        raise AnvilFailed(f"port {chain.port} is taken")
    snapshot = loaded[0] if loaded else None
    with folder.anvil_log.open("wb") as output:
        child = subprocess.Popen(  # noqa: S603
            anvil_command(chain.port, chain.genesis_timestamp, snapshot.path if snapshot else None),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: _introduce_oneself(folder),  # This process has one thread.
        )
    try:
        _wait_until_it_listens(child, folder.anvil_log, chain.port)
        node = Node(chain.port)
        genesis = _checked_genesis(node, chain, snapshot)
        # Started without a clock of its own; from here on it makes blocks.
        node.call("evm_setTime", _clock(*loaded) if loaded else int(time.time()))
        node.call("evm_setIntervalMining", block_seconds)
        node.call("anvil_setLoggingEnabled", False)  # Or its log would grow by every call.
        process = process_of(child.pid)
        if process is None:
            raise AnvilFailed("Anvil ended as soon as it was up")
        return Anvil(process, child, genesis)
    except NodeError as error:
        _end(child)
        raise AnvilFailed(str(error)) from None
    except BaseException:
        _end(child)
        raise


def _introduce_oneself(folder: Folder) -> None:
    """Write down the process that is about to become Anvil.

    Were it its parent that wrote, a parent killed in between would leave an Anvil that nobody knows.
    """
    me = process_of(os.getpid())
    if me is not None:
        folder.write(folder.anvil_file, me)


def _clock(snapshot: Snapshot, head_time: int) -> int:
    """Return what the chain's clock should show now, in seconds since 1970: never less than its head's.

    Anvil by itself would go on from the genesis block's time. A clock that was moved ahead stays as far ahead
    as it was when the snapshot was taken.
    """
    ahead = head_time - int(snapshot.taken_at())
    now = int(time.time()) + (ahead if ahead > CLOCK_TOLERANCE_SECONDS else 0)
    return max(now, head_time + 1)


def _wait_until_it_listens(child: subprocess.Popen[bytes], log: Path, port: int) -> None:
    # Its own words tell; an answer on the port alone might be another program's.
    listening = f":{port}".encode()

    def told() -> bool:
        return child.poll() is not None or any(
            line.startswith(b"Listening on") and line.strip().endswith(listening)
            for line in log.read_bytes().splitlines()
        )

    if not wait_until(told, START_PATIENCE_SECONDS):
        raise AnvilFailed(f"Anvil kept silent for {START_PATIENCE_SECONDS:.0f} seconds")
    if child.poll() is not None:
        words = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
        raise AnvilFailed(f"Anvil ended: {words[-1] if words else f'exit code {child.returncode}'}")


def _checked_genesis(node: Node, chain: Chain, snapshot: Snapshot | None) -> str:
    """Return the hash of block 0, in hex, once the chain is seen to be the one that is meant."""
    if (chain_id := node.chain_id()) != CHAIN_ID:
        raise AnvilFailed(f"what came up is chain {chain_id}")
    genesis, head = node.genesis_hash(), node.head()
    if genesis != (chain.genesis_hash or genesis):
        raise AnvilFailed(f"the chain began with block {chain.genesis_hash}, what came up with {genesis}")
    if head != (snapshot.block if snapshot else 0):
        raise AnvilFailed(f"what came up has block {head} as its newest, not the snapshot's")
    return genesis


def _end(child: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        child.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(END_PATIENCE_SECONDS)
            return

"""The process that keeps Anvil alive and its state on disk.

python -m heitje_chain.chain.devnet.supervisor HOME BLOCK_SECONDS

SIGTERM: save the state, end Anvil, end. SIGUSR1: save the state now.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from .anvil import Anvil, AnvilFailed, start_anvil
from .folder import Chain, Folder, State
from .node import Node, NodeError
from .processes import process_of
from .refusals import Busy
from .snapshots import SnapshotError, save_snapshot

TICK_SECONDS = 0.1
SNAPSHOT_SECONDS = 2.0
SNAPSHOT_SHARE = 20
"""After a snapshot that took long the next one waits this many times as long: a big state must not fill the
disk's and the processor's time."""
DUMP_PATIENCE_SECONDS = 60.0
HEALTHY_SECONDS = 30.0
"""An Anvil that lived this long ends a row of failures."""
MOST_FAILURES = 10
LONGEST_PAUSE_SECONDS = 5.0

log = logging.getLogger("supervisor")


class Supervisor:
    def __init__(self, folder: Folder, chain: Chain, block_seconds: int) -> None:
        me = process_of(os.getpid())
        assert me is not None, "this process lives"  # noqa: S101
        self.folder, self.chain, self.node = folder, chain, Node(chain.port)
        self.state = State(
            phase="starting",
            supervisor=me,
            port=chain.port,
            rpc_url=self.node.url,
            block_seconds=block_seconds,
            started_at=datetime.now(UTC),
        )
        self.stopping = self.snapshot_asked = False
        self.saved_head = -1
        self.next_snapshot = 0.0

    def run(self) -> int:
        """Return the exit code: 0 when told to stop, 1 when Anvil cannot be kept alive."""
        signal.signal(signal.SIGTERM, self._on_stop)
        signal.signal(signal.SIGINT, self._on_stop)
        signal.signal(signal.SIGUSR1, self._on_snapshot)
        self._tell()
        failures = 0
        while not self.stopping:
            try:
                anvil = start_anvil(self.folder, self.chain, self.state.block_seconds, log.warning)
            except (AnvilFailed, OSError) as error:
                failures += 1
                log.warning("Anvil did not start: %s", error)
                # The first time somebody waits at the command line; later only patience helps.
                if self.state.phase == "starting" or failures >= MOST_FAILURES:
                    self._tell(phase="failed", anvil=None, trouble=str(error))
                    return 1
            else:
                lived = self._live_with(anvil)
                failures = 1 if lived > HEALTHY_SECONDS else failures + 1
            if not self.stopping:
                self._tell(phase="restarting", anvil=None, restarts=self.state.restarts + 1)
                self._pause(min(0.1 * 2**failures, LONGEST_PAUSE_SECONDS))
        self.folder.state_file.unlink(missing_ok=True)
        return 0

    def _live_with(self, anvil: Anvil) -> float:
        """Save the state again and again until Anvil dies or is to stop; return for how long, in seconds."""
        began = time.monotonic()
        self.saved_head = -1
        self._take_snapshot()
        self._tell(phase="running", anvil=anvil.process)
        log.info("Anvil %s runs at %s, block %s", anvil.process.pid, self.node.url, self.saved_head)
        while anvil.lives() and not self.stopping:
            if self.snapshot_asked or self._is_snapshot_due():
                self.snapshot_asked = False
                self._take_snapshot()
            time.sleep(TICK_SECONDS)
        if anvil.lives():
            self._take_snapshot()
            anvil.end()
            log.info("Anvil was ended, as asked")
        else:
            log.warning("Anvil %s died, exit code %s", anvil.process.pid, anvil.exit_code())
        return time.monotonic() - began

    def _is_snapshot_due(self) -> bool:
        if time.monotonic() < self.next_snapshot:
            return False
        self.next_snapshot = time.monotonic() + SNAPSHOT_SECONDS
        try:
            return self.node.head() != self.saved_head
        except NodeError as error:
            log.warning("%s", error)
            return False

    def _take_snapshot(self) -> None:
        """Save the state; when it fails, the snapshots before stay and the next turn tries again."""
        began = time.monotonic()
        try:
            dump = self.node.call("anvil_dumpState", seconds=DUMP_PATIENCE_SECONDS)
            self.saved_head = save_snapshot(self.folder.path, dump).block
            self._remember_genesis()
        except (NodeError, SnapshotError, OSError) as error:
            log.warning("No snapshot was taken: %s", error)
        now = time.monotonic()
        self.next_snapshot = now + max(SNAPSHOT_SECONDS, SNAPSHOT_SHARE * (now - began))

    def _remember_genesis(self) -> None:
        """From the first snapshot on this chain is the only right one."""
        if self.chain.genesis_hash is None:
            self.chain = self.chain.model_copy(update={"genesis_hash": self.node.genesis_hash()})
            self.folder.write(self.folder.chain_file, self.chain)

    def _tell(self, **changes: object) -> None:
        self.state = self.state.model_copy(update=changes)
        try:
            self.folder.write(self.folder.state_file, self.state)
        except OSError as error:  # A full disk is no reason to let the chain die.
            log.warning("The state could not be told: %s", error)

    def _pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.stopping and time.monotonic() < until:
            time.sleep(TICK_SECONDS)

    def _on_stop(self, _number: int, _frame: object) -> None:
        self.stopping = True

    def _on_snapshot(self, _number: int, _frame: object) -> None:
        self.snapshot_asked = True


def main(home: str, block_seconds: str) -> int:
    folder = Folder(Path(home))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    try:
        with folder.one_supervisor():
            chain = folder.chain()
            if chain is None:
                log.error("There is no %s", folder.chain_file)
                return 1
            return Supervisor(folder, chain, int(block_seconds)).run()
    except Busy:
        log.info("Another supervisor is at work")
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""`<home>/devnet/`: the devnet's files, which of them are ours, and who holds its locks.

    chain.json        begun once per chain: genesis block, port           until reset
    snapshot-*.json   the newest two states
    state.json        the supervisor's: who runs, where, since when       while it runs, or why it gave up
    anvil.json        the newest Anvil, written by itself before it is one
    supervisor.lock   held by the supervisor as long as it lives

Beside it lies `<home>/deployment.json`, the record of the contracts on this chain.
"""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from .processes import POLL_SECONDS, Process
from .refusals import Busy, NotOurs

_OURS = re.compile(
    r"(chain|state|anvil|local)\.(json|tmp)|supervisor\.lock|(anvil|supervisor|deploy)\.log"
    r"|snapshot\.tmp|snapshot-\d+-\d+\.(json|unreadable)"
)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Chain(_File):
    """What stays the same from the first start to reset."""

    made_by: Literal["heitje devnet"] = "heitje devnet"
    genesis_timestamp: int
    """Seconds since 1970. Every chain has its own, so that a chain that lost its state is not mistaken for
    the one before."""
    genesis_hash: str | None = None
    """None until the first snapshot is on disk."""
    port: int
    """The port of the last start; the next one takes it again if it can."""


class State(_File):
    """What the supervisor tells."""

    phase: Literal["starting", "running", "restarting", "failed"]
    supervisor: Process
    anvil: Process | None = None
    port: int
    rpc_url: str
    block_seconds: int
    started_at: datetime
    restarts: int = 0
    """How often Anvil died and was started again."""
    trouble: str | None = None


F = TypeVar("F", bound=BaseModel)


class Folder:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.path = home / "devnet"
        self.record = home / "deployment.json"
        self.chain_file = self.path / "chain.json"
        self.state_file = self.path / "state.json"
        self.anvil_file = self.path / "anvil.json"
        self.lock_file = self.path / "supervisor.lock"
        self.supervisor_log = self.path / "supervisor.log"
        self.anvil_log = self.path / "anvil.log"
        self.deploy_log = self.path / "deploy.log"
        self.unsealed_record = self.path / "local.json"
        """Where the record waits until the contracts are in a snapshot; named after the network."""

    def chain(self) -> Chain | None:
        return _read(self.chain_file, Chain)

    def state(self) -> State | None:
        return _read(self.state_file, State)

    def anvil(self) -> Process | None:
        return _read(self.anvil_file, Process)

    def write(self, path: Path, content: BaseModel) -> None:
        """Write one of the JSON files; a reader never sees half of it."""
        unfinished = path.with_suffix(".tmp")
        with unfinished.open("w") as file:
            file.write(content.model_dump_json(indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)

    def require_ours(self) -> None:
        """Refuse a folder that something else made.

        Raises:
            NotOurs: it is a link or a file, or holds what the devnet never writes.
        """
        if self.path.is_symlink() or (self.path.exists() and not self.path.is_dir()):
            raise NotOurs(self.path, "is not a folder that the devnet made")
        names = sorted(entry.name for entry in self.path.iterdir()) if self.path.exists() else []
        if foreign := [name for name in names if not _OURS.fullmatch(name)]:
            raise NotOurs(self.path, f"holds {foreign[0]}, which the devnet did not make")
        if any(name.startswith("snapshot-") for name in names) and self.chain() is None:
            raise NotOurs(self.chain_file, "is not readable, though there are snapshots")

    @contextmanager
    def one_command(self) -> Iterator[int]:
        """Hold off other commands on this home; yields the lock's file descriptor.

        Raises:
            Busy: another one is at work.
        """
        descriptor = os.open(self.home, os.O_RDONLY)
        try:
            if not _locked(descriptor, fcntl.LOCK_EX):
                raise Busy(self.home)
            yield descriptor
        finally:
            os.close(descriptor)

    @contextmanager
    def one_supervisor(self, patience_seconds: float = 2.0) -> Iterator[None]:
        """Be the only supervisor; the system gives the lock back however the process ends.

        Raises:
            Busy: another one lives.
        """
        with self.lock_file.open("a") as lock:
            deadline = time.monotonic() + patience_seconds
            while not _locked(lock.fileno(), fcntl.LOCK_EX):
                if time.monotonic() > deadline:
                    raise Busy(self.home)
                time.sleep(POLL_SECONDS)  # Somebody looks whether it is held, or an earlier one is ending.
            yield

    def is_supervised(self) -> bool:
        """Return whether a supervisor lives."""
        try:
            with self.lock_file.open("r") as lock:
                return not _locked(lock.fileno(), fcntl.LOCK_SH)  # Two who look do not see each other.
        except FileNotFoundError:
            return False


def _locked(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(path: Path, kind: type[F]) -> F | None:
    try:
        return kind.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None

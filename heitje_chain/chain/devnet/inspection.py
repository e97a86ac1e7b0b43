"""What there is of a devnet, found out without changing anything."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from . import contracts
from .folder import Folder
from .node import CHAIN_ID, Node, NodeError
from .processes import is_alive
from .refusals import DevnetRefusal
from .snapshots import newest_snapshot

Deployment = Literal["none", "matches", "of another chain", "unreadable"]


@dataclass(frozen=True)
class Status:
    """The fields of `heitje devnet status --json`; None is what cannot be known."""

    home: str
    running: bool
    """Supervised, and answering."""
    phase: str
    """stopped, starting, running, restarting, failed, or silent: Anvil lives but does not answer; orphaned:
    Anvil lives, its supervisor was killed."""
    trouble: str | None
    supervisor_pid: int | None
    anvil_pid: int | None
    port: int | None
    rpc_url: str | None
    started_at: str | None
    """ISO 8601, UTC."""
    restarts: int | None
    chain_id: int | None
    genesis_hash: str | None
    head_block: int | None
    snapshot_block: int | None
    snapshot_age_seconds: float | None
    snapshot_bytes: int | None
    deployment: Deployment
    deployment_record: str


def status(home: Path) -> Status:
    """Look at the files, the processes and the chain; needs no lock and waits at most some seconds."""
    folder = Folder(home)
    state, chain, saved = folder.state(), folder.chain(), newest_snapshot(folder.path)
    supervised, anvil = folder.is_supervised(), folder.anvil()
    anvil_lives = is_alive(anvil)
    chain_id, genesis, head = _ask(state.port) if state and anvil_lives else (None, None, None)
    alive = supervised or anvil_lives
    phase = _phase(supervised, anvil_lives, head is not None, state.phase if state else None)
    genesis = genesis or (chain.genesis_hash if chain else None)
    return Status(
        home=str(home),
        running=phase == "running",
        phase=phase,
        trouble=state.trouble if state else None,
        supervisor_pid=state.supervisor.pid if state and supervised else None,
        anvil_pid=anvil.pid if anvil and anvil_lives else None,
        port=state.port if state and alive else None,
        rpc_url=state.rpc_url if state and alive else None,
        started_at=state.started_at.isoformat(timespec="seconds") if state and supervised else None,
        restarts=state.restarts if state and supervised else None,
        chain_id=chain_id or (CHAIN_ID if chain else None),
        genesis_hash=genesis,
        head_block=head,
        snapshot_block=saved.block if saved else None,
        snapshot_age_seconds=round(time.time() - saved.taken_at(), 1) if saved else None,
        snapshot_bytes=saved.size() if saved else None,
        deployment=_deployment(folder, genesis),
        deployment_record=str(folder.record),
    )


def _phase(supervised: bool, anvil_lives: bool, answers: bool, told: str | None) -> str:
    if not supervised:
        return "orphaned" if anvil_lives else "failed" if told == "failed" else "stopped"
    if told == "running" and not answers:
        return "silent" if anvil_lives else "restarting"
    return told or "starting"


def _ask(port: int) -> tuple[int | None, str | None, int | None]:
    """Return chain id, genesis hash and head, or nothing when the node is silent."""
    node = Node(port)
    try:
        return node.chain_id(), node.genesis_hash(), node.head()
    except NodeError:
        return None, None, None


def _deployment(folder: Folder, genesis: str | None) -> Deployment:
    try:
        record = contracts.recorded(folder)
    except DevnetRefusal:
        return "unreadable"
    if record is None:
        return "none"
    return "matches" if record.genesis_hash == genesis else "of another chain"

"""Starting and stopping the devnet. Both may be asked for twice, and after any crash."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from . import contracts
from .folder import Chain, Folder, State
from .node import OTHER_PORTS, USUAL_PORT, Node, NodeError, find_anvil, is_free
from .processes import end, is_alive, wait_until
from .refusals import ChainLost, NotStarted, NotStopped, PortTaken, RunsElsewhere
from .snapshots import SnapshotError, load_newest, newest_snapshot, save_snapshot

START_PATIENCE_SECONDS = 90.0
STOP_PATIENCE_SECONDS = 90.0
KILL_PATIENCE_SECONDS = 10.0

Say = Callable[[str], None]


def start(home: Path, port: int | None, block_seconds: int, say: Say) -> State:
    """Bring up the chain that this home has, or a new one with the contracts on it.

    Args:
        port: None takes the port of the last time, 8545 the first time, or another one if that is taken
        block_seconds: time from block to block

    Raises:
        DevnetRefusal: any of its kinds, see refusals.py.
    """
    home.mkdir(parents=True, exist_ok=True)
    folder = Folder(home)
    with folder.one_command() as lock:
        folder.require_ours()
        state = _running(folder, port, say) or _start(folder, port, block_seconds, say)
        _see_to_contracts(folder, state, lock, say)
    return state


def stop(home: Path, say: Say) -> None:
    """Save the state and end what `start` began; does nothing when it is not running.

    Raises:
        Busy: another command is at work.
        NotStopped: a process outlived being killed.
    """
    folder = Folder(home)
    if not folder.path.is_dir():
        say(f"The devnet in {home} is not running.")
        return
    with folder.one_command():
        folder.require_ours()
        stop_processes(folder, say)


def stop_processes(folder: Folder, say: Say) -> None:
    """Like `stop`, for a command that already holds the home."""
    state = folder.state()
    if not folder.is_supervised() and not is_alive(folder.anvil()):
        say(f"The devnet in {folder.home} is not running.")
        return
    if folder.is_supervised():
        if not wait_until(lambda: folder.state() is not None or not folder.is_supervised(), 10):
            raise NotStopped(f"its supervisor has not told who it is, see {folder.supervisor_log}")
        state = folder.state() or state
        if state is not None:
            end(state.supervisor, STOP_PATIENCE_SECONDS)
        if not wait_until(lambda: not folder.is_supervised(), KILL_PATIENCE_SECONDS):
            raise NotStopped("its supervisor lives on")
    _end_orphan(folder, say)
    if state and not wait_until(lambda: is_free(state.port), KILL_PATIENCE_SECONDS):
        raise NotStopped(f"port {state.port} is still in use")
    saved = newest_snapshot(folder.path)
    say(f"The devnet is stopped; its state is saved up to block {saved.block}." if saved else "Stopped.")


# ---------------------------------------------------------------- details


def _running(folder: Folder, port: int | None, say: Say) -> State | None:
    """Return the state of the supervisor that lives, or None when none does."""
    if not folder.is_supervised():
        return None
    state = _wait_for_supervisor(folder, folder.is_supervised)
    if port not in (None, state.port):
        raise RunsElsewhere(state.port, port or 0)
    say(f"The devnet already runs at {state.rpc_url}, a block every {state.block_seconds} s.")
    return state


def _start(folder: Folder, port: int | None, block_seconds: int, say: Say) -> State:
    """Start a supervisor, on another port when the chosen one is snatched away in between."""
    find_anvil()
    if contracts.recorded(folder) is None:
        contracts.require_tools()
    folder.path.mkdir(exist_ok=True)
    _end_orphan(folder, say)
    chain = _chain(folder, say)
    for last_try in (False, False, False, True):
        chain = chain.model_copy(update={"port": _choose_port(chain.port, port, say)})
        folder.write(folder.chain_file, chain)
        lives = _spawn_supervisor(folder, block_seconds)
        try:
            state = _wait_for_supervisor(folder, lives)
        except NotStarted:
            if last_try or port is not None or is_free(chain.port):
                raise
            continue
        begun = "new" if chain.genesis_hash is None else "the same as before"
        say(f"Anvil runs at {state.rpc_url}: chain 31337 ({begun}), a block every {block_seconds} s.")
        return state
    raise AssertionError("the last try returns or raises")


def _chain(folder: Folder, say: Say) -> Chain:
    """Return what is known of this home's chain; a home without one gets one, not yet written."""
    chain = folder.chain()
    if load_newest(folder.path, say) is not None and chain is not None:
        return chain
    if chain is not None and chain.genesis_hash is not None:
        raise ChainLost(f"None of the snapshots in {folder.path} can be read")
    return Chain(genesis_timestamp=int(time.time()), port=chain.port if chain else USUAL_PORT)


def _choose_port(last: int, wanted: int | None, say: Say) -> int:
    if wanted is not None:
        if not is_free(wanted):
            raise PortTaken(wanted)
        return wanted
    if is_free(last):
        return last
    chosen: int | None = next(filter(is_free, [USUAL_PORT, *OTHER_PORTS]), None)
    if chosen is None:
        raise PortTaken(last)
    say(f"Port {last} is taken by another program; this devnet takes {chosen}.")
    return chosen


def _spawn_supervisor(folder: Folder, block_seconds: int) -> Callable[[], bool]:
    """Return what tells whether it lives."""
    folder.state_file.unlink(missing_ok=True)
    with folder.supervisor_log.open("ab") as log:
        supervisor = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", f"{__package__}.supervisor", str(folder.home), str(block_seconds)],
            cwd=contracts.PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Closing the terminal, or Ctrl-C in it, does not reach it.
        )
    return lambda: supervisor.poll() is None


def _wait_for_supervisor(folder: Folder, lives: Callable[[], bool]) -> State:
    """Return the supervisor's state once Anvil runs.

    Raises:
        NotStarted: it gave up, died, or took too long.
    """

    def runs() -> bool:
        state = folder.state()
        return state is not None and state.phase == "running"

    wait_until(lambda: runs() or not lives(), START_PATIENCE_SECONDS)
    state = folder.state()
    if state is None or not lives():
        trouble = state.trouble if state else None
        raise NotStarted(trouble or "its supervisor died", folder.supervisor_log)
    if state.phase != "running":
        raise NotStarted(f"nothing came up in {START_PATIENCE_SECONDS:.0f} s", folder.supervisor_log)
    return state


def _end_orphan(folder: Folder, say: Say) -> None:
    """End an Anvil whose supervisor was killed, after saving what it knows."""
    anvil, chain = folder.anvil(), folder.chain()
    if anvil is None or not is_alive(anvil):
        return
    if chain is not None and chain.genesis_hash is not None:
        node = Node(chain.port)
        try:
            if node.genesis_hash() == chain.genesis_hash:
                saved = save_snapshot(folder.path, node.call("anvil_dumpState", seconds=60))
                say(f"Anvil had lost its supervisor; its state was saved up to block {saved.block}.")
        except (NodeError, SnapshotError, OSError) as error:
            say(f"Anvil had lost its supervisor and its last state could not be saved ({error}).")
    if not end(anvil, KILL_PATIENCE_SECONDS):
        raise NotStopped(f"Anvil (process {anvil.pid}) lives on")
    if chain is not None:  # Its last thread may keep the port a moment longer.
        wait_until(lambda: is_free(chain.port), KILL_PATIENCE_SECONDS)


def _see_to_contracts(folder: Folder, state: State, lock: int, say: Say) -> None:
    node, record = Node(state.port), contracts.recorded(folder)
    try:
        genesis = node.genesis_hash()
        if record is not None and record.genesis_hash == genesis:
            contracts.require_contracts(node, record)
            say(f"The contracts are on it, as {folder.record} says.")
            return
    except NodeError as error:
        raise NotStarted(str(error), folder.supervisor_log) from None
    if record is not None:
        say(f"{folder.record} tells of a devnet that is gone; it will be replaced.")
    contracts.require_tools()
    say("Deploying the contracts, about 15 seconds:")
    contracts.deploy(folder, state, lock, say)
    say(f"The contracts are deployed; {folder.record} tells where.")

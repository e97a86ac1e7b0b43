"""Puts the contracts on a new devnet by running `ape run deploy`, and sees that an old one still has them.

The record gets its name only when the contracts are in both snapshots that are kept: where it lies, no crash
can take the contracts away.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from ..deployment import DeploymentRecord, DeploymentRecordError, read_deployment_record
from .folder import Folder, State
from .node import CHAIN_ID, Node, NodeError
from .processes import send, wait_until
from .refusals import ChainLost, NotDeployed, NotOurs, ToolMissing
from .snapshots import KEPT, newest_snapshot, sync_folder

PROJECT = Path(__file__).resolve().parents[3]
SNAPSHOT_PATIENCE_SECONDS = 60.0
APE_PATIENCE_SECONDS = 900.0

Say = Callable[[str], None]


def recorded(folder: Folder) -> DeploymentRecord | None:
    """Return the record beside the devnet, or None when there is none.

    Raises:
        NotOurs: the file is something else, or tells of a chain that is no devnet.
    """
    if not folder.record.exists():
        return None
    try:
        record = read_deployment_record(folder.record)
    except DeploymentRecordError:
        raise NotOurs(folder.record, "is no deployment record") from None
    if record.chain_id != CHAIN_ID:
        raise NotOurs(folder.record, f"tells of chain {record.chain_id}, which is no devnet")
    return record


def require_tools() -> None:
    """See that what deploys is there.

    Raises:
        ToolMissing: ape is not beside this Python, or the contracts are not beside this package.
    """
    if not _ape().exists():
        remedy = "install it with `make setup` in Heitje's folder"
        raise ToolMissing("ape", f"not at {_ape()}", remedy)
    if not (PROJECT / "scripts" / "deploy.py").exists():
        raise ToolMissing("scripts/deploy.py", f"not in {PROJECT}", "work in a clone of Heitje's repository")


def require_contracts(node: Node, record: DeploymentRecord) -> None:
    """Raises:
    ChainLost: the chain has no code where the record says it has.
    """
    for name, contract in record.contracts.items():
        if not node.has_code(contract.address):
            raise ChainLost(f"The chain has no {name} at {contract.address}, where the record says it is")


def deploy(folder: Folder, state: State, lock: int, say: Say) -> None:
    """Deploy, and write the record.

    Args:
        lock: the file descriptor that keeps other commands away; ape holds it too, so that it is not freed
            while an ape that outlived this command is still deploying

    Raises:
        NotDeployed: ape failed, or the contracts could not be saved.
    """
    node = Node(state.port)
    try:
        # Every transaction gets its block at once: five seconds instead of twenty-five.
        node.call("evm_setAutomine", True)
        _run_ape(folder, state, lock, say)
    except NodeError as error:
        raise NotDeployed(str(error), folder.supervisor_log) from None
    finally:
        with contextlib.suppress(NodeError):
            node.call("evm_setIntervalMining", state.block_seconds)
    for _ in range(KEPT):
        _save_now(folder, state)
    folder.unsealed_record.replace(folder.record)
    sync_folder(folder.home)


def _run_ape(folder: Folder, state: State, lock: int, say: Say) -> None:
    folder.unsealed_record.unlink(missing_ok=True)
    with folder.deploy_log.open("w") as log:
        ape = subprocess.Popen(  # noqa: S603
            [str(_ape()), "run", "deploy", "--network", state.rpc_url],
            cwd=PROJECT,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            pass_fds=(lock,),
        )
        patience = threading.Timer(APE_PATIENCE_SECONDS, ape.kill)
        patience.start()
        reason = "ape gave no reason"
        try:
            for line in ape.stdout or ():
                log.write(line)
                if line.startswith("["):
                    say("  " + line.rstrip())
                elif line.startswith(("Error: ", "ERROR: ")):
                    reason = line.partition(": ")[2].strip()
            exit_code = ape.wait()
        finally:
            patience.cancel()
            ape.kill()
            ape.wait()
    if exit_code != 0:
        raise NotDeployed(reason, folder.deploy_log)


def _environment(folder: Folder) -> dict[str, str]:
    """Return the environment for ape: what an activated .venv has, and no key of another network."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HEITJE_DEPLOYER_")}
    return {
        "SOLCX_BINARY_PATH": str(PROJECT / ".solc"),
        "APE_DATA_FOLDER": str(PROJECT / ".ape"),
        **kept,
        "PATH": os.pathsep.join([str(_ape().parent), os.environ.get("PATH", os.defpath)]),
        "HEITJE_DEPLOYMENT_RECORD": str(folder.unsealed_record),
    }


def _save_now(folder: Folder, state: State) -> None:
    before = newest_snapshot(folder.path)
    send(state.supervisor, signal.SIGUSR1)
    if not wait_until(lambda: newest_snapshot(folder.path) != before, SNAPSHOT_PATIENCE_SECONDS):
        raise NotDeployed("the contracts could not be saved to disk", folder.supervisor_log)


def _ape() -> Path:
    return Path(sys.executable).parent / "ape"

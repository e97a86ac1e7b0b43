"""Stopping, and looking."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator

import pytest

from heitje_chain.chain.devnet.node import is_free
from heitje_chain.chain.devnet.processes import Process, is_alive, process_of
from tests.devnet.home import Home, free_port


@pytest.fixture
def bystander() -> Iterator[Process]:
    """A process that is none of ours."""
    with subprocess.Popen(["sleep", "600"]) as sleeping:
        found = process_of(sleeping.pid)
        assert found is not None
        yield found
        sleeping.kill()


def test_stop__twice__saves_the_state_once_and_frees_the_port(home: Home) -> None:
    home.start("--port", free_port())
    port, state, anvil = home.node().port, home.folder.state(), home.folder.anvil()
    block = home.block_of(home.pay())

    first, second = home.heitje("devnet", "stop"), home.heitje("devnet", "stop")

    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stdout == f"The devnet is stopped; its state is saved up to block {home.saved_block()}.\n"
    assert second.stdout == f"The devnet in {home.path} is not running.\n"
    assert home.saved_block() >= block
    assert is_free(port)
    assert state is not None
    assert not is_alive(state.supervisor)
    assert not is_alive(anvil)


def test_stop__when_a_pid_on_file_belongs_to_somebody_else__leaves_that_process_alone(
    home: Home, bystander: Process
) -> None:
    home.start("--port", free_port())
    state = home.folder.state()
    home.kill("supervisor", "anvil")
    assert state is not None
    reused = Process(pid=bystander.pid, started="earlier")
    home.folder.write(home.folder.state_file, state.model_copy(update={"supervisor": reused}))
    home.folder.write(home.folder.anvil_file, reused)

    assert home.heitje("devnet", "stop").returncode == 0
    home.start()
    assert home.heitje("devnet", "stop").returncode == 0

    assert is_alive(bystander)


def test_stop_and_status__where_there_is_nothing__say_so_and_make_nothing(empty_home: Home) -> None:
    stopped, status = empty_home.heitje("devnet", "stop"), empty_home.heitje("devnet", "status")

    assert (stopped.returncode, stopped.stdout) == (
        0,
        f"The devnet in {empty_home.path} is not running.\n",
    )
    assert (status.returncode, status.stdout) == (
        0,
        f"Devnet     stopped\nHome       {empty_home.path}\nContracts  not deployed\n",
    )
    assert not empty_home.path.exists()


def test_status__when_running_and_when_stopped__tells_the_same_in_both_forms(home: Home) -> None:
    home.start("--port", free_port())
    running, table = home.status(), home.heitje("devnet", "status").stdout
    assert (running["running"], running["phase"], running["chain_id"]) == (True, "running", 31337)
    assert running["head_block"] >= running["snapshot_block"] > 0
    assert 0 <= running["snapshot_age_seconds"] < 60
    for shown in (
        f"Address    {running['rpc_url']}\n",
        f"Processes  supervisor {running['supervisor_pid']}, Anvil {running['anvil_pid']}\n",
        f"Chain      31337, genesis {running['genesis_hash']}\n",
        f"Contracts  deployed on this chain, see {home.path}/deployment.json\n",
    ):
        assert shown in table
    os.kill(running["supervisor_pid"], 0)

    home.heitje("devnet", "stop")
    printed = json.loads(home.heitje("devnet", "status", "--json").stdout)
    assert printed == {**home.status(), "snapshot_age_seconds": printed["snapshot_age_seconds"]}
    stopped = home.status()
    assert (stopped["running"], stopped["phase"], stopped["deployment"]) == (False, "stopped", "matches")
    assert [stopped[name] for name in ("supervisor_pid", "anvil_pid", "port", "head_block")] == [None] * 4
    assert stopped["genesis_hash"] == running["genesis_hash"]


@pytest.mark.parametrize("command", ["start", "stop", "status", "reset"])
def test_help__of_each_command__documents_the_exit_codes(empty_home: Home, command: str) -> None:
    done = empty_home.heitje("devnet", command, "--help")

    assert "Exit codes: 0 done; 1 refused, and one line says why; 2 the command was" in done.stdout

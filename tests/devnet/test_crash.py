"""kill -9 at any moment costs at most some seconds of the chain, never the chain."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import time

import pytest

from heitje_chain.chain.deployment import read_deployment_record
from heitje_chain.chain.devnet.node import is_free
from heitje_chain.chain.devnet.processes import is_alive
from heitje_chain.chain.devnet.snapshots import all_snapshots
from tests.devnet.conftest import FirstStart
from tests.devnet.home import (
    HEITJE,
    PATIENCE_SECONDS,
    Home,
    answers,
    child_running,
    free_port,
    wait_for,
)

FEW_SECONDS = 20
"""Three when the machine is idle; the tests share two cores with others."""


def test_anvil__when_killed__comes_back_on_the_same_port_with_what_was_saved(home: Home) -> None:
    home.start("--port", free_port())
    before, paid = home.status(), home.pay()
    block, mined_at = home.block_of(paid), time.monotonic()
    home.wait_for_snapshot_of(block)
    assert time.monotonic() - mined_at < FEW_SECONDS

    head = home.node().head()
    home.kill("anvil")
    home.wait_for_restart(1)

    after = home.status()
    kept = ("port", "rpc_url", "supervisor_pid", "genesis_hash", "chain_id", "deployment")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert after["anvil_pid"] != before["anvil_pid"]
    assert home.is_mined(paid)
    assert home.node().head() >= head - FEW_SECONDS
    home.pay()


def test_chain__when_its_clock_was_moved_ahead__stays_ahead_after_a_crash(home: Home) -> None:
    home.start("--port", free_port())
    home.node().call("evm_increaseTime", 86_400)
    moved = home.block_of(home.pay())
    home.wait_for_snapshot_of(moved)

    home.kill("anvil")
    home.wait_for_restart(1)

    block = home.block_of(home.pay())
    times = [
        int(home.node().call("eth_getBlockByNumber", hex(number), False)["timestamp"], 16)
        for number in range(moved, block + 1)
    ]
    assert times == sorted(times)
    assert times[-1] - time.time() == pytest.approx(86_400, abs=FEW_SECONDS)


def test_start__after_everything_was_killed_at_any_moment__goes_on(home: Home) -> None:
    moments = random.Random(15)
    port = free_port()
    home.start("--port", port)
    genesis, paid = home.status()["genesis_hash"], home.pay()
    home.wait_for_snapshot_of(home.block_of(paid))

    for kill in range(5):
        saved = home.saved_block()
        home.send()
        time.sleep(moments.uniform(0, 1.5))  # Any moment: while a snapshot is written, or in between.
        home.kill(*(("anvil", "supervisor") if kill % 2 else ("supervisor", "anvil")))
        assert home.status()["phase"] == "stopped"

        home.start()
        status = home.status()
        assert (status["genesis_hash"], status["deployment"]) == (genesis, "matches")
        assert status["port"] == int(port)
        assert status["head_block"] >= saved
        assert home.is_mined(paid)


def test_start__when_only_the_supervisor_was_killed__saves_what_anvil_still_knows(home: Home) -> None:
    home.start("--port", free_port())
    paid, orphan = home.pay(), home.folder.anvil()
    home.kill("supervisor")
    assert home.status()["phase"] == "orphaned"

    printed = home.start()

    assert printed.startswith("Anvil had lost its supervisor; its state was saved up to block ")
    assert not is_alive(orphan)
    assert home.is_mined(paid)


def test_stop__when_only_the_supervisor_was_killed__ends_anvil(home: Home) -> None:
    home.start("--port", free_port())
    node, orphan = home.node(), home.folder.anvil()
    home.kill("supervisor")

    assert home.heitje("devnet", "stop").returncode == 0

    assert not is_alive(orphan)
    assert not answers(node)


def test_start__when_the_newest_snapshot_is_cut_off__uses_the_one_before_and_says_so(home: Home) -> None:
    newest, before = all_snapshots(home.folder.path)
    content = newest.path.read_bytes()
    newest.path.write_bytes(content[: len(content) // 2])

    printed = home.start("--port", free_port())

    assert printed.splitlines()[0] == (
        f"The newest snapshot cannot be read (its {len(content) // 2} bytes are no whole state) "
        f"and was set aside as {newest.path.with_suffix('.unreadable')}."
    )
    assert printed.splitlines()[1].startswith(f"The one before it is used: block {before.block}, of ")
    assert home.status()["deployment"] == "matches"


def test_start__when_no_snapshot_can_be_read__is_refused(home: Home) -> None:
    for snapshot in all_snapshots(home.folder.path):
        snapshot.path.write_bytes(b"")

    assert home.refused("devnet", "start") == (
        f"None of the snapshots in {home.path}/devnet can be read: `heitje devnet reset` begins a new chain."
    )
    assert home.heitje("devnet", "reset", "--yes").returncode == 0


def test_start__when_it_was_killed_while_deploying__deploys_anew_after_ape_is_done(
    home: Home, first_start: FirstStart
) -> None:
    (home.path / "deployment.json").unlink()
    with subprocess.Popen(
        [HEITJE, "devnet", "start", "--port", free_port()],
        env=home.environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as killed:
        assert killed.stdout is not None
        for line in killed.stdout:
            if "HeitjeToken" in line:
                break
        ape = child_running(killed.pid, "deploy")
        os.kill(ape, signal.SIGSTOP)  # It ends by itself as soon as it tells its next step to nobody.
        killed.kill()

    # ape outlived it: two that deploy from one account would take each other's nonces.
    try:
        busy = home.refused("devnet", "start")
        assert busy == f"Another `heitje devnet` command is at work in {home.path}: wait until it is done."
        assert not (home.path / "deployment.json").exists()
    finally:
        os.kill(ape, signal.SIGCONT)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (again := home.heitje("devnet", "start")).returncode == 1 and time.monotonic() < deadline:
        assert "is at work" in again.stderr

    assert again.returncode == 0, again.stderr
    assert (
        read_deployment_record(home.path / "deployment.json").genesis_hash
        == (first_start.status["genesis_hash"])
    )
    assert home.status()["deployment"] == "matches"


def test_supervisor__when_the_port_stays_taken__keeps_trying_until_it_is_free(home: Home) -> None:
    home.start("--port", free_port())
    port = home.node().port
    with socket.socket() as thief:
        thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        os.kill(home.status()["supervisor_pid"], signal.SIGSTOP)
        home.kill("anvil")
        wait_for(lambda: is_free(port), "a free port")
        thief.bind(("127.0.0.1", port))
        thief.listen()
        os.kill(home.status()["supervisor_pid"], signal.SIGCONT)
        wait_for(lambda: f"port {port} is taken" in home.supervisor_log(), "a try that fails")
        assert home.status()["phase"] == "restarting"

    wait_for(lambda: answers(home.node()), "Anvil, now that its port is free")

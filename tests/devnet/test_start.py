"""Starting: the first time, again, on which port, and what is said when it cannot be."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from heitje_chain.chain.deployment import read_deployment_record
from heitje_chain.chain.devnet import control
from tests.devnet.conftest import FirstStart
from tests.devnet.home import Home, free_port


@pytest.fixture
def taken_port() -> Iterator[str]:
    """A port on which somebody else listens."""
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        yield str(somebody.getsockname()[1])


def test_start__in_an_empty_home__deploys_and_says_how_to_go_on(first_start: FirstStart) -> None:
    home, status = first_start.home, first_start.status
    record = read_deployment_record(home.path / "deployment.json")

    assert record.network == "local"
    assert (record.chain_id, record.genesis_hash) == (31337, status["genesis_hash"])
    assert (status["running"], status["phase"], status["deployment"]) == (True, "running", "matches")
    assert first_start.printed.splitlines()[0] == (
        f"Anvil runs at {status['rpc_url']}: chain 31337 (new), a block every 1 s."
    )
    assert first_start.printed.splitlines()[-3:] == [
        "",
        f"The other heitje commands find it by themselves, at {status['rpc_url']}.",
        "Look at it with `heitje devnet status`, end it with `heitje devnet stop`.",
    ]
    assert not first_start.heard_elsewhere


def test_start__when_stopped_or_running__leads_to_the_same_chain(home: Home, first_start: FirstStart) -> None:
    again = home.start("--port", free_port())
    status = home.status()
    assert again.splitlines()[:2] == [
        f"Anvil runs at {status['rpc_url']}: chain 31337 (the same as before), a block every 1 s.",
        f"The contracts are on it, as {home.path}/deployment.json says.",
    ]
    assert status["genesis_hash"] == first_start.status["genesis_hash"]
    assert status["deployment"] == "matches"

    twice = home.start()
    assert twice.splitlines()[0] == f"The devnet already runs at {status['rpc_url']}, a block every 1 s."
    assert home.status()["anvil_pid"] == status["anvil_pid"]

    other = home.refused("devnet", "start", "--port", "1")
    assert other == (
        f"The devnet already runs on port {status['port']}, not 1: stop it first with `heitje devnet stop`."
    )


def test_start__when_the_given_port_is_taken__is_refused(home: Home, taken_port: str) -> None:
    refusal = home.refused("devnet", "start", "--port", taken_port)

    assert refusal == (
        f"Port {taken_port} is taken or not allowed: "
        "give another one, or leave --port out to have one chosen."
    )
    assert home.status()["phase"] == "stopped"


def test_start__when_the_last_port_is_taken__takes_another_and_says_so(
    home: Home, taken_port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = int(free_port())  # Not 8545, where another test run's ape would take it for its own.
    monkeypatch.setattr(control, "USUAL_PORT", usual)
    said: list[str] = []
    chain = home.folder.chain()
    assert chain is not None
    home.folder.write(home.folder.chain_file, chain.model_copy(update={"port": int(taken_port)}))

    control.start(home.path, None, 1, said.append)

    assert said[0] == f"Port {taken_port} is taken by another program; this devnet takes {usual}."
    assert home.status()["port"] == usual


def test_start__with_a_longer_block_time__has_blocks_that_far_apart(home: Home) -> None:
    home.start("--port", free_port(), "--block-time", "2")

    assert home.node().call("anvil_getIntervalMining") == 2
    assert home.node().call("anvil_getAutomine") is False


def test_start__when_the_chain_lost_the_contracts__is_refused(home: Home) -> None:
    home.start("--port", free_port())
    record = read_deployment_record(home.path / "deployment.json")
    address = record.contracts["JobEscrow"].address
    home.node().call("anvil_setCode", address, "0x")

    assert home.refused("devnet", "start") == (
        f"The chain has no JobEscrow at {address}, where the record says it is: "
        "`heitje devnet reset` begins a new chain."
    )


def test_start__beside_a_record_of_another_network__is_refused(
    empty_home: Home, first_start: FirstStart
) -> None:
    record = read_deployment_record(first_start.home.path / "deployment.json")
    record.model_copy(update={"chain_id": 100}).write(empty_home.path / "deployment.json")

    for command in (["start"], ["reset", "--yes"]):
        assert empty_home.refused("devnet", *command) == (
            f"{empty_home.path}/deployment.json tells of chain 100, which is no devnet: "
            "move it away, or name another home in HEITJE_HOME."
        )
    assert read_deployment_record(empty_home.path / "deployment.json").chain_id == 100
    assert empty_home.status()["deployment"] == "unreadable"

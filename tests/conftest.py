"""What an activated .venv sets, for a pytest started in any other way; and a chain for whoever needs one."""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from heitje_chain.chain.deployment import DeploymentRecord, read_deployment_record
from heitje_chain.chain.devnet.snapshots import save_snapshot
from heitje_chain.chain.node import Node

from .databases import ON_POSTGRESQL, SAME_ON_ANY
from .ports import unused_port

if TYPE_CHECKING:
    from .service.stock import Stocks

ROOT = Path(__file__).resolve().parent.parent

os.environ.setdefault("SOLCX_BINARY_PATH", str(ROOT / ".solc"))
os.environ.setdefault("APE_DATA_FOLDER", str(ROOT / ".ape"))
# ape's commands, which tests run as a person does, start a node of their own: on the usual port they would
# roll back whatever chain they found.
os.environ.setdefault("APE_FOUNDRY_HOST", "auto")
# anvil and forge lie beside the Python that runs the tests.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

START_SECONDS = 30

DELAY_SECONDS = 60
"""How long officers' delayed acts wait on the tests' chain: so long that one is over when a test lets time
pass, and never because the machine was slow."""


TOGETHER = {"browser": "browser", "contracts": "contracts", "demo": "ports", "devnet": "ports"}
"""Folder -> group. One process runs a whole group: its tests share something that takes long to make, or they
are about the ports that a person gets without asking."""


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out, on PostgreSQL, what touches no database."""
    return True if ON_POSTGRESQL and collection_path.name in SAME_ON_ANY else None


@pytest.hookimpl(tryfirst=True, hookwrapper=True)  # around ape's, which starts its node for these tests
def pytest_collection_finish() -> Iterator[None]:
    """Let ape start its node on a port that nobody has.

    By itself it takes any port from 49152 on, and waits in vain for a node on one that is somebody's. Those
    of connections are among them, also of a minute ago, so every run of the tests would have to be lucky.
    """
    given = os.environ["APE_FOUNDRY_HOST"]
    if given == "auto":
        os.environ["APE_FOUNDRY_HOST"] = f"http://127.0.0.1:{unused_port()}"
    yield
    os.environ["APE_FOUNDRY_HOST"] = given


@pytest.hookimpl(tryfirst=True)  # before the tests are run, which is another plugin's answer
def pytest_runtestloop() -> None:
    """Collect no garbage among what lives until the end: half a million objects, an eighth of the time."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep together, on several cores, what belongs together: a file, or a group of folders.

    A test that takes minutes goes by itself. What takes longest begins first, or one core would wait for it.
    """
    seconds: Counter[str] = Counter()
    groups = {item: _group_of(item) for item in items}
    for item, group in groups.items():
        item.add_marker(pytest.mark.xdist_group(group))
        seconds[group] += _seconds_of(item)
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: (-seconds[groups[item]], groups[item]))


def _group_of(item: pytest.Item) -> str:
    if item.get_closest_marker("prove") is not None:
        return item.nodeid
    return TOGETHER.get(item.path.parent.name, str(item.path))


def _seconds_of(item: pytest.Item) -> int:
    told = item.get_closest_marker("seconds")
    return 1 if told is None else int(told.args[0])


@dataclass(frozen=True)
class Chain:
    url: str
    record: DeploymentRecord
    record_path: Path


@pytest.fixture(scope="session")
def shared_chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    folder = tmp_path_factory.mktemp("chain")
    record_path = folder / "deployment.json"
    with _anvil(folder) as url:
        deployed = subprocess.run(
            [
                "ape",
                "run",
                "deploy",
                "--network",
                url,
                "--params",
                _parameters(folder),
                "--record",
                record_path,
            ],
            cwd=ROOT,
            env=dict(os.environ),
            capture_output=True,
            text=True,
            check=False,
        )
        assert deployed.returncode == 0, deployed.stderr
        yield Chain(url, read_deployment_record(record_path), record_path)


def _parameters(folder: Path) -> Path:
    """Write the devnet's parameters with the tests' delays."""
    devnet = (ROOT / "scripts" / "networks" / "local.toml").read_text()
    path = folder / "network.toml"
    path.write_text(re.sub(r"^([A-Z_]+) = 1$", rf"\1 = {DELAY_SECONDS}", devnet, flags=re.MULTILINE))
    return path


@pytest.fixture
def chain(shared_chain: Chain) -> Iterator[Chain]:
    """The chain that all tests share, as it was deployed, at this machine's time; put back afterwards."""
    with rolled_back(shared_chain) as now:
        yield now


@pytest.fixture(scope="session")
def stocks(shared_chain: Chain, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stocks]:
    """Towns to copy."""
    from .service.stock import Stocks

    with ExitStack() as ends:
        yield Stocks(shared_chain, tmp_path_factory.mktemp, ends)


@pytest.fixture
def node(tmp_path: Path) -> Iterator[str]:
    """The address of a fresh Anvil with nothing on it."""
    with _anvil(tmp_path) as url:
        yield url


@contextmanager
def second_chain(first: Chain, folder: Path) -> Iterator[Chain]:
    """Run another Anvil that goes on from where the first is, as it was deployed."""
    state = save_snapshot(folder, Node(first.url)._ask("anvil_dumpState"))
    with _anvil(folder, "--load-state", str(state.path)) as url:
        yield Chain(url, first.record, first.record_path)


@contextmanager
def rolled_back(chain: Chain) -> Iterator[Chain]:
    """Give the chain as it is, at this machine's time unless it is ahead; whatever is done then is undone."""
    node = Node(chain.url)
    node._ask("evm_setTime", max(int(time.time()), node.head().timestamp))
    before = node._ask("evm_snapshot")
    yield chain
    node._ask("anvil_dropAllTransactions")  # what a test sent and nobody mined is not the next one's
    node._ask("evm_revert", before)


@contextmanager
def _anvil(folder: Path, *options: str) -> Iterator[str]:
    """Run an Anvil of its own, on a port that the system chose; its log lies in the folder."""
    log = folder / "anvil.log"
    with log.open("w") as output:
        anvil = subprocess.Popen(["anvil", "--port", "0", "--hardfork", "cancun", *options], stdout=output)
    try:
        yield _address_in(log, anvil)
    finally:
        anvil.terminate()
        anvil.wait(START_SECONDS)


def _address_in(log: Path, anvil: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and anvil.poll() is None:
        for line in log.read_text().splitlines():
            if line.startswith("Listening on "):
                return "http://" + line.removeprefix("Listening on ")
        time.sleep(0.05)
    raise AssertionError(f"Anvil did not start: {log.read_text()}")

"""One deployment for all tests here; each test that needs a chain gets a copy of that home."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.devnet.home import Home, free_port


@dataclass(frozen=True)
class FirstStart:
    """A home after its first start and a stop, and what was seen on the way."""

    home: Home
    printed: str
    status: dict[str, object]
    heard_elsewhere: bool
    """Whether Anvil could be reached at another address of this machine."""


@pytest.fixture(autouse=True)
def _function_isolation() -> None:
    """Keeps ape from isolating these tests, as it does unless a fixture has this name: they use no chain of
    ape's, and the one that it found on port 8545 may be another test run's that ends meanwhile."""


@pytest.fixture(scope="session")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirstStart]:
    home = Home(tmp_path_factory.mktemp("first") / "home")
    try:
        printed = home.start("--port", free_port())
        status = home.status()
        elsewhere = _is_heard("127.0.0.2", home.node().port)
        assert home.heitje("devnet", "stop").returncode == 0
        yield FirstStart(home, printed, status, elsewhere)
    finally:
        home.end_all()


@pytest.fixture
def home(first_start: FirstStart, tmp_path: Path) -> Iterator[Home]:
    """A home whose devnet has the contracts and is stopped."""
    shutil.copytree(first_start.home.path, tmp_path / "home")
    copy = Home(tmp_path / "home")
    yield copy
    copy.end_all()


@pytest.fixture
def empty_home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    yield home
    home.end_all()


def _is_heard(address: str, port: int) -> bool:
    with socket.socket() as asking:
        asking.settimeout(5)
        return asking.connect_ex((address, port)) == 0

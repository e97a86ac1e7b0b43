"""Case 19, on PostgreSQL: its server is restarted, or crashes, in the middle of a run.

The API and the worker are processes of their own and are not started again. Whoever got no answer, or was
told to try later, sends the same order again.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import requests

from tests.conftest import Chain
from tests.databases import only_postgresql
from tests.devnet.home import wait_for
from tests.postgresql import SAFE, Server

from .serving import heitje_serve, heitje_worker
from .survival import People, assert_sound, paid_told
from .town import Town, open_town

pytestmark = only_postgresql

CENTS = range(10, 40)
"""What is paid, each once."""

BEFORE = 8
"""How many are taken before the server goes."""


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of this test's own, as safe as in production."""
    made = Server(SAFE)
    made.start()
    made.run("CREATE DATABASE heitje")
    yield made
    made.remove()


@pytest.fixture
def town(chain: Chain, server: Server, tmp_path: Path) -> Iterator[Town]:
    made = open_town(chain.url, chain.record, chain.record_path, tmp_path / "home", server.url("heitje"))
    yield made
    made.engine.dispose()


class Till:
    """Sends payments until each was taken, and remembers what it was told."""

    def __init__(self, people: People, address: str) -> None:
        self.taken: dict[int, dict[str, Any]] = {}
        self.told_to_wait: list[tuple[str, str]] = []
        self.enough = Event()
        self._address, self._secret = address, people.anna.secret
        self._code = people.town.code_of(people.shop)

    def send(self, cents: int) -> None:
        deadline = time.monotonic() + 120
        while cents not in self.taken:
            assert time.monotonic() < deadline, "nobody takes it"
            answer = self._try(cents)
            if answer is None:
                continue
            if answer.status_code == 202:
                self.taken[cents] = answer.json()
            else:
                assert answer.status_code == 503, answer.text
                self.told_to_wait.append((answer.json()["type"], answer.headers["Retry-After"]))
            if len(self.taken) >= BEFORE:
                self.enough.set()

    def _try(self, cents: int) -> requests.Response | None:
        headers = {"Authorization": f"Bearer {self._secret}", "Idempotency-Key": f"payment-{cents}"}
        body = {"code": self._code, "cents": cents}
        try:
            return requests.post(f"{self._address}/api/v1/payments", json=body, headers=headers, timeout=60)
        except requests.ConnectionError:
            return None


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL], ids=lambda how: how.name)
def test_server__that_goes_in_the_middle_of_a_run__loses_and_doubles_nothing(
    town: Town, people: People, server: Server, how: signal.Signals
) -> None:
    """SIGINT is a restart, SIGQUIT is `immediate`, SIGKILL is kill -9."""
    town.restart_worker()
    with heitje_serve(town) as (serve, address), heitje_worker(town) as worker:
        till = Till(people, address)
        till.send(CENTS[0])
        wait_for(lambda: _all_paid(town, people, 1), "the worker, which takes longer to start than the API")
        with ThreadPoolExecutor(4) as pool:
            sending = [pool.submit(till.send, cents) for cents in CENTS[1:]]
            assert till.enough.wait(60)
            server.stop(how)
            wait_for(lambda: bool(till.told_to_wait), "an answer while the server is gone")
            assert len(till.taken) < len(CENTS)
            server.start()
            for one in sending:
                one.result(120)
        wait_for(lambda: _all_paid(town, people, len(CENTS)), "the payments")
        assert [_runs(process) for process in (serve, worker)] == [True, True], (
            "both found back by themselves"
        )

    assert set(till.told_to_wait) == {("/problems/database-busy", "5")}
    assert set(till.taken) == set(CENTS)
    assert_sound(town, *map(paid_told, till.taken.values()))
    assert len(town.events("AuthorizationUsed")) == len(CENTS)
    assert {cents: one["cents"] for cents, one in till.taken.items()} == {cents: cents for cents in CENTS}
    total = sum(CENTS)
    assert (town.spendable(people.anna), town.spendable(people.shop)) == (15_00 - total, total)


def _all_paid(town: Town, people: People, count: int) -> bool:
    payments = town.get(people.shop, "/payments?limit=100")["items"]
    return [one["state"] for one in payments] == ["paid"] * count


def _runs(process: subprocess.Popen[str]) -> bool:
    return process.poll() is None

"""Processes that serve a town, or work for it, and are killed with -9.

They are forked, so that they are there at once. A forked process must not inherit an open SQLite file, whose
locks are its parent's: `forked` closes all connections of this process first.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkProcess
from typing import Any, Literal
from unittest.mock import patch

import requests

from heitje_chain.chain.contracts import Contracts
from heitje_chain.chain.deployment import read_deployment_record
from heitje_chain.config import Config
from heitje_chain.db import open_engine, transaction
from heitje_chain.settlement import batches, pain001, rules
from heitje_chain.settlement.pain001 import CreditTransferFile, Debtor
from heitje_chain.worker import open_worker
from tests.devnet.home import HEITJE, free_port, wait_for
from tests.engine.dying_worker import DyingAccount, DyingNode, Moment, die

from .town import Town, round_of

KILLED = -signal.SIGKILL
PATIENCE_SECONDS = 60
ROUNDS = 40
IDLE_ROUNDS = 5

_FORK = multiprocessing.get_context("fork")


def close_connections(town: Town) -> None:
    """Close what this process has open of the town's database; it opens it again by itself."""
    town.engine.dispose()
    if town._worker is not None:
        town._worker.engine.dispose()
        for kind in town._worker.sender._kinds.values():
            signer = getattr(kind, "_signer", None)
            if signer is not None:
                signer.close()


def forked(town: Town, work: Callable[..., None], *arguments: Any) -> ForkProcess:
    """Start this in a process of its own."""
    close_connections(town)
    process = _FORK.Process(target=work, args=arguments, daemon=True)
    process.start()
    return process


def end_of(process: ForkProcess) -> int | None:
    """Wait for a process and return its exit code, -9 when it was killed; None when it found no end."""
    process.join(PATIENCE_SECONDS)
    code = process.exitcode
    process.kill()
    process.join()
    return code


# ---------------------------------------------------------------- what they do


def work_and_die(config: Config, moment: Moment) -> None:
    """Be a worker that is killed at this moment of its first transaction."""
    worker = open_worker(config)
    worker.sender._node = DyingNode(config.rpc_url, moment)
    if moment == "signing":
        worker.sender._account = DyingAccount("main", worker.sender._account.private_key)
    for _ in range(ROUNDS):
        worker.round()


def work_for_ever(config: Config) -> None:
    """Be a worker until somebody kills it."""
    worker = open_worker(config)
    while True:
        round_of(worker)


def work_until_idle(config: Config) -> None:
    """Be a worker until there is nothing to do."""
    worker, idle = open_worker(config), 0
    while idle < IDLE_ROUNDS:
        idle = 0 if round_of(worker) else idle + 1


def seal_and_die(config: Config, number: int, moment: Literal["built", "stored"]) -> None:
    """Be a web process that is killed while it seals a bank file: after building, or before the commit."""
    engine = open_engine(config.database_url)
    contracts = Contracts(read_deployment_record(config.deployment_record))
    debtor, now = Debtor(config.debtor_name, config.debtor_iban, config.debtor_bic), int(time.time())
    build = pain001.build

    def build_and_die(file: CreditTransferFile) -> bytes:
        content = build(file)
        if moment == "built":
            die()
        return content

    with patch.object(pain001, "build", build_and_die), transaction(engine) as connection:
        batches.seal(connection, contracts, "settlement", number, debtor, rules.next_day(now), now)
        die()


# ---------------------------------------------------------------- the web process


class Served:
    """`heitje serve` on a town's database."""

    def __init__(self, process: subprocess.Popen[bytes], url: str) -> None:
        self._process = process
        self._url = url

    def is_up(self) -> bool:
        try:
            return requests.get(f"{self._url}/healthz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    @property
    def pid(self) -> int:
        return self._process.pid

    def get(self, secret: str, path: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {secret}"}
        return requests.get(f"{self._url}/api/v1{path}", headers=headers, timeout=30)

    def post(self, secret: str, path: str, body: dict[str, Any], key: str) -> requests.Response:
        """Raises:
        requests.ConnectionError: the process is gone.
        """
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}
        return requests.post(f"{self._url}/api/v1{path}", json=body, headers=headers, timeout=30)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(PATIENCE_SECONDS)


@contextmanager
def served(town: Town) -> Iterator[Served]:
    config, port = town.config, free_port()
    environment = {
        **os.environ,
        "HEITJE_HOME": str(config.home),
        "HEITJE_DATABASE_URL": config.database_url,
        "HEITJE_RPC_URL": config.rpc_url,
        "HEITJE_DEPLOYMENT_RECORD": str(config.deployment_record),
        "HEITJE_DEBTOR_NAME": config.debtor_name,
        "HEITJE_DEBTOR_IBAN": config.debtor_iban,
    }
    process = subprocess.Popen([HEITJE, "serve", "--port", port], env=environment)
    running = Served(process, f"http://127.0.0.1:{port}")
    try:
        wait_for(running.is_up, "the API")
        yield running
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)

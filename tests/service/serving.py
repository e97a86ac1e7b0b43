"""`heitje serve` and `heitje worker` as processes of their own, on a town's database.

What they log goes into `serve.log` and `worker.log` in the town's home.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2

from tests.http.server import BOUND_SECONDS, wait_until
from tests.ports import unused_port

from .town import Town


@contextmanager
def heitje_serve(
    town: Town, environment: Mapping[str, str] | None = None, *options: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run it; return the process and its address. What still runs at the end is killed."""
    port = unused_port()
    address = f"http://127.0.0.1:{port}"
    with _process(town, environment, "serve", "--port", str(port), *options) as process:
        wait_until(lambda: process.poll() is not None or _answers(address))
        yield process, address


@contextmanager
def heitje_worker(
    town: Town, environment: Mapping[str, str] | None = None, *options: str
) -> Iterator[subprocess.Popen[str]]:
    """Run it. What still runs at the end is killed."""
    with _process(town, environment, "worker", *options) as process:
        yield process


def environment_of(town: Town) -> dict[str, str]:
    """Return what a process needs to serve this town, or to work for it."""
    return {
        **os.environ,
        "HEITJE_HOME": str(town.config.home),
        "HEITJE_DATABASE_URL": town.config.database_url,
        "HEITJE_RPC_URL": town.url,
        "HEITJE_DEPLOYMENT_RECORD": str(town.config.deployment_record),
    }


@contextmanager
def _process(
    town: Town, environment: Mapping[str, str] | None, command: str, *options: str
) -> Iterator[subprocess.Popen[str]]:
    with (town.config.home / f"{command}.log").open("a") as log:
        process = subprocess.Popen(
            [str(Path(sys.executable).parent / "heitje"), command, *options],
            env={**environment_of(town), **(environment or {})},
            stdout=subprocess.DEVNULL,
            stderr=log,
            text=True,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait(BOUND_SECONDS)


def _answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/healthz", timeout=5, trust_env=False).status_code == 200
    except httpx2.HTTPError:
        return False

"""`heitje serve` as a process of its own, on a town's database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2

from tests.http.server import BOUND_SECONDS, wait_until

from .town import Town


@contextmanager
def heitje_serve(
    town: Town, environment: Mapping[str, str] | None = None
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run it; return the process and its address. What still runs at the end is killed."""
    port = _free_port()
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "heitje"), "serve", "--port", str(port)],
        env={
            **os.environ,
            "HEITJE_HOME": str(town.config.home),
            "HEITJE_RPC_URL": town.url,
            "HEITJE_DEPLOYMENT_RECORD": str(town.config.deployment_record),
            **(environment or {}),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: process.poll() is not None or _answers(address))
        yield process, address
    finally:
        process.kill()
        process.wait(BOUND_SECONDS)
        if process.stderr is not None:
            process.stderr.close()


def _answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/healthz", timeout=5, trust_env=False).status_code == 200
    except httpx2.HTTPError:
        return False


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])

"""The figures of the two processes, where Prometheus reads them."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.http.server import wait_until
from tests.service.serving import environment_of, free_port, heitje_serve, heitje_worker
from tests.service.town import Person, Town


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield int(listening.getsockname()[1])


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_metrics_port__that_is_taken__is_refused_in_a_sentence(
    town: Town, taken_port: int, command: str
) -> None:
    heitje = str(Path(sys.executable).parent / "heitje")
    refused = subprocess.run(
        [heitje, command, "--metrics-port", str(taken_port)],
        env=environment_of(town),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (refused.returncode, refused.stderr) == (
        1,
        f"Error: Port {taken_port} for the figures is taken: choose another --metrics-port.\n",
    )


def scrape(port: int) -> dict[str, list[float]]:
    """Return every family that a process tells, with its samples' values."""
    told = httpx2.get(f"http://127.0.0.1:{port}/metrics", timeout=10, trust_env=False).text
    return {
        family.name: [sample.value for sample in family.samples]
        for family in text_string_to_metric_families(told)
    }


def test_metrics__of_both_processes__are_on_ports_of_their_own(town: Town, anna: Person) -> None:
    web, work = free_port(), free_port()
    with (
        heitje_serve(town, None, "--metrics-port", str(web)) as (_, address),
        heitje_worker(town, None, "--metrics-port", str(work)) as worker,
    ):
        wait_until(lambda: worker.poll() is not None or answers(work))
        served, worked = scrape(web), scrape(work)
        on_the_api = httpx2.get(f"{address}/metrics", timeout=10, trust_env=False)

    assert on_the_api.status_code == 404
    assert (served["heitje_database_up"], worked["heitje_database_up"]) == ([1], [1])
    assert sorted(served["heitje_ready"]) == [1] * 8
    assert worked["heitje_comparison_equal"] == [1]
    assert worked["heitje_lane_sends"] == [1]
    assert "heitje_intents" not in served
    assert "heitje_ready" not in worked
    assert anna.id


def answers(port: int) -> bool:
    try:
        return bool(scrape(port))
    except httpx2.HTTPError:
        return False

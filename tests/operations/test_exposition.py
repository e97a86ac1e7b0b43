"""The figures of the two processes, where Prometheus reads them."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.http.server import wait_until
from tests.ports import unused_port
from tests.service.serving import environment_of, heitje_serve, heitje_worker
from tests.service.survival import People
from tests.service.town import IBANS, Town

from .promql import NAME, Vector
from .sight import SERVE, WORKER, series_in
from .test_readiness import NAMES as CHECKS
from .test_rules import check_names


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


def scrape(port: int) -> str:
    answer = httpx2.get(f"http://127.0.0.1:{port}/metrics", timeout=10, trust_env=False)
    assert answer.status_code == 200
    return answer.text


def scrape_with(port: int, wanted: str) -> str:
    """Return the first figures that have something in them, which may be gone from the next: an order waits
    only for as long as nobody takes it."""
    told = ""

    def is_there() -> bool:
        nonlocal told
        told = scrape(port)
        return wanted in told

    wait_until(is_there)
    return told


def test_metrics__of_both_processes__are_on_ports_of_their_own_and_have_what_alarms_are_about(
    town: Town, people: People
) -> None:
    web, work = unused_port(), unused_port()
    with (
        heitje_serve(town, None, "--metrics-port", str(web)) as (_, address),
        heitje_worker(town, None, "--metrics-port", str(work)) as worker,
    ):
        wait_until(lambda: worker.poll() is not None or answers(work))
        api = httpx2.Client(base_url=address, timeout=10, trust_env=False)
        told = {"Authorization": f"Bearer {people.anna.secret}", "Idempotency-Key": "coffee-of-anna"}
        order = {"code": town.code_of(people.shop), "cents": 250}
        payment = api.post("/api/v1/payments", json=order, headers=told).json()
        where = f"/api/v1/payments/{payment['id']}"
        wait_until(lambda: api.get(where, headers=told).json()["state"] == "paid")
        wait_until(lambda: "heitje_comparison_equal" in scrape(work))
        wait_until(lambda: "heitje_loop_late_seconds_count 0.0" not in scrape(web))
        wait_until(lambda: api.get("/readyz").status_code == 200)
        add_merchant(town)  # whose admission waits for its delay
        of_worker = scrape_with(work, "heitje_oldest_waiting_seconds{")
        series = series_in(SERVE, scrape(web)) | series_in(WORKER, of_worker)
        on_the_api = api.get("/metrics")

    assert on_the_api.status_code == 404
    check_names(series)
    jobs: dict[str, set[str]] = {}
    for labels in map(dict, series):
        jobs.setdefault(labels[NAME], set()).add(labels["job"])
    assert jobs["heitje_database_up"] == {SERVE, WORKER}
    assert (jobs["heitje_ready"], jobs["heitje_intents"]) == ({SERVE}, {WORKER})
    checks = {labels["check"]: value for labels, value in of(series, "heitje_ready")}
    assert checks == dict.fromkeys(CHECKS, 1)


def add_merchant(town: Town) -> None:
    merchant = {"id": "3f8a2b1c4d5e4f60817263544a5b6c7d", "name": "Welpie", "iban": IBANS[1]}
    town.post("registrar", "/merchants", {**merchant, "category": "speelgoed"})
    wait_until(lambda: town.get("registrar", f"/merchants/{merchant['id']}")["state"] == "ready")
    town.act("registrar", "/admissions", {"participants": [merchant["id"]]})


def of(series: Vector, name: str) -> list[tuple[dict[str, str], float]]:
    return [(dict(labels), value) for labels, value in series.items() if dict(labels)[NAME] == name]


def answers(port: int) -> bool:
    try:
        return bool(scrape(port))
    except httpx2.HTTPError:
        return False

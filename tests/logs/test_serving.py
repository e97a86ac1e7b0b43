"""What `heitje serve` logs of requests that are odd, or that it cannot carry out."""

from __future__ import annotations

import json
import socket
from typing import Any

import httpx2
import pytest
from sqlalchemy import text

from heitje_chain.db import open_engine, transaction
from tests.http.server import wait_until
from tests.service.serving import heitje_serve
from tests.service.town import Town

NAME, IBAN = "Anna Jansen", "NL41ABNA9000000001"
MERCHANT = {"id": "3f8a2b1c4d5e4f60817263544a5b6c7d", "name": NAME, "iban": IBAN, "category": "brood"}


def raw(address: str, request: bytes) -> bytes:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(request)
        return connection.recv(4096)


def chosen(told: dict[str, Any]) -> dict[str, Any]:
    """Return what a line says apart from when, how long and which request."""
    varies = ("time", "milliseconds", "trace", "at", "stack")
    return {name: value for name, value in told.items() if name not in varies}


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_serve__whatever_is_asked__logs_routes_and_classes_alone(town: Town, log_format: str) -> None:
    log = town.config.home / "serve.log"
    with transaction(town.engine) as connection:
        connection.execute(text("ALTER TABLE merchant_details RENAME TO somewhere_else"))
    town.engine.dispose()
    with heitje_serve(town, None, "--log-format", log_format) as (process, address):
        told = {"Authorization": f"Bearer {town.secrets['registrar']}", "Idempotency-Key": "anna-is-added"}
        with httpx2.Client(base_url=f"{address}/api/v1", timeout=30, trust_env=False) as api:
            answers = [
                api.get(f"/residents/{NAME}?name={NAME}", headers=told),
                api.post("/residents", json={"id": NAME, "name": NAME}, headers=told),
                api.post("/merchants", json=MERCHANT, headers=told),
                api.get(f"/{NAME}/{IBAN}", headers={"X-Request-Id": NAME, "User-Agent": NAME}),
            ]
        assert [answer.status_code for answer in answers] == [400, 400, 500, 404]
        assert raw(address, f"GET /{NAME} HTTP/1.1\r\n{NAME}\r\n\r\n".encode()).startswith(b"HTTP/1.1 400")
        process.terminate()
        wait_until(lambda: process.poll() is not None)

    lines = log.read_text().splitlines()
    assert all(word not in log.read_text() for word in (NAME, "Anna", "Jansen", IBAN, *town.secrets.values()))
    if log_format == "text":
        assert [line.split()[2] for line in lines] == EVENTS
        return
    events = [chosen(json.loads(line)) for line in lines]
    assert [one["event"] for one in events] == EVENTS
    residents, merchants = "/api/v1/residents", "/api/v1/merchants"
    assert [one for one in events if one["event"] == "request"] == [
        request("GET", f"{residents}/{{participant_id}}", 400, "request-invalid"),
        request("POST", residents, 400, "participant-id-invalid"),
        request("POST", merchants, 500, "unexpected"),
        request("GET", "none", 404, "not-found"),
    ]
    [fault] = [one for one in events if one["event"] == "unexpected_fault"]
    assert (fault["method"], fault["route"]) == ("POST", merchants)
    assert fault["error"].startswith("sqlalchemy.exc.")


EVENTS = [
    "serve_started",
    "request",
    "request",
    "unexpected_fault",
    "request",
    "request",
    "library",  # uvicorn's own about what was no HTTP
    "serve_stopped",
]


def request(method: str, route: str, status: int, problem: str) -> dict[str, Any]:
    line = {"level": "info", "event": "request", "method": method, "route": route, "status": status}
    return line | {"problem": problem}


def test_engine__of_a_statement_that_fails__keeps_its_parameters_to_itself(town: Town) -> None:
    engine = open_engine(town.config.database_url)
    with pytest.raises(Exception, match="nowhere") as failed, engine.connect() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": NAME})
    engine.dispose()

    assert NAME not in str(failed.value)
    assert "parameters hidden" in str(failed.value)

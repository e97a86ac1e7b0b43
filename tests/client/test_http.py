"""The client asks again when it may, gives up in a sentence, and reads every page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from heitje_chain.client import Client, Problem, ServerUnreachable, http, new_key_file
from tests.client.test_keys import ADDRESS, KEY, MESSAGE

HANG_UP = 0
"""Instead of a status: the server ends the connection without an answer."""


TOO_MANY = 429


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass
class Server:
    """A server on this machine that answers from a list, and then with what the list ends in."""

    url: str = ""
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    retry_after: str = "0"

    def answer(self, status: int, body: Any = None) -> None:
        self.answers.append((status, body if isinstance(body, bytes) else json.dumps(body).encode()))

    @property
    def keys(self) -> list[str]:
        return [asked.headers["idempotency-key"] for asked in self.asked]

    def next_answer(self) -> tuple[int, bytes]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def running(server: Server) -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.asked.append(Asked(self.command, self.path, headers, json.loads(sent) if sent else None))
            status, body = server.next_answer()
            if status == HANG_UP:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status == TOO_MANY:
                self.send_header("Retry-After", server.retry_after)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer  # noqa: N815 - the base class's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=listening.serve_forever)
    thread.start()
    server.url = f"http://127.0.0.1:{listening.server_address[1]}"
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def _no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "FIRST_WAIT_SECONDS", 0)


@pytest.fixture
def server() -> Iterator[Server]:
    with running(Server()) as server:
        yield server


@pytest.fixture
def client(server: Server) -> Client:
    return Client(server.url, "heitje_secret")


def test_get__says_who_asks_and_in_which_language(server: Server, client: Client) -> None:
    server.answer(200, {"id": "1"})

    assert client.get("/jobs/1", limit=3) == {"id": "1"}

    [asked] = server.asked
    assert (asked.method, asked.path) == ("GET", "/api/v1/jobs/1?limit=3")
    assert asked.headers["authorization"] == "Bearer heitje_secret"
    assert asked.headers["accept-language"] == "en"
    assert "idempotency-key" not in asked.headers


def test_get__without_a_token__names_nobody(server: Server) -> None:
    server.answer(200, {})

    Client(server.url, "", "nl").get("/jobs")

    assert "authorization" not in server.asked[0].headers
    assert server.asked[0].headers["accept-language"] == "nl"


@pytest.mark.parametrize("failures", [1, 3])
@pytest.mark.parametrize("status", [503, HANG_UP])
def test_post__when_busy_or_cut_off__sends_the_same_key_again(
    server: Server, client: Client, status: int, failures: int
) -> None:
    for _ in range(failures):
        server.answer(status)
    server.answer(202, {"state": "pending"})

    assert client.post("/payments", {"cents": 15_00}) == {"state": "pending"}

    assert len(server.asked) == failures + 1
    assert len(set(server.keys)) == 1
    assert {asked.body["cents"] for asked in server.asked} == {15_00}


@pytest.mark.parametrize(("told", "waited"), [("0", 0), ("7", 7), ("86400", 60), ("soon", 0)])
def test_post__when_asked_too_much__waits_as_told_within_bounds(
    server: Server, client: Client, monkeypatch: pytest.MonkeyPatch, told: str, waited: int
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("heitje_chain.client.http.time.sleep", waits.append)
    server.retry_after = told
    server.answer(TOO_MANY)
    server.answer(202, {"state": "pending"})

    assert client.post("/payments", {"cents": 15_00}) == {"state": "pending"}

    assert waits == [waited]
    assert len(set(server.keys)) == 1


def test_get__when_asked_too_much_for_long__gives_up_in_a_sentence(server: Server, client: Client) -> None:
    server.answer(TOO_MANY, {"detail": "You ask too much at once. Try again in 9 seconds."})

    with pytest.raises(Problem) as refused:
        client.get("/jobs")

    assert str(refused.value) == "You ask too much at once. Try again in 9 seconds."
    assert len(server.asked) == http.ATTEMPTS


def test_post__twice__has_two_keys(server: Server, client: Client) -> None:
    server.answer(202, {})

    client.post("/payments")
    client.post("/payments")

    assert len(set(server.keys)) == 2
    assert [asked.body for asked in server.asked] == [{}, {}]


def test_post__with_a_key__sends_that_one(server: Server, client: Client) -> None:
    server.answer(202, {})

    client.post("/payments", key="my-key")

    assert server.keys == ["my-key"]


def test_post__when_busy_to_the_end__is_a_problem(server: Server, client: Client) -> None:
    server.answer(503, {"type": "/problems/database-busy", "detail": "We are busy."})

    with pytest.raises(Problem) as problem:
        client.post("/payments")

    assert str(problem.value) == "We are busy."
    assert len(server.asked) == 4


def test_post__when_cut_off_to_the_end__says_that_nobody_answers(server: Server, client: Client) -> None:
    server.answer(HANG_UP)

    with pytest.raises(ServerUnreachable) as unreachable:
        client.post("/payments")

    assert str(unreachable.value) == (
        f"Heitje does not answer at {server.url}. Is `heitje serve` running there?"
    )
    assert len(set(server.keys)) == 1
    assert len(server.asked) == 4


def test_get__when_nobody_listens__says_so() -> None:
    with running(Server()) as gone:
        client = Client(gone.url, "")

    assert not client.is_up()
    with pytest.raises(ServerUnreachable):
        client.get("/jobs")


@pytest.mark.parametrize("status", [400, 404, 409, 500])
def test_refusal__of_the_service__is_asked_once(server: Server, client: Client, status: int) -> None:
    body = {"type": "/problems/job-full", "title": "Conflict", "detail": "This job is full.", "left": 0}
    server.answer(status, body)

    with pytest.raises(Problem) as problem:
        client.post("/claims")

    assert str(problem.value) == "This job is full."
    assert (problem.value.status, problem.value.type) == (status, "/problems/job-full")
    assert problem.value.body == body
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"title": "Not found"}, "Not found"),
        ({"detail": "", "title": "Not found"}, "Not found"),
        ({}, "The service answered 404."),
        ([], "The service answered 404."),
        (b"<html>", "The service answered 404."),
    ],
)
def test_problem__without_a_sentence__says_what_it_can(
    server: Server, client: Client, body: Any, sentence: str
) -> None:
    server.answer(404, body)

    with pytest.raises(Problem) as problem:
        client.get("/jobs/1")

    assert str(problem.value) == sentence
    assert problem.value.type == "about:blank"


def test_every__of_several_pages__follows_next(server: Server, client: Client) -> None:
    second = "/api/v1/jobs?limit=100&state=open&cursor=abc"
    server.answer(200, {"items": [{"id": 3}, {"id": 2}], "next": second})
    server.answer(200, {"items": [{"id": 1}], "next": None})

    assert [job["id"] for job in client.every("/jobs", state="open")] == [3, 2, 1]

    assert [asked.path for asked in server.asked] == ["/api/v1/jobs?limit=100&state=open", second]


def test_every__of_an_empty_list__yields_nothing(server: Server, client: Client) -> None:
    server.answer(200, {"items": [], "next": None})

    assert list(client.every("/jobs")) == []


def test_bytes__of_a_file__are_as_they_are(server: Server, client: Client) -> None:
    server.answer(200, b"\x00<Document/>")

    assert client.bytes("/payout-batches/1/file") == b"\x00<Document/>"


def test_is_up__follows_the_health_route(server: Server, client: Client) -> None:
    server.answer(200, {"status": "ok"})
    server.answer(500)

    assert client.is_up()
    assert not client.is_up()
    assert {asked.path for asked in server.asked} == {"/healthz"}


@pytest.mark.parametrize(("way", "path"), [(None, "/api/v1/grants"), ("/elsewhere", "/api/v1/elsewhere")])
def test_act__is_prepared_signed_and_sent_under_its_own_id(
    server: Server, client: Client, tmp_path: Path, way: str | None, path: str
) -> None:
    server.answer(200, {"id": "0f" * 32, "typed_data": MESSAGE})
    server.answer(202, {"state": "signed"})

    act = client.act("/grants", {"cents": 1}, new_key_file(tmp_path / "key", KEY), way)

    assert act == {"state": "signed"}
    assert [asked.path for asked in server.asked] == ["/api/v1/grants/prepare", path]
    assert server.asked[0].body == {"cents": 1}
    sent = server.asked[1].body
    assert sent["act"] == server.keys[1] == "0f" * 32
    signed = encode_typed_data(full_message=MESSAGE)
    assert Account.recover_message(signed, signature=sent["signature"]) == ADDRESS

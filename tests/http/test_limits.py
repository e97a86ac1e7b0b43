from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from heitje_chain.http.limits import BodyLimit


def pieces(length: int, size: int = 100) -> Iterator[bytes]:
    """JSON, blanks and a number, that comes in pieces and without a Content-Length."""
    for start in range(0, length, size):
        yield b"1".rjust(min(size, length - start)) if start + size >= length else b" " * size


@pytest.mark.parametrize(("path", "limit"), [("/echo", 1000), ("/bank/statements", 5000)])
def test_body__at_its_limit__is_read(client: TestClient, path: str, limit: int) -> None:
    announced = client.post(path, json="x" * (limit - 2))
    streamed = client.post(path, content=pieces(limit), headers={"Content-Type": "application/json"})

    assert (announced.json(), streamed.json()) == (limit, limit)


@pytest.mark.parametrize(("path", "limit"), [("/echo", 1000), ("/bank/statements", 5000)])
def test_body__one_byte_more__413(client: TestClient, path: str, limit: int) -> None:
    announced = client.post(path, content=b"x" * (limit + 1))
    streamed = client.post(path, content=pieces(limit + 1))

    for answer in (announced, streamed):
        assert (answer.status_code, answer.json()["type"]) == (413, "/problems/body-too-large")
        assert (answer.json()["limit"], answer.headers["connection"]) == (limit, "close")


def test_body__on_a_path_that_only_begins_alike__small_limit(client: TestClient) -> None:
    assert client.post("/bankrupt", content=b"x" * 1001).status_code == 413


def test_body__announced_beyond_all_numbers__413(client: TestClient) -> None:
    assert client.post("/echo", content=b"x", headers={"Content-Length": "9" * 5000}).status_code == 413


def test_body__endless__is_read_no_further_than_its_limit() -> None:
    read, sent = 0, []

    async def endless() -> Message:
        nonlocal read
        read += 100
        return {"type": "http.request", "body": b"x" * 100, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    async def never(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("the application saw a body that is too long")

    scope: Scope = {"type": "http", "path": "/", "headers": [(b"content-length", b"5")]}
    asyncio.run(BodyLimit(never, 1000)(scope, endless, send))

    assert read == 1100
    assert sent[0]["status"] == 413


def test_body__when_the_sender_hangs_up__the_application_hears_it() -> None:
    heard: list[str] = []
    line: Iterator[Message] = iter(
        [{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}]
    )

    async def receive() -> Message:
        return next(line)

    async def send(message: Message) -> None:
        raise AssertionError("there is nobody to answer")

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        heard.extend([(await receive())["type"], (await receive())["type"]])

    asyncio.run(BodyLimit(application)({"type": "http", "path": "/", "headers": []}, receive, send))

    assert heard == ["http.request", "http.disconnect"]


def test_address__longer_than_its_limit__414(client: TestClient) -> None:
    answer = client.get("/echo", params={"q": "x" * 9000})

    assert (answer.status_code, answer.json()["type"]) == (414, "/problems/address-too-long")
    assert answer.json()["limit"] == 8192


def test_headers__larger_than_their_limit__431(client: TestClient) -> None:
    many = {f"X-Many-{number}": "x" * 100 for number in range(200)}

    answer = client.post("/echo", content=b"x", headers=many)

    assert (answer.status_code, answer.json()["type"]) == (431, "/problems/headers-too-large")


def test_body__that_does_not_come__408_and_the_application_never_sees_it() -> None:
    sent: list[Message] = []

    async def silent() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("nothing comes")

    async def send(message: Message) -> None:
        sent.append(message)

    async def never(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("the application saw a body that did not come")

    scope: Scope = {"type": "http", "path": "/", "query_string": b"", "headers": []}
    asyncio.run(BodyLimit(never, 1000, seconds=0.05)(scope, silent, send))

    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]
    assert b"/problems/body-too-slow" in sent[1]["body"]


# ---------------------------------------------------------------- files


FORM = [(b"content-type", b"multipart/form-data; boundary=x")]
UPLOAD: Scope = {"type": "http", "method": "POST", "path": "/files/7", "query_string": b"", "headers": FORM}


def asked(application: ASGIApp, pieces: int) -> tuple[list[str], list[Message]]:
    """Send a body of so many pieces of 100 bytes; return what happened, and what was answered."""
    happened, answered = [], []

    async def receive() -> Message:
        happened.append("read")
        return {"type": "http.request", "body": b"x" * 100, "more_body": happened.count("read") < pieces}

    async def send(message: Message) -> None:
        happened.append(message["type"])
        answered.append(message)

    asyncio.run(BodyLimit(application, 1000, uploads={"/files/[0-9]": 2000})(UPLOAD, receive, send))
    return happened, answered


async def answer(send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})


def test_upload__is_handed_on_as_it_comes() -> None:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["more_body"]:
            pass
        await answer(send)

    assert asked(application, 20)[0] == ["read"] * 20 + ["http.response.start"]


def test_upload__that_nobody_read__is_off_the_line_before_the_answer() -> None:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send)

    happened, answered = asked(application, 20)

    assert happened == ["read"] * 20 + ["http.response.start"]
    assert answered[0]["headers"] == []


def test_upload__longer_than_its_limit__is_read_no_further() -> None:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        await answer(send)

    happened, answered = asked(application, 10**9)

    assert happened == ["read"] * 21 + ["http.response.start"]
    assert answered[0]["headers"] == [(b"connection", b"close")]


def test_upload__when_the_application_reads_beyond_the_limit__413() -> None:
    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        while True:
            await receive()

    assert asked(application, 10**9)[1][0]["status"] == 413


def test_upload__of_another_type_or_elsewhere__has_the_usual_limit(client: TestClient) -> None:
    limit = BodyLimit(client.app, 1000, uploads={"/files/[0-9]": 2000})

    assert limit._upload_of(UPLOAD) == 2000
    assert limit._upload_of({**UPLOAD, "path": "/files/7/more"}) is None
    assert limit._upload_of({**UPLOAD, "headers": [(b"content-type", b"application/json")]}) is None

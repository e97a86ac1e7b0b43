"""An application on a real server, and a reader of its event streams."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI

from heitje_chain.http.serving import Server

BOUND_SECONDS = 30


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    """Serve the application, with its `state.streams`, on loopback; return its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", http="h11")
    server = Server(config, app.state.streams)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(BOUND_SECONDS)
        assert not thread.is_alive()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + BOUND_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@dataclass
class Event:
    """What stands between two empty lines of a stream."""

    id: str | None = None
    data: str | None = None
    retry: str | None = None
    comments: list[str] = field(default_factory=list)


@dataclass
class Reader:
    response: httpx2.Response
    _lines: Iterator[str]

    def next(self) -> Event:
        """Raises:
        StopIteration: the stream has ended.
        """
        event = Event()
        for line in self._lines:
            if not line:
                return event
            name, _, value = line.partition(":")
            if name == "":
                event.comments.append(value.strip())
            else:
                setattr(event, name, value.removeprefix(" "))
        raise StopIteration

    def told(self) -> Event:
        """The next event that has data."""
        while (event := self.next()).data is None:
            pass
        return event

    def rest(self) -> list[Event]:
        """What comes until the stream ends."""
        events = []
        while True:
            try:
                events.append(self.next())
            except StopIteration:
                return events


@contextmanager
def reading(url: str, headers: Mapping[str, Any] | None = None) -> Iterator[Reader]:
    with (
        httpx2.Client(timeout=BOUND_SECONDS, trust_env=False) as client,
        client.stream("GET", url, headers=dict(headers or {})) as response,
    ):
        yield Reader(response, response.iter_lines())

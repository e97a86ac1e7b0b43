"""Whose server the demo asks when somebody else listens where it wanted to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from heitje_chain.demo import city
from heitje_chain.demo.city import DemoRefused
from tests.databases import database_of
from tests.devnet.home import Home


class SaysYes(BaseHTTPRequestHandler):
    """Another Heitje, as far as a question after its health can tell."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@contextmanager
def another() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), SaysYes) as server:
        server.asked = []  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "home"
    database_of(folder, keep=True, tables=False)
    for name, value in Home(folder).environment().items():
        monkeypatch.setenv(name, value)
    city.begin_anew(folder, lambda _: None)
    yield folder
    Home(folder).end_all()


@pytest.mark.seconds(20)
def test_running__when_another_takes_the_port_first__asks_its_own_server(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with another() as other:
        taken, free = other.server_address[1], city._free_port
        ports = iter([taken])
        monkeypatch.setattr(city, "_free_port", lambda: next(ports, None) or free())

        with city.running(home, lambda _: None) as found:
            assert found.url != f"http://127.0.0.1:{taken}"
            assert found.officers["treasurer"].status()["paused"] is False

    assert other.asked == []  # type: ignore[attr-defined]


@pytest.mark.seconds(20)
def test_running__when_no_port_is_to_be_had__says_where_to_look(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with another() as other:
        monkeypatch.setattr(city, "_free_port", lambda: other.server_address[1])
        monkeypatch.setattr(city, "PORT_TRIES", 2)

        with pytest.raises(DemoRefused) as refused, city.running(home, lambda _: None):
            pass

    assert str(refused.value) == f"The API did not start: look into {home / 'serve.log'}."
    assert (home / "serve.log").read_text().count('"logger": "uvicorn.error"') == 2

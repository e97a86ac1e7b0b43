"""Asking the API. A request that moves value carries an Idempotency-Key, so asking again is always safe.

ClientError
├── ServerUnreachable   no answer, also after asking again
└── Problem             the service refused, in a sentence (RFC 9457)
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx2

from .signers import Signer

ATTEMPTS = 4
FIRST_WAIT_SECONDS = 0.25
TIMEOUT_SECONDS = 30
MOST_WAIT_SECONDS = 60
"""However long a `Retry-After` says: the service counts by the minute."""
PAGE = 100

# A TypedDict of orders.py is a Mapping of strings to objects.
Body = Mapping[str, object]


class ClientError(Exception):
    """The message is a sentence for a person."""


class ServerUnreachable(ClientError):
    def __init__(self, url: str) -> None:
        super().__init__(f"Heitje does not answer at {url}. Is `heitje serve` running there?")


class Problem(ClientError):
    """What the service refused. `type` is stable, such as /problems/job-full."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(str(body.get("detail") or body.get("title") or f"The service answered {status}."))
        self.status = status
        self.type = str(body.get("type", "about:blank"))
        self.body = body


class Transport:
    """Requests of one caller. Safe to use from several threads."""

    def __init__(self, url: str, token: str, language: str = "en") -> None:
        """`url` such as http://127.0.0.1:8000; `token` as `heitje token create` shows it, or empty."""
        self.url = url
        headers = {"Accept-Language": language} | ({"Authorization": f"Bearer {token}"} if token else {})
        self._http = httpx2.Client(base_url=url, headers=headers, timeout=TIMEOUT_SECONDS)

    def is_up(self) -> bool:
        """Whether the service answers now."""
        try:
            return self._http.get("/healthz").is_success
        except httpx2.TransportError:
            return False

    def get(self, path: str, **query: str | int) -> Any:
        """Raises:
        Problem, ServerUnreachable
        """
        return self._ask("GET", path, params=query).json()

    def bytes(self, path: str) -> bytes:
        """Return a file as it is.

        Raises:
            Problem, ServerUnreachable
        """
        return bytes(self._ask("GET", path).content)

    def every(self, path: str, **query: str | int) -> Iterator[dict[str, Any]]:
        """Yield the items of all pages, newest first.

        Raises:
            Problem, ServerUnreachable
        """
        page = self.get(path, limit=PAGE, **query)
        yield from page["items"]
        while page["next"] is not None:
            page = self._answer("GET", page["next"]).json()
            yield from page["items"]

    def post(self, path: str, body: Body | None = None, key: str | None = None) -> Any:
        """Send an order; the same key again is the same order.

        Raises:
            Problem, ServerUnreachable
        """
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        return self._ask("POST", path, json=body or {}, headers=headers).json()

    def put(self, path: str, body: Body) -> Any:
        """Raises:
        Problem, ServerUnreachable
        """
        return self._ask("PUT", path, json=body).json()

    def delete(self, path: str) -> None:
        """Raises:
        Problem, ServerUnreachable
        """
        self._ask("DELETE", path)

    def act(
        self,
        path: str,
        body: Body,
        signer: Signer,
        way: str | None = None,
        key: str | None = None,
        told: Callable[[Mapping[str, Any]], None] | None = None,
    ) -> Any:
        """Have an act prepared at `path`/prepare, sign it, and send the signature to `path`.

        Args:
            way: where the signature goes when it is another path
            key: the same key again prepares the same act, also when the first is done
            told: reads what was prepared before it is signed

        Raises:
            Problem, ServerUnreachable, and what the signer raises
        """
        prepared = self.post(f"{path}/prepare", body, key)
        if told is not None:
            told(prepared)
        signature = signer.sign(prepared["typed_data"])
        signed = {"act": prepared["id"], "signature": f"0x{signature.hex()}"}
        return self.post(way or path, signed, key=prepared["id"])

    def _ask(self, method: str, path: str, **how: Any) -> httpx2.Response:
        return self._answer(method, f"/api/v1{path}", **how)

    def _answer(self, method: str, address: str, **how: Any) -> httpx2.Response:
        answer = self._until_answered(lambda: self._http.request(method, address, **how))
        if answer.is_success:
            return answer
        try:
            body = answer.json()
        except ValueError:
            body = {}
        raise Problem(answer.status_code, body if isinstance(body, dict) else {})

    def _until_answered(self, ask: Callable[[], httpx2.Response]) -> httpx2.Response:
        """Ask again while nobody answers, or the service is too busy or was asked too much: the key makes it
        one order."""
        wait = FIRST_WAIT_SECONDS
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = ask()
                if answer.status_code not in (429, 503) or attempt == ATTEMPTS:
                    return answer
                if answer.status_code == 429:
                    time.sleep(_told_to_wait(answer))
                    continue
            except httpx2.TransportError:
                if attempt == ATTEMPTS:
                    raise ServerUnreachable(self.url) from None
            time.sleep(wait)
            wait *= 2
        raise AssertionError("unreachable")


def _told_to_wait(answer: httpx2.Response) -> float:
    """Return the seconds of `Retry-After`, within our bounds; it is never a date."""
    told = answer.headers.get("Retry-After", "")
    return float(min(int(told), MOST_WAIT_SECONDS)) if told.isdecimal() else FIRST_WAIT_SECONDS

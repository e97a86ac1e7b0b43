"""One attempt: resolve, check, sign, send. Everything here happens in one thread, in its event loop.

The name is resolved here and the connection made to the very address that was checked, so that a name which
leads elsewhere a moment later leads nowhere. Certificate and Host are still the name's.

Source: Standard Webhooks, the specification; SSL and SNI by httpx2's extension `sni_hostname`.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from urllib.parse import SplitResult

import httpx2
from standardwebhooks import Webhook

from heitje_chain import __version__

from . import rules
from .errors import AddressNotAllowed, SecretBroken, UrlInvalid, WebhookKeyMissing, WebhookKeyUnusable
from .queue import Dispatch, Result
from .sealing import Sealer

TIMEOUT_SECONDS = 15
"""For resolving, connecting, sending and the answer's head together."""

_MOST_ADDRESSES = 3
_DEFAULT_PORTS = {"https": 443, "http": 80}

Resolve = Callable[[str, int], Sequence[str]]
"""From a name and a port to its IP addresses, the best first; raises OSError."""


def addresses_of(host: str, port: int) -> list[str]:
    """Ask the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Sending:
    """Sends; open it once for many attempts, inside the event loop that it is used in."""

    def __init__(
        self,
        open_sealer: Callable[[], Sealer],
        *,
        private: bool,
        resolve: Resolve = addresses_of,
        trust: ssl.SSLContext | None = None,
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        """
        Args:
            open_sealer: reads the key that opens secrets
            private: whether addresses inside our network are allowed
            trust: whose certificates are believed; the system's when not given
        """
        self._open_sealer = open_sealer
        self._private = private
        self._resolve = resolve
        self._timeout = timeout_seconds
        self._client = httpx2.AsyncClient(
            verify=ssl.create_default_context() if trust is None else trust,
            trust_env=False,  # a proxy would resolve by itself
            follow_redirects=False,
            timeout=timeout_seconds,
            limits=httpx2.Limits(max_keepalive_connections=0),
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def attempt(self, dispatch: Dispatch) -> Result:
        """Send a delivery once."""
        started_at, begun = int(time.time()), time.monotonic()
        status = None
        try:
            async with asyncio.timeout(self._timeout):
                status = await self._send(dispatch, started_at)
            outcome = "delivered" if 200 <= status <= 299 else "answer"
        except (TimeoutError, httpx2.TimeoutException):
            outcome = "timeout"
        except (UrlInvalid, AddressNotAllowed):
            outcome = "address"
        except (SecretBroken, WebhookKeyMissing, WebhookKeyUnusable):
            outcome = "secret"
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, UnicodeError):
            outcome = "connection"
        return Result(outcome, status, started_at, round(1000 * (time.monotonic() - begun)))

    async def _send(self, dispatch: Dispatch, timestamp: int) -> int:
        """Return the answer's status; its body is not read."""
        parts = rules.check_url(dispatch.url, private=self._private)
        headers = {
            "Host": parts.netloc,
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": f"Heitje/{__version__}",
            **self._signed(dispatch, timestamp),
        }
        addresses = await self._checked_addresses(parts)
        for last, address in enumerate(addresses, 1 - len(addresses)):
            request = self._client.build_request(
                "POST",
                _at(parts, address),
                content=dispatch.body,
                headers=headers,
                extensions={"sni_hostname": parts.hostname},
            )
            try:
                answer = await self._client.send(request, stream=True)
            except httpx2.ConnectError:
                if last == 0:
                    raise
                continue
            await answer.aclose()
            return answer.status_code
        raise AddressNotAllowed

    def _signed(self, dispatch: Dispatch, timestamp: int) -> dict[str, str]:
        """Return the three headers of the specification, with a signature of every secret that signs now."""
        sealer = self._open_sealer()
        moment, body = datetime.fromtimestamp(timestamp, UTC), dispatch.body.decode()
        signatures = [
            Webhook(sealer.open(sealed)).sign(dispatch.event, moment, body) for sealed in dispatch.secrets
        ]
        return {
            "webhook-id": dispatch.event,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": " ".join(signatures),
        }

    async def _checked_addresses(self, parts: SplitResult) -> list[str]:
        """Return the addresses of a name, of which all must be allowed.

        Raises:
            AddressNotAllowed
            OSError: it has none.
        """
        host = parts.hostname or ""
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
        found = list(await _in_thread(lambda: self._resolve(host, port)))
        if not found or not all(
            rules.is_allowed(address, parts.scheme, private=self._private) for address in found
        ):
            raise AddressNotAllowed
        return found[:_MOST_ADDRESSES]


def _at(parts: SplitResult, address: str) -> str:
    """Return the URL with the address in the place of the name."""
    host = f"[{address}]" if ":" in address else address
    port = "" if parts.port is None else f":{parts.port}"
    return parts._replace(netloc=host + port).geturl()


async def _in_thread(work: Callable[[], Sequence[str]]) -> Sequence[str]:
    """Wait for the work in a thread that nobody joins: a resolver that hangs must not hold up our end."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Sequence[str]] = loop.create_future()

    def settle(value: Sequence[str] | None, error: Exception | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(value or ())

    def run() -> None:
        value, error = None, None
        try:
            value = work()
        except (OSError, UnicodeError) as problem:
            error = problem
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, value, error)

    threading.Thread(target=run, name="webhook-resolve", daemon=True).start()
    return await done

"""How often one may ask: a bound per minute on what one caller reads, orders and gets refused.

    reads      GET and HEAD, per caller, whichever of its tokens it uses
    orders     everything else, per caller
    refusals   requests without a good token, per client address; only they are refused when it is spent, so
               that others behind the same address go on

A window begins with its first request and lasts a minute. An answer says how the caller stands:

    RateLimit-Policy: "orders";q=1200;w=60
    RateLimit: "orders";r=1187;t=42

and the one that is too many is refused with 429 and `Retry-After`. A refused request was not looked at:
nothing of it happened, and its Idempotency-Key is still free.

The counts lie in this process's memory, so with several `serve` processes a caller may have as many times
the bound. Memory is bounded: callers are those that have a token, and addresses fall into a fixed number of
groups, by a hash, so that no address is kept either.

Source: draft-ietf-httpapi-ratelimit-headers (its RateLimit and RateLimit-Policy fields).
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import time
from dataclasses import dataclass

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import Refused

READS, ORDERS, REFUSALS = "reads", "orders", "refusals"

WINDOW_SECONDS = 60
MOST_REFUSALS = 300
"""Per minute and address: a city hall's counters share one."""

_ADDRESS_GROUPS = 2**14
_READING = ("GET", "HEAD", "OPTIONS")


class TooManyRequests(
    Refused,
    slug="too-many-requests",
    status=429,
    nl="Je vraagt te veel achter elkaar. Probeer het over {retry_after} seconden nog een keer.",
    en="You ask too much at once. Try again in {retry_after} seconds.",
    members=("policy",),
):
    """A bound is spent; `policy` says which: reads, orders or refusals."""

    def __init__(self, policy: str, retry_after: int) -> None:
        self.policy, self.retry_after = policy, retry_after


@dataclass(frozen=True)
class Standing:
    """How somebody stands after a request."""

    policy: str
    limit: int
    remaining: int
    reset_seconds: int
    """Until all of it is there again."""

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        policy = f'"{self.policy}";q={self.limit};w={WINDOW_SECONDS}'
        standing = f'"{self.policy}";r={self.remaining};t={self.reset_seconds}'
        return [(b"ratelimit-policy", policy.encode()), (b"ratelimit", standing.encode())]


class Rates:
    """The counts of one process. Safe to use from several threads."""

    def __init__(self, reads: int, orders: int, refusals: int = MOST_REFUSALS) -> None:
        """Each is how many per minute; 0 is no bound."""
        self._limits = {READS: reads, ORDERS: orders, REFUSALS: refusals}
        self._counts = FixedWindowRateLimiter(MemoryStorage())

    def admit(self, request: Request, caller: str) -> None:
        """Count a request of this caller (an id, never a name).

        Raises:
            TooManyRequests
        """
        self._count(request, READS if request.method in _READING else ORDERS, caller)

    def refuse(self, request: Request) -> None:
        """Count a request without a good token.

        Raises:
            TooManyRequests: instead of the refusal that it was going to get.
        """
        self._count(request, REFUSALS, address_group(request.client.host if request.client else ""))

    def _count(self, request: Request, policy: str, who: str) -> None:
        limit = self._limits[policy]
        if limit == 0:
            return
        item = RateLimitItemPerMinute(limit, namespace=policy)
        good = self._counts.hit(item, who)
        stats = self._counts.get_window_stats(item, who)
        seconds = min(max(math.ceil(stats.reset_time - time.time()), 1), WINDOW_SECONDS)
        request.state.rate = Standing(policy, limit, stats.remaining, seconds)
        if not good:
            raise TooManyRequests(policy, seconds)


class RateHeaders:
    """ASGI middleware that tells in each answer how its caller stands, refusals included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start" and isinstance(state.get("rate"), Standing):
                message["headers"] = [*message.get("headers", ()), *state["rate"].headers]
            await send(message)

        await self._app(scope, receive, tell)


def rates_of(request: Request) -> Rates | None:
    """Return the application's counts from `app.state.rates`; None when it bounds nothing."""
    found: Rates | None = getattr(request.app.state, "rates", None)
    return found


def address_group(host: str) -> str:
    """Return the group of an address: a whole /64 of IPv6 is one sender."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        sender = host
    else:
        sender = str(int(address) >> 64) if address.version == 6 else str(address)
    return str(int.from_bytes(hashlib.sha256(sender.encode()).digest()[:4]) % _ADDRESS_GROUPS)

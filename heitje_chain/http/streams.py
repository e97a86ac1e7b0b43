"""Server-sent events: a thing's JSON, sent again whenever it has become another.

    @router.get("/claims/{claim_id}/events", response_class=EventStream, responses=STREAMED)
    def follow_claim(
        claim_id: str, request: Request, caller: ..., database: Database, last: LastEventId = None
    ) -> Response:
        return follow(request, database, caller.id, look, lambda view: view.state in OVER, last)

Each event's data is what GET answers, and its id tells it from others: a reader that comes back with its
`Last-Event-ID` is not sent the same again. A stream ends by itself when the thing can change no more, when
its reader may no longer see it, after `MOST_SECONDS`, and when the server stops; its reader then comes back,
and gets 204, which means "do not come back", once there is nothing more to tell.

While nothing happens a stream holds no thread and no connection to the database: only the short look, once a
second, does. The number of streams is bounded, for each caller and in all.

Source: the HTML standard, section 9.2 (Server-sent events).
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Header, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from sqlalchemy import Connection
from starlette.types import Receive, Scope, Send

from .problems import Refused, kind_of
from .transaction import DatabaseBusy, RequestDatabase

V = TypeVar("V")

LOOK_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
MOST_SECONDS = 600.0
"""How long a stream lives."""

RETRY_MILLISECONDS = 2000
"""How long a reader waits before it comes back."""

MOST_OF_A_CALLER = 10
MOST_IN_ALL = 200
_LOOKING_THREADS = 4

LastEventId = Annotated[
    str | None,
    Header(alias="Last-Event-ID", description="Of the last event that the reader has.", max_length=64),
]

STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events, each with the JSON of the GET beside it.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    },
    204: {"description": "It can change no more, and the reader has the last event."},
}


class TooManyStreams(
    Refused,
    slug="too-many-streams",
    status=429,
    nl="Er kijken er al te veel mee. Sluit er een, of probeer het over {retry_after} seconden nog een keer.",
    en="Too many are following already. Close one, or try again in {retry_after} seconds.",
):
    """This caller has as many streams as one may have, or all callers together."""

    def __init__(self, retry_after: int = 10) -> None:
        self.retry_after = retry_after


class Streams:
    """The open streams of one process; the application keeps it in `app.state.streams`.

    Args:
        most, most_in_all: how many a caller, and all callers, may have open
        look_seconds, heartbeat_seconds, most_seconds: shorter in tests
    """

    def __init__(
        self,
        most: int = MOST_OF_A_CALLER,
        most_in_all: int = MOST_IN_ALL,
        *,
        look_seconds: float = LOOK_SECONDS,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
        most_seconds: float = MOST_SECONDS,
    ) -> None:
        self.look_seconds = look_seconds
        self.heartbeat_seconds = heartbeat_seconds
        self.most_seconds = most_seconds
        self.looking = ThreadPoolExecutor(_LOOKING_THREADS, "streams")
        self._most, self._most_in_all = most, most_in_all
        self._lock = threading.Lock()
        self._open: Counter[str] = Counter()
        self._waiting: set[_Alarm] = set()
        self._closed = False

    def open(self, caller: str) -> Slot:
        """Count one more stream of this caller.

        Raises:
            TooManyStreams
        """
        with self._lock:
            if self._open[caller] >= self._most or self._open.total() >= self._most_in_all:
                raise TooManyStreams
            self._open[caller] += 1
        return Slot(self, caller)

    def how_many(self) -> int:
        """Return how many are open."""
        with self._lock:
            return self._open.total()

    def close(self) -> None:
        """End all streams, now and from now on: the server stops. Called from any thread."""
        with self._lock:
            self._closed = True
            for alarm in self._waiting:
                alarm.ring()
        self.looking.shutdown(wait=False)

    async def wait(self, seconds: float) -> bool:
        """Wait that long; return at once, and False, when all streams end."""
        alarm = _Alarm(asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            if self._closed:
                return False
            self._waiting.add(alarm)
        try:
            await asyncio.wait_for(alarm.event.wait(), seconds)
        except TimeoutError:
            return True
        finally:
            with self._lock:
                self._waiting.discard(alarm)
        return False

    def _ended(self, caller: str) -> None:
        with self._lock:
            self._open[caller] -= 1
            self._open += Counter()  # forgets callers that have none


@dataclass
class Slot:
    """The place of one stream."""

    streams: Streams
    caller: str
    taken: bool = True

    def release(self) -> None:
        if self.taken:
            self.taken = False
            self.streams._ended(self.caller)


@dataclass(frozen=True, eq=False)
class _Alarm:
    loop: asyncio.AbstractEventLoop
    event: asyncio.Event

    def ring(self) -> None:
        self.loop.call_soon_threadsafe(self.event.set)


class EventStream(StreamingResponse):
    """Sends events, and gives the stream's place back however it ends, also when it never began.

    FastAPI's own response is for generators, which cannot be refused with a problem once they run.
    """

    media_type = "text/event-stream"

    def __init__(self, content: AsyncIterator[bytes], slot: Slot, status_code: int = 200) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(content, status_code, headers)
        self._slot = slot

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._slot.release()


def _json(view: Any) -> str:
    return str(view.model_dump_json())


@dataclass(frozen=True)
class _View(Generic[V]):
    """What a stream shows."""

    look: Callable[[Connection], V]
    is_over: Callable[[V], bool]
    data: Callable[[V], str]
    state: Callable[[V], str]
    closing: str | None


def follow(
    request: Request,
    database: RequestDatabase,
    caller: str,
    look: Callable[[Connection], V],
    is_over: Callable[[V], bool],
    last_event_id: str | None,
    *,
    data: Callable[[V], str] = _json,
    state: Callable[[V], str] | None = None,
    closing: str | None = None,
) -> Response:
    """Answer with a stream of what `look` finds; in a route's own thread.

    Args:
        caller: an id, never a name
        look: what GET answers; raises what GET is refused with, also when that comes to be so later
        is_over: whether it can change no more
        data: what an event says of it
        state: what makes two of them the same, when it is not `data`
        closing: the name of an event that says that it can change no more

    Raises:
        TooManyStreams, and what `look` raises.
    """
    first = database.read(look)
    view = _View(look, is_over, data, state or data, closing)
    if is_over(first) and id_of(view.state(first)) == last_event_id:
        return Response(status_code=204)
    streams: Streams = request.app.state.streams
    slot = streams.open(caller)
    return EventStream(_events(streams, database, view, first, last_event_id), slot)


# ---------------------------------------------------------------- details


async def _events(
    streams: Streams, database: RequestDatabase, view: _View[V], present: V, sent: str | None
) -> AsyncIterator[bytes]:
    ends_at = time.monotonic() + streams.most_seconds
    beats_at = time.monotonic() + streams.heartbeat_seconds
    yield format_sse_event(retry=RETRY_MILLISECONDS)
    while True:
        this = id_of(view.state(present))
        if this != sent:
            sent = this
            yield format_sse_event(data_str=view.data(present), id=sent)
        if view.is_over(present):
            if view.closing is not None:
                yield format_sse_event(event=view.closing, data_str="")
            return
        if time.monotonic() >= ends_at or not await streams.wait(streams.look_seconds):
            return
        if time.monotonic() >= beats_at:
            beats_at = time.monotonic() + streams.heartbeat_seconds
            yield format_sse_event(comment="")
        try:
            loop = asyncio.get_running_loop()
            present = await loop.run_in_executor(streams.looking, database.read, view.look)
        except DatabaseBusy:
            continue
        except Exception as error:
            if kind_of(error) is None:
                raise
            return  # who comes back is told why


def id_of(state: str) -> str:
    """Return the id of an event that tells this."""
    return hashlib.sha256(state.encode()).hexdigest()[:16]

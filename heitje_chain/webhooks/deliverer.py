"""The thread of `heitje serve` that sends webhooks. The process that holds wallets' keys never does.

It can be killed at any moment: a delivery that was sent and not noted is sent again, with the same id.
"""

from __future__ import annotations

import asyncio
import logging
import random
import threading
import time
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from heitje_chain.db import reading, transaction

from . import deliveries, queue
from .queue import Dispatch
from .sealing import Sealer, sealer_at
from .sending import Sending

log = logging.getLogger(__name__)

IDLE_SECONDS = 1.0
"""How long it waits when nothing is due."""

MOST_AT_ONCE = 32

FORGET_EVERY_SECONDS = 3600

STOP_SECONDS = 5
"""How long its end waits for a statement that is under way."""


class Deliverer:
    """Delivers until it is stopped.

    Args:
        key_file: opens webhooks' secrets
        private: whether addresses inside our network are allowed
    """

    def __init__(self, engine: Engine, key_file: Path, *, private: bool) -> None:
        self._engine = engine
        self._key_file = key_file
        self._private = private
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._wake: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it; what is being sent is given up and sent again by whoever comes next."""
        self._stopping.set()
        if self._wake is not None:
            loop, event = self._wake
            loop.call_soon_threadsafe(event.set)
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    async def deliver_due(self, sending: Sending) -> int:
        """Send once what is due now; return how many there were."""
        due = await asyncio.to_thread(self._take, MOST_AT_ONCE)
        await asyncio.gather(*(self._deliver(sending, dispatch) for dispatch in due))
        return len(due)

    def sending(self) -> Sending:
        """Return what it sends with; to be made inside the event loop."""
        return Sending(self._open_sealer, private=self._private)

    # ---------------------------------------------------------------- details

    async def _run(self) -> None:
        stopped = asyncio.Event()
        self._wake = (asyncio.get_running_loop(), stopped)
        sending, under_way = self.sending(), set[asyncio.Task[None]]()
        forget_at = time.monotonic()
        try:
            while not self._stopping.is_set():
                due: list[Dispatch] = []
                try:
                    if time.monotonic() >= forget_at:
                        forget_at = time.monotonic() + FORGET_EVERY_SECONDS
                        await asyncio.to_thread(self._forget)
                    due = await asyncio.to_thread(self._take, MOST_AT_ONCE - len(under_way))
                except SQLAlchemyError as error:
                    log.warning("webhooks_database_unavailable", extra={"reason": type(error).__name__})
                under_way |= {asyncio.create_task(self._deliver(sending, dispatch)) for dispatch in due}
                under_way -= await _some_end(under_way, stopped)
        finally:
            for task in under_way:
                task.cancel()
            await sending.close()

    async def _deliver(self, sending: Sending, dispatch: Dispatch) -> None:
        result = await sending.attempt(dispatch)
        told = {
            "webhook": dispatch.endpoint,
            "delivery": dispatch.id,
            "event": dispatch.event,
            "outcome": result.outcome,
            "status": result.status,
            "milliseconds": result.milliseconds,
        }
        log.log(logging.INFO if result.outcome == "delivered" else logging.WARNING, "webhook", extra=told)
        try:
            await asyncio.to_thread(self._note, dispatch, result)
        except SQLAlchemyError as error:
            # Its lease runs out, and it is sent again.
            log.warning("webhook_not_noted", extra={**told, "reason": type(error).__name__})

    def _take(self, most: int) -> list[Dispatch]:
        with reading(self._engine) as connection:
            if most <= 0 or not queue.is_any_due(connection):
                return []
        with transaction(self._engine) as connection:
            return queue.take(connection, most)

    def _note(self, dispatch: Dispatch, result: queue.Result) -> None:
        with transaction(self._engine) as connection:
            queue.note(connection, dispatch, result, random.random())  # noqa: S311 - spreads attempts

    def _forget(self) -> None:
        with transaction(self._engine) as connection:
            deliveries.forget(connection, int(time.time()))

    def _open_sealer(self) -> Sealer:
        return sealer_at(self._key_file, may_make=False)


async def _some_end(under_way: set[asyncio.Task[None]], stopped: asyncio.Event) -> set[asyncio.Task[None]]:
    """Wait until an attempt ends, new ones may be due, or all shall end; return the attempts that ended."""
    stop = asyncio.create_task(stopped.wait())
    try:
        done, _ = await asyncio.wait(
            under_way | {stop}, timeout=IDLE_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        stop.cancel()
    for task in (ended := under_way & done):
        if (error := task.exception()) is not None:  # a fault of ours; its lease runs out
            log.error("webhook_fault", exc_info=error)
    return ended

"""A town's worker, going round by itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from .town import Town

PATIENCE_SECONDS = 60


@contextmanager
def at_work(town: Town, undisturbed: AbstractContextManager[object] | None = None) -> Iterator[None]:
    """Let the worker go round until the end.

    Args:
        undisturbed: held while it does
    """
    stop, failed = threading.Event(), list[BaseException]()

    def rounds() -> None:
        try:
            while not stop.is_set():
                with undisturbed or nullcontext():
                    is_busy = town.worker.round()
                if not is_busy:
                    stop.wait(0.02)
        except BaseException as error:
            failed.append(error)
            raise

    thread = threading.Thread(target=rounds)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)
    assert not failed, failed

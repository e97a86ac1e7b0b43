"""Ports for processes that are told theirs before they start."""

from __future__ import annotations

import random
import socket
from contextlib import suppress


def unused_port() -> int:
    """Return a port that nobody listens at, and that the system gives to nobody by itself.

    One from the system's own range could be a connection's by the time that a process wants it.
    """
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as asked, suppress(OSError):
            asked.bind(("127.0.0.1", port))
            return port

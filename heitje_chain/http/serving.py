"""The server: uvicorn, which ends event streams before it waits for requests to end."""

from __future__ import annotations

import logging
import socket
import sys
from contextlib import suppress
from typing import Any

import uvicorn
from fastapi import FastAPI

from .streams import Streams

log = logging.getLogger(__name__)

SHUTDOWN_SECONDS = 10
"""How long requests that are under way have when the server stops."""

STARTUP_FAILURE = 3


class Server(uvicorn.Server):
    """A stream ends only when told, and uvicorn would wait for it."""

    def __init__(self, config: uvicorn.Config, streams: Streams) -> None:
        super().__init__(config)
        self._streams = streams

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            log.info("serve_started", extra={"address": f"{self.config.host}:{self.config.port}"})

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._streams.close()
        await super().shutdown(sockets)
        log.info("serve_stopped")


def run(app: FastAPI, **settings: Any) -> None:
    """Serve the application, which has its streams, until a signal ends it.

    Args:
        settings: uvicorn's own
    """
    config = uvicorn.Config(app, timeout_graceful_shutdown=SHUTDOWN_SECONDS, **settings)
    server = Server(config, app.state.streams)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(STARTUP_FAILURE)

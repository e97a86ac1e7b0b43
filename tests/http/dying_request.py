"""A web process that is killed with -9 while it answers one request.

changed: the sale is written, its answer is not. answered: the answer is written too, nothing is committed.
committed: all is kept, the buyer has not heard.
"""

from __future__ import annotations

import os
import signal
from typing import Literal, NoReturn

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from heitje_chain import db

from .cafe import Cafe, application

Moment = Literal["changed", "answered", "committed"]


def run_until_killed(database_url: str, moment: Moment, key: str) -> int:
    """Sell once in a process of its own; return the signal that ended it, 0 if none did."""
    child = os.fork()
    if child == 0:
        _sell(database_url, moment, key)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _sell(database_url: str, moment: Moment, key: str) -> NoReturn:
    try:
        with TestClient(_dying_application(database_url, moment)) as client:
            client.post("/api/sales", json={"cents": 250}, headers={"Idempotency-Key": key})
    finally:
        os._exit(1)


def die(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class DiesAnswering:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def never(message: Message) -> None:
            die()

        await self._app(scope, receive, never if scope["type"] == "http" else send)


def _dying_application(database_url: str, moment: Moment) -> FastAPI:
    engine = db.open_engine(database_url)
    cafe = Cafe(engine)
    app = application(cafe)
    if moment == "changed":
        cafe.after_sale = die
    elif moment == "answered":
        event.listen(engine, "commit", die)
    else:
        app.add_middleware(DiesAnswering)
    return app

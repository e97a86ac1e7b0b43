"""The one place where a request's transaction is opened and committed.

A route is a plain `def`, so that it runs in a thread of its own, and hands its one service call over:

    @router.get("/jobs/{job_id}")
    def read_job(job_id: str, database: Database) -> JobView:
        return database.read(lambda connection: service.find(connection, job_id))

`change` commits, once per request; `read` never does. Opening, working and committing happen in one thread,
on purpose. A dependency with `yield` would open in one thread and work in another: whoever holds SQLite's one
write lock (or the pool's last connection) could then wait for a thread, while all threads wait for that lock.

The work may run again after a deadlock, or when somebody else wrote the same row at the same moment, so it
touches the database and nothing else.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from heitje_chain import db

from .problems import Refused

T = TypeVar("T")
Work = Callable[[Connection], T]

ATTEMPTS = 3
"""How often a change is tried when the database undid it to end a deadlock, or somebody else was first."""

RETRY_AFTER_SECONDS = 5

_SQLITE_UNAVAILABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
}
# SQLSTATE, PostgreSQL's appendix A. These two say that nothing of the transaction was kept.
_UNDONE = {"40001", "40P01"}
# Somebody else wrote the same key at this moment: the next try finds it.
_TAKEN = "23505"
# Connection, resources (a full disk), operator (a restart, a statement that took too long), system (a broken
# disk), lock not available, idle for too long, transaction rolled back.
_UNAVAILABLE = ("08", "53", "57", "58", "55P03", "25P03", "25P04", "40")


class DatabaseBusy(
    Refused,
    slug="database-busy",
    status=503,
    nl="Het is nu te druk. Probeer het over {retry_after} seconden nog een keer.",
    en="We are too busy now. Try again in {retry_after} seconds.",
):
    """The database is locked, full, restarting or has no connection left. Trying again is safe."""

    def __init__(self, retry_after: int = RETRY_AFTER_SECONDS) -> None:
        self.retry_after = retry_after


class RequestDatabase:
    """The database as one request sees it. Both methods raise DatabaseBusy when it cannot serve now."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._changed = False

    def read(self, work: Work[T]) -> T:
        """Return what the work finds; whatever it wrote is undone."""
        _require_own_thread()
        try:
            with db.reading(self._engine) as connection:
                return work(connection)
        except SQLAlchemyError as error:
            raise _busy_or(error) from error

    def change(self, work: Work[T]) -> T:
        """Run the work and commit; undo all of it when it raises.

        Raises:
            RuntimeError: this request has changed something already: one commit per request.
        """
        _require_own_thread()
        if self._changed:
            raise RuntimeError("A request commits once; put both changes in one service call.")
        self._changed = True
        for attempt in range(1, ATTEMPTS + 1):
            try:
                with db.transaction(self._engine) as connection:
                    return work(connection)
            except SQLAlchemyError as error:
                if not (was_undone(error) or _was_taken(error)) or attempt == ATTEMPTS:
                    raise _busy_or(error) from error
            time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311 - only to spread the attempts
        raise AssertionError("unreachable")


async def request_database(request: Request) -> RequestDatabase:
    """Give a route its database; the application keeps the engine in `app.state.engine`."""
    return RequestDatabase(request.app.state.engine)


Database = Annotated[RequestDatabase, Depends(request_database)]


def is_unavailable(error: BaseException) -> bool:
    """Whether the database cannot serve now but may later, as against a mistake in our statement."""
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _SQLITE_UNAVAILABLE
    state = _sqlstate(error)
    if state is None:  # no answer from the server at all
        return error.connection_invalidated or isinstance(error, OperationalError)
    return state.startswith(_UNAVAILABLE)


def was_undone(error: BaseException) -> bool:
    """Whether the database undid the whole transaction, so that trying again cannot do it twice."""
    return isinstance(error, DBAPIError) and _sqlstate(error) in _UNDONE


def _was_taken(error: BaseException) -> bool:
    """Whether a row with the same key came in between, on PostgreSQL: SQLite has one writer at a time."""
    return isinstance(error, DBAPIError) and _sqlstate(error) == _TAKEN


def _sqlstate(error: DBAPIError) -> str | None:
    state = getattr(error.orig, "sqlstate", None)
    return state if isinstance(state, str) else None


def _busy_or(error: SQLAlchemyError) -> Exception:
    return DatabaseBusy() if is_unavailable(error) else error


def _require_own_thread() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise RuntimeError("This waits for the database: make the route a plain def, not async def.")

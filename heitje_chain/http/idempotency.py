"""One effect and one answer, however often a request that moves value is sent.

The sender chooses an `Idempotency-Key` and sends it again with the same request as often as needed:

    @router.post("/payments", status_code=202, response_model=PaymentTaken)
    def pay(body: PaymentBody, caller: Caller, keyed: Keyed) -> Response:
        return keyed.answer(caller.id, 202, lambda connection: PaymentTaken(id=service.pay(connection, ...)))

The key's row is written first and the answer last, in the transaction of the change itself: both are kept or
neither. Whoever comes second with the same key waits: on SQLite for BEGIN IMMEDIATE, on PostgreSQL (READ
COMMITTED, its default) for the row, whose unique violation then undoes only a savepoint. A refusal (4xx) or a
fault (5xx) undoes the row too, so that it does not use the key up.

Stored answers hold ids and amounts, **never personal data**: they outlive a person's erasure.

Source: draft-ietf-httpapi-idempotency-key-header. Two differences: a key that was used for another request
gets 409 (the draft: 422), and a request that comes while the first is under way waits for its answer (the
draft: 409).
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from heitje_chain.db import METADATA, WIDE

from .problems import Refused
from .transaction import Database, DatabaseBusy, RequestDatabase

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"

IDEMPOTENT_ANSWER = Table(
    "idempotent_answer",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("caller", String(80), nullable=False),  # an id, never a name
    Column("key", String(64), nullable=False),
    Column("route", Text, nullable=False),  # "POST /api/v1/payments"
    Column("body_sha256", LargeBinary(32), nullable=False),
    Column("status", Integer),  # empty only inside the transaction that does the work
    Column("body", LargeBinary),  # ids and amounts, never personal data
    Column("created_at", WIDE, nullable=False, index=True),  # seconds
    UniqueConstraint("caller", "key"),
)

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")


class KeyMissing(
    Refused,
    slug="idempotency-key-missing",
    status=400,
    nl="Stuur een Idempotency-Key mee, zodat deze opdracht nooit twee keer gebeurt.",
    en="Send an Idempotency-Key, so that this is never done twice.",
):
    """The header is not there."""


class KeyMalformed(
    Refused,
    slug="idempotency-key-malformed",
    status=400,
    nl="De Idempotency-Key heeft 8 tot 64 tekens: letters, cijfers, - en _.",
    en="The Idempotency-Key has 8 to 64 characters: letters, digits, - and _.",
):
    """The header is not 8 to 64 characters out of A-Z, a-z, 0-9, - and _."""


class KeyReused(
    Refused,
    slug="idempotency-key-reused",
    status=409,
    nl="Deze Idempotency-Key is al gebruikt voor een andere opdracht. Er is nu niets gedaan.",
    en="This Idempotency-Key was used for another request. Nothing was done now.",
):
    """The same caller used this key with another body, method or path."""


@dataclass(frozen=True)
class Fingerprint:
    """What makes two requests the same: the method and path with its query, and the body's bytes."""

    route: str
    body_sha256: bytes

    @classmethod
    def of(cls, method: str, path: str, body: bytes) -> Fingerprint:
        return cls(f"{method} {path}", hashlib.sha256(body).digest())


@dataclass(frozen=True)
class Answer:
    """A success (2xx) with its JSON, as stored and as sent."""

    status: int
    body: bytes
    replayed: bool = False

    def response(self) -> Response:
        headers = {"Cache-Control": "no-store"} | ({REPLAYED: "true"} if self.replayed else {})
        return Response(self.body, self.status, headers, media_type="application/json")


@dataclass(frozen=True)
class KeyedRequest:
    """A request with its key, for a route that moves value."""

    database: RequestDatabase
    key: str
    fingerprint: Fingerprint

    def answer(self, caller: str, status: int, work: Callable[[Connection], BaseModel]) -> Response:
        """Do the work in the request's one transaction, or give the answer that it got before.

        Args:
            caller: the id of who asks, at most 80 characters; keys of different callers never meet
            status: of a success, 200 to 299
            work: one service call; what it returns is stored, so it holds no personal data

        Raises:
            KeyReused, DatabaseBusy, and what the work raises.
        """

        def change(connection: Connection) -> Answer:
            return once(
                connection,
                caller,
                self.key,
                self.fingerprint,
                lambda: Answer(status, work(connection).model_dump_json().encode()),
            )

        return self.database.change(change).response()


async def keyed_request(
    request: Request,
    database: Database,
    key: Annotated[
        str | None,
        Header(
            alias=HEADER,
            description="8 to 64 characters out of A-Z, a-z, 0-9, - and _; new for each new order.",
        ),
    ] = None,
) -> KeyedRequest:
    """Take the key and the fingerprint from a request with a JSON body.

    Raises:
        KeyMissing, KeyMalformed; and KeyReused once it answers.
    """
    query = f"?{request.url.query}" if request.url.query else ""
    fingerprint = Fingerprint.of(request.method, request.url.path + query, await request.body())
    return KeyedRequest(database, checked_key(key), fingerprint)


Keyed = Annotated[KeyedRequest, Depends(keyed_request)]


def checked_key(header: str | None) -> str:
    """Return the key; the quotes that the draft writes around it are not part of it."""
    if header is None:
        raise KeyMissing
    quoted = len(header) > 1 and header[0] == header[-1] == '"'
    key = header[1:-1] if quoted else header
    if not _KEY.fullmatch(key):
        raise KeyMalformed
    return key


def once(
    connection: Connection, caller: str, key: str, fingerprint: Fingerprint, work: Callable[[], Answer]
) -> Answer:
    """Do the work unless this caller's key was used, on a connection whose transaction the caller commits.

    Raises:
        KeyReused: the key stands for another request; nothing was written.
        DatabaseBusy: the key was removed at this very moment.
        ValueError: the answer is no success, a mistake in our own code.
    """
    if not _claim(connection, caller, key, fingerprint):
        return _stored(connection, caller, key, fingerprint)
    answer = work()
    if not 200 <= answer.status <= 299:
        raise ValueError(f"Only a success is stored, and {answer.status} is none: raise a refusal.")
    connection.execute(
        update(IDEMPOTENT_ANSWER).where(_of(caller, key)).values(status=answer.status, body=answer.body)
    )
    return answer


def answered(connection: Connection, caller: str, key: str, fingerprint: Fingerprint) -> Answer | None:
    """Return the answer that this caller's key has got already; None when it was not used.

    Raises:
        KeyReused
    """
    used = select(IDEMPOTENT_ANSWER.c.id).where(_of(caller, key))
    if connection.scalar(used) is None:
        return None
    return _stored(connection, caller, key, fingerprint)


def forget(connection: Connection, before: int) -> int:
    """Remove answers from before this time in seconds; return how many. Their keys are then free again."""
    return connection.execute(
        delete(IDEMPOTENT_ANSWER).where(IDEMPOTENT_ANSWER.c.created_at < before)
    ).rowcount


def _claim(connection: Connection, caller: str, key: str, fingerprint: Fingerprint) -> bool:
    """Write the key's row; False when it is there already. Waits for whoever is writing it."""
    row = {
        "caller": caller,
        "key": key,
        "route": fingerprint.route,
        "body_sha256": fingerprint.body_sha256,
        "created_at": int(time.time()),
    }
    try:
        with connection.begin_nested():
            connection.execute(IDEMPOTENT_ANSWER.insert().values(row))
    except IntegrityError:
        return False
    return True


def _stored(connection: Connection, caller: str, key: str, fingerprint: Fingerprint) -> Answer:
    row = connection.execute(select(IDEMPOTENT_ANSWER).where(_of(caller, key))).one_or_none()
    if row is None:
        raise DatabaseBusy
    if (row.route, row.body_sha256) != (fingerprint.route, fingerprint.body_sha256):
        raise KeyReused
    return Answer(row.status, row.body, replayed=True)


def _of(caller: str, key: str) -> ColumnElement[bool]:
    return (IDEMPOTENT_ANSWER.c.caller == caller) & (IDEMPOTENT_ANSWER.c.key == key)

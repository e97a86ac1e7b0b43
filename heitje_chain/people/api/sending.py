"""What an operator sees of sending: lanes, transactions, attempts; and letting a paused lane go on."""

from __future__ import annotations

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, select

from heitje_chain.audit import service as audit
from heitje_chain.chain import lane
from heitje_chain.chain.errors import LaneNotPaused, LaneUnknown, TransactionUnknown
from heitje_chain.chain.lane import LaneState
from heitje_chain.chain.model import ATTEMPT, INTENT, TRANSACTION
from heitje_chain.http.fields import Body, NumberPath
from heitje_chain.http.idempotency import Keyed
from heitje_chain.http.paging import Listing, PageOf, Wanted
from heitje_chain.http.transaction import Database

from ..tokens import Caller
from .bearer import Needs

router = APIRouter(prefix="/api/v1", tags=["sending"])

TRANSACTIONS = Listing("transactions", (TRANSACTION.c.id,))

LaneName = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$", examples=["main"])]
LaneQuery = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$", examples=["main"])]
HashQuery = Annotated[str, Field(pattern=r"^0x[0-9a-f]{64}$", examples=["0x" + "9c" * 32])]

TransactionState = Literal["signed", "mined", "final", "reverted", "lost"]


class LaneView(BaseModel):
    """One sending account."""

    lane: str
    address: str
    next_nonce: int
    state: Annotated[
        Literal["active", "paused", "resuming"],
        Field(description="paused: nothing is sent until an operator lets it go on."),
    ]
    reason: Annotated[str | None, Field(description="Why it is paused.", examples=["key_used_elsewhere"])]
    since: Annotated[int | None, Field(description="UTC seconds.")]

    @classmethod
    def of(cls, one: LaneState) -> LaneView:
        return cls.model_validate(one, from_attributes=True)


class TransactionView(BaseModel):
    """One nonce of a sending account."""

    id: int
    lane: str
    nonce: int
    hash: Annotated[str, Field(description="Of the newest attempt, or of the one that was mined.")]
    state: Annotated[
        TransactionState,
        Field(
            description="signed: in no block yet. lost: its nonce was used elsewhere; its acts wait again."
        ),
    ]
    block_number: int | None
    created_at: Annotated[int, Field(description="UTC seconds.")]


class SigningView(BaseModel):
    """Bytes that were signed for a nonce."""

    hash: str
    most_fee: Annotated[int, Field(description="Wei per gas, at most; like the tip.")]
    tip: int | None
    created_at: Annotated[int, Field(description="UTC seconds.")]


class CarriedView(BaseModel):
    """What a transaction carries out."""

    id: str
    kind: str
    state: str


class TransactionInFull(TransactionView):
    attempts: Annotated[list[SigningView], Field(description="The oldest first.")]
    acts: list[CarriedView]


class Resumption(Body):
    """Nothing is to be said: who asks vouches that nobody else has the key now."""


@router.get("/lanes")
def list_lanes(caller: Annotated[Caller, Needs("transactions:read")], database: Database) -> list[LaneView]:
    """List the sending accounts and whether they send."""
    return [LaneView.of(one) for one in database.read(lane.all_lanes)]


@router.post("/lanes/{name}/resumption", status_code=202, response_model=LaneView)
def resume_lane(
    name: LaneName, body: Resumption, caller: Annotated[Caller, Needs("transactions:write")], keyed: Keyed
) -> Response:
    """Let a paused lane send again. The worker first settles which of its transactions are gone; what those
    carried is signed anew, once."""

    def work(connection: Connection) -> LaneView:
        if lane.find(connection, name) is None:
            raise LaneUnknown
        if not lane.ask_resumption(connection, name):
            raise LaneNotPaused
        audit.record(
            connection,
            occurred_at=int(time.time()),
            actor=f"token:{caller.token_id}",
            act="resume_lane",
            subject=f"lane:{name}",
        )
        found = lane.find(connection, name)
        if found is None:
            raise LaneUnknown
        return LaneView.of(found)

    return keyed.answer(caller.id, 202, work)


@router.get("/transactions")
def list_transactions(
    request: Request,
    caller: Annotated[Caller, Needs("transactions:read")],
    wanted: Wanted,
    database: Database,
    state: Annotated[TransactionState | None, Query(description="Only in this state.")] = None,
    lane: Annotated[LaneQuery | None, Query(description="Only those of this sending account.")] = None,
    transaction_hash: Annotated[
        HashQuery | None,
        Query(alias="hash", description="Only the one that this is a hash of, of whichever attempt."),
    ] = None,
) -> PageOf[TransactionView]:
    """List what was sent to the chain, newest first."""
    given = {TRANSACTION.c.state: state, TRANSACTION.c.lane: lane}
    statement = select(TRANSACTION).where(
        *(column == one for column, one in given.items() if one is not None)
    )
    if transaction_hash is not None:
        of_attempt = select(ATTEMPT.c.transaction_id).where(ATTEMPT.c.hash == transaction_hash)
        statement = statement.where(TRANSACTION.c.id.in_(of_attempt))
    page = database.read(lambda c: TRANSACTIONS.page(c, statement, wanted))
    return page.as_json(request, lambda row: TransactionView.model_validate(row, from_attributes=True))


@router.get("/transactions/{number}")
def read_transaction(
    number: NumberPath, caller: Annotated[Caller, Needs("transactions:read")], database: Database
) -> TransactionInFull:
    """Read one transaction with all its attempts and what it carries out."""

    def work(connection: Connection) -> TransactionInFull:
        row = connection.execute(select(TRANSACTION).where(TRANSACTION.c.id == number)).one_or_none()
        if row is None:
            raise TransactionUnknown
        tried = connection.execute(
            select(ATTEMPT).where(ATTEMPT.c.transaction_id == number).order_by(ATTEMPT.c.id)
        )
        acts = connection.execute(
            select(INTENT.c.id, INTENT.c.kind, INTENT.c.state)
            .where(INTENT.c.transaction_id == number)
            .order_by(INTENT.c.id)
        )
        return TransactionInFull.model_validate(
            {
                **TransactionView.model_validate(row, from_attributes=True).model_dump(),
                "attempts": [SigningView.model_validate(one, from_attributes=True) for one in tried],
                "acts": [CarriedView.model_validate(one, from_attributes=True) for one in acts],
            }
        )

    return database.read(work)

"""Own activity and the reserve over JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from heitje_chain.http.paging import Listing, Page, PageOf, Wanted
from heitje_chain.http.transaction import Database
from heitje_chain.people import service as people
from heitje_chain.people.api.bearer import Needs
from heitje_chain.people.tokens import Caller

from .. import activity, reserve
from ..activity import ENTRY, Entry
from ..reserve import Reserve

router = APIRouter(prefix="/api/v1", tags=["reports"])

ACTIVITY = Listing("activity", (ENTRY.c.at, ENTRY.c.id))


class ActivityView(BaseModel):
    """One thing that happened, as it stands now."""

    at: Annotated[int, Field(description="UTC seconds of its last change.")]
    kind: Literal[activity.KINDS]  # type: ignore[valid-type]
    state: Annotated[str, Field(description="Of the claim, payment or redemption.", examples=["paid"])]
    cents: Annotated[
        int,
        Field(description="Above 0 it comes in, below 0 it goes out; a partner's claims, out of its budget."),
    ]
    done: Annotated[bool, Field(description="Whether these cents have moved for good.")]
    counterpart: Annotated[
        str | None, Field(description="The other side's name; null for a resident, whom nobody is told of.")
    ]
    title: Annotated[str | None, Field(description="Of the claim's job.")]
    link: Annotated[str | None, Field(description="Where to read more.", examples=["/api/v1/claims/0f0f"])]

    @classmethod
    def of(cls, entry: Entry) -> ActivityView:
        return cls.model_validate(
            {
                "at": entry.at,
                "kind": entry.kind,
                "state": entry.state,
                "cents": entry.cents,
                "done": entry.done,
                "counterpart": entry.counterpart,
                "title": entry.title,
                "link": entry.path and f"/api/v1{entry.path}",
            }
        )


class ReserveView(BaseModel):
    """All amounts in cents: owed = supply + payable, and room = left - supply - outstanding."""

    attested: Annotated[int, Field(description="On the newest bank statement; 0 when none was read.")]
    as_of: Annotated[int | None, Field(description="UTC seconds: what moment the statement speaks of.")]
    statement_hash: Annotated[str | None, Field(description="As the chain has it.")]
    left: Annotated[int, Field(description="Attested less what was burned since.")]
    supply: Annotated[int, Field(description="Coins in being.")]
    outstanding: Annotated[int, Field(description="Granted and not minted yet.")]
    payable: Annotated[int, Field(description="Sent back by the bank after the burn.")]
    owed: int
    room: Annotated[int, Field(description="What can still be granted.")]

    @classmethod
    def of(cls, one: Reserve) -> ReserveView:
        return cls.model_validate(one, from_attributes=True)


@router.get("/activity")
def list_activity(
    request: Request,
    caller: Annotated[Caller, Needs("activity:read")],
    wanted: Wanted,
    database: Database,
) -> PageOf[ActivityView]:
    """List what happened around oneself, newest first: claims, rewards, payments, refunds, payouts."""

    def found(connection: Connection) -> Page:
        statement = activity.query(people.participant(connection, caller.subject))
        return ACTIVITY.page(connection, statement, wanted)

    return database.read(found).as_json(request, lambda row: ActivityView.of(activity.entry_of(row)))


@router.get("/reserve")
def read_reserve(caller: Annotated[Caller, Needs("reserve:read")], database: Database) -> ReserveView:
    """Read which euros are attested, and what they must cover."""
    return ReserveView.of(database.read(reserve.read))

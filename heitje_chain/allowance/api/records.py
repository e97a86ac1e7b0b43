"""What the registrar records of residents: `/residents/{id}/allowance-record`, and merging accounts."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from heitje_chain.http.fields import Body, Hex16Path, ParticipantField
from heitje_chain.http.transaction import Database
from heitje_chain.people.api.bearer import Needs
from heitje_chain.people.tokens import Caller

from .. import records
from ..records import RecordOf

router = APIRouter(prefix="/api/v1", tags=["allowance"])

Registrar = Annotated[Caller, Needs("allowance-records:write")]


class NewRecord(Body):
    """What the registrar saw, in place of what was recorded before. No birth date is kept."""

    confirmed: Annotated[
        bool,
        Field(
            strict=True,
            description="This person lives in the city and has no other account.",
            examples=[True],
        ),
    ]
    under_21: Annotated[
        bool | None,
        Field(strict=True, description="Null: not known yet; then no job can be claimed.", examples=[False]),
    ] = None
    changes_on: Annotated[
        date | None,
        Field(description="Of somebody under 21: the first day on which that is over.", examples=[None]),
    ] = None


class Merger(Body):
    into: Annotated[ParticipantField, Field(description="The account that goes on, which is confirmed.")]


class RecordView(BaseModel):
    """What is recorded of a resident; for the registrar alone."""

    participant: str
    confirmed_by: Annotated[
        str | None, Field(description="The officer who confirmed; null: nobody did.", examples=["registrar"])
    ]
    confirmed_at: Annotated[int | None, Field(description="UTC seconds.")]
    under_21: Annotated[bool | None, Field(examples=[False])]
    changes_on: Annotated[date | None, Field(examples=[None])]
    same_as: Annotated[
        str | None,
        Field(description="The same person's account that goes on; this one is closed.", examples=[None]),
    ]

    @classmethod
    def of(cls, one: RecordOf) -> RecordView:
        return cls.model_validate(one, from_attributes=True)


@router.get("/residents/{participant_id}/allowance-record")
def read_record(participant_id: Hex16Path, caller: Registrar, database: Database) -> RecordView:
    """Read what is recorded of a resident."""
    return RecordView.of(database.read(lambda c: records.find(c, participant_id)))


@router.put("/residents/{participant_id}/allowance-record")
def record_resident(
    participant_id: Hex16Path, body: NewRecord, caller: Registrar, database: Database
) -> RecordView:
    """Record that a resident lives here, has one account, and whether it is under 21."""
    return RecordView.of(
        database.change(
            lambda c: records.record(
                c, caller.subject, participant_id, body.confirmed, body.under_21, body.changes_on
            )
        )
    )


@router.put("/residents/{participant_id}/merger")
def merge_resident(
    participant_id: Hex16Path, body: Merger, caller: Registrar, database: Database
) -> RecordView:
    """Merge this account into another of the same person: both count together, and this one is closed."""
    return RecordView.of(
        database.change(lambda c: records.merge(c, caller.subject, participant_id, body.into))
    )

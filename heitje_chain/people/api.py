"""Residents over JSON: `/api/v1/residents`.

Adding somebody answers 202: the worker makes the wallet and has it admitted. The client chooses the id, so
the same request sent again is the same resident.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel, Field
from sqlalchemy import Row, select

from heitje_chain.custody.errors import WalletIdInvalid
from heitje_chain.http.paging import Listing, PageOf, Wanted
from heitje_chain.http.problems import register
from heitje_chain.http.transaction import Database

from . import service, tokens
from .model import PARTICIPANT, RESIDENT
from .service import Participant
from .tokens import Caller

router = APIRouter(prefix="/api/v1/residents", tags=["residents"])

RESIDENTS = Listing("residents", (PARTICIPANT.c.created_at, PARTICIPANT.c.id))


class NewResident(BaseModel):
    id: Annotated[
        str,
        Field(
            description="A version 4 UUID as 32 hex characters, chosen by you.",
            examples=["3f8a2b1c4d5e4f60817263544a5b6c7d"],
        ),
    ]
    name: Annotated[str, Field(description="1 to 200 characters.", examples=["Anna Jansen"])]


class ResidentView(BaseModel):
    id: str
    name: str
    state: Annotated[
        Literal["asked", "admitting", "active", "refused"],
        Field(description="active: the wallet is admitted on the chain, for good."),
    ]
    participant: Annotated[
        str | None, Field(description="The participant's id on the chain, once there is a wallet.")
    ]

    @classmethod
    def of(cls, resident: Participant) -> ResidentView:
        return cls.model_validate(
            {
                "id": resident.id,
                "name": resident.name,
                "state": resident.state,
                "participant": resident.chain_id and f"0x{resident.chain_id}",
            }
        )

    @classmethod
    def of_row(cls, row: Row[Any]) -> ResidentView:
        return cls.of(service.from_row(row))


def bearer(database: Database, authorization: Annotated[str | None, Header()] = None) -> Caller:
    """Return who sends the request, by its `Authorization: Bearer` header.

    Raises:
        TokenRefused
    """
    scheme, _, secret = (authorization or "").partition(" ")
    given = secret.strip() if scheme.lower() == "bearer" else None
    return database.read(lambda connection: tokens.caller(connection, given))


Bearer = Annotated[Caller, Depends(bearer)]


@router.post("", status_code=202)
def add_resident(body: NewResident, caller: Bearer, database: Database) -> ResidentView:
    """Add a resident."""
    caller.require("residents:write")
    return ResidentView.of(
        database.change(lambda connection: service.add_resident(connection, body.id, body.name))
    )


@router.get("/{resident_id}")
def read_resident(resident_id: str, caller: Bearer, database: Database) -> ResidentView:
    """Read one resident; ask again until the state is active or refused."""
    caller.require("residents:read")
    return ResidentView.of(database.read(lambda connection: service.participant(connection, resident_id)))


@router.get("")
def list_residents(
    request: Request, caller: Bearer, wanted: Wanted, database: Database
) -> PageOf[ResidentView]:
    """List residents, newest first."""
    caller.require("residents:read")
    residents = select(PARTICIPANT).where(PARTICIPANT.c.kind == RESIDENT)
    page = database.read(lambda connection: RESIDENTS.page(connection, residents, wanted))
    return page.as_json(request, ResidentView.of_row)


register(
    tokens.TokenRefused,
    "token-refused",
    401,
    "Deze toegangssleutel ontbreekt, klopt niet of geldt niet meer.",
    "The access token is missing, wrong, expired or revoked.",
)
register(
    tokens.ScopeMissing,
    "scope-missing",
    403,
    "Met deze toegangssleutel mag dit niet: {scope} ontbreekt.",
    "This access token does not allow this: {scope} is missing.",
)
register(
    service.NameInvalid,
    "name-invalid",
    400,
    "Een naam heeft 1 tot 200 tekens.",
    "A name has 1 to 200 characters.",
)
register(
    service.ParticipantUnknown,
    "participant-unknown",
    404,
    "Wij kennen niemand met dit nummer.",
    "We know nobody by this id.",
)
register(
    service.ParticipantExists,
    "participant-exists",
    409,
    "Dit nummer is al van iemand anders. Kies een nieuw nummer.",
    "This id belongs to somebody else. Choose a new one.",
)
register(
    WalletIdInvalid,
    "participant-id-invalid",
    400,
    "Een nummer is een UUID (versie 4) van 32 hexadecimale tekens.",
    "An id is a version 4 UUID of 32 hex characters.",
)

"""Residents, merchants, associations and partners: `/api/v1/residents` and its three sisters.

Adding somebody answers 202: the worker makes the wallet. The client chooses the id, so the same request sent
again is the same participant.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from heitje_chain.custody.errors import WalletIdInvalid
from heitje_chain.http.fields import Body, Hex16Path
from heitje_chain.http.paging import Listing, Page, PageOf, Wanted
from heitje_chain.http.problems import register
from heitje_chain.http.transaction import Database, RequestDatabase

from .. import contracts, service, signers
from ..model import ASSOCIATION, MERCHANT, PARTICIPANT, PARTNER, PARTNER_SIGNER, RESIDENT
from ..service import MerchantDetails, Participant
from ..tokens import Caller
from .bearer import Needs
from .contracts import ContractDays

router = APIRouter(prefix="/api/v1", tags=["participants"])

READ, WRITE = "participants:read", "participants:write"

_ORDER = (PARTICIPANT.c.created_at, PARTICIPANT.c.id)
_LISTINGS = {
    RESIDENT: Listing("residents", _ORDER),
    MERCHANT: Listing("merchants", _ORDER),
    ASSOCIATION: Listing("associations", _ORDER),
    PARTNER: Listing("partners", _ORDER),
}

SIGNERS = Listing("signers", (PARTNER_SIGNER.c.id,))

NameField = Annotated[str, Field(description="1 to 200 characters.", examples=["Anna Jansen"])]


class NewParticipant(Body):
    id: Annotated[
        str,
        Field(
            description="A version 4 UUID as 32 hex characters, chosen by you.",
            examples=["3f8a2b1c4d5e4f60817263544a5b6c7d"],
        ),
    ]
    name: NameField


class NewMerchant(NewParticipant):
    iban: Annotated[str, Field(max_length=60, examples=["NL41ABNA9000000001"])]
    account_holder: Annotated[
        str | None,
        Field(description="As the bank knows it, at most 70 characters; the name when not given."),
    ] = None
    category: Annotated[str, Field(max_length=40, examples=["horeca"])]
    contract: Annotated[
        ContractDays | None,
        Field(
            description="Its first contract with the municipality; nobody can pay it without one that holds."
        ),
    ] = None

    @property
    def details(self) -> MerchantDetails:
        return MerchantDetails(self.iban, self.account_holder or self.name, self.category)


class AccountChange(Body):
    iban: Annotated[str, Field(max_length=60)]
    account_holder: Annotated[str, Field(description="As the bank knows it, at most 70 characters.")]


StateName = Literal["asked", "ready", "admitting", "active", "refused"]


class ParticipantView(BaseModel):
    ADDRESS: ClassVar[str] = "/api/v1/{kind}s/{id}"

    id: str
    kind: Literal["resident", "merchant", "association", "partner"]
    name: str
    state: Annotated[
        StateName,
        Field(description="ready: the registrar's signature is awaited. active: on the chain, for good."),
    ]
    blocked: bool
    participant: Annotated[str | None, Field(description="The participant's id on the chain.")]
    wallet: Annotated[str | None, Field(description="The present wallet; a recovery replaces it.")]

    @classmethod
    def of(cls, one: Participant) -> ParticipantView:
        return cls.model_validate(
            {
                "id": one.id,
                "kind": one.kind,
                "name": one.name,
                "state": one.state,
                "blocked": one.blocked,
                "participant": one.chain_id and f"0x{one.chain_id}",
                "wallet": one.wallet,
            }
        )


class SignerView(BaseModel):
    signer: Annotated[str, Field(description="ERC-7913 bytes in hex.")]
    state: Literal["prepared", "active", "removed"]


@router.post("/residents", status_code=202)
def add_resident(
    body: NewParticipant, caller: Annotated[Caller, Needs(WRITE)], database: Database
) -> ParticipantView:
    """Add a resident; the service admits it."""
    return _add(RESIDENT, body, database)


@router.post("/merchants", status_code=202)
def add_merchant(
    body: NewMerchant, caller: Annotated[Caller, Needs(WRITE)], database: Database
) -> ParticipantView:
    """Add a merchant; when it is ready, the registrar admits it."""

    def work(connection: Connection) -> ParticipantView:
        added = service.add(connection, MERCHANT, body.id, body.name, body.details)
        if body.contract is not None:
            contracts.enter_first(
                connection, caller.subject, added.id, body.contract.first, body.contract.last
            )
        return ParticipantView.of(added)

    return database.change(work)


@router.post("/associations", status_code=202)
def add_association(
    body: NewParticipant, caller: Annotated[Caller, Needs(WRITE)], database: Database
) -> ParticipantView:
    """Add an association; when it is ready, the registrar admits it."""
    return _add(ASSOCIATION, body, database)


@router.post("/partners", status_code=202)
def add_partner(
    body: NewParticipant, caller: Annotated[Caller, Needs(WRITE)], database: Database
) -> ParticipantView:
    """Add a partner, which is ready at once to be admitted by the registrar."""
    return _add(PARTNER, body, database)


@router.put("/merchants/{participant_id}/account")
def change_account(
    participant_id: Hex16Path,
    body: AccountChange,
    caller: Annotated[Caller, Needs(WRITE)],
    database: Database,
) -> ParticipantView:
    """Change a merchant's bank account. What it redeemed before is held until settlement confirms it."""
    return ParticipantView.of(
        database.change(
            lambda connection: service.change_iban(
                connection, caller.subject, participant_id, body.iban, body.account_holder
            )
        )
    )


@router.get("/partners/{participant_id}/signers")
def list_signers(
    participant_id: Hex16Path,
    request: Request,
    caller: Annotated[Caller, Needs(READ)],
    wanted: Wanted,
    database: Database,
) -> PageOf[SignerView]:
    """List who signs, is to sign or signed for a partner, newest first."""

    def found(connection: Connection) -> Page:
        service.of_kind(connection, participant_id, PARTNER)
        return SIGNERS.page(connection, signers.signers_query(participant_id), wanted)

    page = database.read(found)
    return page.as_json(request, lambda row: SignerView.model_validate(row, from_attributes=True))


def _add(kind: str, body: NewParticipant, database: RequestDatabase) -> ParticipantView:
    return ParticipantView.of(
        database.change(lambda connection: service.add(connection, kind, body.id, body.name))
    )


def _reading(path: str, kind: str) -> None:
    """Register the two reading routes of one kind."""

    def read(
        participant_id: Hex16Path, caller: Annotated[Caller, Needs(READ)], database: Database
    ) -> ParticipantView:
        return ParticipantView.of(
            database.read(lambda connection: service.of_kind(connection, participant_id, kind))
        )

    def listed(
        request: Request,
        caller: Annotated[Caller, Needs(READ)],
        wanted: Wanted,
        database: Database,
        state: Annotated[StateName | None, Query(description="Only in this state.")] = None,
        blocked: Annotated[bool | None, Query(description="true: only who is stopped.")] = None,
    ) -> PageOf[ParticipantView]:
        statement = service.participants_query(kind=kind, state=state, blocked=blocked)
        page = database.read(lambda connection: _LISTINGS[kind].page(connection, statement, wanted))
        return page.as_json(request, lambda row: ParticipantView.of(service.from_row(row)))

    router.get(path, name=f"list_{kind}s", summary=f"List {kind}s, newest first")(listed)
    router.get(
        f"{path}/{{participant_id}}",
        name=f"read_{kind}",
        summary=f"Read one {kind}; ask again until the state is what you wait for",
    )(read)


for _path, _kind in (
    ("/residents", RESIDENT),
    ("/merchants", MERCHANT),
    ("/associations", ASSOCIATION),
    ("/partners", PARTNER),
):
    _reading(_path, _kind)

register(
    WalletIdInvalid,
    "participant-id-invalid",
    400,
    "Een nummer is een UUID (versie 4) van 32 hexadecimale tekens.",
    "An id is a version 4 UUID of 32 hex characters.",
)

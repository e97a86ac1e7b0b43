"""Acts and how far they are: `/api/v1/acts`. Officers see all of them, a partner its own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy import Connection, select

from heitje_chain.acts import service
from heitje_chain.acts.api import ActState, ActView, PreparedAct
from heitje_chain.acts.errors import ActUnknown
from heitje_chain.acts.model import ACT
from heitje_chain.acts.service import Act
from heitje_chain.documents import service as documents
from heitje_chain.http.fields import Hex32Path
from heitje_chain.http.paging import Listing, PageOf, Wanted
from heitje_chain.http.transaction import Database

from ..tokens import Caller
from .bearer import Needs

_TEXT = '{"bring":"","description":"Bouw een bloembak.","evidence":"photo","title":"Bloembak bouwen"}'


class DocumentView(BaseModel):
    """What people read of an act. Only its hash goes onto the chain."""

    salt: Annotated[str, Field(description="32 bytes in hex.", examples=[f"0x{'7b' * 32}"])]
    text: Annotated[
        str,
        Field(
            description="JSON of the words, as it was hashed: `message.documentHash` is the keccak256 of the "
            "salt's bytes and then these bytes in UTF-8. Compare both before you sign.",
            examples=[_TEXT],
        ),
    ]


class ActInFull(PreparedAct):
    """An act with what is to be signed and, of a job or a rejection, the words."""

    document: Annotated[
        DocumentView | None,
        Field(
            description="Null when nothing is to be read. Erased with the words, so it is in no other answer."
        ),
    ]

    @classmethod
    def with_words(cls, connection: Connection, act: Act) -> ActInFull:
        hashed = act.typed_data.get("message", {}).get("documentHash")
        found = None if hashed is None else documents.sealed(connection, hashed)
        words = None if found is None else {"salt": f"0x{found[0].hex()}", "text": found[1]}
        return cls.model_validate({**PreparedAct.of(act).model_dump(), "document": words})


router = APIRouter(prefix="/api/v1/acts", tags=["acts"])

ACTS = Listing("acts", (ACT.c.created_at, ACT.c.id))


@router.get("/{act_id}")
def read_act(
    act_id: Hex32Path, caller: Annotated[Caller, Needs("acts:read")], database: Database
) -> ActInFull:
    """Read one act with what is, or was, to be signed and its words; ask again until it is done."""

    def work(connection: Connection) -> ActInFull:
        return ActInFull.with_words(connection, _own(caller, service.find(connection, act_id)))

    return database.read(work)


@router.get("")
def list_acts(
    request: Request,
    caller: Annotated[Caller, Needs("acts:read")],
    wanted: Wanted,
    database: Database,
    kind: Annotated[
        str | None, Query(pattern="^[a-z_]{1,40}$", description="Only of this kind.", examples=["grant"])
    ] = None,
    state: Annotated[ActState | None, Query(description="Only in this state.")] = None,
) -> PageOf[ActView]:
    """List acts, newest first."""
    given = {ACT.c.kind: kind, ACT.c.state: state}
    statement = select(ACT).where(*(column == wish for column, wish in given.items() if wish is not None))
    if not caller.is_officer:
        statement = statement.where(ACT.c.actor == caller.subject)
    page = database.read(lambda connection: ACTS.page(connection, statement, wanted))
    return page.as_json(request, lambda row: ActView.of(service.act_of(row)))


def _own(caller: Caller, act: Act) -> Act:
    if not caller.is_officer and act.actor != caller.subject:
        raise ActUnknown
    return act

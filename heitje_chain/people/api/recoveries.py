"""Replacing a lost wallet: asked for, prepared, signed; and cancelling what waits for its delay."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Connection

from heitje_chain.acts import cancellation
from heitje_chain.acts.api import ActView, OnChain, PreparedAct, Preparing, SignedAct
from heitje_chain.http.fields import Body, Hex16Path, Hex32Path, ParticipantField, ReasonField
from heitje_chain.http.idempotency import Keyed
from heitje_chain.http.paging import Listing, PageOf, Wanted
from heitje_chain.http.transaction import Database

from .. import recovery
from ..model import RECOVERY
from ..recovery import Recovery
from ..tokens import Caller
from .bearer import Needs, client_id_of

router = APIRouter(prefix="/api/v1", tags=["wallet recovery"])

RECOVERIES = Listing("recoveries", (RECOVERY.c.created_at, RECOVERY.c.id))


IdentityName = Literal["passport", "id_card", "licence", "known"]


class NewRecovery(Body):
    participant: ParticipantField
    reason: ReasonField
    identity: Annotated[
        IdentityName | None,
        Field(
            description="How it was seen who asks for it; known: by somebody of the municipality.",
            examples=["passport"],
        ),
    ] = None


class RecoveryView(BaseModel):
    """How far the replacement of a wallet is."""

    ADDRESS: ClassVar[str] = "/api/v1/recoveries/{id}"

    id: str
    participant: Annotated[str, Field(description="The participant's id.")]
    reason: Annotated[int | None, Field(description="None when only the chain told of it.")]
    state: Annotated[
        Literal["asked", "ready", "signed", "scheduled", "replaced", "failed", "cancelled", "done"],
        Field(
            description="ready: the new wallet is made, the enforcer's signature is awaited. scheduled: its "
            "delay is running. After failed or cancelled it can be prepared again."
        ),
    ]
    old_wallet: str | None
    new_wallet: str | None
    act: Annotated[str | None, Field(description="The newest act that was prepared for it.")]
    created_at: Annotated[int, Field(description="UTC seconds.")]
    replaced_at: Annotated[int | None, Field(description="UTC seconds: its block's time.")]
    asked_by: Annotated[
        str | None, Field(description="An officer, who does not replace it.", examples=["registrar"])
    ]
    identity: Annotated[
        IdentityName | None, Field(description="How it was seen who asks for it.", examples=["passport"])
    ]

    @classmethod
    def of(cls, one: Recovery) -> RecoveryView:
        return cls.model_validate(one, from_attributes=True)


@router.post("/recoveries", status_code=202, response_model=RecoveryView)
def ask_recovery(
    body: NewRecovery, caller: Annotated[Caller, Needs("recoveries:ask")], keyed: Keyed
) -> Response:
    """Ask for a new wallet for somebody; when it is ready, another officer has its replacement prepared."""
    client_id = client_id_of(caller, keyed)

    def work(connection: Connection) -> RecoveryView:
        return RecoveryView.of(
            recovery.ask(
                connection, caller.subject, body.participant, body.reason, client_id, way=body.identity
            )
        )

    return keyed.answer(caller.id, 202, work)


@router.get("/recoveries")
def list_recoveries(
    request: Request,
    caller: Annotated[Caller, Needs("participants:read")],
    wanted: Wanted,
    database: Database,
    participant: Annotated[ParticipantField | None, Query()] = None,
) -> PageOf[RecoveryView]:
    """List recoveries, newest first."""
    where: list[ColumnElement[bool]] = []
    if participant is not None:
        where.append(RECOVERY.c.participant == participant)
    page = database.read(lambda c: RECOVERIES.page(c, recovery.recoveries_query(*where), wanted))
    return page.as_json(request, lambda row: RecoveryView.of(recovery.recovery_of(row)))


@router.get("/recoveries/{recovery_id}")
def read_recovery(
    recovery_id: Hex16Path, caller: Annotated[Caller, Needs("participants:read")], database: Database
) -> RecoveryView:
    """Read one recovery; ask again until it is replaced."""
    return RecoveryView.of(database.read(lambda c: recovery.find(c, recovery_id)))


@router.post("/recoveries/{recovery_id}/replacement/prepare", response_model=PreparedAct)
def prepare_wallet_replacement(
    recovery_id: Hex16Path,
    caller: Annotated[Caller, Needs("recoveries:write")],
    onchain: OnChain,
    preparing: Preparing,
) -> Response:
    """Prepare that the new wallet takes the old one's place, not by whoever asked; a delayed act."""
    return preparing.answer(caller.id, lambda c: recovery.prepare(c, onchain, caller.subject, recovery_id))


@router.post("/recoveries/{recovery_id}/replacement", status_code=202, response_model=ActView)
def replace_wallet(
    recovery_id: Hex16Path,
    body: SignedAct,
    caller: Annotated[Caller, Needs("recoveries:write")],
    onchain: OnChain,
    keyed: Keyed,
) -> Response:
    """Take the enforcer's signature over a replacement."""
    return keyed.answer(
        caller.id,
        202,
        lambda c: ActView.of(
            recovery.sign(c, onchain, caller.subject, recovery_id, body.act, body.signature_bytes)
        ),
    )


@router.post("/acts/{act_id}/cancellation/prepare", response_model=PreparedAct)
def prepare_act_cancellation(
    act_id: Hex32Path,
    caller: Annotated[Caller, Needs("cancellations:write")],
    onchain: OnChain,
    preparing: Preparing,
) -> Response:
    """Prepare that an act whose delay is running is not carried out: by its officer, or by the guardian."""
    return preparing.answer(
        caller.id, lambda c: cancellation.prepare_cancellation(c, onchain, caller.subject, act_id)
    )


@router.post("/acts/{act_id}/cancellation", status_code=202, response_model=ActView)
def cancel_act(
    act_id: Hex32Path,
    body: SignedAct,
    caller: Annotated[Caller, Needs("cancellations:write")],
    onchain: OnChain,
    keyed: Keyed,
) -> Response:
    """Take the signature over a cancellation."""
    return keyed.answer(
        caller.id,
        202,
        lambda c: ActView.of(
            cancellation.sign_cancellation(c, onchain, caller.subject, act_id, body.act, body.signature_bytes)
        ),
    )

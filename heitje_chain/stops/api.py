"""Freezes and pauses over JSON. What the enforcer decides is prepared, then signed."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from heitje_chain.acts.api import ActView, OnChain, PreparedAct, Preparing, SignedAct
from heitje_chain.chain.contracts import Contracts
from heitje_chain.http.fields import Body, CentsField, ParticipantField, ReasonField
from heitje_chain.http.idempotency import Keyed, KeyedRequest
from heitje_chain.http.paging import Listing, PageOf, Wanted
from heitje_chain.http.transaction import Database
from heitje_chain.people.api.bearer import Needs
from heitje_chain.people.tokens import Caller

from . import service
from .model import FREEZE

router = APIRouter(prefix="/api/v1", tags=["stops"])

FREEZES = Listing("freezes", (FREEZE.c.since, FREEZE.c.participant))

Enforcer = Annotated[Caller, Needs("stops:write")]


class NewPause(Body):
    reason: ReasonField


class NoMore(Body):
    """Nothing is to be said."""


class NewFreeze(Body):
    participant: ParticipantField
    cents: Annotated[CentsField, Field(description="Of the balance, in all; may be above it.")]
    reason: ReasonField


class Unfreeze(Body):
    participant: ParticipantField


class NewForce(Body):
    payer: Annotated[ParticipantField, Field(description="Whose coins are taken.")]
    payee: Annotated[ParticipantField, Field(description="Who is given them.")]
    cents: CentsField
    reason: ReasonField


class StatusView(BaseModel):
    """What holds for everybody."""

    paused: Annotated[bool, Field(description="No coin moves, and nobody is admitted, until it ends.")]
    since: Annotated[int | None, Field(description="UTC seconds; null when it was never paused.")]


class FreezeView(BaseModel):
    participant: Annotated[
        str | None, Field(description="The participant's id; null, as kind and name, when not known here.")
    ]
    kind: Literal["resident", "merchant", "association"] | None
    name: str | None
    chain_participant: Annotated[str, Field(description="The participant's id on the chain.")]
    cents: int
    since: Annotated[int, Field(description="UTC seconds.")]


@router.get("/status")
def read_status(caller: Annotated[Caller, Needs()], database: Database) -> StatusView:
    """Tell whether coins move."""
    return StatusView.model_validate(database.read(service.pause_state), from_attributes=True)


@router.get("/freezes")
def list_freezes(
    request: Request,
    caller: Annotated[Caller, Needs("participants:read")],
    wanted: Wanted,
    database: Database,
) -> PageOf[FreezeView]:
    """List what is frozen, newest first."""
    page = database.read(lambda c: FREEZES.page(c, service.freezes_query(), wanted))
    return page.as_json(
        request,
        lambda row: FreezeView(
            participant=row.person,
            kind=row.kind,
            name=row.name,
            chain_participant=f"0x{row.participant}",
            cents=row.cents,
            since=row.since,
        ),
    )


@router.post("/pauses/prepare", response_model=PreparedAct)
def prepare_pause(body: NewPause, caller: Enforcer, onchain: OnChain, preparing: Preparing) -> Response:
    """Prepare that no coin moves, for the enforcer to sign."""
    return preparing.answer(
        caller.id, lambda c: service.prepare_pause(c, onchain, caller.subject, body.reason)
    )


@router.post("/pauses", status_code=202, response_model=ActView)
def pause(body: SignedAct, caller: Enforcer, onchain: OnChain, keyed: Keyed) -> Response:
    """Take the enforcer's signature over a pause."""
    return _signed(keyed, caller, onchain, body, service.PAUSE_COIN)


@router.post("/unpauses/prepare", response_model=PreparedAct)
def prepare_unpause(body: NoMore, caller: Enforcer, onchain: OnChain, preparing: Preparing) -> Response:
    """Prepare that coins move again."""
    return preparing.answer(caller.id, lambda c: service.prepare_unpause(c, onchain, caller.subject))


@router.post("/unpauses", status_code=202, response_model=ActView)
def unpause(body: SignedAct, caller: Enforcer, onchain: OnChain, keyed: Keyed) -> Response:
    """Take the enforcer's signature over the end of a pause."""
    return _signed(keyed, caller, onchain, body, service.UNPAUSE_COIN)


@router.post("/freezes/prepare", response_model=PreparedAct)
def prepare_freeze(body: NewFreeze, caller: Enforcer, onchain: OnChain, preparing: Preparing) -> Response:
    """Prepare that so much of somebody's coins cannot move; it takes the place of a freeze before it."""
    return preparing.answer(
        caller.id,
        lambda c: service.prepare_freeze(
            c, onchain, caller.subject, body.participant, body.cents, body.reason
        ),
    )


@router.post("/freezes", status_code=202, response_model=ActView)
def freeze(body: SignedAct, caller: Enforcer, onchain: OnChain, keyed: Keyed) -> Response:
    """Take the enforcer's signature over a freeze."""
    return _signed(keyed, caller, onchain, body, service.FREEZE_COINS)


@router.post("/unfreezes/prepare", response_model=PreparedAct)
def prepare_unfreeze(body: Unfreeze, caller: Enforcer, onchain: OnChain, preparing: Preparing) -> Response:
    """Prepare that all of somebody's coins can move again."""
    return preparing.answer(
        caller.id, lambda c: service.prepare_unfreeze(c, onchain, caller.subject, body.participant)
    )


@router.post("/unfreezes", status_code=202, response_model=ActView)
def unfreeze(body: SignedAct, caller: Enforcer, onchain: OnChain, keyed: Keyed) -> Response:
    """Take the enforcer's signature over the end of a freeze."""
    return _signed(keyed, caller, onchain, body, service.UNFREEZE_COINS)


@router.post("/forces/prepare", response_model=PreparedAct)
def prepare_force(body: NewForce, caller: Enforcer, onchain: OnChain, preparing: Preparing) -> Response:
    """Prepare that coins are taken from one participant and given to another; it takes effect later."""
    return preparing.answer(
        caller.id,
        lambda c: service.prepare_force(
            c, onchain, caller.subject, body.payer, body.payee, body.cents, body.reason
        ),
    )


@router.post("/forces", status_code=202, response_model=ActView)
def force(body: SignedAct, caller: Enforcer, onchain: OnChain, keyed: Keyed) -> Response:
    """Take the enforcer's signature over moving coins by force. It can be cancelled while its delay runs."""

    def work(connection: Connection) -> ActView:
        return ActView.of(
            service.sign_force(connection, onchain, caller.subject, body.act, body.signature_bytes)
        )

    return keyed.answer(caller.id, 202, work)


def _signed(keyed: KeyedRequest, caller: Caller, onchain: Contracts, body: SignedAct, kind: str) -> Response:
    def work(connection: Connection) -> ActView:
        return ActView.of(
            service.sign(connection, onchain, caller.subject, kind, body.act, body.signature_bytes)
        )

    return keyed.answer(caller.id, 202, work)

"""Officers' acts about people: admission, partners' signers, blocking. Each is prepared, then signed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field
from sqlalchemy import Connection

from heitje_chain.acts import service as acts
from heitje_chain.acts.api import ActView, OnChain, PreparedAct, Preparing, SignedAct
from heitje_chain.chain.contracts import Contracts
from heitje_chain.http.fields import Body, ParticipantField, ReasonField, SignatureField
from heitje_chain.http.idempotency import Keyed, KeyedRequest

from .. import admission, rules
from ..tokens import Caller
from .bearer import Needs

router = APIRouter(prefix="/api/v1", tags=["officers' acts about people"])


class Admission(Body):
    participants: Annotated[
        list[ParticipantField],
        Field(min_length=1, max_length=100, description="Of one kind, all ready; one partner at a time."),
    ]


class SignerBody(Body):
    partner: ParticipantField
    signer: Annotated[SignatureField, Field(description="ERC-7913: an address, or a verifier and a key.")]


class Block(Body):
    participant: ParticipantField
    reason: ReasonField


class Unblock(Body):
    participant: ParticipantField


def signed(keyed: KeyedRequest, caller: Caller, onchain: Contracts, body: SignedAct, kind: str) -> Response:
    """Take an officer's signature over an act of this kind; answer 202 with the act."""

    def work(connection: Connection) -> ActView:
        act = acts.sign_officer_act(connection, onchain, body.act, kind, caller.subject, body.signature_bytes)
        return ActView.of(act)

    return keyed.answer(caller.id, 202, work)


@router.post("/admissions/prepare", response_model=PreparedAct)
def prepare_admission(
    body: Admission,
    caller: Annotated[Caller, Needs("participants:write")],
    onchain: OnChain,
    preparing: Preparing,
) -> Response:
    """Prepare the admission of merchants, of associations or of a partner, for the registrar to sign."""
    return preparing.answer(
        caller.id, lambda c: admission.prepare_admission(c, onchain, caller.subject, body.participants)
    )


@router.post("/admissions", status_code=202, response_model=ActView)
def admit_participants(
    body: SignedAct, caller: Annotated[Caller, Needs("participants:write")], onchain: OnChain, keyed: Keyed
) -> Response:
    """Take the registrar's signature over an admission."""
    return signed(keyed, caller, onchain, body, admission.ADMIT)


@router.post("/signers/prepare", response_model=PreparedAct)
def prepare_signer(
    body: SignerBody,
    caller: Annotated[Caller, Needs("signers:write")],
    onchain: OnChain,
    preparing: Preparing,
) -> Response:
    """Prepare that somebody may sign for a partner; the act is delayed."""
    signer = rules.signer(body.signer)
    return preparing.answer(
        caller.id, lambda c: admission.prepare_signer(c, onchain, caller.subject, body.partner, signer)
    )


@router.post("/signers", status_code=202, response_model=ActView)
def add_signer(
    body: SignedAct, caller: Annotated[Caller, Needs("signers:write")], onchain: OnChain, keyed: Keyed
) -> Response:
    """Take the registrar's signature over a new signer."""
    return signed(keyed, caller, onchain, body, admission.ADD_SIGNER)


@router.post("/signer-removals/prepare", response_model=PreparedAct)
def prepare_signer_removal(
    body: SignerBody,
    caller: Annotated[Caller, Needs("signers:write")],
    onchain: OnChain,
    preparing: Preparing,
) -> Response:
    """Prepare that somebody may not sign for a partner any more; it acts at once."""
    signer = rules.signer(body.signer)
    return preparing.answer(
        caller.id,
        lambda c: admission.prepare_signer_removal(c, onchain, caller.subject, body.partner, signer),
    )


@router.post("/signer-removals", status_code=202, response_model=ActView)
def remove_signer(
    body: SignedAct, caller: Annotated[Caller, Needs("signers:write")], onchain: OnChain, keyed: Keyed
) -> Response:
    """Take the registrar's signature over the removal of a signer."""
    return signed(keyed, caller, onchain, body, admission.REMOVE_SIGNER)


@router.post("/blocks/prepare", response_model=PreparedAct)
def prepare_block(
    body: Block, caller: Annotated[Caller, Needs("blocks:write")], onchain: OnChain, preparing: Preparing
) -> Response:
    """Prepare that a participant is stopped."""
    return preparing.answer(
        caller.id,
        lambda c: admission.prepare_block(c, onchain, caller.subject, body.participant, body.reason),
    )


@router.post("/blocks", status_code=202, response_model=ActView)
def block_participant(
    body: SignedAct, caller: Annotated[Caller, Needs("blocks:write")], onchain: OnChain, keyed: Keyed
) -> Response:
    """Take the enforcer's signature over a block."""
    return signed(keyed, caller, onchain, body, admission.BLOCK)


@router.post("/unblocks/prepare", response_model=PreparedAct)
def prepare_unblock(
    body: Unblock, caller: Annotated[Caller, Needs("blocks:write")], onchain: OnChain, preparing: Preparing
) -> Response:
    """Prepare that a blocked participant takes part again."""
    return preparing.answer(
        caller.id, lambda c: admission.prepare_unblock(c, onchain, caller.subject, body.participant)
    )


@router.post("/unblocks", status_code=202, response_model=ActView)
def unblock_participant(
    body: SignedAct, caller: Annotated[Caller, Needs("blocks:write")], onchain: OnChain, keyed: Keyed
) -> Response:
    """Take the enforcer's signature over the end of a block."""
    return signed(keyed, caller, onchain, body, admission.UNBLOCK)

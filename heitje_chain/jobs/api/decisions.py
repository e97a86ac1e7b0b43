"""What partners decide about work, and the arbiter about a dispute: prepared, then signed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.acts.api import ActView, OnChain, PreparedAct, Preparing, SignedAct, SignedByPartner
from heitje_chain.http.idempotency import Keyed
from heitje_chain.people.api.admissions import signed
from heitje_chain.people.api.bearer import Needs
from heitje_chain.people.tokens import Caller

from .. import decisions
from .views import Approval, ApprovalView, ClaimView, Decision, PreparedApproval, Rejection

router = APIRouter(prefix="/api/v1", tags=["decisions"])


@router.post("/approvals/prepare", response_model=PreparedApproval)
def prepare_approval(
    body: Approval,
    caller: Annotated[Caller, Needs("approvals:write")],
    onchain: OnChain,
    preparing: Preparing,
) -> Response:
    """Prepare that submitted work is found good, many claims under one signature."""
    return preparing.answer(
        caller.id,
        lambda c: decisions.prepare_approval(c, onchain, caller.subject, body.claims),
        lambda c, act: PreparedApproval.with_warnings(act, decisions.warnings(c, act)),
    )


@router.post("/approvals", status_code=202, response_model=ApprovalView)
def approve_claims(
    body: SignedByPartner,
    caller: Annotated[Caller, Needs("approvals:write")],
    onchain: OnChain,
    keyed: Keyed,
) -> Response:
    """Take the partner's signature and have the rewards minted."""

    def work(connection: Connection) -> ApprovalView:
        act, claims = decisions.approve(
            connection, onchain, caller.subject, body.act, body.signature_bytes, body.signer_bytes
        )
        return ApprovalView(act=ActView.of(act), claims=[ClaimView.of(one) for one in claims])

    return keyed.answer(caller.id, 202, work)


@router.post("/rejections/prepare", response_model=PreparedAct)
def prepare_rejection(
    body: Rejection,
    caller: Annotated[Caller, Needs("approvals:write")],
    onchain: OnChain,
    preparing: Preparing,
) -> Response:
    """Prepare that submitted work is found not good, with the reason that the resident reads."""
    return preparing.answer(
        caller.id,
        lambda c: decisions.prepare_rejection(
            c, onchain, caller.subject, body.claim, body.reason, body.words
        ),
    )


@router.post("/rejections", status_code=202, response_model=ClaimView)
def reject_claim(
    body: SignedByPartner,
    caller: Annotated[Caller, Needs("approvals:write")],
    onchain: OnChain,
    keyed: Keyed,
) -> Response:
    """Take the partner's signature over a rejection."""
    return keyed.answer(
        caller.id,
        202,
        lambda c: ClaimView.of(
            decisions.reject(c, onchain, caller.subject, body.act, body.signature_bytes, body.signer_bytes)
        ),
    )


@router.post("/decisions/prepare", response_model=PreparedAct)
def prepare_dispute_decision(
    body: Decision,
    caller: Annotated[Caller, Needs("decisions:write")],
    onchain: OnChain,
    preparing: Preparing,
) -> Response:
    """Prepare the arbiter's decision of a dispute."""
    return preparing.answer(
        caller.id,
        lambda c: decisions.prepare_decision(
            c, onchain, caller.subject, body.claim, body.award, body.reason, body.words
        ),
    )


@router.post("/decisions", status_code=202, response_model=ActView)
def decide_dispute(
    body: SignedAct, caller: Annotated[Caller, Needs("decisions:write")], onchain: OnChain, keyed: Keyed
) -> Response:
    """Take the arbiter's signature over a decision."""
    return signed(keyed, caller, onchain, body, decisions.DECIDE)

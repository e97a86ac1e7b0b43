"""Claims: `/api/v1/claims`, what residents do with jobs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import ColumnElement, Connection

from heitje_chain.acts.api import OnChain
from heitje_chain.http.fields import Hex32Field, Hex32Path
from heitje_chain.http.idempotency import Keyed
from heitje_chain.http.paging import Listing, Page, PageOf, Wanted
from heitje_chain.http.streams import STREAMED, EventStream, LastEventId, follow
from heitje_chain.http.transaction import Database
from heitje_chain.people import service as people
from heitje_chain.people import tokens
from heitje_chain.people.api.bearer import Needs, client_id_of
from heitje_chain.people.tokens import Caller

from .. import model, reading, rules, service
from ..model import CLAIM, JOB
from .views import ClaimInFull, ClaimView, NewClaim, Submission, Words

router = APIRouter(prefix="/api/v1", tags=["claims"])

CLAIMS = Listing("claims", (CLAIM.c.created_at, CLAIM.c.id))


@router.post("/claims", status_code=202, response_model=ClaimView)
def make_claim(
    body: NewClaim, caller: Annotated[Caller, Needs("claims:write")], onchain: OnChain, keyed: Keyed
) -> Response:
    """Take a slot of a job."""
    client_id = client_id_of(caller, keyed)
    return keyed.answer(
        caller.id,
        202,
        lambda c: ClaimView.of(service.claim(c, onchain, caller.subject, body.job, client_id)),
    )


@router.get("/claims")
def list_claims(
    request: Request,
    caller: Annotated[Caller, Needs("claims:read")],
    wanted: Wanted,
    database: Database,
    state: Annotated[
        Literal[model.CLAIM_STATES] | None,  # type: ignore[valid-type]
        Query(description="Only in this state."),
    ] = None,
    job: Annotated[Hex32Field | None, Query(description="Only of this job.")] = None,
) -> PageOf[ClaimView]:
    """List claims, newest first: a resident's own, those on a partner's jobs, all for officers."""
    given = {CLAIM.c.state: state, CLAIM.c.job: job}
    where: list[ColumnElement[bool]] = [column == wish for column, wish in given.items() if wish is not None]

    def found(connection: Connection) -> Page:
        where.extend(concerning(connection, caller))
        return CLAIMS.page(connection, service.claims_query(*where), wanted)

    return database.read(found).as_json(request, lambda row: ClaimView.of(service.claim_of(row)))


@router.get("/claims/{claim_id}")
def read_claim(
    claim_id: Hex32Path, caller: Annotated[Caller, Needs("claims:read")], database: Database
) -> ClaimInFull:
    """Read one claim with what was written about it; ask again until nothing is under way."""
    return database.read(lambda c: _in_full(c, caller, claim_id))


@router.get("/claims/{claim_id}/events", response_class=EventStream, responses=STREAMED)
def follow_claim(
    claim_id: Hex32Path,
    request: Request,
    caller: Annotated[Caller, Needs("claims:read")],
    database: Database,
    last_event_id: LastEventId = None,
) -> Response:
    """Follow a claim until it is paid, or can be paid no more."""

    def look(connection: Connection) -> ClaimInFull:
        tokens.check_good(connection, caller.token_id)
        return _in_full(connection, caller, claim_id)

    return follow(request, database, caller.id, look, lambda view: view.state in rules.OVER, last_event_id)


@router.post("/claims/{claim_id}/withdrawal", status_code=202, response_model=ClaimView)
def withdraw_claim(
    claim_id: Hex32Path, caller: Annotated[Caller, Needs("claims:write")], keyed: Keyed
) -> Response:
    """Give a slot back."""
    return keyed.answer(caller.id, 202, lambda c: ClaimView.of(service.withdraw(c, caller.subject, claim_id)))


@router.post("/claims/{claim_id}/submission", status_code=202, response_model=ClaimView)
def submit_claim(
    claim_id: Hex32Path, body: Submission, caller: Annotated[Caller, Needs("claims:write")], keyed: Keyed
) -> Response:
    """Say that the work is done."""
    return keyed.answer(
        caller.id,
        202,
        lambda c: ClaimView.of(service.submit(c, caller.subject, claim_id, body.note, body.photo_sha256)),
    )


@router.post("/claims/{claim_id}/dispute", status_code=202, response_model=ClaimView)
def dispute_claim(
    claim_id: Hex32Path,
    body: Words,
    caller: Annotated[Caller, Needs("claims:write")],
    onchain: OnChain,
    keyed: Keyed,
) -> Response:
    """Bring a rejection before the arbiter."""
    return keyed.answer(
        caller.id,
        202,
        lambda c: ClaimView.of(service.dispute(c, onchain, caller.subject, claim_id, body.words)),
    )


def _in_full(connection: Connection, caller: Caller, claim_id: str) -> ClaimInFull:
    """Raises:
    ClaimUnknown
    """
    told = reading.find(connection, claim_id, *concerning(connection, caller))
    return ClaimInFull.model_validate(
        {
            **ClaimView.of(told.claim).model_dump(),
            "job_title": told.claim.job_title,
            "reason_told": None if told.reason is None else asdict(told.reason),
            "evidence": told.evidence,
            "decision": told.decision,
            "dispute": told.dispute,
        }
    )


def concerning(connection: Connection, caller: Caller) -> list[ColumnElement[bool]]:
    """Return which claims this caller may see."""
    if caller.is_officer:
        return []
    own = people.participant(connection, caller.subject).chain_id or ""
    return [(CLAIM.c.resident if caller.role == "resident" else JOB.c.partner) == own]

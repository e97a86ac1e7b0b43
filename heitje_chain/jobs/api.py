"""Jobs and claims over JSON. What a partner or the arbiter decides is prepared, then signed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Connection

from heitje_chain.acts.api import ActView, OnChain, PreparedAct, SignedAct
from heitje_chain.documents import service as documents
from heitje_chain.http.fields import (
    Body,
    CentsField,
    Hex32Field,
    PeriodField,
    ReasonField,
    SecondsField,
)
from heitje_chain.http.idempotency import Keyed
from heitje_chain.http.paging import Listing, Page, PageOf, Wanted
from heitje_chain.http.transaction import Database
from heitje_chain.people import service as people
from heitje_chain.people.api.admissions import signed
from heitje_chain.people.api.bearer import Bearer, client_id_of
from heitje_chain.people.tokens import Caller

from . import decisions, model, posting, rules, service
from .errors import ClaimUnknown
from .model import CLAIM, JOB
from .posting import Description
from .rules import Terms
from .service import Claim, Job

router = APIRouter(prefix="/api/v1", tags=["jobs"])

JOBS = Listing("jobs", (JOB.c.created_at, JOB.c.id))
CLAIMS = Listing("claims", (CLAIM.c.created_at, CLAIM.c.id))

WordsField = Annotated[str, Field(min_length=1, max_length=2000, description="For people to read.")]


class NewJob(Body):
    title: Annotated[str, Field(min_length=1, max_length=120, examples=["Bloembak bouwen"])]
    description: Annotated[str, Field(min_length=1, max_length=4000)]
    place: Annotated[str, Field(min_length=1, max_length=200)]
    neighbourhood: Annotated[str, Field(min_length=1, max_length=80)]
    bring: Annotated[str, Field(max_length=200, description="What to bring.")] = ""
    minutes: Annotated[int, Field(strict=True, gt=0, le=24 * 60, description="How long the work takes.")]
    evidence: Annotated[
        Literal["photo", "onsite", "none"], Field(description="none: never ask for a picture (care).")
    ]
    kind: Annotated[str, Field(min_length=1, max_length=40, examples=["green"])]
    reward: CentsField
    slots: Annotated[int, Field(strict=True, ge=1, le=rules.MOST_SLOTS)]
    period: PeriodField
    claim_by: SecondsField
    submit_by: SecondsField

    @property
    def terms(self) -> Terms:
        return Terms(self.period, self.reward, self.slots, self.claim_by, self.submit_by)

    @property
    def about(self) -> Description:
        names = Description.__dataclass_fields__
        return Description(**{name: getattr(self, name) for name in names})


class JobView(BaseModel):
    """A job as stored answers hold it: ids and amounts."""

    id: str
    reward: Annotated[int, Field(description="Cents per slot.")]
    slots: int
    left: Annotated[int, Field(description="Slots that nobody has.")]
    period: int
    claim_by: Annotated[int, Field(description="UTC seconds.")]
    submit_by: Annotated[int, Field(description="UTC seconds.")]
    state: Annotated[
        Literal["posting", "open", "closed", "refused"],
        Field(description="posting: not on the chain for good yet."),
    ]
    refusal: dict[str, Any] | None

    @classmethod
    def of(cls, job: Job) -> JobView:
        return cls.model_validate({name: getattr(job, name) for name in cls.model_fields})


class JobInFull(JobView):
    """A job with what people read about it."""

    partner_name: str | None
    title: Annotated[str | None, Field(description="Null when only the chain told of this job.")]
    details: dict[str, Any]

    @classmethod
    def of(cls, job: Job) -> JobInFull:
        return cls.model_validate({name: getattr(job, name) for name in cls.model_fields})


class ClosingBody(Body):
    job: Hex32Field


class NewClaim(Body):
    job: Hex32Field


class Submission(Body):
    note: Annotated[str, Field(max_length=2000)] = ""
    photo_sha256: Annotated[Hex32Field | None, Field(description="Of a picture.")] = None


class Words(Body):
    words: WordsField


class Approval(Body):
    claims: Annotated[list[Hex32Field], Field(min_length=1, max_length=decisions.MOST_CLAIMS)]


class Rejection(Body):
    claim: Hex32Field
    reason: ReasonField
    words: WordsField


class Decision(Body):
    claim: Hex32Field
    award: bool
    reason: ReasonField
    words: WordsField


class ClaimView(BaseModel):
    """A claim as stored answers hold it: ids and amounts."""

    id: str
    job: str
    resident: Annotated[str, Field(description="The resident's id on the chain.")]
    cents: Annotated[int, Field(description="Paid when the work is found good.")]
    state: Annotated[str, Field(json_schema_extra={"enum": list(model.CLAIM_STATES)})]
    pending: Annotated[str | None, Field(description="What is under way: submit, approve, ...")]
    since: Annotated[int, Field(description="UTC seconds: when it came into this state.")]
    reason: Annotated[int | None, Field(description="Why it was rejected or decided, as a code.")]
    refusal: dict[str, Any] | None

    @classmethod
    def of(cls, claim: Claim) -> ClaimView:
        return cls(
            id=claim.id,
            job=claim.job,
            resident=f"0x{claim.resident}",
            cents=claim.cents,
            state=claim.state,
            pending=claim.pending,
            since=claim.since,
            reason=claim.reason,
            refusal=None if claim.refusal is None else dict(claim.refusal),
        )


class ClaimInFull(ClaimView):
    """A claim with what people wrote about it, for those whom it concerns."""

    job_title: str | None
    evidence: dict[str, Any] | None
    decision: Annotated[dict[str, Any] | None, Field(description="The partner's or the arbiter's words.")]
    dispute: Annotated[dict[str, Any] | None, Field(description="The resident's words.")]


class ApprovalView(BaseModel):
    act: ActView
    claims: list[ClaimView]


# ---------------------------------------------------------------- jobs


@router.post("/jobs/prepare")
def prepare_job(body: NewJob, caller: Bearer, onchain: OnChain, database: Database) -> PreparedAct:
    """Prepare a job for the partner to sign."""
    caller.require("jobs:write")
    return PreparedAct.of(
        database.change(lambda c: posting.prepare(c, onchain, caller.subject, body.terms, body.about))
    )


@router.post("/jobs", status_code=202, response_model=JobView)
def post_job(body: SignedAct, caller: Bearer, keyed: Keyed) -> Response:
    """Take the partner's signature and post the job."""
    caller.require("jobs:write")
    return keyed.answer(
        caller.id,
        202,
        lambda c: JobView.of(
            posting.post(c, caller.subject, body.act, body.signature_bytes, body.signer_bytes)
        ),
    )


@router.get("/jobs")
def list_jobs(
    request: Request,
    caller: Bearer,
    wanted: Wanted,
    database: Database,
    state: Annotated[Literal["posting", "open", "closed", "refused"] | None, Query()] = None,
) -> PageOf[JobInFull]:
    """List jobs, newest first. A partner sees its own; residents those on the chain."""
    caller.require("jobs:read")
    where: list[ColumnElement[bool]] = [] if state is None else [JOB.c.state == state]
    if caller.role == "resident":
        where.append(JOB.c.state.in_((model.OPEN, model.CLOSED)))

    def found(connection: Connection) -> Page:
        if caller.role == "partner":
            where.append(JOB.c.partner == people.participant(connection, caller.subject).chain_id)
        return JOBS.page(connection, service.jobs_query(*where), wanted)

    return database.read(found).as_json(request, lambda row: JobInFull.of(service.job_of(row)))


@router.get("/jobs/{job_id}")
def read_job(job_id: str, caller: Bearer, database: Database) -> JobInFull:
    """Read one job; ask again until it is open."""
    caller.require("jobs:read")

    def found(connection: Connection) -> Job:
        if caller.role == "partner":
            return posting.own_job(connection, caller.subject, job_id)
        return service.find_job(connection, job_id)

    return JobInFull.of(database.read(found))


@router.post("/job-closings/prepare")
def prepare_closing(body: ClosingBody, caller: Bearer, onchain: OnChain, database: Database) -> PreparedAct:
    """Prepare that a job takes no more claims."""
    caller.require("jobs:write")
    return PreparedAct.of(
        database.change(lambda c: posting.prepare_closing(c, onchain, caller.subject, body.job))
    )


@router.post("/job-closings", status_code=202, response_model=JobView)
def close_job(body: SignedAct, caller: Bearer, keyed: Keyed) -> Response:
    """Take the partner's signature and close the job."""
    caller.require("jobs:write")
    return keyed.answer(
        caller.id,
        202,
        lambda c: JobView.of(
            posting.close(c, caller.subject, body.act, body.signature_bytes, body.signer_bytes)
        ),
    )


# ---------------------------------------------------------------- claims


@router.post("/claims", status_code=202, response_model=ClaimView)
def make_claim(body: NewClaim, caller: Bearer, onchain: OnChain, keyed: Keyed) -> Response:
    """Take a slot of a job."""
    caller.require("claims:write")
    client_id = client_id_of(caller, keyed)
    return keyed.answer(
        caller.id,
        202,
        lambda c: ClaimView.of(service.claim(c, onchain, caller.subject, body.job, client_id)),
    )


@router.get("/claims")
def list_claims(
    request: Request,
    caller: Bearer,
    wanted: Wanted,
    database: Database,
    state: Annotated[Literal[model.CLAIM_STATES] | None, Query()] = None,  # type: ignore[valid-type]
) -> PageOf[ClaimView]:
    """List claims, newest first: a resident's own, those on a partner's jobs, all for officers."""
    caller.require("claims:read")
    where: list[ColumnElement[bool]] = [] if state is None else [CLAIM.c.state == state]

    def found(connection: Connection) -> Page:
        where.extend(_concerning(connection, caller))
        return CLAIMS.page(connection, service.claims_query(*where), wanted)

    return database.read(found).as_json(request, lambda row: ClaimView.of(service.claim_of(row)))


@router.get("/claims/{claim_id}")
def read_claim(claim_id: str, caller: Bearer, database: Database) -> ClaimInFull:
    """Read one claim with what was written about it; ask again until nothing is under way."""
    caller.require("claims:read")

    def found(connection: Connection) -> ClaimInFull:
        statement = service.claims_query(CLAIM.c.id == claim_id, *_concerning(connection, caller))
        row = connection.execute(statement).one_or_none()
        if row is None:
            raise ClaimUnknown
        claim = service.claim_of(row)
        texts = {
            "evidence": claim.evidence_hash,
            "decision": claim.document_hash,
            "dispute": claim.dispute_hash,
        }
        written = {name: documents.find(connection, text) if text else None for name, text in texts.items()}
        return ClaimInFull.model_validate(
            {**ClaimView.of(claim).model_dump(), "job_title": claim.job_title, **written}
        )

    return database.read(found)


@router.post("/claims/{claim_id}/withdrawal", status_code=202, response_model=ClaimView)
def withdraw_claim(claim_id: str, caller: Bearer, keyed: Keyed) -> Response:
    """Give a slot back."""
    caller.require("claims:write")
    return keyed.answer(caller.id, 202, lambda c: ClaimView.of(service.withdraw(c, caller.subject, claim_id)))


@router.post("/claims/{claim_id}/submission", status_code=202, response_model=ClaimView)
def submit_claim(claim_id: str, body: Submission, caller: Bearer, keyed: Keyed) -> Response:
    """Say that the work is done."""
    caller.require("claims:write")
    return keyed.answer(
        caller.id,
        202,
        lambda c: ClaimView.of(service.submit(c, caller.subject, claim_id, body.note, body.photo_sha256)),
    )


@router.post("/claims/{claim_id}/dispute", status_code=202, response_model=ClaimView)
def dispute_claim(claim_id: str, body: Words, caller: Bearer, onchain: OnChain, keyed: Keyed) -> Response:
    """Bring a rejection before the arbiter."""
    caller.require("claims:write")
    return keyed.answer(
        caller.id,
        202,
        lambda c: ClaimView.of(service.dispute(c, onchain, caller.subject, claim_id, body.words)),
    )


# ---------------------------------------------------------------- decisions


@router.post("/approvals/prepare")
def prepare_approval(body: Approval, caller: Bearer, onchain: OnChain, database: Database) -> PreparedAct:
    """Prepare that submitted work is found good, many claims under one signature."""
    caller.require("approvals:write")
    return PreparedAct.of(
        database.change(lambda c: decisions.prepare_approval(c, onchain, caller.subject, body.claims))
    )


@router.post("/approvals", status_code=202, response_model=ApprovalView)
def approve(body: SignedAct, caller: Bearer, keyed: Keyed) -> Response:
    """Take the partner's signature and have the rewards minted."""
    caller.require("approvals:write")

    def work(connection: Connection) -> ApprovalView:
        act, claims = decisions.approve(
            connection, caller.subject, body.act, body.signature_bytes, body.signer_bytes
        )
        return ApprovalView(act=ActView.of(act), claims=[ClaimView.of(one) for one in claims])

    return keyed.answer(caller.id, 202, work)


@router.post("/rejections/prepare")
def prepare_rejection(body: Rejection, caller: Bearer, onchain: OnChain, database: Database) -> PreparedAct:
    """Prepare that submitted work is found not good, with the reason that the resident reads."""
    caller.require("approvals:write")
    return PreparedAct.of(
        database.change(
            lambda c: decisions.prepare_rejection(
                c, onchain, caller.subject, body.claim, body.reason, body.words
            )
        )
    )


@router.post("/rejections", status_code=202, response_model=ClaimView)
def reject(body: SignedAct, caller: Bearer, keyed: Keyed) -> Response:
    """Take the partner's signature over a rejection."""
    caller.require("approvals:write")
    return keyed.answer(
        caller.id,
        202,
        lambda c: ClaimView.of(
            decisions.reject(c, caller.subject, body.act, body.signature_bytes, body.signer_bytes)
        ),
    )


@router.post("/decisions/prepare")
def prepare_decision(body: Decision, caller: Bearer, onchain: OnChain, database: Database) -> PreparedAct:
    """Prepare the arbiter's decision of a dispute."""
    caller.require("decisions:write")
    return PreparedAct.of(
        database.change(
            lambda c: decisions.prepare_decision(
                c, onchain, caller.subject, body.claim, body.award, body.reason, body.words
            )
        )
    )


@router.post("/decisions", status_code=202, response_model=ActView)
def decide(body: SignedAct, caller: Bearer, onchain: OnChain, keyed: Keyed) -> Response:
    """Take the arbiter's signature over a decision."""
    caller.require("decisions:write")
    return signed(keyed, caller, onchain, body, decisions.DECIDE)


def _concerning(connection: Connection, caller: Caller) -> list[ColumnElement[bool]]:
    """Return which claims this caller may see."""
    if caller.is_officer:
        return []
    own = people.participant(connection, caller.subject).chain_id
    return [(CLAIM.c.resident if caller.role == "resident" else JOB.c.partner) == own]

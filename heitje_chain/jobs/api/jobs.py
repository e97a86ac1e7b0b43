"""Jobs: `/api/v1/jobs`. A partner's job is prepared, then signed, and so is closing it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection

from heitje_chain.acts.api import OnChain, PreparedAct, Preparing, SignedByPartner
from heitje_chain.allowance import rules as allowance_rules
from heitje_chain.allowance import service as allowance
from heitje_chain.allowance.rules import Offer
from heitje_chain.chain.clock import chain_now
from heitje_chain.chain.contracts import Contracts
from heitje_chain.http.fields import Hex32Path, ParticipantField
from heitje_chain.http.idempotency import Keyed
from heitje_chain.http.paging import Listing, Page, PageOf, Wanted
from heitje_chain.http.texts import LineText
from heitje_chain.http.transaction import Database
from heitje_chain.people import service as people
from heitje_chain.people.api.bearer import Needs
from heitje_chain.people.tokens import Caller

from .. import posting, rules, service
from ..model import JOB
from ..service import Job
from .views import JobClosing, JobInFull, JobView, NewJob

router = APIRouter(prefix="/api/v1", tags=["jobs"])

JOBS = Listing("jobs", (JOB.c.created_at, JOB.c.id))


@router.post("/jobs/prepare", response_model=PreparedAct)
def prepare_job(
    body: NewJob, caller: Annotated[Caller, Needs("jobs:write")], onchain: OnChain, preparing: Preparing
) -> Response:
    """Prepare a job for the partner to sign."""
    return preparing.answer(
        caller.id, lambda c: posting.prepare(c, onchain, caller.subject, body.terms, body.about)
    )


@router.post("/jobs", status_code=202, response_model=JobView)
def post_job(
    body: SignedByPartner, caller: Annotated[Caller, Needs("jobs:write")], onchain: OnChain, keyed: Keyed
) -> Response:
    """Take the partner's signature and post the job."""
    return keyed.answer(
        caller.id,
        202,
        lambda c: JobView.of(
            posting.post(c, onchain, caller.subject, body.act, body.signature_bytes, body.signer_bytes)
        ),
    )


@router.get("/jobs")
def list_jobs(
    request: Request,
    caller: Annotated[Caller, Needs("jobs:read")],
    wanted: Wanted,
    database: Database,
    onchain: OnChain,
    state: Annotated[
        Literal["posting", "open", "closed", "refused"] | None, Query(description="Only in this state.")
    ] = None,
    partner: Annotated[ParticipantField | None, Query(description="Only this partner's.")] = None,
    neighbourhood: Annotated[
        LineText | None, Query(max_length=80, description="Only there.", examples=["Heerlen-Noord"])
    ] = None,
    kind: Annotated[
        LineText | None, Query(max_length=40, description="Only of this kind.", examples=["green"])
    ] = None,
    claimable: Annotated[
        bool | None, Query(description="true: only those with a slot that can be claimed now.")
    ] = None,
) -> PageOf[JobInFull]:
    """List jobs, newest first. A partner sees its own; residents those on the chain, with what they get."""

    def found(connection: Connection) -> tuple[Page, dict[str, JobInFull]]:
        where = service.wanted(state, partner, neighbourhood, kind)
        if claimable is not None:
            where.append(service.is_claimable(connection, claimable))
        if caller.role == "resident":
            where.append(JOB.c.state.in_(rules.PUBLIC))
        if caller.role == "partner":
            where.append(JOB.c.partner == people.participant(connection, caller.subject).chain_id)
        page = JOBS.page(connection, service.jobs_query(*where), wanted)
        jobs = [service.job_of(row) for row in page.rows]
        return page, {view.id: view for view in _views(connection, onchain, caller, jobs)}

    page, views = database.read(found)
    return page.as_json(request, lambda row: views[row.id])


@router.get("/jobs/{job_id}")
def read_job(
    job_id: Hex32Path, caller: Annotated[Caller, Needs("jobs:read")], onchain: OnChain, database: Database
) -> JobInFull:
    """Read one job, a resident with what it gets for it; ask again until it is open."""

    def found(connection: Connection) -> JobInFull:
        if caller.role == "partner":
            return JobInFull.of(posting.own_job(connection, caller.subject, job_id))
        job = service.find_job(connection, job_id)
        if caller.role == "resident":
            rules.check_public(job.state)
        [view] = _views(connection, onchain, caller, [job])
        return view

    return database.read(found)


@router.post("/job-closings/prepare", response_model=PreparedAct)
def prepare_job_closing(
    body: JobClosing, caller: Annotated[Caller, Needs("jobs:write")], onchain: OnChain, preparing: Preparing
) -> Response:
    """Prepare that a job takes no more claims."""
    return preparing.answer(
        caller.id, lambda c: posting.prepare_closing(c, onchain, caller.subject, body.job)
    )


@router.post("/job-closings", status_code=202, response_model=JobView)
def close_job(
    body: SignedByPartner, caller: Annotated[Caller, Needs("jobs:write")], onchain: OnChain, keyed: Keyed
) -> Response:
    """Take the partner's signature and close the job."""
    return keyed.answer(
        caller.id,
        202,
        lambda c: JobView.of(
            posting.close(c, onchain, caller.subject, body.act, body.signature_bytes, body.signer_bytes)
        ),
    )


def _views(connection: Connection, onchain: Contracts, caller: Caller, jobs: list[Job]) -> list[JobInFull]:
    """Show jobs, to a resident with what each is to it."""
    if caller.role != "resident":
        return [JobInFull.of(job) for job in jobs]
    person, now = allowance.situation(connection, caller.subject), chain_now(connection)

    def offer(job: Job) -> Offer:
        return allowance_rules.offer(person, service.work_of(job, onchain, now))

    return [JobInFull.of(job, offer(job)) for job in jobs]

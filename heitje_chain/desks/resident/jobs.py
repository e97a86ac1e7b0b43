"""Finding a job and claiming it: what it is, what one gets for it, and what is in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection, select

from heitje_chain.allowance import rules as allowance_rules
from heitje_chain.allowance import service as allowance
from heitje_chain.allowance.rules import Offer, Room
from heitje_chain.chain.clock import chain_now
from heitje_chain.chain.ids import ClientId
from heitje_chain.desks.entry import At
from heitje_chain.desks.forms import Form
from heitje_chain.desks.frame import Desk
from heitje_chain.http.fields import Hex32Path
from heitje_chain.http.paging import Listing, Wanted
from heitje_chain.http.problems import Refused
from heitje_chain.http.texts import LineText
from heitje_chain.jobs import rules, service
from heitje_chain.jobs.model import CLAIM, JOB
from heitje_chain.jobs.service import Claim, Job
from heitje_chain.people import service as people

router = APIRouter(include_in_schema=False)

JOBS = Listing("jobs", (JOB.c.created_at, JOB.c.id))

QUICK_MINUTES = 15
LENGTHS = (QUICK_MINUTES, 60, 120)
"""Of a filter: at most so many minutes."""


@dataclass(frozen=True)
class Shown:
    """A job as one resident sees it."""

    job: Job
    offer: Offer


@router.get("/jobs")
def list_jobs(
    desk: Annotated[Desk, At("resident")],
    wanted: Wanted,
    neighbourhood: Annotated[LineText | None, Query(max_length=80)] = None,
    kind: Annotated[LineText | None, Query(max_length=40)] = None,
    minutes: Annotated[str | None, Query(max_length=4)] = None,
) -> Response:
    """List the jobs that can be claimed now, newest first."""
    most = int(minutes) if minutes and minutes.isdecimal() else None

    def found(connection: Connection) -> dict[str, Any]:
        where = service.wanted(neighbourhood=neighbourhood or None, kind=kind or None)
        where.append(service.is_claimable(connection, True))
        if most is not None:
            where.append(JOB.c.details["minutes"].as_integer() <= most)
        page = JOBS.page(connection, service.jobs_query(*where), wanted)
        shown = _shown(connection, desk, [service.job_of(row) for row in page.rows])
        return {
            "shown": shown,
            "next": page.next_address(desk.request),
            "room": _room(connection, desk.subject),
            "neighbourhoods": _choices(connection, "neighbourhood"),
            "kinds": _choices(connection, "kind"),
        }

    chosen = {
        "neighbourhood": neighbourhood or "",
        "kind": kind or "",
        "minutes": "" if most is None else most,
    }
    return desk.page("resident/jobs.html", chosen=chosen, lengths=LENGTHS, **desk.read(found))


@router.get("/jobs/{job_id}")
def read_job(job_id: Hex32Path, desk: Annotated[Desk, At("resident")]) -> Response:
    """Show one job, and a button for it."""
    return _page(desk, job_id, None)


@router.post("/jobs/{job_id}/claim")
def claim_job(job_id: Hex32Path, form: Form, desk: Annotated[Desk, At("resident")]) -> Response:
    """Take a slot of a job."""

    def work(connection: Connection, client_id: ClientId) -> str:
        check_no_gain(connection, desk, job_id)
        return service.claim(connection, desk.onchain, desk.subject, job_id, client_id).id

    try:
        return desk.submit(form, work, "/claims/{}")
    except Refused as error:
        return _page(desk, job_id, desk.refusal(error))


def check_no_gain(connection: Connection, desk: Desk, job_id: str) -> None:
    """Refuse a job of an organisation for which whoever acts here for a resident approves work.

    Raises:
        CounterOwn, JobUnknown
    """
    partner = people.by_chain_id(connection, service.find_job(connection, job_id).partner)
    if partner is not None:
        desk.check_no_gain(partner.id)


# ---------------------------------------------------------------- details


def _page(desk: Desk, job_id: str, error: str | None) -> Response:
    def found(connection: Connection) -> tuple[Shown, Claim | None]:
        job = service.find_job(connection, job_id)
        rules.check_public(job.state)
        [shown] = _shown(connection, desk, [job])
        return shown, _own_claim(connection, desk, job_id)

    shown, own = desk.read(found)
    return desk.page("resident/job.html", 200 if error is None else 409, shown=shown, own=own, error=error)


def _shown(connection: Connection, desk: Desk, jobs: Sequence[Job]) -> list[Shown]:
    person, now = allowance.situation(connection, desk.subject), chain_now(connection)
    return [
        Shown(job, allowance_rules.offer(person, service.work_of(job, desk.onchain, now))) for job in jobs
    ]


def _room(connection: Connection, participant_id: str) -> Room | None:
    """Return what the person can still earn; None when no limits were entered."""
    try:
        return allowance_rules.room(allowance.situation(connection, participant_id), chain_now(connection))
    except Refused:
        return None


def _own_claim(connection: Connection, desk: Desk, job_id: str) -> Claim | None:
    """Return the person's newest claim on a job, unless another can be made after it."""
    own = desk.participant(connection).chain_id or ""
    row = connection.execute(
        service.claims_query((CLAIM.c.job == job_id) & (CLAIM.c.resident == own))
        .order_by(CLAIM.c.created_at.desc())
        .limit(1)
    ).one_or_none()
    found = None if row is None else service.claim_of(row)
    return None if found is None or found.state in rules.MAY_CLAIM_AGAIN_AFTER else found


def _choices(connection: Connection, name: str) -> list[str]:
    """Return what the jobs that can be claimed have for a detail, in the order of the alphabet."""
    column = JOB.c.details[name].as_string()
    rows = connection.scalars(select(column).distinct().where(service.is_claimable(connection, True)))
    return sorted(one for one in rows if one)

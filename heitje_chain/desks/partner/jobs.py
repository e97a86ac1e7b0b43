"""One job of the partner's, with whoever does it; and closing it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.chain.clock import chain_now
from heitje_chain.desks.entry import At
from heitje_chain.desks.forms import Form
from heitje_chain.desks.frame import Desk
from heitje_chain.http.fields import Hex32Path
from heitje_chain.http.paging import Listing, Wanted
from heitje_chain.http.problems import Refused
from heitje_chain.jobs import posting, service
from heitje_chain.jobs.model import CLAIM, REFUSED

router = APIRouter(prefix="/partner/jobs")

CLAIMS = Listing("job-claims", (CLAIM.c.created_at, CLAIM.c.id))


@router.get("/{job_id}")
def read_job(job_id: Hex32Path, desk: Annotated[Desk, At("partner")], wanted: Wanted) -> Response:
    """Show one job, and the claims on it."""
    return _page(desk, job_id, wanted, None)


@router.post("/{job_id}/close")
def close_job(
    job_id: Hex32Path, form: Form, desk: Annotated[Desk, At("partner")], wanted: Wanted
) -> Response:
    """Prepare that a job takes no more claims; it is signed next."""
    try:
        return desk.submit(
            form,
            lambda c, _: posting.prepare_closing(c, desk.onchain, desk.subject, job_id).id,
            "/acts/{}",
        )
    except Refused as error:
        return _page(desk, job_id, wanted, desk.refusal(error))


def _page(desk: Desk, job_id: str, wanted: Wanted, error: str | None) -> Response:
    def found(connection: Connection) -> dict[str, Any]:
        job = posting.own_job(connection, desk.subject, job_id)
        known = service.claims_query(CLAIM.c.job == job.id, CLAIM.c.state != REFUSED)
        page = CLAIMS.page(connection, known, wanted)
        return {
            "job": job,
            "takes_claims": job.state == "open" and job.claim_by >= chain_now(connection),
            "claims": [service.claim_of(row) for row in page.rows],
            "next": page.next_address(desk.request),
        }

    return desk.page("partner/job.html", 200 if error is None else 409, error=error, **desk.read(found))

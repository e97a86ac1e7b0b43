"""Where a partner begins: the budget, what is to be done, its jobs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection, func, select

from heitje_chain.budgets import service as budgets
from heitje_chain.budgets.model import BUDGET
from heitje_chain.budgets.service import Budget
from heitje_chain.chain.clock import chain_now
from heitje_chain.desks.entry import At
from heitje_chain.desks.frame import Desk
from heitje_chain.http.paging import Listing, Wanted
from heitje_chain.jobs import posting, service, waiting
from heitje_chain.jobs.model import CLAIM, JOB
from heitje_chain.jobs.service import Job

from . import weekly

router = APIRouter()

JOBS = Listing("partner-jobs", (JOB.c.created_at, JOB.c.id))

SOON_SECONDS = 3 * 86_400
"""A job that takes claims no longer than this, and has places left, is to be looked at."""

MOST_ENDING = 5


@dataclass(frozen=True)
class Purse:
    """A budget as its partner looks at it, in cents."""

    budget: Budget
    promised: int
    """Reserved on the chain, and by jobs that are on their way there."""

    @property
    def granted(self) -> int:
        return self.budget.books.granted

    @property
    def paid(self) -> int:
        return self.budget.books.minted

    @property
    def free(self) -> int:
        return max(self.granted - self.paid - self.promised, 0)

    def share(self, cents: int) -> float:
        """Return how much of the bar this is, of 1000."""
        return round(1000 * cents / self.granted, 1) if self.granted else 0


@router.get("/partner")
def read_home(desk: Annotated[Desk, At("partner")], wanted: Wanted) -> Response:
    """Show the budget, what is to be done now, and one's jobs, newest first."""

    def found(connection: Connection) -> dict[str, Any]:
        own = JOB.c.partner == (desk.participant(connection).chain_id or "")
        page = JOBS.page(connection, service.jobs_query(own), wanted)
        return {
            "purses": purses(connection, desk.subject),
            "to_decide": _to_decide(connection, desk),
            "to_sign": waiting.to_sign(connection, desk.subject),
            "weekly": weekly.unsigned(connection, desk.subject),
            "ending": _ending(connection, desk),
            "jobs": [service.job_of(row) for row in page.rows],
            "next": page.next_address(desk.request),
            "is_first": wanted.cursor is None,
        }

    return desk.page("partner/home.html", **desk.read(found))


# ---------------------------------------------------------------- shared


def purses(connection: Connection, partner_id: str) -> list[Purse]:
    """Return a partner's budgets, that of the newest period first."""
    rows = connection.execute(budgets.budgets_query(partner_id).order_by(BUDGET.c.period.desc())).all()
    found = []
    for row in rows:
        budget = budgets.budget_of(connection, row)
        on_its_way = posting.being_posted(connection, row.partner, row.period)
        found.append(Purse(budget, budget.books.reserved + on_its_way))
    return found


# ---------------------------------------------------------------- details


def _to_decide(connection: Connection, desk: Desk) -> dict[str, int]:
    """Return how much work waits, and since when the oldest (UTC seconds) and until when it can."""
    statement = select(func.count(), func.coalesce(func.min(CLAIM.c.since), 0)).select_from(
        CLAIM.join(JOB, JOB.c.id == CLAIM.c.job)
    )
    own = waiting.of_partner(desk.participant(connection).chain_id)
    number, since = connection.execute(statement.where(own, waiting.to_decide())).one()
    return {"number": number, "until": since + desk.onchain.parameters.decision_window_seconds}


def _ending(connection: Connection, desk: Desk) -> Sequence[Job]:
    """Return jobs with places left that can be claimed for a short while only, the soonest first."""
    own = JOB.c.partner == (desk.participant(connection).chain_id or "")
    soon = JOB.c.claim_by <= chain_now(connection) + SOON_SECONDS
    rows = connection.execute(
        service.jobs_query(own, soon, service.is_claimable(connection, True))
        .order_by(JOB.c.claim_by, JOB.c.id)
        .limit(MOST_ENDING)
    )
    return [service.job_of(row) for row in rows]

"""One piece of work: what was handed in, and finding it not good."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.chain.clock import chain_now
from heitje_chain.desks.entry import At
from heitje_chain.desks.fields import number
from heitje_chain.desks.forms import Form, FormData
from heitje_chain.desks.frame import Desk
from heitje_chain.desks.words import reasons
from heitje_chain.http.fields import Hex32Path
from heitje_chain.http.problems import Refused
from heitje_chain.jobs import decisions, service
from heitje_chain.jobs.model import SUBMITTED
from heitje_chain.reasons import codes

from .inbox import pieces

router = APIRouter(prefix="/partner/work")

MOST_WORDS = 2000


@router.get("/{claim_id}")
def read_work(claim_id: Hex32Path, desk: Annotated[Desk, At("partner")]) -> Response:
    """Show a piece of work, whatever became of it."""
    return desk.page("partner/work.html", **desk.read(lambda c: _shown(c, desk, claim_id)))


@router.get("/{claim_id}/reject")
def ask_why(claim_id: Hex32Path, desk: Annotated[Desk, At("partner")]) -> Response:
    """Ask why the work is not good."""
    return _rejection(desk, claim_id, FormData({}), None)


@router.post("/{claim_id}/reject")
def reject(claim_id: Hex32Path, form: Form, desk: Annotated[Desk, At("partner")]) -> Response:
    """Prepare that work is found not good; it is signed next."""

    def work(connection: Connection) -> str:
        code, words = number(form, "reason"), form.lines("words", MOST_WORDS)
        return decisions.prepare_rejection(connection, desk.onchain, desk.subject, claim_id, code, words).id

    try:
        return desk.submit(form, lambda c, _: work(c), "/acts/{}")
    except Refused as error:
        return _rejection(desk, claim_id, form, desk.refusal(error))


def _rejection(desk: Desk, claim_id: str, form: FormData, error: str | None) -> Response:
    shown = desk.read(lambda c: _shown(c, desk, claim_id))
    status = 200 if error is None else 409
    return desk.page(
        "partner/reject.html",
        status,
        reasons=reasons(codes.REJECT, desk.language),
        form=form,
        error=error,
        **shown,
    )


def _shown(connection: Connection, desk: Desk, claim_id: str) -> dict[str, Any]:
    [piece] = pieces(connection, desk, [claim_id])
    can_decide = piece.told.claim.state == SUBMITTED and not piece.is_busy
    return {
        "piece": piece,
        "job": service.find_job(connection, piece.told.claim.job),
        "can_approve": can_decide,
        "can_reject": can_decide and chain_now(connection) <= piece.until,
    }

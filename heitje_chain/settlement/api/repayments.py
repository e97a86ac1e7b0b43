"""Paying anew what the bank sent back after the burn: `/api/v1/repayments`."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from heitje_chain.acts.api import OnChain
from heitje_chain.http.fields import NumberPath
from heitje_chain.http.idempotency import Keyed
from heitje_chain.http.paging import Listing, Page, PageOf, Wanted
from heitje_chain.http.transaction import Database
from heitje_chain.people.api.bearer import Needs
from heitje_chain.people.tokens import Caller

from .. import redemptions, repayments, rules
from ..model import REPAYMENT
from .batches import debtor_of
from .listening import Listener
from .views import NewRepayment, RepaymentOutcomes, RepaymentView

router = APIRouter(prefix="/api/v1", tags=["settlement"])

REPAYMENTS = Listing("repayments", (REPAYMENT.c.number,))


@router.post("/repayments", status_code=201, response_model=RepaymentView)
def make_repayment(
    body: NewRepayment,
    request: Request,
    caller: Annotated[Caller, Needs("payouts:write")],
    onchain: OnChain,
    keyed: Keyed,
) -> Response:
    """Make a bank file of what is payable; it asks the bank to pay the next day."""
    debtor, now = debtor_of(request), int(time.time())
    return keyed.answer(
        caller.id,
        201,
        lambda c: RepaymentView.of(
            repayments.make(c, onchain, caller.subject, body.redemptions, debtor, rules.next_day(now), now)
        ),
    )


@router.get("/repayments")
def list_repayments(
    request: Request, caller: Annotated[Caller, Needs("payouts:read")], wanted: Wanted, database: Database
) -> PageOf[RepaymentView]:
    """List repayments with their lines, newest first."""

    def found(connection: Connection) -> tuple[dict[int, RepaymentView], Page]:
        page = REPAYMENTS.page(connection, repayments.repayments_query(), wanted)
        views = {row.number: RepaymentView.of(repayments.repayment_of(connection, row)) for row in page.rows}
        return views, page

    views, page = database.read(found)
    return page.as_json(request, lambda row: views[row.number])


@router.get("/repayments/{number}")
def read_repayment(
    number: NumberPath, caller: Annotated[Caller, Needs("payouts:read")], database: Database
) -> RepaymentView:
    """Read a repayment with what the bank did with each line."""
    return RepaymentView.of(database.read(lambda c: repayments.find(c, number)))


@router.get(
    "/repayments/{number}/file",
    response_class=Response,
    responses={200: {"content": {"application/xml": {}}, "description": "pain.001.001.09"}},
)
def read_repayment_file(
    number: NumberPath, caller: Annotated[Caller, Needs("payouts:write")], database: Database
) -> Response:
    """Download a repayment's bank file, the same bytes each time. It holds names and accounts."""
    found, content = database.read(lambda c: (repayments.find(c, number), repayments.file_of(c, number)))
    headers = {
        "ETag": f'"{found.file_sha256}"',
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{found.message_id}.xml"',
    }
    return Response(content, media_type="application/xml", headers=headers)


@router.post("/repayments/{number}/outcomes", response_model=RepaymentView)
def record_repayment_outcomes(
    number: NumberPath,
    body: RepaymentOutcomes,
    caller: Annotated[Caller, Needs("payouts:write")],
    keyed: Keyed,
    listener: Listener,
) -> Response:
    """Tell what the bank did with lines. What it rejected is payable still, and can be paid anew again."""

    def work(connection: Connection) -> RepaymentView:
        made = repayments.record_outcomes(
            connection, caller.subject, number, body.booked, body.reasons, body.occurred_at
        )
        for line in made.lines:
            if line.redemption in body.booked:
                found = redemptions.find(connection, line.redemption)
                listener.repaid(connection, found, line.end_to_end_id, body.occurred_at)
        return RepaymentView.of(made)

    return keyed.answer(caller.id, 200, work)

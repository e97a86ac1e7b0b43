"""Payout batches: `/api/v1/payout-batches`. What the settlement officer decides is prepared, then signed."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from heitje_chain.acts.api import ActView, OnChain, PreparedAct, Preparing, SignedAct
from heitje_chain.http.fields import NumberPath
from heitje_chain.http.idempotency import Keyed
from heitje_chain.http.paging import Listing, PageOf, Wanted
from heitje_chain.http.transaction import Database
from heitje_chain.people.api.bearer import Needs
from heitje_chain.people.tokens import Caller

from .. import batches, rules
from ..errors import DebtorMissing
from ..model import BATCH
from ..pain001 import Debtor
from .views import BatchInFull, BatchView, FileView, Outcomes

router = APIRouter(prefix="/api/v1", tags=["settlement"])

BATCHES = Listing("payout-batches", (BATCH.c.number,))


@router.post("/payout-batches/prepare", response_model=PreparedAct)
def prepare_batch(
    caller: Annotated[Caller, Needs("payouts:write")], onchain: OnChain, preparing: Preparing
) -> Response:
    """Prepare a batch of all that can be paid, for the settlement officer to sign."""
    return preparing.answer(caller.id, lambda c: batches.prepare_close(c, onchain, caller.subject))


@router.post("/payout-batches", status_code=202, response_model=ActView)
def close_batch(
    body: SignedAct, caller: Annotated[Caller, Needs("payouts:write")], onchain: OnChain, keyed: Keyed
) -> Response:
    """Take the settlement officer's signature over a batch."""
    return keyed.answer(
        caller.id,
        202,
        lambda c: ActView.of(batches.close(c, onchain, caller.subject, body.act, body.signature_bytes)),
    )


@router.get("/payout-batches")
def list_batches(
    request: Request, caller: Annotated[Caller, Needs("payouts:read")], wanted: Wanted, database: Database
) -> PageOf[BatchView]:
    """List batches that are closed for good, newest first."""
    page = database.read(lambda c: BATCHES.page(c, batches.batches_query(), wanted))
    return page.as_json(request, lambda row: BatchView.of(batches.batch_of(row)))


@router.get("/payout-batches/{number}")
def read_batch(
    number: NumberPath, caller: Annotated[Caller, Needs("payouts:read")], database: Database
) -> BatchInFull:
    """Read a batch with its lines and what the bank did with each."""
    return database.read(lambda c: BatchInFull.of(batches.find_batch(c, number), batches.lines_of(c, number)))


@router.post("/payout-batches/{number}/file")
def seal_batch(
    number: NumberPath,
    request: Request,
    caller: Annotated[Caller, Needs("payouts:write")],
    onchain: OnChain,
    database: Database,
) -> FileView:
    """Make a batch's bank file, once; it asks the bank to pay the next day."""
    debtor, now = debtor_of(request), int(time.time())
    return FileView.of(
        database.change(
            lambda c: batches.seal(c, onchain, caller.subject, number, debtor, rules.next_day(now), now)
        )
    )


@router.get(
    "/payout-batches/{number}/file",
    response_class=Response,
    responses={200: {"content": {"application/xml": {}}, "description": "pain.001.001.09"}},
)
def read_batch_file(
    number: NumberPath, caller: Annotated[Caller, Needs("payouts:write")], database: Database
) -> Response:
    """Download a batch's bank file, the same bytes each time. It holds names and accounts."""
    file = database.read(lambda c: batches.file_of(c, number))
    headers = {
        "ETag": f'"{file.sha256}"',
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{file.message_id}.xml"',
    }
    return Response(file.content, media_type="application/xml", headers=headers)


@router.post("/payout-batches/{number}/outcomes", response_model=BatchInFull)
def record_batch_outcomes(
    number: NumberPath, body: Outcomes, caller: Annotated[Caller, Needs("payouts:write")], keyed: Keyed
) -> Response:
    """Tell what the bank did with lines of a batch, all of them or a part."""

    def work(connection: Connection) -> BatchInFull:
        lines = batches.record_outcomes(connection, caller.subject, number, body.booked, body.reasons)
        return BatchInFull.of(batches.find_batch(connection, number), lines)

    return keyed.answer(caller.id, 200, work)


@router.post("/payout-batches/{number}/settlement/prepare", response_model=PreparedAct)
def prepare_batch_settlement(
    number: NumberPath,
    caller: Annotated[Caller, Needs("payouts:write")],
    onchain: OnChain,
    preparing: Preparing,
) -> Response:
    """Prepare that what the bank booked is burned, once every line has an outcome."""
    return preparing.answer(
        caller.id, lambda c: batches.prepare_settlement(c, onchain, caller.subject, number)
    )


@router.post("/payout-batches/{number}/settlement", status_code=202, response_model=ActView)
def settle_batch(
    number: NumberPath,
    body: SignedAct,
    caller: Annotated[Caller, Needs("payouts:write")],
    onchain: OnChain,
    keyed: Keyed,
) -> Response:
    """Take the settlement officer's signature over a batch's settlement."""
    return keyed.answer(
        caller.id,
        202,
        lambda c: ActView.of(
            batches.settle(c, onchain, caller.subject, number, body.act, body.signature_bytes)
        ),
    )


def debtor_of(request: Request) -> Debtor:
    """Return the account that merchants are paid from.

    Raises:
        DebtorMissing
    """
    config: Any = request.app.state.config
    if not config.debtor_name or not config.debtor_iban:
        raise DebtorMissing
    return Debtor(config.debtor_name, config.debtor_iban, config.debtor_bic or None)

"""Redemptions: `/api/v1/redemptions`."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import ColumnElement, Connection, func

from heitje_chain.http.fields import Hex32Path, NumberQuery
from heitje_chain.http.idempotency import Keyed
from heitje_chain.http.paging import Listing, Page, PageOf, Wanted
from heitje_chain.http.transaction import Database
from heitje_chain.people import service as people
from heitje_chain.people.api.bearer import Needs, client_id_of
from heitje_chain.people.tokens import Caller

from .. import batches, model, redemptions, returns
from ..model import REDEMPTION
from .listening import Listener
from .views import BankReturn, NewRedemption, RedemptionInFull, RedemptionView

router = APIRouter(prefix="/api/v1", tags=["settlement"])

REDEMPTIONS = Listing("redemptions", (REDEMPTION.c.created_at, REDEMPTION.c.id))


@router.post("/redemptions", status_code=202, response_model=RedemptionView)
def redeem(
    body: NewRedemption, caller: Annotated[Caller, Needs("redemptions:write")], keyed: Keyed
) -> Response:
    """Have coins paid out in euros, to the merchant's account of now."""
    client_id = client_id_of(caller, keyed)
    return keyed.answer(
        caller.id,
        202,
        lambda c: RedemptionView.of(redemptions.redeem(c, caller.subject, body.cents, client_id)),
    )


@router.get("/redemptions")
def list_redemptions(
    request: Request,
    caller: Annotated[Caller, Needs("redemptions:read")],
    wanted: Wanted,
    database: Database,
    state: Annotated[
        Literal[model.REDEMPTION_STATES] | None,  # type: ignore[valid-type]
        Query(description="Only in this state."),
    ] = None,
    batch: Annotated[NumberQuery | None, Query(description="Only of this payout batch.")] = None,
    held: Annotated[
        bool | None, Query(description="true: only what waits until an account is confirmed.")
    ] = None,
    payable: Annotated[
        bool | None, Query(description="true: only what came back from the bank and is to be paid anew.")
    ] = None,
) -> PageOf[RedemptionView]:
    """List redemptions, newest first: a merchant's own, all for officers."""
    given = {REDEMPTION.c.state: state, REDEMPTION.c.batch: batch}
    where: list[ColumnElement[bool]] = [column == wish for column, wish in given.items() if wish is not None]
    if held is not None:
        where.append(redemptions.HELD if held else ~redemptions.HELD)
    if payable is not None:
        is_payable = func.coalesce(REDEMPTION.c.return_state, "") == model.RETURN_PAYABLE
        where.append(is_payable if payable else ~is_payable)

    def found(connection: Connection) -> Page:
        statement = redemptions.redemptions_query(*where, *_concerning(connection, caller))
        return REDEMPTIONS.page(connection, statement, wanted)

    return database.read(found).as_json(
        request, lambda row: RedemptionView.of(redemptions.redemption_of(row))
    )


@router.get("/redemptions/{redemption_id}")
def read_redemption(
    redemption_id: Hex32Path, caller: Annotated[Caller, Needs("redemptions:read")], database: Database
) -> RedemptionInFull:
    """Read one redemption; ask again until it is booked. Accounts are shown to the merchant and payer."""
    found = database.read(lambda c: redemptions.find(c, redemption_id, *_concerning(c, caller)))
    with_accounts = not caller.is_officer or "payouts:write" in caller.scopes
    return RedemptionInFull.of(found, with_accounts=with_accounts)


@router.post("/redemptions/{redemption_id}/account-confirmation")
def confirm_account(
    redemption_id: Hex32Path, caller: Annotated[Caller, Needs("payouts:write")], database: Database
) -> RedemptionView:
    """Have a held redemption paid to the account that the merchant has now."""
    return RedemptionView.of(
        database.change(lambda c: batches.confirm_account(c, caller.subject, redemption_id))
    )


@router.post("/redemptions/{redemption_id}/bank-return", response_model=RedemptionView)
def record_bank_return(
    redemption_id: Hex32Path,
    body: BankReturn,
    caller: Annotated[Caller, Needs("payouts:write")],
    keyed: Keyed,
    listener: Listener,
) -> Response:
    """Tell that the bank sent a booked payment back: it is owed again, and nothing is minted."""

    def work(connection: Connection) -> RedemptionView:
        found = returns.record_return(
            connection, caller.subject, redemption_id, body.end_to_end_id, body.occurred_at, body.reason
        )
        listener.returned(connection, found, body.end_to_end_id, body.occurred_at)
        return RedemptionView.of(found)

    return keyed.answer(caller.id, 200, work)


def _concerning(connection: Connection, caller: Caller) -> list[ColumnElement[bool]]:
    """Return the conditions on REDEMPTION that this caller may see it by."""
    if caller.is_officer:
        return []
    return [REDEMPTION.c.merchant == (people.participant(connection, caller.subject).chain_id or "")]

"""Payouts: what shops redeemed and wait for, the accounts to confirm, the batches and how far they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection, func, select

from heitje_chain.desks.exports import DAY, EUROS, NUMBER, Column, SavedAs, Table, all_rows, save
from heitje_chain.desks.forms import Form
from heitje_chain.desks.frame import Desk
from heitje_chain.desks.texts import marked as _
from heitje_chain.http.fields import Hex32Path
from heitje_chain.http.paging import Listing, Wanted, WantedPage
from heitje_chain.http.problems import Refused
from heitje_chain.people.model import PARTICIPANT
from heitje_chain.settlement import batches, redemptions
from heitje_chain.settlement.model import BATCH, LOCKED, REDEMPTION, RETURN_PAYABLE
from heitje_chain.settlement.redemptions import HELD

from .readers import AnyOfficer, Settlement

router = APIRouter(include_in_schema=False, prefix="/city/payouts")

BATCHES = Listing("city-batches", (BATCH.c.number,))
REDEMPTIONS = Listing("city-redemptions", (REDEMPTION.c.created_at, REDEMPTION.c.id))

BATCH_STATES = {
    "closed": _("to be sent to the bank"),
    "filed": _("at the bank"),
    "settling": _("being settled"),
    "settled": _("done"),
}

REDEMPTION_STATES = {
    "asked": _("busy"),
    "locked": _("waits for the next payout"),
    "batched": _("in a payout"),
    "booked": _("paid"),
    "rejected": _("refused by the bank"),
    "released": _("back with the shop"),
    "refused": _("did not work"),
}


@router.get("")
def list_payouts(desk: AnyOfficer, wanted: Wanted, saved: SavedAs = None) -> Response:
    """Show what waits and which batches there are."""
    if saved is not None:
        return save(desk, saved, desk.read(lambda c: _table_of_batches(c, desk)))
    return _page(desk, wanted, None)


@router.get("/redemptions")
def list_redemptions(desk: AnyOfficer, wanted: Wanted, saved: SavedAs = None) -> Response:
    """List everything that shops ever redeemed, newest first."""
    statement = redemptions.redemptions_query()
    if saved is not None:
        return save(desk, saved, desk.read(lambda c: _table(desk, all_rows(c, REDEMPTIONS, statement))))
    page = desk.read(lambda c: REDEMPTIONS.page(c, statement, wanted))
    return desk.page(
        "city/redemptions.html",
        redemptions=[redemptions.redemption_of(row) for row in page.rows],
        next=page.next_address(desk.request),
        states=REDEMPTION_STATES,
    )


@router.post("/close")
def close_batch(form: Form, desk: Settlement) -> Response:
    """Prepare a batch of all that can be paid, to be signed."""
    try:
        return desk.submit(
            form, lambda c, _: batches.prepare_close(c, desk.onchain, desk.subject).id, "/acts/{}"
        )
    except Refused as error:
        return _page(desk, WantedPage(), desk.refusal(error))


@router.post("/redemptions/{redemption_id}/confirm")
def confirm_account(redemption_id: Hex32Path, form: Form, desk: Settlement) -> Response:
    """Have a held redemption paid to the account that its shop has now."""
    try:
        return desk.submit(
            form, lambda c, _: batches.confirm_account(c, desk.subject, redemption_id).id, "/city/payouts"
        )
    except Refused as error:
        return _page(desk, WantedPage(), desk.refusal(error))


# ---------------------------------------------------------------- shared


def due(connection: Connection) -> tuple[int, int]:
    """Return how many redemptions the next batch would pay, and what they are together in cents."""
    can_be_paid = redemptions.redemptions_query(
        REDEMPTION.c.state == LOCKED, ~HELD, PARTICIPANT.c.blocked.is_not(True)
    ).subquery()
    many, cents = connection.execute(
        select(func.count(), func.coalesce(func.sum(can_be_paid.c.cents), 0))
    ).one()
    return int(many), int(cents)


# ---------------------------------------------------------------- details


def _page(desk: Desk, wanted: WantedPage, error: str | None) -> Response:
    def found(connection: Connection) -> dict[str, Any]:
        page = BATCHES.page(connection, batches.batches_query(), wanted)
        many, cents = due(connection)
        back = REDEMPTION.c.return_state == RETURN_PAYABLE
        return {
            "many": many,
            "cents": cents,
            "held": batches.held(connection),
            "stop": batches.payout_stop(connection),
            "batches": [batches.batch_of(row) for row in page.rows],
            "next": page.next_address(desk.request),
            "payable": connection.scalar(select(func.count()).select_from(REDEMPTION).where(back)),
        }

    status = 200 if error is None else 409
    return desk.page("city/payouts.html", status, error=error, states=BATCH_STATES, **desk.read(found))


def _table_of_batches(connection: Connection, desk: Desk) -> Table:
    columns = (
        Column(desk.text("Payout"), NUMBER),
        Column(desk.text("State")),
        Column(desk.text("Payments"), NUMBER),
        Column(desk.text("Amount"), EUROS),
        Column(desk.text("Paid"), EUROS),
        Column(desk.text("Refused by the bank"), EUROS),
        Column(desk.text("Closed"), DAY),
        Column(desk.text("To the bank"), DAY),
        Column(desk.text("Settled"), DAY),
        Column(desk.text("Message id")),
    )
    found = map(batches.batch_of, all_rows(connection, BATCHES, batches.batches_query()))
    rows = [
        (
            one.number,
            desk.text(BATCH_STATES[one.state]),
            one.lines,
            one.cents,
            one.booked_cents,
            one.rejected_cents,
            one.closed_at,
            one.filed_at,
            one.settled_at,
            one.message_id,
        )
        for one in found
    ]
    return Table("payouts", columns, rows)


def _table(desk: Desk, found: Sequence[Any]) -> Table:
    """Accounts are not in it: the bank file has them."""
    columns = (
        Column(desk.text("Redeemed"), DAY),
        Column(desk.text("Shop")),
        Column(desk.text("Amount"), EUROS),
        Column(desk.text("State")),
        Column(desk.text("Payout"), NUMBER),
        Column(desk.text("Name at the bank")),
        Column(desk.text("Reason of the bank")),
    )
    rows = [
        (
            one.created_at,
            one.merchant_name,
            one.cents,
            desk.text(REDEMPTION_STATES[one.state]),
            one.batch,
            one.end_to_end_id,
            one.return_reason or one.bank_reason,
        )
        for one in map(redemptions.redemption_of, found)
    ]
    return Table("redemptions", columns, rows)

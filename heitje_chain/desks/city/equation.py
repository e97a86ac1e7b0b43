"""The equation by which the books close, and comparing chain, books and bank."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection, select

from heitje_chain.desks.exports import EUROS, MOMENT, NUMBER, Column, SavedAs, Table, all_rows, save
from heitje_chain.desks.forms import Form
from heitje_chain.desks.frame import Desk
from heitje_chain.http.paging import Listing, Wanted
from heitje_chain.reconcile import service
from heitje_chain.reconcile.model import ASKED, DONE, NEWEST_FIRST, RECONCILIATION
from heitje_chain.settlement import batches

from .readers import AnyOfficer

router = APIRouter(include_in_schema=False, prefix="/city/equation")

COMPARISONS = Listing("city-comparisons", (RECONCILIATION.c.asked_at, RECONCILIATION.c.id))


@router.get("")
def read_equation(desk: AnyOfficer, wanted: Wanted, saved: SavedAs = None) -> Response:
    """Show the newest comparison, and those before it."""
    if saved is not None:
        return save(desk, saved, desk.read(lambda c: _table(c, desk)))
    done = select(RECONCILIATION).where(RECONCILIATION.c.state == DONE)

    def found(connection: Connection) -> dict[str, Any]:
        newest = connection.execute(done.order_by(*NEWEST_FIRST).limit(1)).one_or_none()
        asked = connection.execute(select(RECONCILIATION.c.id).where(RECONCILIATION.c.state == ASKED))
        page = COMPARISONS.page(connection, done, wanted)
        return {
            "newest": None if newest is None else service.reconciliation_of(newest),
            "is_asked": asked.first() is not None,
            "comparisons": [service.reconciliation_of(row) for row in page.rows],
            "next": page.next_address(desk.request),
            "stop": batches.payout_stop(connection),
        }

    return desk.page("city/equation.html", **desk.read(found))


@router.post("")
def compare(form: Form, desk: AnyOfficer) -> Response:
    """Ask for a comparison: the worker makes it within seconds."""
    return desk.submit(form, lambda c, _: service.ask(c).id, "/city/equation")


# ---------------------------------------------------------------- details


def _table(connection: Connection, desk: Desk) -> Table:
    columns = (
        Column(desk.text("Compared"), MOMENT),
        Column(desk.text("Number of the block"), NUMBER),
        Column(desk.text("In circulation"), EUROS),
        Column(desk.text("Minted"), EUROS),
        Column(desk.text("Burned"), EUROS),
        Column(desk.text("In wallets"), EUROS),
        Column(desk.text("Redeemed, not paid yet"), EUROS),
        Column(desk.text("Sent back by the bank"), EUROS),
        Column(desk.text("Owed"), EUROS),
        Column(desk.text("Differences")),
    )
    rows = []
    for row in all_rows(connection, COMPARISONS, select(RECONCILIATION)):
        one = service.reconciliation_of(row)
        if one.report is not None:
            f = one.report.figures
            sums = (f.supply, f.minted, f.burned, f.wallets, f.redemption, f.payable, f.owed)
            told = " ".join(words[desk.language] for words in one.report.differences) or None
            rows.append((one.done_at, one.report.block_number, *sums, told))
    return Table("equation", columns, rows)

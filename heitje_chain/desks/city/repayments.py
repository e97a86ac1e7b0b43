"""Paying anew what the bank sent back after the coins were burned."""

from __future__ import annotations

import time
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.desks.exports import DAY, EUROS, NUMBER, Column, SavedAs, Table, all_rows, save
from heitje_chain.desks.forms import Form, PageOutdated
from heitje_chain.desks.frame import Desk
from heitje_chain.http.fields import NumberPath
from heitje_chain.http.paging import Listing, Wanted, WantedPage
from heitje_chain.http.problems import Refused
from heitje_chain.settlement import redemptions, repayments, returns, rules
from heitje_chain.settlement.api.batches import debtor_of
from heitje_chain.settlement.batches import MOST_LINES
from heitje_chain.settlement.model import REPAYMENT
from heitje_chain.settlement.repayments import Repayment

from .batch import REASONS, bank_file, reason_of
from .readers import AnyOfficer, Settlement

router = APIRouter(include_in_schema=False, prefix="/city/repayments")

REPAYMENTS = Listing("city-repayments", (REPAYMENT.c.number,))


@router.get("")
def list_repayments(desk: AnyOfficer, wanted: Wanted, saved: SavedAs = None) -> Response:
    """Show what came back from the bank, and the files by which it is paid anew."""
    if saved is not None:
        return save(desk, saved, desk.read(lambda c: _table(c, desk)))
    return _page(desk, wanted, None)


@router.post("")
def make_repayment(form: Form, desk: Settlement) -> Response:
    """Make a bank file of all that is payable; it asks the bank to pay the next day."""
    now = int(time.time())

    def work(connection: Connection) -> str:
        debtor = debtor_of(desk.request)
        day = rules.next_day(now)
        repayments.make(connection, desk.onchain, desk.subject, None, debtor, day, now)
        return ""

    return _done(desk, form, work)


@router.get("/{number}/file")
def read_file(number: NumberPath, desk: Settlement) -> Response:
    """Download the bank file (pain.001), the same bytes each time. It holds names and accounts."""
    found, content = desk.read(lambda c: (repayments.find(c, number), repayments.file_of(c, number)))
    return bank_file(content, found.message_id)


@router.post("/{number}/booked")
def book(number: NumberPath, form: Form, desk: Settlement) -> Response:
    """Note that the bank paid all lines of which nothing is known yet, as many as the page showed."""

    def work(connection: Connection) -> str:
        at = form.moment("occurred_at")
        shown = form.number("many", 1, MOST_LINES)
        lines = {line.redemption: line for line in repayments.find(connection, number).lines}
        still_open = [line.redemption for line in lines.values() if line.outcome is None]
        if len(still_open) != shown:
            raise PageOutdated
        repayments.record_outcomes(connection, desk.subject, number, still_open, {}, at)
        for one in still_open:
            paid = redemptions.find(connection, one)
            desk.request.app.state.bank_listener.repaid(connection, paid, lines[one].end_to_end_id, at)
        return ""

    return _done(desk, form, work)


@router.post("/{number}/rejected")
def reject(number: NumberPath, form: Form, desk: Settlement) -> Response:
    """Note that the bank did not pay one line either: it is payable still."""

    def work(connection: Connection) -> str:
        why = {form.line("line", 64): reason_of(form.raw("reason"))}
        repayments.record_outcomes(connection, desk.subject, number, [], why, form.moment("occurred_at"))
        return ""

    return _done(desk, form, work)


# ---------------------------------------------------------------- details


def _done(desk: Desk, form: Form, work: Any) -> Response:
    try:
        return desk.submit(form, lambda c, _: work(c), "/city/repayments{}")
    except Refused as error:
        return _page(desk, WantedPage(), desk.refusal(error))


def _page(desk: Desk, wanted: WantedPage, error: str | None) -> Response:
    def found(connection: Connection) -> dict[str, Any]:
        page = REPAYMENTS.page(connection, repayments.repayments_query(), wanted)
        made = [repayments.repayment_of(connection, row) for row in page.rows]
        return {
            "payable": returns.payable(connection),
            "repayments": made,
            "names": _shops(connection, made),
            "next": page.next_address(desk.request),
        }

    status = 200 if error is None else 409
    reasons = [(code, f"{code}: {desk.text(words)}") for code, words in REASONS.items()]
    return desk.page("city/repayments.html", status, error=error, reasons=reasons, **desk.read(found))


def _shops(connection: Connection, made: list[Repayment]) -> dict[str, str]:
    """Return redemption -> its shop's name."""
    ids = [line.redemption for one in made for line in one.lines]
    return {one: redemptions.find(connection, one).merchant_name or "" for one in ids}


def _table(connection: Connection, desk: Desk) -> Table:
    columns = (
        Column(desk.text("File"), NUMBER),
        Column(desk.text("Made"), DAY),
        Column(desk.text("Shop")),
        Column(desk.text("Amount"), EUROS),
        Column(desk.text("Name at the bank")),
        Column(desk.text("The bank")),
        Column(desk.text("Reason of the bank")),
    )
    found = all_rows(connection, REPAYMENTS, repayments.repayments_query())
    made = [repayments.repayment_of(connection, row) for row in found]
    names = _shops(connection, made)
    said = {"booked": desk.text("paid"), "rejected": desk.text("refused")}
    rows = [
        (
            one.number,
            one.made_at,
            names[line.redemption],
            line.cents,
            line.end_to_end_id,
            None if line.outcome is None else said[line.outcome.said],
            None if line.outcome is None else line.outcome.reason,
        )
        for one in made
        for line in one.lines
    ]
    return Table("repayments", columns, rows)

"""One payout: its lines, its bank file, what the bank did with each line, and settling it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.desks import texts
from heitje_chain.desks.exports import EUROS, Column, SavedAs, Table, save
from heitje_chain.desks.forms import Form, PageOutdated, TextMissing
from heitje_chain.desks.frame import Desk
from heitje_chain.desks.texts import marked as _
from heitje_chain.http.fields import NumberPath
from heitje_chain.http.language import Words
from heitje_chain.http.problems import Refused
from heitje_chain.settlement import batches, repayments, returns, rules
from heitje_chain.settlement.api.batches import debtor_of
from heitje_chain.settlement.batches import Batch
from heitje_chain.settlement.model import BOOKED, CLOSED, FILED, SETTLED, SETTLING
from heitje_chain.settlement.redemptions import Redemption

from .payouts import BATCH_STATES
from .readers import AnyOfficer, Settlement

router = APIRouter(include_in_schema=False, prefix="/city/payouts")

REASONS = {
    "AC01": _("The account number is wrong"),
    "AC04": _("The account is closed"),
    "AC06": _("The account is blocked"),
    "AG01": _("This account takes no such payments"),
    "BE05": _("The name is not the account's"),
    "MS03": _("The bank gives no reason"),
}
"""ISO 20022 external status and return reason codes that a bank gives for a credit transfer."""


@dataclass(frozen=True)
class Lines:
    """A batch's lines by what the bank did."""

    all: Sequence[Redemption]
    payments: Mapping[str, str]
    """Redemption -> the bank's name for the payment of it that was booked last."""

    @property
    def open(self) -> list[Redemption]:
        return [one for one in self.all if one.bank_outcome is None]

    @property
    def open_cents(self) -> int:
        return sum(one.cents for one in self.open)

    @property
    def paid(self) -> list[Redemption]:
        """Those that the bank can still send back."""
        return [one for one in self.all if one.state == BOOKED and one.return_state in (None, "repaid")]


@router.get("/{number}")
def read_batch(number: NumberPath, desk: AnyOfficer, saved: SavedAs = None) -> Response:
    """Show a payout and what is to be done with it next."""
    if saved is not None:
        return save(desk, saved, desk.read(lambda c: _table(c, desk, number)))
    return _page(desk, number, None)


@router.post("/{number}/file")
def seal_batch(number: NumberPath, form: Form, desk: Settlement) -> Response:
    """Make the bank file, once; it asks the bank to pay the next day."""
    now = int(time.time())

    def work(connection: Connection) -> str:
        debtor = debtor_of(desk.request)
        day = rules.next_day(now)
        return str(batches.seal(connection, desk.onchain, desk.subject, number, debtor, day, now).batch)

    return _done(desk, form, number, work)


@router.get("/{number}/file")
def read_file(number: NumberPath, desk: Settlement) -> Response:
    """Download the bank file (pain.001), the same bytes each time. It holds names and accounts."""
    file = desk.read(lambda c: batches.file_of(c, number))
    return bank_file(file.content, file.message_id)


@router.post("/{number}/booked")
def book(number: NumberPath, form: Form, desk: Settlement) -> Response:
    """Note that the bank paid all lines of which nothing is known yet, as many as the page showed."""

    def work(connection: Connection) -> str:
        shown = form.number("many", 1, batches.MOST_LINES)
        still_open = [one.id for one in batches.lines_of(connection, number) if one.bank_outcome is None]
        if len(still_open) != shown:  # a line that the bank refused would count as paid
            raise PageOutdated
        batches.record_outcomes(connection, desk.subject, number, still_open, {})
        return str(number)

    return _done(desk, form, number, work)


@router.post("/{number}/rejected")
def reject(number: NumberPath, form: Form, desk: Settlement) -> Response:
    """Note that the bank did not pay one line, and why."""

    def work(connection: Connection) -> str:
        line = form.line("line", 64)
        batches.record_outcomes(connection, desk.subject, number, [], {line: reason_of(form.raw("reason"))})
        return str(number)

    return _done(desk, form, number, work)


@router.post("/{number}/settle")
def settle(number: NumberPath, form: Form, desk: Settlement) -> Response:
    """Prepare that what the bank paid is burned, to be signed."""
    try:
        return desk.submit(
            form,
            lambda c, _: batches.prepare_settlement(c, desk.onchain, desk.subject, number).id,
            "/acts/{}",
        )
    except Refused as error:
        return _page(desk, number, desk.refusal(error))


@router.post("/{number}/returned")
def note_return(number: NumberPath, form: Form, desk: Settlement) -> Response:
    """Note that the bank sent a payment back after it was settled: it is owed again."""

    def work(connection: Connection) -> str:
        redemption, _, name = form.line("payment", 200).partition(":")
        at, reason = form.moment("occurred_at"), reason_of(form.raw("reason"))
        found = returns.record_return(connection, desk.subject, redemption, name, at, reason)
        desk.request.app.state.bank_listener.returned(connection, found, name, at)
        return str(number)

    return _done(desk, form, number, work)


# ---------------------------------------------------------------- shared


def bank_file(content: bytes, message_id: str) -> Response:
    """Answer with a bank file."""
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{message_id}.xml"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="application/xml", headers=headers)


def reason_of(code: str) -> str:
    """Raises:
    TextMissing: none of ours.
    """
    if code not in REASONS:
        raise TextMissing
    return code


# ---------------------------------------------------------------- details


def _done(desk: Desk, form: Form, number: int, work: Any) -> Response:
    try:
        return desk.submit(form, lambda c, _: work(c), "/city/payouts/{}")
    except Refused as error:
        return _page(desk, number, desk.refusal(error))


def _page(desk: Desk, number: int, error: str | None) -> Response:
    def found(connection: Connection) -> tuple[Batch, Lines, Words | None]:
        batch = batches.find_batch(connection, number)
        return batch, _lines(connection, number), batches.payout_stop(connection)

    batch, lines, stop = desk.read(found)
    return desk.page(
        "city/batch.html",
        200 if error is None else 409,
        batch=batch,
        lines=lines,
        stop=stop,
        error=error,
        states=BATCH_STATES,
        reasons=[(code, f"{code}: {desk.text(words)}") for code, words in REASONS.items()],
        steps=_steps(batch, lines),
        choices=lambda some: [(one.id, _called(desk, one, one.end_to_end_id)) for one in some],
        payments=[
            (f"{one.id}:{lines.payments[one.id]}", _called(desk, one, lines.payments[one.id]))
            for one in lines.paid
        ],
    )


def _lines(connection: Connection, number: int) -> Lines:
    found = batches.lines_of(connection, number)
    return Lines(found, {one.id: repayments.newest_payment(connection, one) for one in found})


def _called(desk: Desk, line: Redemption, payment: str) -> str:
    """Return a payment as a person chooses it, with the name that the bank's statement has."""
    amount = texts.euros(line.cents, desk.language)
    return f"{line.merchant_name or desk.text('A shop')}, {amount}, {payment}"


def _steps(batch: Batch, lines: Lines) -> list[tuple[str, str, int | None]]:
    """Return how far it is, as (word, done or now or later, UTC seconds)."""
    told = not lines.open and batch.state != CLOSED
    is_filed = batch.state in (FILED, SETTLING, SETTLED)
    is_settled = batch.state == SETTLED
    done = [
        (_("Closed"), True, batch.closed_at),
        (_("Bank file made"), is_filed, batch.filed_at),
        (_("The bank told what it did"), told, None),
        (_("Settled"), is_settled, batch.settled_at),
    ]
    now = next((place for place, one in enumerate(done) if not one[1]), len(done))
    return [
        (word, "done" if is_done else "now" if place == now else "later", at)
        for place, (word, is_done, at) in enumerate(done)
    ]


def _table(connection: Connection, desk: Desk, number: int) -> Table:
    columns = (
        Column(desk.text("Shop")),
        Column(desk.text("Amount"), EUROS),
        Column(desk.text("Name at the bank")),
        Column(desk.text("The bank")),
        Column(desk.text("Reason of the bank")),
    )
    outcomes = {"booked": desk.text("paid"), "rejected": desk.text("refused"), None: ""}
    rows = [
        (
            one.merchant_name,
            one.cents,
            one.end_to_end_id,
            outcomes[one.bank_outcome],
            one.return_reason or one.bank_reason,
        )
        for one in batches.lines_of(connection, batches.find_batch(connection, number).number)
    ]
    return Table(f"payout-{number}", columns, rows)

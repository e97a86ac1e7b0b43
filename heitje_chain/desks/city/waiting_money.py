"""What waits for officers about money."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from heitje_chain.desks import texts
from heitje_chain.desks.frame import Desk
from heitje_chain.jobs.model import CLAIM, DISPUTED
from heitje_chain.reports import reserve
from heitje_chain.settlement import batches
from heitje_chain.settlement.model import BATCH, CLOSED, FILED, REDEMPTION, RETURN_PAYABLE

from . import payouts
from .waiting import Waiting


def disputes(connection: Connection, desk: Desk) -> Iterator[Waiting]:
    """Tell the arbiter which disputes wait."""
    if not desk.has("arbiter"):
        return
    many, since = connection.execute(
        select(func.count(), func.min(CLAIM.c.since)).where(CLAIM.c.state == DISPUTED)
    ).one()
    if many:
        when = texts.lately(since, desk.language)
        yield Waiting(
            desk.text("To decide: %(many)s", many=many),
            "/city/disputes",
            desk.text("The oldest dispute is of %(when)s.", when=when),
        )


def to_pay(connection: Connection, desk: Desk) -> Iterator[Waiting]:
    """Tell whoever pays out what to do next."""
    if not desk.has("settlement"):
        return
    held = len(batches.held(connection))
    if held:
        yield Waiting(
            desk.text("Accounts to confirm: %(many)s", many=held),
            "/city/payouts",
            desk.text("A shop changed its account after it redeemed."),
        )
    many, cents = payouts.due(connection)
    if many:
        yield Waiting(
            desk.text("To pay out: %(cents)s", cents=texts.euros(cents, desk.language)), "/city/payouts"
        )
    words = {
        CLOSED: desk.text("make its bank file"),
        FILED: desk.text("note what the bank did, and settle it"),
    }
    rows = connection.execute(
        select(BATCH.c.number, BATCH.c.state).where(BATCH.c.state.in_(tuple(words))).order_by(BATCH.c.number)
    )
    for row in rows:
        name = desk.text("Payout %(number)s", number=row.number)
        yield Waiting(f"{name}: {words[row.state]}", f"/city/payouts/{row.number}")
    back = connection.scalar(
        select(func.count()).select_from(REDEMPTION).where(REDEMPTION.c.return_state == RETURN_PAYABLE)
    )
    if back:
        yield Waiting(desk.text("Sent back by the bank: %(many)s", many=back), "/city/repayments")


def uncovered(connection: Connection, desk: Desk) -> Iterator[Waiting]:
    """Tell whoever grants and whoever attests that the bank does not cover what was promised."""
    if not (desk.has("treasurer") or desk.has("auditor")):
        return
    found = reserve.read(connection)
    if found.as_of is None:
        yield Waiting(desk.text("No bank statement was confirmed yet"), "/city/reserve")
    elif found.room < 0:
        yield Waiting(desk.text("The bank does not cover all that was promised"), "/city/reserve")

"""Comparing chain, books and bank at one final block.

Any difference stops payouts, never payments, until a comparison finds none.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, select, update

from heitje_chain.audit import service as audit
from heitje_chain.chain.contracts import Contracts
from heitje_chain.chain.events import final_events
from heitje_chain.chain.ids import BudgetId
from heitje_chain.chain.model import BLOCK, EVENT
from heitje_chain.chain.node import Node, NodeRefused
from heitje_chain.chain.state import LineState, StateAt
from heitje_chain.chain.watcher import ONE_WORKER
from heitje_chain.db import reading, transaction
from heitje_chain.http.language import Words
from heitje_chain.ledger import service as ledger
from heitje_chain.ledger import verification
from heitje_chain.ledger.accounts import WALLET
from heitje_chain.ledger.entry import Kind
from heitje_chain.money import to_euros
from heitje_chain.payments import records
from heitje_chain.people.model import PARTICIPANT
from heitje_chain.settlement import batches
from heitje_chain.settlement.model import BATCH, REDEMPTION, RETURN_FILED, RETURN_PAYABLE

from . import rules
from .errors import NothingFinal, ReconciliationUnknown
from .model import ASKED, DONE, RECONCILIATION
from .rules import BatchSide, BooksSide, ChainSide, Figures, PayoutSide

log = logging.getLogger(__name__)

EVERY_SECONDS = 600
"""How often the worker compares by itself."""

SECOND_LOOK_SECONDS = 1

WAITING_STATES = ("locked", "batched", "rejected")
"""A redemption in one of these has its coins in the Redemption contract."""

OWED_AGAIN = (RETURN_PAYABLE, RETURN_FILED)
"""What the bank sent back after the burn and has not paid anew yet."""


@dataclass(frozen=True)
class Report:
    block_number: int
    block_hash: str
    figures: Figures
    differences: tuple[Words, ...]
    """A sentence for each row that differs; ids and amounts, never names."""

    @property
    def is_equal(self) -> bool:
        return not self.differences


@dataclass(frozen=True)
class Reconciliation:
    """A comparison that was asked for; without a report it is still to be made."""

    id: str
    state: str
    """asked or done."""
    asked_at: int
    done_at: int | None
    report: Report | None


def compare(engine: Engine, node: Node, contracts: Contracts) -> Report:
    """Compare everything at the newest block that is final here. Writes nothing.

    Raises:
        NothingFinal: no block was read yet, or the node keeps no state of it: try again.
        NodeError
    """
    with reading(engine) as connection:
        block = connection.execute(
            select(BLOCK).where(BLOCK.c.final.is_(True)).order_by(BLOCK.c.number.desc()).limit(1)
        ).first()
        if block is None:
            raise NothingFinal
        wallets = _wallets(connection)
        books = _books_side(connection, block.number)
        payouts = _payout_side(connection)
        faults = list(_faults(connection))
    try:
        state = StateAt(node, contracts, block.hash)
        chain = _chain_side(state, wallets, list(books.books.budgets), sorted(payouts.lines))
    except NodeRefused as error:
        raise NothingFinal from error
    found = [*rules.differences(chain, books, payouts), *faults]
    return Report(block.number, block.hash, rules.figures(chain, books), tuple(found))


def confirmed(engine: Engine, node: Node, contracts: Contracts) -> Report:
    """Compare, and once more a little later if there is a difference: what is wrong is still there then.

    Raises:
        NothingFinal, NodeError
    """
    report = compare(engine, node, contracts)
    if report.is_equal:
        return report
    time.sleep(SECOND_LOOK_SECONDS)
    return compare(engine, node, contracts)


def equation(report: Report) -> list[str]:
    """Return the two lines by which the books close, in euros."""
    e = {name: to_euros(cents) for name, cents in asdict(report.figures).items()}
    return [
        f"supply {e['supply']} = minted {e['minted']} - burned {e['burned']} "
        f"= wallets {e['wallets']} + redemption {e['redemption']}",
        f"owed {to_euros(report.figures.owed)} = supply {e['supply']} + payable {e['payable']}",
    ]


def ask(connection: Connection) -> Reconciliation:
    """Ask the worker for a comparison; one that is asked for already is enough."""
    waiting = connection.execute(
        select(RECONCILIATION).where(RECONCILIATION.c.state == ASKED).limit(1)
    ).first()
    if waiting is not None:
        return reconciliation_of(waiting)
    made = uuid.uuid4().hex
    connection.execute(RECONCILIATION.insert().values(id=made, state=ASKED, asked_at=int(time.time())))
    return find(connection, made)


def run_asked(engine: Engine, node: Node, contracts: Contracts) -> bool:
    """Make the comparison that was asked for, or is due; return whether there was one.

    Raises:
        NodeError: the node is down; it stays asked for.
    """
    with transaction(engine, alone=ONE_WORKER) as connection:
        if _is_due(connection):
            ask(connection)
        asked = connection.scalars(select(RECONCILIATION.c.id).where(RECONCILIATION.c.state == ASKED)).all()
    if not asked:
        return False
    try:
        report = compare(engine, node, contracts)
    except NothingFinal:
        return False
    with transaction(engine, alone=ONE_WORKER) as connection:
        this = (RECONCILIATION.c.id == asked[0]) & (RECONCILIATION.c.state == ASKED)
        if connection.execute(select(RECONCILIATION.c.id).where(this)).first() is None:
            return True  # Another worker was first.
        if not report.is_equal and _is_first_look(connection, asked[0], report):
            return True
        keep(connection, asked[0], report)
    if not report.is_equal:
        log.error("reconciliation_differs", extra={"differences": [one["en"] for one in report.differences]})
    return True


def keep(connection: Connection, reconciliation_id: str, report: Report) -> None:
    """Keep what a comparison found; stop payouts on a difference, let them go on when there is none."""
    connection.execute(
        update(RECONCILIATION)
        .where(RECONCILIATION.c.id == reconciliation_id)
        .values(
            state=DONE,
            done_at=int(time.time()),
            block_number=report.block_number,
            block_hash=report.block_hash,
            equal=report.is_equal,
            figures=asdict(report.figures),
            differences=[dict(one) for one in report.differences],
        )
    )
    if report.is_equal:
        batches.lift_stop(connection)
    else:
        batches.stop_payouts(connection, report.differences[0])


def find(connection: Connection, reconciliation_id: str) -> Reconciliation:
    """Raises:
    ReconciliationUnknown
    """
    row = connection.execute(
        select(RECONCILIATION).where(RECONCILIATION.c.id == reconciliation_id)
    ).one_or_none()
    if row is None:
        raise ReconciliationUnknown
    return reconciliation_of(row)


def reconciliation_of(row: Row[Any]) -> Reconciliation:
    """Return a row of the table as a comparison."""
    report = None
    if row.state == DONE:
        report = Report(row.block_number, row.block_hash, Figures(**row.figures), tuple(row.differences))
    return Reconciliation(row.id, row.state, row.asked_at, row.done_at, report)


# ---------------------------------------------------------------- details


def _faults(connection: Connection) -> Iterator[Words]:
    """Yield what is wrong in the books by themselves."""
    for entry in verification.unbalanced(connection):
        yield entry.words
    for fault in audit.verify(connection):
        yield {"nl": f"Het logboek is niet heel meer, in het Engels: {fault}", "en": fault}
    for payment in records.refunds_without_payment(connection):
        yield {
            "nl": f"Betaling {payment} gaat terug van een winkel en geeft geen betaling terug.",
            "en": f"Payment {payment} goes back from a merchant and refunds no payment.",
        }


def _is_first_look(connection: Connection, reconciliation_id: str, report: Report) -> bool:
    """Whether a difference is seen for the first time, and note where.

    A devnet's node may show a block's state with the next block's first changes in it; what is wrong is still
    there at the next look, and only that counts.
    """
    noted = connection.execute(
        update(RECONCILIATION)
        .where((RECONCILIATION.c.id == reconciliation_id) & RECONCILIATION.c.block_number.is_(None))
        .values(block_number=report.block_number)
    )
    return noted.rowcount == 1


def _is_due(connection: Connection) -> bool:
    newest = connection.scalar(select(func.max(RECONCILIATION.c.asked_at)))
    return newest is None or newest < time.time() - EVERY_SECONDS


def _wallets(connection: Connection) -> dict[str, str]:
    """Return ParticipantId in hex -> present wallet, of whoever the books alone know by the events alone."""
    known = connection.execute(
        select(PARTICIPANT.c.chain_id, PARTICIPANT.c.wallet).where(PARTICIPANT.c.wallet.is_not(None))
    )
    wallets = {row.chain_id: row.wallet for row in known}
    replaced = {
        event.key.removeprefix("0x"): event.arguments["newWallet"]
        for event, _ in final_events(connection, EVENT.c.name == "WalletReplaced")
    }
    for participant in _participants(ledger.balances(connection, WALLET)):
        wallets.setdefault(participant, replaced.get(participant, f"0x{participant}"))
    return wallets


def _participants(balances: Mapping[Any, int]) -> dict[str, int]:
    return {account.partition(":")[2]: cents for account, cents in balances.items()}


def _chain_side(
    state: StateAt, wallets: Mapping[str, str], budgets: list[BudgetId], lines: list[str]
) -> ChainSide:
    held = state.balances(sorted(set(wallets.values())))
    return ChainSide(
        supply=state.supply(),
        burned=state.burned(),
        redemption=state.redemption_balance(),
        wallets={participant: held[wallet] for participant, wallet in wallets.items()},
        budgets={budget.hex(): state.budget(budget) for budget in budgets},
        lines=state.lines(lines),
        last_batch=state.last_batch(),
    )


def _books_side(connection: Connection, block: int) -> BooksSide:
    books = ledger.books(connection, block)
    return BooksSide(
        books=books,
        burned=ledger.moved_by(connection, Kind.BURN),
        wallets=_participants(ledger.balances(connection, WALLET, block)),
        budgets={budget.hex(): found for budget, found in books.budgets.items()},
    )


def _payout_side(connection: Connection) -> PayoutSide:
    waiting = connection.execute(select(REDEMPTION).where(REDEMPTION.c.state.in_(WAITING_STATES))).all()
    returned = connection.scalar(
        select(func.sum(REDEMPTION.c.cents)).where(REDEMPTION.c.return_state.in_(OWED_AGAIN))
    )
    rows = connection.execute(select(BATCH)).all()
    told = {
        (row.batch, row.bank_outcome): int(row.cents)
        for row in connection.execute(
            select(REDEMPTION.c.batch, REDEMPTION.c.bank_outcome, func.sum(REDEMPTION.c.cents).label("cents"))
            .where(REDEMPTION.c.batch.is_not(None))
            .group_by(REDEMPTION.c.batch, REDEMPTION.c.bank_outcome)
        )
    }
    burned = ledger.moved_by_entry(connection, Kind.BURN)
    return PayoutSide(
        lines={row.id: LineState(row.merchant, row.cents, row.batch or 0, row.state) for row in waiting},
        last_batch=max((row.number for row in rows), default=0),
        batches={
            row.number: BatchSide(
                closed=row.cents,
                booked=told.get((row.number, "booked"), 0),
                rejected=told.get((row.number, "rejected"), 0),
                settled_booked=row.booked_cents,
                settled_rejected=row.rejected_cents,
                burned_in_books=burned.get(f"{Kind.BURN}:{row.number}", 0),
            )
            for row in rows
        },
        payable=int(returned or 0),
    )

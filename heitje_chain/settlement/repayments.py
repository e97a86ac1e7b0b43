"""Paying anew what the bank sent back after the burn. A caller opens the transaction and commits it.

    record_return -> payable -> make (a further bank file) -> the bank -> record_outcomes: repaid, or payable

Nothing of it is on the chain: the coins are burned, and what is owed stands in the journal as payable. The
same redemption can be paid anew several times, each time under an end-to-end id of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from heitje_chain.audit import service as audit
from heitje_chain.chain.contracts import REDEMPTION as REDEMPTION_CONTRACT
from heitje_chain.chain.contracts import Contracts
from heitje_chain.chain.ids import RedemptionId
from heitje_chain.ledger import rules as entries
from heitje_chain.ledger import service as ledger
from heitje_chain.people.model import PARTICIPANT

from . import batches, pain001, redemptions, rules
from .errors import (
    LineHeld,
    LineNotInRepayment,
    NothingToPay,
    NotPayable,
    RepaymentNotMade,
    RepaymentUnknown,
)
from .model import (
    BOOKED,
    REDEMPTION,
    REJECTED,
    REPAYMENT,
    REPAYMENT_DONE,
    REPAYMENT_FILED,
    REPAYMENT_LINE,
    RETURN_FILED,
    RETURN_PAYABLE,
    RETURN_REPAID,
)
from .pain001 import BankFileError, CreditTransfer, CreditTransferFile, Debtor
from .redemptions import Redemption
from .rules import BankOutcome


@dataclass(frozen=True)
class RepaymentLine:
    redemption: str
    end_to_end_id: str
    """The bank's name for this payment; the first one of the redemption had another."""
    cents: int
    outcome: BankOutcome | None


@dataclass(frozen=True)
class Repayment:
    """A bank file that pays anew."""

    number: int
    cents: int
    state: str
    """filed, or done when every line has an outcome."""
    message_id: str
    file_sha256: str
    made_at: int
    """UTC seconds."""
    lines: tuple[RepaymentLine, ...]


def make(
    connection: Connection,
    contracts: Contracts,
    officer: str,
    wanted: Sequence[str] | None,
    debtor: Debtor,
    execution_date: date,
    created_at: int,
) -> Repayment:
    """Make a bank file of what is payable, to the accounts that the merchants have, or settlement confirmed.

    Held lines stay, and so do those of a merchant that is blocked now; named, they are refused.

    Args:
        wanted: redemptions; None for all
        created_at: UTC seconds

    Raises:
        PayoutsStopped, NothingToPay, RedemptionUnknown, NotPayable, LineHeld, RepaymentNotMade
    """
    batches.check_stop(connection)
    payable = REDEMPTION.c.return_state == RETURN_PAYABLE
    # Whoever comes second waits here, and then finds them filed.
    connection.execute(select(REDEMPTION.c.id).where(payable).with_for_update())
    due = [line for line in _due(connection) if wanted is None or line.id in wanted]
    for one in sorted(set(wanted or ()) - {line.id for line in due}):
        found = redemptions.find(connection, one)
        raise LineHeld(one) if found.held else NotPayable(one)
    if not due:
        raise NothingToPay
    attempts = _attempts(connection, [line.id for line in due])
    transfers = tuple(
        _transfer(line, rules.new_end_to_end_id(line.end_to_end_id, attempts.get(line.id, 0) + 1))
        for line in due
    )
    # Counted here, under the lock: a sequence would leave a gap where a file was not made.
    number = (connection.scalar(select(func.max(REPAYMENT.c.number))) or 0) + 1
    connection.execute(
        REPAYMENT.insert().values(
            number=number,
            cents=sum(line.cents for line in due),
            lines=len(due),
            state=REPAYMENT_FILED,
            made_at=created_at,
        )
    )
    message_id = rules.repayment_message_id(
        contracts.chain_id, contracts.address(REDEMPTION_CONTRACT), number
    )
    try:
        content = pain001.build(CreditTransferFile(message_id, created_at, execution_date, debtor, transfers))
    except BankFileError as error:
        raise RepaymentNotMade(str(error)) from error
    sha256 = hashlib.sha256(content).hexdigest()
    connection.execute(
        update(REPAYMENT)
        .where(REPAYMENT.c.number == number)
        .values(file=content, file_sha256=sha256, message_id=message_id)
    )
    for line, transfer in zip(due, transfers, strict=True):
        connection.execute(
            REPAYMENT_LINE.insert().values(
                end_to_end_id=transfer.end_to_end_id,
                repayment=number,
                redemption=line.id,
                cents=line.cents,
            )
        )
    lines = REDEMPTION.c.id.in_([line.id for line in due])
    connection.execute(update(REDEMPTION).where(lines).values(return_state=RETURN_FILED))
    audit.record_by_officer(connection, officer, "make_repayment", f"repayment:{number}", {"sha256": sha256})
    return find(connection, number)


def record_outcomes(
    connection: Connection,
    officer: str,
    number: int,
    booked: Collection[str],
    rejected: Mapping[str, str],
    occurred_at: int,
) -> Repayment:
    """Note what the bank did with lines, all or none. What it booked is repaid; what it rejected is payable.

    An outcome once given stays; giving the same again changes nothing.

    Args:
        booked: redemptions that were paid
        rejected: redemption -> ISO 20022 external status reason code
        occurred_at: UTC seconds, as the bank's statement says

    Raises:
        RepaymentUnknown, LineNotInRepayment, OutcomeGiven
    """
    connection.execute(select(REPAYMENT.c.number).where(REPAYMENT.c.number == number).with_for_update())
    lines = {line.redemption: line for line in find(connection, number).lines}
    for one in (*booked, *rejected):
        if one not in lines:
            raise LineNotInRepayment(one, number)
    given = {one: line.outcome for one, line in lines.items()}
    new = rules.new_outcomes(number, given, booked, rejected)
    for one, outcome in new.items():
        _take(connection, lines[one], outcome, occurred_at)
    if new:
        sides: dict[str, list[str]] = {BOOKED: [], REJECTED: []}
        for one, outcome in new.items():
            sides[outcome.said].append(one)
        audit.record_by_officer(connection, officer, "record_outcomes", f"repayment:{number}", sides)
    if all(line.outcome is not None for line in find(connection, number).lines):
        this = REPAYMENT.c.number == number
        connection.execute(update(REPAYMENT).where(this).values(state=REPAYMENT_DONE))
    return find(connection, number)


# ---------------------------------------------------------------- reading


def repayments_query() -> Select[Any]:
    """Return the statement whose rows `repayment_of` reads; the bank files stay where they are."""
    return select(*(column for column in REPAYMENT.c if column is not REPAYMENT.c.file))


def find(connection: Connection, number: int) -> Repayment:
    """Raises:
    RepaymentUnknown
    """
    row = connection.execute(repayments_query().where(REPAYMENT.c.number == number)).one_or_none()
    if row is None:
        raise RepaymentUnknown(number)
    return repayment_of(connection, row)


def repayment_of(connection: Connection, row: Row[Any]) -> Repayment:
    """Return a row of `repayments_query` with its lines."""
    lines = connection.execute(
        select(REPAYMENT_LINE)
        .where(REPAYMENT_LINE.c.repayment == row.number)
        .order_by(REPAYMENT_LINE.c.redemption)
    )
    return Repayment(
        number=row.number,
        cents=row.cents,
        state=row.state,
        message_id=row.message_id,
        file_sha256=row.file_sha256,
        made_at=row.made_at,
        lines=tuple(
            RepaymentLine(
                line.redemption,
                line.end_to_end_id,
                line.cents,
                None if line.outcome is None else BankOutcome(line.outcome, line.reason),
            )
            for line in lines
        ),
    )


def file_of(connection: Connection, number: int) -> bytes:
    """Return a repayment's bank file as it was stored.

    Raises:
        RepaymentUnknown
    """
    content = connection.scalar(select(REPAYMENT.c.file).where(REPAYMENT.c.number == number))
    if content is None:
        raise RepaymentUnknown(number)
    return bytes(content)


def newest_payment(connection: Connection, redemption: Redemption) -> str:
    """Return the end-to-end id of the payment that the bank booked last for this redemption."""
    booked: str | None = connection.scalar(
        select(REPAYMENT_LINE.c.end_to_end_id)
        .where((REPAYMENT_LINE.c.redemption == redemption.id) & (REPAYMENT_LINE.c.outcome == BOOKED))
        .order_by(REPAYMENT_LINE.c.repayment.desc())
        .limit(1)
    )
    return booked or redemption.end_to_end_id


# ---------------------------------------------------------------- details


def _due(connection: Connection) -> list[Redemption]:
    rows = connection.execute(
        redemptions.redemptions_query(
            REDEMPTION.c.return_state == RETURN_PAYABLE,
            ~redemptions.HELD,
            PARTICIPANT.c.blocked.is_not(True),
        )
        .order_by(REDEMPTION.c.returned_at, REDEMPTION.c.id)
        .limit(batches.MOST_LINES)
    )
    return [redemptions.redemption_of(row) for row in rows]


def _attempts(connection: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Return redemption -> how often it was put into a file like this before."""
    rows = connection.execute(
        select(REPAYMENT_LINE.c.redemption, func.count().label("attempts"))
        .where(REPAYMENT_LINE.c.redemption.in_(ids))
        .group_by(REPAYMENT_LINE.c.redemption)
    )
    return {row.redemption: row.attempts for row in rows}


def _transfer(line: Redemption, end_to_end_id: str) -> CreditTransfer:
    """Raises:
    LineHeld
    """
    if line.account is None:
        raise LineHeld(line.id)
    return CreditTransfer(
        end_to_end_id=end_to_end_id,
        cents=line.cents,
        creditor=line.account.holder,
        iban=line.account.iban,
        remittance=f"Heitjes {line.end_to_end_id}",
    )


def _take(connection: Connection, line: RepaymentLine, outcome: BankOutcome, occurred_at: int) -> None:
    connection.execute(
        update(REPAYMENT_LINE)
        .where(REPAYMENT_LINE.c.end_to_end_id == line.end_to_end_id)
        .values(outcome=outcome.said, reason=outcome.reason)
    )
    is_booked = outcome.said == BOOKED
    connection.execute(
        update(REDEMPTION)
        .where(REDEMPTION.c.id == line.redemption)
        .values(return_state=RETURN_REPAID if is_booked else RETURN_PAYABLE)
    )
    if is_booked:
        entry = entries.pay_payable(
            occurred_at,
            redemption=RedemptionId(bytes.fromhex(line.redemption)),
            end_to_end_id=line.end_to_end_id,
            amount=line.cents,
        )
        ledger.book(connection, entry)

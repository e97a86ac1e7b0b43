"""What the settlement officer does with batches, their bank files and outcomes. A caller opens the
transaction and commits it.

    close (signed) -> BatchClosed is final -> seal -> the bank -> record_outcomes -> settle (signed)
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update

from heitje_chain.acts import service as acts
from heitje_chain.acts.errors import ActUnknown
from heitje_chain.acts.service import Act, OfficerCall
from heitje_chain.audit import service as audit
from heitje_chain.chain.contracts import REDEMPTION as REDEMPTION_CONTRACT
from heitje_chain.chain.contracts import Contracts
from heitje_chain.http.language import Words
from heitje_chain.people.model import PARTICIPANT

from . import pain001, redemptions, rules
from .errors import (
    BatchNotInState,
    BatchUnknown,
    FileNotMade,
    LineHeld,
    NothingToPay,
    PayoutsStopped,
    RedemptionNotHeld,
)
from .model import BATCH, BOOKED, CLOSED, FILED, LOCKED, PAYOUT_STOP, REDEMPTION, REJECTED, SETTLED, SETTLING
from .pain001 import BankFileError, CreditTransfer, CreditTransferFile, Debtor
from .redemptions import HELD, Redemption
from .rules import BankOutcome

CLOSE, SETTLE = "close_batch", "settle_batch"

MOST_LINES = 1000
"""How many lines the contract takes in a batch."""

_ROLE = "SETTLEMENT"


@dataclass(frozen=True)
class Batch:
    number: int
    cents: int
    lines: int
    state: str
    """closed, filed, settling or settled."""
    file_sha256: str | None
    message_id: str | None
    closed_at: int
    """UTC seconds, like the next two."""
    filed_at: int | None
    settled_at: int | None
    booked_cents: int | None
    """As the chain settled it, like the next."""
    rejected_cents: int | None


@dataclass(frozen=True)
class BankFile:
    batch: int
    message_id: str
    sha256: str
    lines: int
    cents: int
    content: bytes


# ---------------------------------------------------------------- closing


def prepare_close(connection: Connection, contracts: Contracts, officer: str, limit: int = MOST_LINES) -> Act:
    """Prepare that what is locked for good is paid together, the longest waiting first.

    Held lines stay, and so do those of a merchant that is blocked now.

    Raises:
        PayoutsStopped, NothingToPay, OfficerMissing
    """
    check_stop(connection)
    due = connection.execute(
        redemptions.redemptions_query(REDEMPTION.c.state == LOCKED, ~HELD, PARTICIPANT.c.blocked.is_not(True))
        .order_by(REDEMPTION.c.locked_at, REDEMPTION.c.id)
        .limit(min(limit, MOST_LINES))
    )
    members = [row.id for row in due]
    if not members:
        raise NothingToPay
    number = (connection.scalar(select(func.max(BATCH.c.number))) or 0) + 1
    arguments = (number, [bytes.fromhex(one) for one in members])
    call = OfficerCall(REDEMPTION_CONTRACT, "close", arguments, _ROLE)
    content = {"batch": number, "redemptions": members}
    return acts.prepare_officer_act(connection, contracts, officer, CLOSE, content, lambda _: call)


def close(connection: Connection, contracts: Contracts, officer: str, act_id: str, signature: bytes) -> Act:
    """Take the officer's signature over a batch's members. The same signature again changes nothing.

    Raises:
        PayoutsStopped, ActUnknown, ActExpired, SignatureWrong, SignatureMalformed, OfficerMissing
    """
    check_stop(connection)
    return acts.sign_officer_act(connection, contracts, act_id, CLOSE, officer, signature)


def held(connection: Connection) -> list[Redemption]:
    """Return the redemptions that wait until their merchant's account is confirmed, the oldest first."""
    rows = connection.execute(
        redemptions.redemptions_query(HELD).order_by(REDEMPTION.c.created_at, REDEMPTION.c.id)
    )
    return [redemptions.redemption_of(row) for row in rows]


def confirm_account(connection: Connection, officer: str, redemption: str) -> Redemption:
    """Have a held redemption paid to the account that its merchant has now. Once more changes nothing.

    When the merchant changes the account again before the bank file is made, it is held again.

    Raises:
        RedemptionUnknown
        RedemptionNotHeld: nothing is to be confirmed, or the merchant has no account here.
    """
    found = redemptions.for_change(connection, redemption)
    if found.account_confirmed and not found.held:
        return found
    if not found.held or found.present_account is None:
        raise RedemptionNotHeld(redemption, found.state)
    connection.execute(
        update(REDEMPTION)
        .where(REDEMPTION.c.id == redemption)
        .values(
            iban=found.present_account.iban,
            account_holder=found.present_account.holder,
            account_confirmed=True,
        )
    )
    audit.record_by_officer(connection, officer, "confirm_account", redemption)
    return redemptions.find(connection, redemption)


# ---------------------------------------------------------------- the bank file


def seal(
    connection: Connection,
    contracts: Contracts,
    officer: str,
    number: int,
    debtor: Debtor,
    execution_date: date,
    created_at: int,
) -> BankFile:
    """Make a batch's bank file, once; from then on return the stored bytes, whatever else is asked for.

    A database that was restored from before this makes it anew. Its message id, its end-to-end ids and its
    amounts then are those of the lost one, by which a bank finds it twice; only the two dates differ.

    Args:
        created_at: UTC seconds

    Raises:
        BatchUnknown: the chain has not closed it for good.
        PayoutsStopped, BatchIncomplete, LineHeld, FileNotMade
        BatchNotInState: it was settled, so nothing of it may be paid again.
    """
    batch = batch_for_change(connection, number)
    if batch.file_sha256 is not None:
        return file_of(connection, number)
    check_stop(connection)
    rules.check_state(number, batch.state, CLOSED)
    connection.execute(select(REDEMPTION.c.id).where(REDEMPTION.c.batch == number).with_for_update())
    lines = lines_of(connection, number)
    rules.check_complete(number, batch.lines, batch.cents, [line.cents for line in lines])
    message_id = rules.message_id(contracts.chain_id, contracts.address(REDEMPTION_CONTRACT), number)
    transfers = tuple(map(_transfer, lines))
    try:
        content = pain001.build(CreditTransferFile(message_id, created_at, execution_date, debtor, transfers))
    except BankFileError as error:
        raise FileNotMade(number, str(error)) from error
    connection.execute(
        update(BATCH)
        .where(BATCH.c.number == number)
        .values(
            state=FILED,
            file=content,
            file_sha256=hashlib.sha256(content).hexdigest(),
            message_id=message_id,
            filed_at=created_at,
        )
    )
    sealed = file_of(connection, number)
    audit.record_by_officer(
        connection, officer, "seal_bank_file", f"batch:{number}", {"sha256": sealed.sha256}
    )
    return sealed


def file_of(connection: Connection, number: int) -> BankFile:
    """Return a batch's bank file as it was stored.

    Raises:
        BatchUnknown
        BatchNotInState: none was made.
    """
    row = connection.execute(select(BATCH).where(BATCH.c.number == number)).one_or_none()
    if row is None:
        raise BatchUnknown(number)
    if row.file is None:
        raise BatchNotInState(number, row.state)
    return BankFile(number, row.message_id, row.file_sha256, row.lines, row.cents, bytes(row.file))


# ---------------------------------------------------------------- what the bank did


def record_outcomes(
    connection: Connection,
    officer: str,
    number: int,
    booked: Collection[str],
    rejected: Mapping[str, str],
) -> list[Redemption]:
    """Note what the bank did with lines of a filed batch, all or none; return all lines of the batch.

    An outcome once given stays; giving the same again changes nothing.

    Args:
        booked: redemptions that were paid
        rejected: redemption -> ISO 20022 external status reason code

    Raises:
        BatchUnknown, BatchNotInState, LineNotInBatch, OutcomeGiven
    """
    batch = batch_for_change(connection, number)
    rules.check_state(number, batch.state, FILED, SETTLING, SETTLED)
    given = {line.id: _outcome(line) for line in lines_of(connection, number)}
    new = rules.new_outcomes(number, given, booked, rejected)
    for one, outcome in new.items():
        connection.execute(
            update(REDEMPTION)
            .where(REDEMPTION.c.id == one)
            .values(bank_outcome=outcome.said, bank_reason=outcome.reason)
        )
    if new:
        sides: dict[str, list[str]] = {BOOKED: [], REJECTED: []}
        for one, outcome in new.items():
            sides[outcome.said].append(one)
        audit.record_by_officer(connection, officer, "record_outcomes", f"batch:{number}", sides)
    return lines_of(connection, number)


def prepare_settlement(connection: Connection, contracts: Contracts, officer: str, number: int) -> Act:
    """Prepare that a batch is settled: what the bank booked is burned, the rest goes back to the merchants.

    It can be prepared again when the signed one came to nothing: the outcomes are the same, and the contract
    settles a batch once.

    Raises:
        BatchUnknown, BatchNotInState, OutcomesMissing, OfficerMissing
    """
    batch = batch_for_change(connection, number)
    rules.check_state(number, batch.state, FILED, SETTLING)
    lines = lines_of(connection, number)
    rules.check_outcomes(number, [line.bank_outcome for line in lines])
    rejected = sorted(line.id for line in lines if line.bank_outcome == REJECTED)
    arguments = (number, [bytes.fromhex(one) for one in rejected])
    call = OfficerCall(REDEMPTION_CONTRACT, "settle", arguments, _ROLE)
    content = {"batch": number, "rejected": rejected}
    return acts.prepare_officer_act(connection, contracts, officer, SETTLE, content, lambda _: call)


def settle(
    connection: Connection, contracts: Contracts, officer: str, number: int, act_id: str, signature: bytes
) -> Act:
    """Take the officer's signature over a batch's settlement. The same signature again changes nothing.

    Raises:
        ActUnknown: no such act, or it settles another batch.
        ActExpired, SignatureWrong, SignatureMalformed, OfficerMissing
    """
    if acts.find(connection, act_id).content.get("batch") != number:
        raise ActUnknown
    act = acts.sign_officer_act(connection, contracts, act_id, SETTLE, officer, signature)
    connection.execute(
        update(BATCH).where((BATCH.c.number == number) & (BATCH.c.state == FILED)).values(state=SETTLING)
    )
    return act


# ---------------------------------------------------------------- stopping payouts


def stop_payouts(connection: Connection, reason: Words) -> None:
    """Have no batch closed and no bank file made until this is lifted. A stop that is there keeps its reason.

    Args:
        reason: a sentence; ids and amounts, never names
    """
    if payout_stop(connection) is None:
        words = {"reason": reason["en"], "reason_nl": reason["nl"]}
        connection.execute(PAYOUT_STOP.insert().values(since=int(time.time()), **words))


def lift_stop(connection: Connection) -> None:
    """Let payouts go on; without a stop nothing changes."""
    connection.execute(
        update(PAYOUT_STOP).where(PAYOUT_STOP.c.lifted_at.is_(None)).values(lifted_at=int(time.time()))
    )


def payout_stop(connection: Connection) -> Words | None:
    """Return why payouts are stopped; None when they are not."""
    stop = connection.execute(
        select(PAYOUT_STOP.c.reason, PAYOUT_STOP.c.reason_nl)
        .where(PAYOUT_STOP.c.lifted_at.is_(None))
        .order_by(PAYOUT_STOP.c.id)
        .limit(1)
    ).first()
    return None if stop is None else {"nl": stop.reason_nl, "en": stop.reason}


def check_stop(connection: Connection) -> None:
    """Raises:
    PayoutsStopped
    """
    reason = payout_stop(connection)
    if reason is not None:
        raise PayoutsStopped(reason)


# ---------------------------------------------------------------- reading


def batches_query(*where: Any) -> Select[Any]:
    """Return the statement whose rows `batch_of` reads; the bank file stays where it is."""
    return select(*(column for column in BATCH.c if column is not BATCH.c.file)).where(*where)


def find_batch(connection: Connection, number: int) -> Batch:
    """Raises:
    BatchUnknown
    """
    row = connection.execute(batches_query(BATCH.c.number == number)).one_or_none()
    if row is None:
        raise BatchUnknown(number)
    return batch_of(row)


def batch_for_change(connection: Connection, number: int) -> Batch:
    """Return a batch and keep others from changing it until the transaction ends.

    Raises:
        BatchUnknown
    """
    connection.execute(select(BATCH.c.number).where(BATCH.c.number == number).with_for_update())
    return find_batch(connection, number)


def lines_of(connection: Connection, number: int) -> list[Redemption]:
    """Return a batch's redemptions, by their ids."""
    rows = connection.execute(
        redemptions.redemptions_query(REDEMPTION.c.batch == number).order_by(REDEMPTION.c.id)
    )
    return [redemptions.redemption_of(row) for row in rows]


def batch_of(row: Row[Any]) -> Batch:
    """Return a row of `batches_query` as a batch."""
    return Batch(**row._mapping)


# ---------------------------------------------------------------- details


def _transfer(line: Redemption) -> CreditTransfer:
    """Raises:
    LineHeld
    """
    if line.held or line.account is None:
        raise LineHeld(line.id)
    return CreditTransfer(
        end_to_end_id=line.end_to_end_id,
        cents=line.cents,
        creditor=line.account.holder,
        iban=line.account.iban,
        remittance=f"Heitjes {line.end_to_end_id}",
    )


def _outcome(line: Redemption) -> BankOutcome | None:
    return None if line.bank_outcome is None else BankOutcome(line.bank_outcome, line.bank_reason)

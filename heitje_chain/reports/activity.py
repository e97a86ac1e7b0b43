"""What happened around a participant, newest first: one list over claims, payments, awards and redemptions.

There is no table of it. Each thing is one entry, at the time of its last change, so an entry comes to the
head again when its state changes. A resident's name is never in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Row,
    Select,
    String,
    Table,
    and_,
    false,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)

from heitje_chain.days import day_of, start_of
from heitje_chain.jobs.model import APPROVED, AWARDED, CLAIM, JOB
from heitje_chain.ledger import accounts
from heitje_chain.ledger.entry import Kind
from heitje_chain.ledger.model import JOURNAL_ENTRY, JOURNAL_LINE
from heitje_chain.payments.model import PAID, PAYMENT, REFUSED
from heitje_chain.people.model import MERCHANT, PARTICIPANT, PARTNER, RESIDENT
from heitje_chain.people.service import Participant
from heitje_chain.settlement.model import BATCH, BOOKED, REDEMPTION

KINDS = ("claim", "pay", "donate", "refund", "award", "redemption")

ENTRY = Table(
    "activity",
    MetaData(),  # the rows of a query: it is no table of the database
    Column("at", BigInteger, nullable=False),
    Column("id", String(80), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("cents", BigInteger, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("counterpart", String(40)),
    Column("title", String),
    Column("path", String),
)


@dataclass(frozen=True)
class Entry:
    at: int
    """UTC seconds of the last change."""
    kind: str
    """One of KINDS."""
    state: str
    """Of the thing itself; an award is always paid."""
    cents: int
    """Signed: above 0 comes to the participant. A partner's claims come out of its budget."""
    done: bool
    """Whether the cents have moved for good."""
    counterpart: str | None
    """The other side's name when it is no resident."""
    title: str | None
    """Of a claim's job."""
    path: str | None
    """Where to read more, under the API's address."""


def query(participant: Participant) -> Select[Any]:
    """Return the statement whose rows `entry_of` reads; its order is (at, id)."""
    own = participant.chain_id or ""
    parts = [_payments(own, outgoing=True), _payments(own, outgoing=False)]
    if participant.kind == RESIDENT:
        parts += [_claims(CLAIM.c.resident == own, sign=1), _awards(participant)]
    elif participant.kind == PARTNER:
        parts = [_claims(JOB.c.partner == own, sign=-1)]
    elif participant.kind == MERCHANT:
        parts.append(_redemptions(own))
    named = and_(PARTICIPANT.c.chain_id == ENTRY.c.counterpart, PARTICIPANT.c.kind != RESIDENT)
    together = union_all(*parts).cte(ENTRY.name)
    return select(ENTRY, PARTICIPANT.c.name).outerjoin(PARTICIPANT, named).add_cte(together)


def entry_of(row: Row[Any]) -> Entry:
    """Return a row of `query` as an entry."""
    return Entry(
        at=row.at,
        kind=row.kind,
        state=row.state,
        cents=row.cents,
        done=bool(row.done),
        counterpart=row.name,
        title=row.title,
        path=row.path,
    )


@dataclass(frozen=True)
class MonthSum:
    """What came and went in a month of the city's calendar, cents; only what is final."""

    first_day: date
    came: int
    went: int


def by_month(connection: Connection, participant: Participant, this_day: date, months: int) -> list[MonthSum]:
    """Return the sums of so many months, this one last."""
    firsts = [months_before(this_day, back) for back in range(months - 1, -1, -1)]
    sums = {first: [0, 0] for first in firsts}
    since = start_of(firsts[0])
    for row in connection.execute(query(participant).where(ENTRY.c.at >= since)):
        entry = entry_of(row)
        first = day_of(entry.at).replace(day=1)
        if entry.done and first in sums:
            sums[first][entry.cents < 0] += abs(entry.cents)
    return [MonthSum(first, *sums[first]) for first in firsts]


def months_before(day: date, back: int) -> date:
    """Return the first day of the month so many months before; after it when below 0."""
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)


# ---------------------------------------------------------------- details


def _row(
    at: ColumnElement[Any],
    name: str,
    key: ColumnElement[Any],
    kind: ColumnElement[Any],
    state: ColumnElement[Any],
    cents: ColumnElement[Any],
    done: ColumnElement[bool],
    counterpart: ColumnElement[Any] | None = None,
    title: ColumnElement[Any] | None = None,
) -> Select[Any]:
    """Return one kind of entry, with its columns in the order and under the names of ENTRY."""
    path = null() if name == "award" else literal(f"/{name}s/") + key
    values = (
        at,
        literal(f"{name}:") + key,
        kind,
        state,
        cents,
        done,
        null() if counterpart is None else counterpart,
        null() if title is None else title,
        path,
    )
    return select(*(value.label(column.name) for value, column in zip(values, ENTRY.c, strict=True)))


def _payments(own: str, *, outgoing: bool) -> Select[Any]:
    """What the contract refused is told to whoever wanted to pay, and to nobody else."""
    mine, other = (PAYMENT.c.payer, PAYMENT.c.payee) if outgoing else (PAYMENT.c.payee, PAYMENT.c.payer)
    statement = _row(
        func.coalesce(PAYMENT.c.paid_at, PAYMENT.c.created_at),
        "payment",
        PAYMENT.c.id,
        PAYMENT.c.kind,
        PAYMENT.c.state,
        -PAYMENT.c.cents if outgoing else PAYMENT.c.cents,
        PAYMENT.c.state == PAID,
        other,
    )
    return statement.where(mine == own, true() if outgoing else PAYMENT.c.state != REFUSED)


def _claims(whose: ColumnElement[bool], sign: int) -> Select[Any]:
    statement = _row(
        CLAIM.c.since,
        "claim",
        CLAIM.c.id,
        literal("claim"),
        CLAIM.c.state,
        CLAIM.c.cents * sign,
        CLAIM.c.state.in_((APPROVED, AWARDED)),
        JOB.c.partner if sign > 0 else None,
        JOB.c.title,
    )
    return statement.select_from(CLAIM.outerjoin(JOB, JOB.c.id == CLAIM.c.job)).where(whose)


def _awards(resident: Participant) -> Select[Any]:
    """Coins that the treasurer gave at once; only the journal has them all."""
    statement = _row(
        JOURNAL_ENTRY.c.occurred_at,
        "award",
        JOURNAL_ENTRY.c.id,
        literal("award"),
        literal(PAID),
        JOURNAL_LINE.c.cents,
        true(),
    )
    own = (
        false() if resident.chain_id is None else JOURNAL_LINE.c.account == accounts.wallet(resident.on_chain)
    )
    lines = JOURNAL_LINE.join(JOURNAL_ENTRY, JOURNAL_ENTRY.c.number == JOURNAL_LINE.c.entry_number)
    return statement.select_from(lines).where(own, JOURNAL_ENTRY.c.kind == Kind.AWARD.value)


def _redemptions(own: str) -> Select[Any]:
    statement = _row(
        func.coalesce(BATCH.c.settled_at, REDEMPTION.c.locked_at, REDEMPTION.c.created_at),
        "redemption",
        REDEMPTION.c.id,
        literal("redemption"),
        REDEMPTION.c.state,
        -REDEMPTION.c.cents,
        REDEMPTION.c.state == BOOKED,
    )
    batched = REDEMPTION.outerjoin(BATCH, BATCH.c.number == REDEMPTION.c.batch)
    return statement.select_from(batched).where(REDEMPTION.c.merchant == own)

"""Writes in the journal and reads from it. Nothing here commits: the caller's transaction does.

The chain is the authority for coins: an entry records what was final on it and is never refused for what it
does to a balance. Entries are booked in the order of the chain.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, or_, select
from sqlalchemy.exc import IntegrityError

from heitje_chain.chain.ids import BudgetId

from . import books as books_rules
from .accounts import BUDGET, Account, account, group
from .books import Books, BudgetBooks
from .entry import DifferentEntry, Entry, EventTaken, Kind, Line, Seen, require_sound
from .model import JOURNAL_ENTRY, JOURNAL_LINE

_E, _L = JOURNAL_ENTRY.c, JOURNAL_LINE.c


class Booking(Enum):
    """What `book` did."""

    NEW = "new"
    """The entry was written."""
    SAME = "same"
    """It was there already; nothing was written."""
    MOVED = "moved"
    """It was there already, seen at another place or moment: the chain lost the block and made it anew. The
    books keep what was seen first; nothing was written.
    """


@dataclass(frozen=True)
class BookedEntry:
    """An entry as it stands in the journal. `number` is its place and the cursor of `entries`; `booked_at`
    is UTC seconds of the clock of the machine that booked it.
    """

    number: int
    booked_at: int
    entry: Entry


def book(connection: Connection, entry: Entry) -> Booking:
    """Write an entry, once. Two processes that book the same one at once get NEW and SAME.

    Raises:
        Unbalanced, UnsoundEntry, UnknownAccount: see `entry.require_sound`.
        DifferentEntry: the id is booked with another kind or other lines.
        EventTaken: this event is booked under another id.
    """
    require_sound(entry)
    try:
        with connection.begin_nested():
            _write(connection, entry)
    except IntegrityError:
        known = _compared(connection, entry)
        if known is None:
            raise
        return known
    return Booking.NEW


def balance(connection: Connection, of: Account) -> int:
    """Return an account's cents; 0 for an account that nothing was booked on.

    Raises:
        UnknownAccount: it is not in the chart.
    """
    total = select(func.coalesce(func.sum(_L.cents), 0)).where(_L.account == account(of))
    return int(connection.execute(total).scalar_one())


def balances(connection: Connection, prefix: str = "", at_block: int | None = None) -> dict[Account, int]:
    """Return account -> cents, in the order of accounts, for all that was ever booked on (0 included).

    `prefix` is whole parts of an account, such as `wallet` or `budget:<budget>`; empty for all. With
    `at_block` only what the chain told up to and including this block counts, and all that the bank told.

    Raises:
        UnknownAccount: no account begins so.
    """
    query = select(_L.account, func.sum(_L.cents)).group_by(_L.account).order_by(_L.account)
    if prefix:
        query = query.where(or_(_L.account == prefix, _under(_L.account, group(prefix))))
    if at_block is not None:
        query = query.join(JOURNAL_ENTRY, _E.number == _L.entry_number).where(_until(at_block))
    return {Account(name): int(cents) for name, cents in connection.execute(query)}


def books(connection: Connection, at_block: int | None = None) -> Books:
    """Return what is owed and promised, now or as of a block (see `balances`)."""
    closings = select(_E.id).where(_under(_E.id, Kind.CLOSE_BUDGET))
    if at_block is not None:
        closings = closings.where(_until(at_block))
    closed = {_closed_by(entry_id) for entry_id in connection.scalars(closings)}
    return books_rules.read(balances(connection, at_block=at_block), closed)


def budget_books(connection: Connection, budget: BudgetId) -> BudgetBooks | None:
    """Return one budget; None when nothing was ever booked on it."""
    held = balances(connection, f"{BUDGET}:{budget.hex()}")
    if not held:
        return None
    is_closed = find(connection, f"{Kind.CLOSE_BUDGET}:{budget.hex()}") is not None
    return books_rules.read(held, {budget} if is_closed else set()).budgets[budget]


def moved_by_entry(connection: Connection, kind: Kind) -> dict[str, int]:
    """Return entry id -> cents that it brought to an account, over all entries of a kind."""
    query = (
        select(_E.id, func.sum(_L.cents))
        .join(JOURNAL_LINE, _L.entry_number == _E.number)
        .where((_E.kind == kind.value) & (_L.cents > 0))
        .group_by(_E.id)
    )
    return {entry_id: int(cents) for entry_id, cents in connection.execute(query)}


def moved_by(connection: Connection, kind: Kind) -> int:
    """Return the cents that all entries of a kind moved together."""
    return sum(moved_by_entry(connection, kind).values())


def entries(
    connection: Connection, of: Account, after: int | None = None, limit: int = 50
) -> list[BookedEntry]:
    """Return up to `limit` entries with a line on this account, newest booking first.

    `after` is the `number` of the last entry of the previous page; what is booked meanwhile changes no later
    page.

    Raises:
        UnknownAccount: it is not in the chart.
    """
    numbers = select(_L.entry_number).where(_L.account == account(of))
    if after is not None:
        numbers = numbers.where(_L.entry_number < after)
    page = connection.scalars(numbers.order_by(_L.entry_number.desc()).limit(limit)).all()
    return _read(connection, _E.number.in_(page))


def find(connection: Connection, entry_id: str) -> BookedEntry | None:
    """Return the entry with this id, if it is booked."""
    return next(iter(_read(connection, _E.id == entry_id)), None)


# ---------------------------------------------------------------- writing


def _write(connection: Connection, entry: Entry) -> None:
    seen = entry.seen
    number = connection.execute(
        insert(JOURNAL_ENTRY)
        .values(
            id=entry.id,
            kind=entry.kind.value,
            occurred_at=entry.occurred_at,
            block_number=seen and seen.block_number,
            transaction_hash=seen and seen.transaction_hash,
            log_index=seen and seen.log_index,
            booked_at=int(time.time()),
        )
        .returning(_E.number)
    ).scalar_one()
    lines = [
        {"entry_number": number, "line_number": place, "account": line.account, "cents": line.cents}
        for place, line in enumerate(entry.lines, start=1)
    ]
    if lines:
        connection.execute(insert(JOURNAL_LINE), lines)


def _compared(connection: Connection, offered: Entry) -> Booking | None:
    """Say how an entry that could not be written stands in the journal; None if it does not."""
    found = find(connection, offered.id)
    if found is not None:
        if not found.entry.says_the_same(offered):
            raise DifferentEntry(found.entry, offered) from None
        same_place = (found.entry.occurred_at, found.entry.seen) == (offered.occurred_at, offered.seen)
        return Booking.SAME if same_place else Booking.MOVED
    if offered.seen is not None:
        event = and_(
            _E.transaction_hash == offered.seen.transaction_hash,
            _E.log_index == offered.seen.log_index,
            _E.kind == offered.kind.value,
        )
        for taken in _read(connection, event):
            raise EventTaken(taken.entry, offered) from None
    return None


# ---------------------------------------------------------------- reading


def _read(connection: Connection, where: ColumnElement[bool]) -> list[BookedEntry]:
    rows = connection.execute(select(JOURNAL_ENTRY).where(where).order_by(_E.number.desc())).all()
    lines: dict[int, list[Line]] = {row.number: [] for row in rows}
    of_these = select(JOURNAL_LINE).where(_L.entry_number.in_(list(lines)))
    for line in connection.execute(of_these.order_by(_L.entry_number, _L.line_number)):
        lines[line.entry_number].append(Line(Account(line.account), line.cents))
    return [_booked(row, lines[row.number]) for row in rows]


def _booked(row: Row[Any], lines: Sequence[Line]) -> BookedEntry:
    seen = None
    if row.transaction_hash is not None:
        seen = Seen(row.occurred_at, row.block_number, row.transaction_hash, row.log_index)
    entry = Entry(row.id, Kind(row.kind), row.occurred_at, seen, tuple(lines))
    return BookedEntry(row.number, row.booked_at, entry)


def _under(column: ColumnElement[str], prefix: str) -> ColumnElement[bool]:
    """What begins with the prefix and a colon; the semicolon is the character after it."""
    return and_(column >= f"{prefix}:", column < f"{prefix};")


def _until(block: int) -> ColumnElement[bool]:
    return or_(_E.block_number.is_(None), _E.block_number <= block)


def _closed_by(entry_id: str) -> BudgetId:
    return BudgetId(bytes.fromhex(entry_id.partition(":")[2]))

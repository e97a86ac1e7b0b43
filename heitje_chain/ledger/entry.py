"""What a booking is, and when it is sound. No I/O.

Errors:
    LedgerError
    ├── UnknownAccount   the chart has no such account (`accounts`)
    ├── Unbalanced       the lines of a family do not sum to zero
    ├── UnsoundEntry     a line of 0 cents, an account twice, a number too large, no lines at all
    ├── DifferentEntry   this id is booked with other content
    └── EventTaken       this event of the chain is booked under another id
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from .accounts import Account, LedgerError, account, family

MOST_CENTS = 2**63 - 1
"""The widest integer that both databases keep."""


class Kind(StrEnum):
    """What happened; in brackets the event that tells it."""

    GRANT = "grant"  # BudgetGranted
    POST = "post"  # JobPosted
    RELEASE_SLOTS = "release_slots"  # SlotsReleased
    APPROVE = "approve"  # ClaimApproved: by the partner
    DECIDE = "decide"  # ClaimAwarded: by the arbiter
    AWARD = "award"  # AwardMinted: by the treasurer
    CLOSE_BUDGET = "close_budget"  # BudgetClosed
    PAY = "pay"  # Transfer to a merchant
    REFUND = "refund"  # Transfer from a merchant
    DONATE = "donate"  # Transfer from a resident to an association
    FORCE = "force"  # Transfer by the enforcer
    LOCK = "lock"  # RedemptionLocked
    BURN = "burn"  # BatchSettled
    RELEASE_LINE = "release_line"  # RedemptionReleased
    BANK_RETURN = "bank_return"  # camt.053, after the burn
    PAY_PAYABLE = "pay_payable"  # camt.053


@dataclass(frozen=True)
class Seen:
    """Where and when the chain told it. `occurred_at` is the block's time, UTC seconds."""

    occurred_at: int
    block_number: int
    transaction_hash: str
    """As `heitje_chain.chain` spells it: 0x and 64 hex digits."""
    log_index: int
    """Within the block."""


@dataclass(frozen=True)
class Line:
    """Cents that an account gains (above 0) or loses (below 0)."""

    account: Account
    cents: int


@dataclass(frozen=True)
class Entry:
    """One fact in the books. `seen` is None for what only the bank told."""

    id: str
    kind: Kind
    occurred_at: int
    seen: Seen | None
    lines: tuple[Line, ...]

    def says_the_same(self, other: Entry) -> bool:
        """Whether both move the same cents under the same id, whenever and wherever they were seen."""
        return (self.id, self.kind, frozenset(self.lines)) == (other.id, other.kind, frozenset(other.lines))

    def __str__(self) -> str:
        moves = ", ".join(f"{line.account} {line.cents:+}" for line in self.lines)
        where = "" if self.seen is None else f" in {self.seen.transaction_hash} log {self.seen.log_index}"
        return f"{self.id} ({self.kind} at {self.occurred_at}{where}: {moves or 'no lines'})"


class Unbalanced(LedgerError):
    def __init__(self, entry: Entry, family_name: str, cents: int) -> None:
        super().__init__(f"The lines on {family_name} sum to {cents} cents, not 0: {entry}.")
        self.entry, self.family, self.cents = entry, family_name, cents


class UnsoundEntry(LedgerError):
    def __init__(self, entry: Entry, reason: str) -> None:
        super().__init__(f"{reason}: {entry}.")
        self.entry, self.reason = entry, reason


class DifferentEntry(LedgerError):
    def __init__(self, booked: Entry, offered: Entry) -> None:
        super().__init__(f"Booked is {booked}; offered under the same id is {offered}.")
        self.booked, self.offered = booked, offered


class EventTaken(LedgerError):
    def __init__(self, booked: Entry, offered: Entry) -> None:
        super().__init__(f"Booked is {booked}; offered for the same event is {offered}.")
        self.booked, self.offered = booked, offered


def require_sound(entry: Entry) -> None:
    """Check an entry before it is written.

    Raises:
        Unbalanced: the lines of a family do not sum to zero.
        UnsoundEntry: see the tree above. Only the closing of a budget may move nothing.
        UnknownAccount: a line's account is not in the chart.
    """
    if not entry.id:
        raise UnsoundEntry(entry, "An entry needs an id")
    if not entry.lines and entry.kind is not Kind.CLOSE_BUDGET:
        raise UnsoundEntry(entry, "An entry needs lines")
    if entry.seen is not None and entry.seen.occurred_at != entry.occurred_at:
        raise UnsoundEntry(entry, "An entry occurred when its block was made")
    if len({line.account for line in entry.lines}) != len(entry.lines):
        raise UnsoundEntry(entry, "An account has one line at most")
    sums: Counter[str] = Counter()
    for line in entry.lines:
        if line.cents == 0 or abs(line.cents) > MOST_CENTS:
            raise UnsoundEntry(entry, "A line moves at least 1 cent and fits into 63 bits")
        sums[family(account(line.account))] += line.cents
    for name, cents in sums.items():
        if cents != 0:
            raise Unbalanced(entry, name, cents)

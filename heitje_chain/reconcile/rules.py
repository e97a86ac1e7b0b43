"""Comparing what the chain, the books and the bank say. No I/O; all amounts in cents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from heitje_chain.chain.state import BudgetState, LineState
from heitje_chain.ledger.books import Books, BudgetBooks
from heitje_chain.money import to_euros


@dataclass(frozen=True)
class ChainSide:
    supply: int
    burned: int
    redemption: int
    wallets: Mapping[str, int]
    """ParticipantId in hex -> what the present wallet holds."""
    budgets: Mapping[str, BudgetState]
    lines: Mapping[str, LineState]
    """Redemption in hex -> its line, of those that are not paid yet."""
    last_batch: int


@dataclass(frozen=True)
class BooksSide:
    books: Books
    burned: int
    wallets: Mapping[str, int]
    """ParticipantId in hex -> cents."""
    budgets: Mapping[str, BudgetBooks]


@dataclass(frozen=True)
class BatchSide:
    """A batch as the payout tables have it."""

    closed: int
    booked: int
    """Sum of the lines that the bank booked, as it was told here."""
    rejected: int
    settled_booked: int | None
    """What the chain burned; None until it is settled."""
    settled_rejected: int | None
    burned_in_books: int


@dataclass(frozen=True)
class PayoutSide:
    lines: Mapping[str, LineState]
    """Redemption in hex -> its line, of those whose coins lie in the redemption: locked, in a batch, or
    refused by the bank."""
    last_batch: int
    batches: Mapping[int, BatchSide]
    payable: int


@dataclass(frozen=True)
class Figures:
    """The equation: supply = minted - burned = balances; owed = supply + payable."""

    minted: int
    burned: int
    supply: int
    wallets: int
    redemption: int
    payable: int
    reserved: int
    granted: int

    @property
    def owed(self) -> int:
        return self.supply + self.payable


def figures(chain: ChainSide, books: BooksSide) -> Figures:
    """Return the figures as the chain has them, and what only the books know."""
    return Figures(
        minted=chain.supply + chain.burned,
        burned=chain.burned,
        supply=chain.supply,
        wallets=sum(chain.wallets.values()),
        redemption=chain.redemption,
        payable=books.books.payable,
        reserved=sum(budget.reserved for budget in chain.budgets.values()),
        granted=sum(budget.granted for budget in chain.budgets.values()),
    )


def differences(chain: ChainSide, books: BooksSide, payouts: PayoutSide) -> list[str]:
    """Return a sentence for each row that differs; empty when all is equal."""
    return [
        *_totals(chain, books, payouts),
        *_wallets(chain, books),
        *_budgets(chain, books),
        *_lines(chain, payouts),
        *_batches(payouts),
    ]


def _totals(chain: ChainSide, books: BooksSide, payouts: PayoutSide) -> Iterator[str]:
    held = sum(chain.wallets.values()) + chain.redemption
    yield from _unless(held, chain.supply, "All balances on the chain together", "its supply")
    yield from _unless(chain.supply, books.books.supply, "The supply on the chain", "the journal")
    yield from _unless(chain.burned, books.burned, "What was burned on the chain", "the journal")
    in_books = books.books.wallets + books.books.redemption
    yield from _unless(in_books, books.books.supply, "All wallets in the journal together", "its supply")
    yield from _unless(
        chain.redemption, books.books.redemption, "The redemption's balance on the chain", "the journal"
    )
    yield from _unless(
        chain.redemption,
        sum(line.cents for line in payouts.lines.values()),
        "The redemption's balance on the chain",
        "the lines that wait",
    )
    yield from _unless(books.books.payable, payouts.payable, "The payable in the journal", "the payout lines")
    if chain.last_batch != payouts.last_batch:
        yield f"The last batch is {chain.last_batch} on the chain, and {payouts.last_batch} here."


def _wallets(chain: ChainSide, books: BooksSide) -> Iterator[str]:
    for participant in sorted({*chain.wallets, *books.wallets}):
        on_chain, booked = chain.wallets.get(participant, 0), books.wallets.get(participant, 0)
        yield from _unless(
            on_chain, booked, f"Wallet of participant {participant} on the chain", "the journal"
        )


def _budgets(chain: ChainSide, books: BooksSide) -> Iterator[str]:
    for budget in sorted({*chain.budgets, *books.budgets}):
        there = chain.budgets.get(budget, BudgetState(0, 0, 0, False))
        here = books.budgets.get(budget, BudgetBooks(0, 0, 0, False))
        for name in ("granted", "reserved", "minted"):
            what = f"Budget {budget}, {name}, on the chain"
            yield from _unless(getattr(there, name), getattr(here, name), what, "the journal")


def _lines(chain: ChainSide, payouts: PayoutSide) -> Iterator[str]:
    for redemption, here in sorted(payouts.lines.items()):
        there = chain.lines[redemption]
        if there != here:
            yield (
                f"Redemption {redemption} is {there.state}, {to_euros(there.cents)} of {there.merchant} in "
                f"batch {there.batch} on the chain, and {here.state}, {to_euros(here.cents)} of "
                f"{here.merchant} in batch {here.batch} here."
            )


def _batches(payouts: PayoutSide) -> Iterator[str]:
    for number, batch in sorted(payouts.batches.items()):
        if batch.settled_booked is None or batch.settled_rejected is None:
            continue
        told = f"Batch {number}, "
        yield from _unless(batch.settled_booked, batch.booked, told + "burned", "what the bank booked")
        yield from _unless(batch.settled_booked, batch.burned_in_books, told + "burned", "the journal")
        yield from _unless(batch.settled_rejected, batch.rejected, told + "refused", "what the bank refused")
        total = batch.settled_booked + batch.settled_rejected
        yield from _unless(total, batch.closed, told + "burned and refused", "what was closed in")


def _unless(one: int, other: int, what: str, where: str) -> Iterator[str]:
    if one != other:
        yield f"{what}: {to_euros(one)}; {where}: {to_euros(other)}; off by {to_euros(one - other)}."

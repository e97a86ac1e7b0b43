"""What may be granted. No I/O."""

from __future__ import annotations

from heitje_chain.ledger.books import Books, BudgetBooks

from .errors import BudgetClosed, BudgetExceeded, LimitInvalid, NotCovered, StatementTooOld

SHORTEST_WINDOW_SECONDS = 3600
LONGEST_WINDOW_SECONDS = 31 * 86_400


def check_grant(books: Books, reserve_left: int, cents: int) -> None:
    """Refuse a grant that the bank account does not cover (contracts/RewardBudget.sol, `grant`).

    Raises:
        NotCovered
    """
    promised = books.supply + books.outstanding + cents
    if promised > reserve_left:
        raise NotCovered(promised, reserve_left)


def check_promise(budget: BudgetBooks, period: int, under_way: int, cents: int) -> None:
    """Refuse to promise more than is free; `under_way` is promised already, but not yet final.

    Raises:
        BudgetClosed, BudgetExceeded
    """
    if budget.closed:
        raise BudgetClosed(period)
    if cents > budget.available - under_way:
        raise BudgetExceeded(cents, max(budget.available - under_way, 0))


def check_limit(capacity: int, window: int, highest_reward: int) -> None:
    """Refuse a bucket that could never hold the highest reward, or that fills too fast or too slowly.

    Raises:
        LimitInvalid
    """
    fits = SHORTEST_WINDOW_SECONDS <= window <= LONGEST_WINDOW_SECONDS
    if capacity < highest_reward or not fits:
        raise LimitInvalid(highest_reward)


def check_statement(as_of: int, previous: int | None, now: int) -> None:
    """Refuse a statement that does not move on from the last one (UTC seconds).

    Raises:
        StatementTooOld
    """
    if as_of > now or (previous is not None and as_of <= previous):
        raise StatementTooOld

"""What the city owes and what partners may promise, read from the balances of the journal. No I/O."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from heitje_chain.chain.ids import BudgetId

from .accounts import REDEMPTION, RETURNED, SUPPLY, WALLET, Account, BudgetPart, budget_of


@dataclass(frozen=True)
class BudgetBooks:
    """One budget, in cents, in the contract's own words: reserved + minted <= granted."""

    granted: int
    reserved: int
    minted: int
    closed: bool

    @property
    def available(self) -> int:
        """What may still be promised; 0 in a closed budget."""
        return self.granted - self.reserved - self.minted


@dataclass(frozen=True)
class Books:
    """All in cents."""

    supply: int
    """Coins in being, minted less burned: the token's totalSupply."""
    wallets: int
    """What all participants hold together."""
    redemption: int
    """What the redemption holds; supply = wallets + redemption."""
    payable: int
    """What the bank returned after the burn and was not paid anew."""
    budgets: Mapping[BudgetId, BudgetBooks]

    @property
    def owed(self) -> int:
        """What the city owes: supply + payable."""
        return self.supply + self.payable

    @property
    def outstanding(self) -> int:
        """Granted and not yet minted, over all budgets: what a grant must find covered beside the supply."""
        return sum(each.granted - each.minted for each in self.budgets.values())


def read(balances: Mapping[Account, int], closed: Collection[BudgetId]) -> Books:
    """Read the books from every account's balance; `closed` names the closed budgets.

    Supply and payable are taken from their own side (`supply`, `returned`), wallets and redemption from
    theirs, so that the two sides can be compared.
    """
    return Books(
        supply=-balances.get(SUPPLY, 0),
        wallets=_sum(balances, WALLET),
        redemption=balances.get(REDEMPTION, 0),
        payable=-balances.get(RETURNED, 0),
        budgets=_budgets(balances, closed),
    )


def _sum(balances: Mapping[Account, int], prefix: str) -> int:
    return sum(cents for account, cents in balances.items() if account.startswith(f"{prefix}:"))


def _budgets(balances: Mapping[Account, int], closed: Collection[BudgetId]) -> dict[BudgetId, BudgetBooks]:
    parts: dict[BudgetId, dict[BudgetPart, int]] = {}
    for account, cents in balances.items():
        found = budget_of(account)
        if found is not None:
            parts.setdefault(found[0], {})[found[1]] = cents
    return {budget_id: _budget(held, budget_id in closed) for budget_id, held in parts.items()}


def _budget(held: Mapping[BudgetPart, int], closed: bool) -> BudgetBooks:
    reserved, minted = held.get(BudgetPart.RESERVED, 0), held.get(BudgetPart.MINTED, 0)
    # What comes back to a closed budget is not promised again: the contract lowers its grant by it.
    granted = reserved + minted if closed else -held.get(BudgetPart.GRANTED, 0)
    return BudgetBooks(granted, reserved, minted, closed)

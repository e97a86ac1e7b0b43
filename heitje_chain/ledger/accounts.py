"""The chart of accounts: what every account of the journal holds.

    account                      sign  holds
    wallet:<participant>          +    a participant's coins, over all the wallets it ever had
    redemption                    +    coins that merchants redeemed, neither burned nor released: still owed
    supply                        -    coins in being: minted less burned

    budget:<budget>:granted       -    what the treasurer granted, less what was free when it was closed
    budget:<budget>:available     +    promised to nobody; in a closed budget: come back, the city's again
    budget:<budget>:reserved      +    promised by jobs
    budget:<budget>:minted        +    turned into coins

    payable:<redemption>          +    euros that the bank returned after the burn, to be paid anew
    returned                      -    the other side of all payables

These are families that balance each on its own: the coins, every single budget, the payables. A promise is
no coin and a payable is no coin either, so no entry carries cents from one family into another.

Participants are 40 hex digits, budgets and redemptions 64, in lower case without 0x
(`heitje_chain.chain.ids`). Whole parts from the front name a group: `wallet`, `budget:<budget>`.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NewType

from heitje_chain.chain.ids import BudgetId, ParticipantId, RedemptionId

Account = NewType("Account", str)
"""Text in the grammar above."""


class BudgetPart(StrEnum):
    GRANTED = "granted"
    AVAILABLE = "available"
    RESERVED = "reserved"
    MINTED = "minted"


SUPPLY = Account("supply")
REDEMPTION = Account("redemption")
RETURNED = Account("returned")

WALLET, BUDGET, PAYABLE = "wallet", "budget", "payable"

_SINGLE = f"{SUPPLY}|{REDEMPTION}|{RETURNED}"
_HEX_20, _HEX_32 = "[0-9a-f]{40}", "[0-9a-f]{64}"
_PART = f"(?:{'|'.join(BudgetPart)})"
_ACCOUNT = re.compile(f"{_SINGLE}|{WALLET}:{_HEX_20}|{PAYABLE}:{_HEX_32}|{BUDGET}:{_HEX_32}:{_PART}")
_GROUP = re.compile(
    f"{_SINGLE}|{WALLET}(?::{_HEX_20})?|{PAYABLE}(?::{_HEX_32})?|{BUDGET}(?::{_HEX_32}(?::{_PART})?)?"
)


class LedgerError(Exception):
    """What the journal refuses; the tree is drawn in `entry`."""


class UnknownAccount(LedgerError):
    """The text names no account, or no group of accounts, of this chart."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is not in the chart of accounts.")
        self.text = text


def wallet(participant: ParticipantId) -> Account:
    return account(f"{WALLET}:{participant.hex()}")


def budget(budget_id: BudgetId, part: BudgetPart) -> Account:
    return account(f"{BUDGET}:{budget_id.hex()}:{part}")


def payable(redemption: RedemptionId) -> Account:
    return account(f"{PAYABLE}:{redemption.hex()}")


def account(text: str) -> Account:
    """Check text that came from outside.

    Raises:
        UnknownAccount: it is not in the grammar; an id of the wrong length is not either.
    """
    if _ACCOUNT.fullmatch(text) is None:
        raise UnknownAccount(text)
    return Account(text)


def group(text: str) -> str:
    """Check a prefix: whole parts of an account, such as `wallet` or `budget:<budget>`.

    Raises:
        UnknownAccount: no account can begin so.
    """
    if _GROUP.fullmatch(text) is None:
        raise UnknownAccount(text)
    return text


def family(of: Account) -> str:
    """Return the group within which every entry balances: `coins`, `payables`, or `budget:<budget>`."""
    head, _, rest = of.partition(":")
    if head == BUDGET:
        return f"{BUDGET}:{rest.partition(':')[0]}"
    return "payables" if head == PAYABLE or of == RETURNED else "coins"


def budget_of(of: Account) -> tuple[BudgetId, BudgetPart] | None:
    """Take a budget's account apart; None for any other account."""
    head, _, rest = of.partition(":")
    if head != BUDGET:
        return None
    number, _, part = rest.partition(":")
    return BudgetId(bytes.fromhex(number)), BudgetPart(part)

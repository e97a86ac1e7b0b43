"""What the contracts hold at one block: read for comparison, never to decide anything.

All questions name the block by its hash, so that the answers fit together and a reorganisation shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .contracts import BUDGET, REDEMPTION, TOKEN, Contracts
from .ids import BudgetId
from .node import Node

_AT_ONCE = 200


@dataclass(frozen=True)
class BudgetState:
    """In cents."""

    granted: int
    reserved: int
    minted: int
    closed: bool


LINE_STATES = ("none", "locked", "batched", "booked", "rejected", "released")
"""LineState in contracts/interfaces/IRedemption.sol, by number."""


@dataclass(frozen=True)
class LineState:
    merchant: str
    """ParticipantId in hex."""
    cents: int
    batch: int
    """0 until it is in one."""
    state: str


class StateAt:
    """The contracts at one block. Every method raises NodeError when the node cannot tell."""

    def __init__(self, node: Node, contracts: Contracts, block_hash: str) -> None:
        self._node = node
        self._contracts = contracts
        self._block_hash = block_hash

    def supply(self) -> int:
        return int(self._ask(TOKEN, "totalSupply"))

    def burned(self) -> int:
        return int(self._ask(TOKEN, "totalBurned"))

    def balances(self, wallets: Sequence[str]) -> Mapping[str, int]:
        """Return wallet -> cents."""
        codec = self._contracts.codec
        found: dict[str, int] = {}
        for start in range(0, len(wallets), _AT_ONCE):
            some = wallets[start : start + _AT_ONCE]
            calls = [codec.call(TOKEN, "balanceOf", wallet) for wallet in some]
            answers = self._ask(TOKEN, "multicall", calls)
            found |= {wallet: int(answer, 16) for wallet, answer in zip(some, answers, strict=True)}
        return found

    def lines(self, redemptions: Sequence[str]) -> Mapping[str, LineState]:
        """Return redemption (64 hex digits) -> its line; one that the chain does not know has no merchant."""
        codec = self._contracts.codec
        found: dict[str, LineState] = {}
        for start in range(0, len(redemptions), _AT_ONCE):
            some = redemptions[start : start + _AT_ONCE]
            calls = [codec.call(REDEMPTION, "lineOf", bytes.fromhex(one)) for one in some]
            for one, answer in zip(some, self._ask(REDEMPTION, "multicall", calls), strict=True):
                told = codec.returned(REDEMPTION, "lineOf", bytes.fromhex(answer.removeprefix("0x")))
                merchant, cents, batch, state = told
                found[one] = LineState(merchant.removeprefix("0x"), cents, batch, LINE_STATES[state])
        return found

    def redemption_balance(self) -> int:
        return int(self._ask(TOKEN, "balanceOf", self._contracts.address(REDEMPTION)))

    def budget(self, budget: BudgetId) -> BudgetState:
        granted, reserved, minted, closed = self._ask(BUDGET, "budget", budget)
        return BudgetState(granted, reserved, minted, closed)

    def last_batch(self) -> int:
        return int(self._ask(REDEMPTION, "lastBatch"))

    def _ask(self, contract: str, function: str, *arguments: Any) -> Any:
        codec = self._contracts.codec
        data = codec.call(contract, function, *arguments)
        answer = self._node.call_at(self._block_hash, self._contracts.address(contract), data)
        return codec.returned(contract, function, answer)

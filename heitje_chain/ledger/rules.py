"""From a fact to its entry: one pure function per event, with ids and cents as the events tell them.

An entry follows from its event alone, never from what the books hold at that moment, and its id from the id
that the act had before it was sent. So the same fact gives the same entry whenever and wherever it is seen.
Amounts are checked by `money.cents`: all functions raise AmountError for 0 or less.

How budgets move is told by contracts/RewardBudget.sol. What a smaller claim leaves of its slot, and what a
job releases, is available again; that a closed budget loses it instead shows when the books are read
(`books`).
"""

from __future__ import annotations

from typing import Literal

from heitje_chain.chain.ids import BudgetId, ClaimId, JobId, ParticipantId, RedemptionId
from heitje_chain.money import AmountError, cents

from .accounts import REDEMPTION, RETURNED, SUPPLY, Account, BudgetPart, budget, payable, wallet
from .entry import Entry, Kind, Line, Seen

Mint = Literal[Kind.APPROVE, Kind.DECIDE]
Transfer = Literal[Kind.PAY, Kind.REFUND, Kind.DONATE, Kind.FORCE]


# ---------------------------------------------------------------- promises


def grant(seen: Seen, *, grant_id: bytes, budget_id: BudgetId, amount: int) -> Entry:
    """BudgetGranted: the partner may promise `amount` more."""
    moves = _within(budget_id, BudgetPart.GRANTED, BudgetPart.AVAILABLE, amount)
    return _on_chain(seen, Kind.GRANT, f"grant:{grant_id.hex()}", moves)


def post(seen: Seen, *, job: JobId, budget_id: BudgetId, reward: int, slots: int) -> Entry:
    """JobPosted: `slots` rewards of `reward` cents each are promised."""
    moves = _within(budget_id, BudgetPart.AVAILABLE, BudgetPart.RESERVED, reward * slots)
    return _on_chain(seen, Kind.POST, f"post:{job.hex()}", moves)


def release_slots(seen: Seen, *, release_id: bytes, budget_id: BudgetId, reward: int, slots: int) -> Entry:
    """SlotsReleased: `slots` rewards are promised to nobody any more.

    The event carries no id of its own. `release_id` must stay the same when the transaction is mined anew in
    another block: take it from the transaction's hash and the log's place within the transaction, not within
    the block.
    """
    moves = _within(budget_id, BudgetPart.RESERVED, BudgetPart.AVAILABLE, reward * slots)
    return _on_chain(seen, Kind.RELEASE_SLOTS, f"release_slots:{release_id.hex()}", moves)


def close_budget(seen: Seen, *, budget_id: BudgetId, amount: int) -> Entry:
    """BudgetClosed: `amount`, 0 included, was promised to nobody and is the city's again."""
    moves = _within(budget_id, BudgetPart.AVAILABLE, BudgetPart.GRANTED, amount) if amount else {}
    return _on_chain(seen, Kind.CLOSE_BUDGET, f"close_budget:{budget_id.hex()}", moves)


# ---------------------------------------------------------------- coins come into being


def mint(
    seen: Seen,
    *,
    kind: Mint,
    claim: ClaimId,
    budget_id: BudgetId,
    resident: ParticipantId,
    amount: int,
    reward: int,
) -> Entry:
    """ClaimApproved or ClaimAwarded: a reserved slot of `reward` cents became coins worth `amount`.

    Raises:
        AmountError: `amount` is above `reward`.
    """
    if amount > reward:
        raise AmountError("A claim is paid at most its slot's reward.")
    moves = _minted(resident, amount) | {
        budget(budget_id, BudgetPart.RESERVED): -cents(reward),
        budget(budget_id, BudgetPart.MINTED): amount,
        budget(budget_id, BudgetPart.AVAILABLE): reward - amount,
    }
    return _on_chain(seen, kind, f"claim:{claim.hex()}", moves)


def award(seen: Seen, *, award_id: bytes, budget_id: BudgetId, resident: ParticipantId, amount: int) -> Entry:
    """AwardMinted: the treasurer gave coins from what nobody had been promised."""
    moves = _within(budget_id, BudgetPart.AVAILABLE, BudgetPart.MINTED, amount) | _minted(resident, amount)
    return _on_chain(seen, Kind.AWARD, f"award:{award_id.hex()}", moves)


# ---------------------------------------------------------------- coins move


def transfer(
    seen: Seen, *, kind: Transfer, payer: ParticipantId, payee: ParticipantId, nonce: bytes, amount: int
) -> Entry:
    """Transfer: coins go from one participant to another.

    `nonce` is the ERC-3009 nonce, once per payer. A transfer without one (a plain or forced one) needs an id
    that survives being mined anew, as in `release_slots`. A transfer of 0 cents needs nobody's consent and
    is not booked.

    Raises:
        AmountError: 0 or less, or payer and payee are the same.
    """
    if payer == payee:
        raise AmountError("A transfer has two sides.")
    moves = _moved(wallet(payer), wallet(payee), amount)
    return _on_chain(seen, kind, f"transfer:{payer.hex()}:{nonce.hex()}", moves)


def lock(seen: Seen, *, redemption: RedemptionId, merchant: ParticipantId, amount: int) -> Entry:
    """RedemptionLocked: a merchant's coins wait for the bank, still owed."""
    moves = _moved(wallet(merchant), REDEMPTION, amount)
    return _on_chain(seen, Kind.LOCK, f"lock:{redemption.hex()}", moves)


def release_line(seen: Seen, *, redemption: RedemptionId, merchant: ParticipantId, amount: int) -> Entry:
    """RedemptionReleased: the bank refused the line, the coins are the merchant's again."""
    moves = _moved(REDEMPTION, wallet(merchant), amount)
    return _on_chain(seen, Kind.RELEASE_LINE, f"release_line:{redemption.hex()}", moves)


# ---------------------------------------------------------------- coins end, euros come back


def burn(seen: Seen, *, batch: int, amount: int) -> Entry:
    """BatchSettled: the bank booked `amount`. If it booked nothing, nothing was burned: book no entry."""
    return _on_chain(seen, Kind.BURN, f"burn:{batch}", _moved(REDEMPTION, SUPPLY, amount))


def bank_return(occurred_at: int, *, redemption: RedemptionId, end_to_end_id: str, amount: int) -> Entry:
    """The bank returned a payment after its coins were burned: it is owed outside the chain.

    `end_to_end_id` names the payment that came back. The same redemption can come back again, under the id
    of its later payment.
    """
    moves = _moved(RETURNED, payable(redemption), amount)
    return _from_bank(occurred_at, Kind.BANK_RETURN, redemption, end_to_end_id, moves)


def pay_payable(occurred_at: int, *, redemption: RedemptionId, end_to_end_id: str, amount: int) -> Entry:
    """The bank booked the new payment of what was returned. `end_to_end_id` is the new payment's."""
    moves = _moved(payable(redemption), RETURNED, amount)
    return _from_bank(occurred_at, Kind.PAY_PAYABLE, redemption, end_to_end_id, moves)


# ---------------------------------------------------------------- details


def _moved(source: Account, target: Account, amount: int) -> dict[Account, int]:
    return {source: -cents(amount), target: cents(amount)}


def _within(budget_id: BudgetId, source: BudgetPart, target: BudgetPart, amount: int) -> dict[Account, int]:
    return _moved(budget(budget_id, source), budget(budget_id, target), amount)


def _minted(resident: ParticipantId, amount: int) -> dict[Account, int]:
    return _moved(SUPPLY, wallet(resident), amount)


def _on_chain(seen: Seen, kind: Kind, entry_id: str, moves: dict[Account, int]) -> Entry:
    return Entry(entry_id, kind, seen.occurred_at, seen, _lines(moves))


def _from_bank(
    occurred_at: int, kind: Kind, redemption: RedemptionId, end_to_end_id: str, moves: dict[Account, int]
) -> Entry:
    return Entry(f"{kind}:{redemption.hex()}:{end_to_end_id}", kind, occurred_at, None, _lines(moves))


def _lines(moves: dict[Account, int]) -> tuple[Line, ...]:
    return tuple(Line(account, amount) for account, amount in moves.items() if amount)

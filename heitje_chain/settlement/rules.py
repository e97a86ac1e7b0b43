"""Where a redemption goes from where, how the bank knows it, and what the bank may say of it. No I/O."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from eth_utils.crypto import keccak

from heitje_chain.days import day_of

from . import model
from .errors import BatchIncomplete, BatchNotInState, LineNotInBatch, OutcomeGiven, OutcomesMissing

# Along the contract's edges a redemption never comes back to a lower number. Settling a batch tells booked of
# all its lines but the rejected ones, so rejected is the later word.
_RANK = {
    model.ASKED: 0,
    model.REFUSED: 0,
    model.LOCKED: 1,
    model.BATCHED: 2,
    model.BOOKED: 3,
    model.REJECTED: 4,
    model.RELEASED: 5,
}


@dataclass(frozen=True)
class BankOutcome:
    """What the bank did with a line."""

    said: str
    """booked or rejected."""
    reason: str | None
    """Why it rejected: an ISO 20022 external status reason code."""


def states_before(told: str) -> tuple[str, ...]:
    """Return the states from which a redemption moves to the one that an event told. Told again, it stays."""
    return tuple(state for state, rank in _RANK.items() if rank < _RANK[told])


def moves_on(present: str, told: str) -> bool:
    """Whether a redemption that stands in `present` moves to the state that an event told."""
    return present in states_before(told)


def end_to_end_id(redemption: str) -> str:
    """Return the bank's name for this redemption's payment: 27 letters and digits, told by its id."""
    return f"HTJ{redemption[:24].upper()}"


def new_end_to_end_id(first: str, attempt: int) -> str:
    """Return the bank's name for paying a redemption anew for the `attempt`-th time, after `first`."""
    return f"{first}R{attempt}"


def repayment_message_id(chain_id: int, redemption_contract: str, number: int) -> str:
    """Return the name of a repayment's bank file; see `message_id`."""
    return f"HEITJE-{_deployment(chain_id, redemption_contract)}-R{number:06}"


def message_id(chain_id: int, redemption_contract: str, number: int) -> str:
    """Return the name of a batch's bank file, the same however often the file is made.

    A bank refuses a message id that it has seen before, so it names the deployment too: batch 1 of a trial is
    another than batch 1 of the real thing.
    """
    return f"HEITJE-{_deployment(chain_id, redemption_contract)}-B{number:06}"


def _deployment(chain_id: int, redemption_contract: str) -> str:
    """Return eight letters and digits by which a bank tells this deployment from another."""
    return keccak(text=f"{chain_id}:{redemption_contract.lower()}").hex()[:8].upper()


def next_day(now: int) -> date:
    """Return the day after `now` (UTC seconds) where the bank is."""
    return day_of(now) + timedelta(days=1)


def check_state(number: int, state: str, *wanted: str) -> None:
    """Raises:
    BatchNotInState
    """
    if state not in wanted:
        raise BatchNotInState(number, state)


def check_complete(number: int, lines: int, cents: int, known: Collection[int]) -> None:
    """Refuse a batch whose known lines are not what the chain closed.

    Args:
        lines: how many the chain closed
        cents: what they are together
        known: cents of each line that is known here

    Raises:
        BatchIncomplete
    """
    if (len(known), sum(known)) != (lines, cents):
        raise BatchIncomplete(number, len(known), lines, sum(known), cents)


def new_outcomes(
    number: int,
    given: Mapping[str, BankOutcome | None],
    booked: Collection[str],
    rejected: Mapping[str, str],
) -> dict[str, BankOutcome]:
    """Return what the bank says for the first time.

    Args:
        given: each line of the batch with its outcome until now
        booked: redemptions
        rejected: redemption -> reason code

    Raises:
        LineNotInBatch, OutcomeGiven: nothing of it counts then.
    """
    told = {one: BankOutcome(model.REJECTED, reason) for one, reason in sorted(rejected.items())}
    for one in booked:
        if one in told and told[one].said == model.REJECTED:
            raise OutcomeGiven(one)
        told[one] = BankOutcome(model.BOOKED, None)
    for one, outcome in told.items():
        if one not in given:
            raise LineNotInBatch(one, number)
        if given[one] not in (None, outcome):
            raise OutcomeGiven(one)
    return {one: outcome for one, outcome in told.items() if given[one] is None}


def check_outcomes(number: int, outcomes: Collection[str | None]) -> None:
    """Raises:
    OutcomesMissing
    """
    missing = sum(outcome is None for outcome in outcomes)
    if missing:
        raise OutcomesMissing(number, missing)

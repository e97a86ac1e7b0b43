"""What may be done with a job or a claim, and where a claim goes from where. No I/O.

The contract adds a grace period to each deadline. What people are told is the deadline without it, and so is
what is refused here; the grace is for acts that were under way.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from . import model
from .errors import (
    ClaimByPassed,
    ClaimIdTaken,
    ClaimNotInState,
    ClaimTwice,
    JobFull,
    JobNotOpen,
    JobUnknown,
    RewardTooHigh,
    SubmitByTooEarly,
    SubmitByTooFar,
    TooLate,
)

MOST_SLOTS = 1000
HORIZON_SECONDS = 400 * 86_400

TAKES_A_SLOT = (
    model.ASKED,
    model.CLAIMED,
    model.SUBMITTED,
    model.REJECTED,
    model.DISPUTED,
    model.APPROVED,
    model.AWARDED,
)
"""A claim in one of these has a slot; any other gave it back."""

MAY_CLAIM_AGAIN_AFTER = (model.WITHDRAWN, model.LAPSED, model.REFUSED)

OVER = (
    model.APPROVED,
    model.AWARDED,
    model.WITHDRAWN,
    model.LAPSED,
    model.DENIED,
    model.REJECTED_FINALLY,
    model.REFUSED,
)
"""A claim in one of these goes nowhere any more."""

PUBLIC = (model.OPEN, model.CLOSED)
"""A job in one of these is on the chain; any other is its partner's own affair."""

WAITS_FOR_TIME = frozenset({"lapse", "escalate", "finalise"})
"""What goes on by itself when a deadline passes; until it has, a person may still act."""

# Along the contract's edges a claim never comes back to a lower number.
_RANK = {
    model.ASKED: 0,
    model.REFUSED: 0,
    model.CLAIMED: 1,
    model.SUBMITTED: 2,
    model.REJECTED: 3,
    model.DISPUTED: 4,
    model.APPROVED: 5,
    model.AWARDED: 5,
    model.WITHDRAWN: 5,
    model.LAPSED: 5,
    model.DENIED: 5,
    model.REJECTED_FINALLY: 5,
}


@dataclass(frozen=True)
class Terms:
    """What a partner offers: cents per slot, UTC seconds."""

    period: int
    reward: int
    slots: int
    claim_by: int
    submit_by: int


def moves_on(present: str, told: str) -> bool:
    """Whether a claim in state `present` moves to the state that an event told; told again, it stays."""
    return _RANK[told] > _RANK[present] or (present == model.REFUSED and told == model.CLAIMED)


def check_terms(terms: Terms, highest_reward: int, now: int) -> None:
    """Raises:
    ClaimByPassed, SubmitByTooEarly, SubmitByTooFar, RewardTooHigh
    """
    if terms.reward > highest_reward:
        raise RewardTooHigh(highest_reward)
    if terms.claim_by <= now:
        raise ClaimByPassed(now)
    if terms.submit_by < terms.claim_by:
        raise SubmitByTooEarly
    if terms.submit_by > now + HORIZON_SECONDS:
        raise SubmitByTooFar(HORIZON_SECONDS // 86_400)


def check_same_job(claimed: str, asked: str) -> None:
    """Refuse an id that stands for a claim on another job.

    Raises:
        ClaimIdTaken
    """
    if claimed != asked:
        raise ClaimIdTaken


def check_public(state: str) -> None:
    """Refuse a resident a job that is not, or not yet, on the chain, as if it were not there.

    Raises:
        JobUnknown
    """
    if state not in PUBLIC:
        raise JobUnknown


def check_claim(state: str, claim_by: int, left: int, own_states: Collection[str], now: int) -> None:
    """Refuse a claim on a job that takes none, or none of this person.

    Args:
        left: slots that nobody has
        own_states: the states of this person's claims on this job

    Raises:
        JobUnknown, ClaimTwice, JobNotOpen, JobFull
    """
    check_public(state)
    if any(own not in MAY_CLAIM_AGAIN_AFTER for own in own_states):
        raise ClaimTwice
    if state != model.OPEN or now > claim_by:
        raise JobNotOpen
    if left <= 0:
        raise JobFull


def check_state(claim_id: str, state: str, pending: str | None, *wanted: str) -> None:
    """Refuse an act that starts elsewhere, or while another one is under way.

    Raises:
        ClaimNotInState
    """
    if state not in wanted or (pending is not None and pending not in WAITS_FOR_TIME):
        raise ClaimNotInState(claim_id, state, pending)


def check_time(deadline: int, now: int) -> None:
    """Raises:
    TooLate
    """
    if now > deadline:
        raise TooLate

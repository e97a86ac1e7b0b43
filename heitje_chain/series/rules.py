"""The calendar of a series, and what becomes of a draft when its day has come. No I/O."""

from __future__ import annotations

from dataclasses import dataclass, replace

from heitje_chain import days
from heitje_chain.jobs import rules as job_rules
from heitje_chain.jobs.rules import Terms

from . import model
from .errors import DraftOver, OpensTooLate

MOST_WEEKS = 53
"""A year of them, also of one with 53 weeks. The last must be handed in within the 400 days that a single job
has, so that each could go to the chain on any day: the contract takes it whenever it comes before its
claim_by."""

LOOK_AGAIN_SECONDS = 60
"""How soon it is seen that a draft which waits can be opened, such as when its budget is raised."""


@dataclass(frozen=True)
class Week:
    number: int
    """From 1."""
    opens_at: int
    """UTC seconds."""
    terms: Terms


def weeks_of(first: Terms, opens_at: int, weeks: int) -> list[Week]:
    """Return each week's job, on the same local weekday and hour, over summer time and the year's end."""
    return [
        Week(
            number + 1,
            days.weeks_later(opens_at, number),
            replace(
                first,
                claim_by=days.weeks_later(first.claim_by, number),
                submit_by=days.weeks_later(first.submit_by, number),
            ),
        )
        for number in range(weeks)
    ]


def check_weeks(weeks: list[Week], highest_reward: int, now: int) -> None:
    """Refuse a series of which some job could never be opened or claimed.

    Raises:
        OpensTooLate, ClaimByPassed, SubmitByTooEarly, SubmitByTooFar, RewardTooHigh
    """
    for week in weeks:
        job_rules.check_terms(week.terms, highest_reward, now)
        if week.opens_at >= week.terms.claim_by:
            raise OpensTooLate(week.number)


def is_over(state: str, claim_by: int, now: int) -> bool:
    """Whether a draft that was not opened yet never will be."""
    return state in (model.PREPARED, model.SIGNED) and now >= claim_by


def check_signable(number: int, state: str) -> None:
    """Refuse a signature over a week that nobody waits for any more; over one that was opened it is the same.

    Raises:
        DraftOver
    """
    if state in (model.SKIPPED, model.CANCELLED):
        raise DraftOver(number, state)


def check_cancellable(number: int, state: str) -> None:
    """Raises:
    DraftOver
    """
    if state in (model.OPENED, model.SKIPPED):
        raise DraftOver(number, state)

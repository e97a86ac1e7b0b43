"""A job as it is typed: what the fields hold, and what is the matter with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from heitje_chain.budgets.errors import BudgetClosed, BudgetExceeded, BudgetUnknown
from heitje_chain.days import day_of, start_of
from heitje_chain.declarations.errors import KindNotDeclared
from heitje_chain.desks.fields import ChoiceMissing, day
from heitje_chain.desks.forms import FormData
from heitje_chain.desks.texts import marked as _
from heitje_chain.http.problems import Refused
from heitje_chain.jobs.errors import ClaimByPassed, RewardTooHigh, SubmitByTooEarly, SubmitByTooFar
from heitje_chain.jobs.posting import Description
from heitje_chain.jobs.rules import HORIZON_SECONDS, MOST_SLOTS, Terms
from heitje_chain.jobs.service import Job
from heitje_chain.jobs.templates import Template
from heitje_chain.money import to_euros
from heitje_chain.series.errors import OpensTooLate
from heitje_chain.series.rules import MOST_WEEKS

T = TypeVar("T")

LONGEST = {
    "title": 120,
    "description": 4000,
    "bring": 200,
    "place": 200,
    "neighbourhood": 80,
    "kind": 40,
    "evidence": 10,
}
"""What people read, and the most characters of each: those that the API takes."""

TERMS = ("minutes", "reward", "slots", "period", "claim_by", "submit_by", "weeks")
LONGEST_TERM = 20

LENGTHS = (15, 30, 45, 60, 90, 120, 150, 180, 240, 300, 360, 480)
"""Minutes that are offered."""
MOST_MINUTES = 24 * 60

LABELS = {
    "title": _("What is the job called?"),
    "description": _("What is to be done?"),
    "bring": _("What to bring"),
    "place": _("Place"),
    "neighbourhood": _("Neighbourhood"),
    "kind": _("Kind of job"),
    "evidence": _("How do you see that it was done?"),
    "minutes": _("How long does it take?"),
    "reward": _("Reward for each person"),
    "slots": _("For how many people?"),
    "period": _("From which budget?"),
    "claim_by": _("Last day to choose this job"),
    "submit_by": _("Last day to finish it"),
    "weeks": _("For how many weeks?"),
}

EVIDENCE = {
    "photo": _("By a photo"),
    "onsite": _("We come and look"),
    "none": _("No picture, ever: this is about company and care"),
}


class CountOutside(
    Refused,
    slug="count-outside",
    status=400,
    nl="Vul een getal in van {least} tot {most}.",
    en="Fill in a number from {least} to {most}.",
):
    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most


class DayPassed(
    Refused,
    slug="day-passed",
    status=400,
    nl="Kies vandaag of een dag daarna.",
    en="Choose today or a day after it.",
):
    """Nobody could choose the job any more."""


class DaysTurned(
    Refused,
    slug="days-turned",
    status=400,
    nl="Deze dag ligt voor de laatste dag om de klus te kiezen. Kies die dag of een latere.",
    en="This day is before the last day to choose the job. Choose that day or a later one.",
):
    """Somebody could choose what can be finished no more."""


class DayTooFar(
    Refused,
    slug="day-too-far",
    status=400,
    nl="Deze dag ligt te ver weg: hoogstens {most_days} dagen vanaf nu, ook voor de laatste week.",
    en="This day is too far away: at most {most_days} days from now, for the last week too.",
):
    def __init__(self, most_days: int) -> None:
        self.most_days = most_days


@dataclass(frozen=True)
class Offer:
    """A job as a partner means it."""

    about: Description
    terms: Terms
    weeks: int
    """How often it comes, once a week."""


@dataclass(frozen=True)
class Problem:
    """What is the matter with a field."""

    field: str | None
    """None: with none of them in particular."""
    error: Refused


# ---------------------------------------------------------------- reading a form


def read(form: FormData) -> tuple[Offer | None, list[Problem]]:
    """Return what a form says, or all that keeps it from being understood."""
    found: dict[str, Any] = {}
    problems = []
    for name, reader in _READERS.items():
        try:
            found[name] = reader(form)
        except Refused as error:
            problems.append(Problem(name, error))
    if problems:
        return None, problems
    about = Description(**{name: found[name] for name in Description.__dataclass_fields__})
    terms = Terms(**{name: found[name] for name in Terms.__dataclass_fields__})
    return Offer(about, terms, found["weeks"]), []


def problem_of(error: Refused) -> Problem:
    """Return a refusal of the services as what is the matter with a field, in a page's words."""
    if isinstance(error, ClaimByPassed):
        return Problem("claim_by", DayPassed())
    if isinstance(error, SubmitByTooEarly):
        return Problem("submit_by", DaysTurned())
    if isinstance(error, SubmitByTooFar):
        return Problem("submit_by", DayTooFar(HORIZON_SECONDS // 86_400))
    fields: Mapping[type[Refused], str] = {
        OpensTooLate: "claim_by",
        RewardTooHigh: "reward",
        BudgetExceeded: "reward",
        BudgetUnknown: "period",
        BudgetClosed: "period",
        KindNotDeclared: "kind",
    }
    return Problem(fields.get(type(error)), error)


# ---------------------------------------------------------------- keeping


def as_typed(form: FormData) -> tuple[dict[str, str], dict[str, str]]:
    """Return words and terms as they were typed, complete or not.

    Raises:
        TextInvalid, TextTooLong
    """
    words = {name: form.lines(name, most, required=False) for name, most in LONGEST.items()}
    return words, {name: form.line(name, LONGEST_TERM, required=False) for name in TERMS}


def of_template(template: Template) -> FormData:
    """Return the form of a job that was kept."""
    return FormData({**template.words, **template.terms, "template": template.id})


def of_job(job: Job, now: int) -> FormData:
    """Return the form of a job that is to be posted again, with as many days as it had, from today on."""
    words = {name: str(job.details.get(name) or "") for name in LONGEST}
    return FormData(
        {
            **words,
            **dates(now, days=max((job.submit_by - job.claim_by) // 86_400, 0)),
            "title": job.title or "",
            "minutes": str(job.details.get("minutes") or ""),
            "reward": to_euros(job.reward),
            "slots": str(job.slots),
            "weeks": "1",
        }
    )


def empty(now: int) -> FormData:
    """Return the form of a new job."""
    return FormData({"slots": "1", "weeks": "1", "minutes": "60", "evidence": "photo", **dates(now)})


def dates(now: int, days: int = 7) -> dict[str, str]:
    """Return a week to choose a job, and so many days more to finish it."""
    last = day_of(now) + timedelta(days=7)
    return {"claim_by": last.isoformat(), "submit_by": (last + timedelta(days=days)).isoformat()}


# ---------------------------------------------------------------- details


def _words(name: str, *, required: bool = True) -> Callable[[FormData], str]:
    return lambda form: form.line(name, LONGEST[name], required=required)


def _number(name: str, most: int) -> Callable[[FormData], int]:
    def read_number(form: FormData) -> int:
        typed = form.raw(name).strip()
        if not (typed.isascii() and typed.isdecimal() and len(typed) < 12 and 1 <= int(typed) <= most):
            raise CountOutside(1, most)
        return int(typed)

    return read_number


def _evidence(form: FormData) -> str:
    if form.raw("evidence") not in EVIDENCE:
        raise ChoiceMissing
    return form.raw("evidence")


def _kind(form: FormData) -> str:
    if not form.raw("kind"):
        raise ChoiceMissing
    return form.line("kind", LONGEST["kind"])


def _last_moment(name: str) -> Callable[[FormData], int]:
    """Read a day; return its last second."""
    return lambda form: start_of(day(form, name) + timedelta(days=1)) - 1


_READERS: Mapping[str, Callable[[FormData], Any]] = {
    "title": _words("title"),
    "description": lambda form: form.lines("description", LONGEST["description"]),
    "bring": _words("bring", required=False),
    "place": _words("place"),
    "neighbourhood": _words("neighbourhood"),
    "kind": _kind,
    "evidence": _evidence,
    "minutes": _number("minutes", MOST_MINUTES),
    "reward": lambda form: form.cents("reward"),
    "slots": _number("slots", MOST_SLOTS),
    "claim_by": _last_moment("claim_by"),
    "submit_by": _last_moment("submit_by"),
    "weeks": _number("weeks", MOST_WEEKS),
    "period": _number("period", 2**32 - 1),
}

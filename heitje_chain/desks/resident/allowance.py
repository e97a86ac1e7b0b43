"""What one may still earn, the limits that say so, and what one says of oneself: nobody else sees that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.allowance import records, rules, service, words
from heitje_chain.allowance.explanation import EXPLANATION
from heitje_chain.allowance.months import Month, month, month_at
from heitje_chain.allowance.rules import Barrier
from heitje_chain.chain.clock import chain_now
from heitje_chain.days import day_of
from heitje_chain.desks import texts
from heitje_chain.desks.entry import At
from heitje_chain.desks.forms import Form, FormData
from heitje_chain.desks.frame import Desk
from heitje_chain.http.problems import Refused

router = APIRouter(include_in_schema=False, prefix="/allowance")

MONTHS = 12
"""How many months back one can say what one got elsewhere."""


class MonthUnclear(
    Refused,
    slug="month-unclear",
    status=400,
    nl="Kies een maand uit de lijst.",
    en="Choose a month from the list.",
):
    """No month, or one that the page does not offer."""


@router.get("")
def read_allowance(desk: Annotated[Desk, At("resident")]) -> Response:
    """Show what one may still earn."""
    return _page(desk, FormData({}), None)


@router.post("/stop")
def set_stop(form: Form, desk: Annotated[Desk, At("resident")]) -> Response:
    """Choose limits of one's own, or none."""

    def work(connection: Connection) -> None:
        of_month, of_year = (
            form.cents(name) if form.raw(name).strip() else None for name in ("month", "year")
        )
        records.set_stop(connection, desk.subject, of_month, of_year)

    return _change(desk, form, work)


@router.post("/elsewhere")
def set_elsewhere(form: Form, desk: Annotated[Desk, At("resident")]) -> Response:
    """Say what one gets elsewhere in a month."""

    def work(connection: Connection) -> None:
        chosen = _chosen(connection, form)
        records.set_elsewhere(connection, desk.subject, chosen, form.cents("amount"))

    return _change(desk, form, work)


@router.post("/elsewhere/delete")
def delete_elsewhere(form: Form, desk: Annotated[Desk, At("resident")]) -> Response:
    """Take back what one said of a month."""
    return _change(
        desk, form, lambda c: records.delete_elsewhere(c, desk.subject, _month_of(form.raw("when")))
    )


@router.get("/explanation")
def explain(desk: Annotated[Desk, At()]) -> Response:
    """Explain in plain words what Heitjes mean for people with benefits."""
    return desk.page("resident/explanation.html", parts_of_it=EXPLANATION)


# ---------------------------------------------------------------- details


def _change(desk: Desk, form: FormData, work: Callable[[Connection], None]) -> Response:
    """Change what can be changed as often as one likes: doing it twice is doing it once."""
    try:
        desk.database.change(work)
    except Refused as error:
        return _page(desk, form, desk.refusal(error))
    return desk.go("/allowance")


def _page(desk: Desk, form: FormData, error: str | None) -> Response:
    def found(connection: Connection) -> dict[str, Any]:
        now = chain_now(connection)
        this, day = month_at(now), day_of(now)
        situation = service.situation(connection, desk.subject)
        limits = rules.limits_for(situation.rows, this, day)
        bounds = [] if limits is None else list(rules.barriers(situation, this, this, day))
        return {
            "room": None if limits is None else rules.room(situation, now),
            "bounds": [(one, _name(desk, one)) for one in bounds],
            "limits": limits,
            "is_carried_over": limits is not None and limits.year != this.year,
            "obstacles": rules.obstacles(situation, now),
            "own": situation.own,
            "elsewhere": [
                (str(one), texts.month_of_year(one.first_day, desk.language), cents)
                for one, cents in sorted(situation.own.elsewhere.items(), reverse=True)
            ],
            "months": [
                (str(one), texts.month_of_year(one.first_day, desk.language)) for one in _months(this)
            ],
        }

    status = 200 if error is None else 400
    return desk.page("resident/allowance.html", status, form=form, error=error, **desk.read(found))


def _name(desk: Desk, barrier: Barrier) -> str:
    return words.limit(barrier.code, barrier.when)[desk.language]


def _months(this: Month) -> list[Month]:
    """Return the months of which one can say something, this one first."""
    counted = this.year * 12 + this.number - 1
    return [Month((counted - back) // 12, (counted - back) % 12 + 1) for back in range(MONTHS)]


def _chosen(connection: Connection, form: FormData) -> Month:
    """Raises:
    MonthUnclear
    """
    chosen = _month_of(form.raw("when"))
    if chosen not in _months(month_at(chain_now(connection))):
        raise MonthUnclear
    return chosen


def _month_of(text: str) -> Month:
    """Raises:
    MonthUnclear
    """
    try:
        return month(text)
    except ValueError:
        raise MonthUnclear from None

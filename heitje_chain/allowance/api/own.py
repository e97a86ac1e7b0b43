"""A resident's own: `/api/v1/allowance`. Nobody else has a route to what stands here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from heitje_chain.chain.clock import chain_now
from heitje_chain.days import day_of
from heitje_chain.http.fields import Body, CentsField, WordsView
from heitje_chain.http.transaction import Database
from heitje_chain.money import MAX_CENTS
from heitje_chain.people.api.bearer import Needs
from heitje_chain.people.tokens import Caller

from .. import records, rules, service, words
from ..explanation import EXPLANATION
from ..months import PATTERN, month_at
from ..months import month as month_of
from .views import BoundView, ObstacleView

router = APIRouter(prefix="/api/v1", tags=["allowance"])

MonthPath = Annotated[
    str, Path(pattern=PATTERN, description="A month in Amsterdam's calendar.", examples=["2026-11"])
]
StopField = Annotated[
    int | None,
    Field(strict=True, ge=0, le=MAX_CENTS, description="Cents; null for none.", examples=[10_000]),
]


class OwnStop(Body):
    """What one does not want to pass."""

    month: StopField = None
    year: StopField = None


class NewEarnings(Body):
    """What one gets elsewhere in a month, in place of what one said before."""

    month: Annotated[
        str, Field(pattern=PATTERN, description="In Amsterdam's calendar.", examples=["2026-11"])
    ]
    cents: CentsField


class StopView(BaseModel):
    month: Annotated[int | None, Field(description="Cents.", examples=[10_000])]
    year: Annotated[int | None, Field(description="Cents.", examples=[None])]


class ElsewhereView(BaseModel):
    month: Annotated[str, Field(examples=["2026-11"])]
    cents: int


class AllowanceView(BaseModel):
    """What one may still earn, by which limits, and what one said of oneself."""

    month: Annotated[str, Field(description="This month, in Amsterdam's calendar.", examples=["2026-11"])]
    month_left: Annotated[
        int | None,
        Field(description="Cents that can still be earned this month, if known.", examples=[19_500]),
    ]
    year_left: Annotated[int | None, Field(description="And this year.", examples=[195_000])]
    limits: Annotated[list[BoundView], Field(description="What binds work that is handed in this month.")]
    limits_of: Annotated[
        int | None,
        Field(
            description="The year that the limits are of: an earlier one until its own are entered.",
            examples=[2025],
        ),
    ]
    under_21: Annotated[bool | None, Field(description="As the municipality recorded it.", examples=[False])]
    stop: StopView
    elsewhere: Annotated[list[ElsewhereView], Field(description="Allowances from elsewhere, by month.")]
    obstacles: Annotated[list[ObstacleView], Field(description="Why no job can be claimed at all now.")]
    words: WordsView


class ExplanationPart(BaseModel):
    heading: Annotated[WordsView, Field(examples=[dict(EXPLANATION[0][0])])]
    text: Annotated[WordsView, Field(examples=[dict(EXPLANATION[0][1])])]


class Explanation(BaseModel):
    parts: list[ExplanationPart]


@router.get("/allowance")
def read_allowance(caller: Annotated[Caller, Needs("allowance:read")], database: Database) -> AllowanceView:
    """Tell how much one may still earn, and what one said of oneself."""
    return database.read(lambda c: _view(c, caller.subject))


@router.get("/allowance/explanation")
def read_explanation(caller: Annotated[Caller, Needs()]) -> Explanation:
    """Explain in plain words what Heitjes mean for people with benefits. It is no legal advice."""
    return Explanation(
        parts=[
            ExplanationPart(heading=WordsView(**heading), text=WordsView(**text))
            for heading, text in EXPLANATION
        ]
    )


@router.put("/allowance/stop")
def set_stop(
    body: OwnStop, caller: Annotated[Caller, Needs("allowance:write")], database: Database
) -> AllowanceView:
    """Choose limits of one's own, which nobody else sees; what was claimed stays."""

    def work(connection: Connection) -> AllowanceView:
        records.set_stop(connection, caller.subject, body.month, body.year)
        return _view(connection, caller.subject)

    return database.change(work)


@router.delete("/allowance/stop", status_code=204)
def delete_stop(caller: Annotated[Caller, Needs("allowance:write")], database: Database) -> Response:
    """Have no limits of one's own."""
    database.change(lambda c: records.set_stop(c, caller.subject, None, None))
    return Response(status_code=204)


@router.put("/allowance/elsewhere")
def set_elsewhere(
    body: NewEarnings, caller: Annotated[Caller, Needs("allowance:write")], database: Database
) -> AllowanceView:
    """Say what one gets elsewhere in a month; it counts, and nobody else sees it."""

    def work(connection: Connection) -> AllowanceView:
        records.set_elsewhere(connection, caller.subject, month_of(body.month), body.cents)
        return _view(connection, caller.subject)

    return database.change(work)


@router.delete("/allowance/elsewhere/{month}", status_code=204)
def delete_elsewhere(
    month: MonthPath, caller: Annotated[Caller, Needs("allowance:write")], database: Database
) -> Response:
    """Take back what one said of a month."""
    database.change(lambda c: records.delete_elsewhere(c, caller.subject, month_of(month)))
    return Response(status_code=204)


def _view(connection: Connection, resident_id: str) -> AllowanceView:
    now = chain_now(connection)
    this, day = month_at(now), day_of(now)
    found = service.situation(connection, resident_id)
    limits = rules.limits_for(found.rows, this, day)
    room = None if limits is None else rules.room(found, now)
    bounds = [] if limits is None else rules.barriers(found, this, this, day)
    shown = [ObstacleView.of(one) for one in rules.obstacles(found, now)]
    parts = [] if room is None else [words.left(room.month, room.year)]
    return AllowanceView(
        month=str(this),
        month_left=None if room is None else room.month,
        year_left=None if room is None else room.year,
        limits=[BoundView.of(one) for one in bounds],
        limits_of=None if limits is None else limits.year,
        under_21=found.record.is_under_21(day),
        stop=StopView(month=found.own.stop_month, year=found.own.stop_year),
        elsewhere=[
            ElsewhereView(month=str(one), cents=cents) for one, cents in sorted(found.own.elsewhere.items())
        ],
        obstacles=shown,
        words=WordsView(**words.together(*parts, *(one.words.model_dump() for one in shown))),
    )

"""What is shown of a person's allowance; the jobs' routes show it too."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from heitje_chain.http.fields import WordsView
from heitje_chain.http.problems import Refused, kind_of, sentence

from .. import words
from ..errors import AllowanceReached
from ..rules import Barrier, Code, Offer

BarrierCode = Annotated[
    Code,
    Field(
        description="month, year: the law's limits. city_year: the municipality's own. own_month, own_year: "
        "what the person chose.",
        examples=["month"],
    ),
]
WhenField = Annotated[
    str, Field(description="The month or the year, in Amsterdam's calendar.", examples=["2026-11"])
]


class BoundView(BaseModel):
    """A limit, what is used of it, and what is left."""

    barrier: BarrierCode
    when: WhenField
    limit: Annotated[int, Field(description="Cents, like the next two.", examples=[21_000])]
    used: Annotated[
        int,
        Field(
            description="Paid, promised, and what is earned elsewhere where that counts.", examples=[1_500]
        ),
    ]
    left: Annotated[int, Field(examples=[19_500])]
    words: Annotated[WordsView, Field(examples=[dict(words.limit("month", "2026-11"))])]

    @classmethod
    def of(cls, one: Barrier) -> BoundView:
        return cls(
            barrier=one.code,
            when=one.when,
            limit=one.limit,
            used=one.used,
            left=one.left,
            words=WordsView(**words.limit(one.code, one.when)),
        )


class ObstacleView(BaseModel):
    """Why a claim would be refused: the kind of refusal, and its sentence."""

    type: Annotated[str, Field(examples=["/problems/allowance-reached"])]
    barrier: BarrierCode | None
    when: Annotated[str | None, Field(examples=["2026-11"])]
    left: Annotated[int | None, Field(description="Cents.", examples=[500])]
    words: Annotated[WordsView, Field(examples=[dict(words.over("month", "2026-11", 500))])]

    @classmethod
    def of(cls, refused: Refused) -> ObstacleView:
        kind = kind_of(refused)
        reached = refused if isinstance(refused, AllowanceReached) else None
        return cls.model_validate(
            {
                "type": f"/problems/{kind.slug if kind else 'unexpected'}",
                "barrier": reached and reached.barrier,
                "when": reached and reached.when,
                "left": None if reached is None else reached.left,
                "words": {"nl": sentence(refused, "nl"), "en": sentence(refused, "en")},
            }
        )


class OfferView(BaseModel):
    """What a job is to the resident who asks. Null for whoever is none."""

    cents: Annotated[
        int | None,
        Field(description="What this resident gets: the reward, at most the hour limit times the hours."),
    ]
    hourly: Annotated[int | None, Field(description="Cents for an hour of this job.", examples=[500])]
    hour_limit: Annotated[int | None, Field(description="Cents, for this resident.", examples=[560])]
    month_left: Annotated[
        int | None, Field(description="Cents that can still be earned this month.", examples=[19_500])
    ]
    year_left: Annotated[
        int | None, Field(description="Cents that can still be earned this year.", examples=[195_000])
    ]
    obstacles: Annotated[
        list[ObstacleView], Field(description="Why a claim would be refused now; empty when none would.")
    ]
    words: WordsView

    @classmethod
    def of(cls, offer: Offer, reward: int) -> OfferView:
        obstacles = [ObstacleView.of(one) for one in offer.obstacles]
        parts = [] if offer.room is None else [words.left(offer.room.month, offer.room.year)]
        if offer.cents and offer.hourly is not None and offer.hour_limit is not None:
            parts.append(words.offer(offer.cents, reward, offer.hourly, offer.hour_limit))
        parts += [one.words.model_dump() for one in obstacles]
        return cls(
            cents=offer.cents,
            hourly=offer.hourly,
            hour_limit=offer.hour_limit,
            month_left=None if offer.room is None else offer.room.month,
            year_left=None if offer.room is None else offer.room.year,
            obstacles=obstacles,
            words=WordsView(**words.together(*parts)),
        )


class WarningView(BaseModel):
    """A limit of law or city that is passed where a claim counts. It stays payable."""

    claim: str
    barrier: BarrierCode
    when: WhenField
    words: Annotated[WordsView, Field(examples=[dict(words.passed("month", "2026-11"))])]

    @classmethod
    def of(cls, claim: str, one: Barrier) -> WarningView:
        return cls(
            claim=claim,
            barrier=one.code,
            when=one.when,
            words=WordsView(**words.passed(one.code, one.when)),
        )

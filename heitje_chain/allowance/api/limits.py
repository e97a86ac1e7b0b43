"""The municipality's limits: `/api/v1/allowance-limits`. One officer proposes, another confirms."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from heitje_chain.chain.clock import chain_now
from heitje_chain.http.fields import Body, NumberPath, WordsView
from heitje_chain.http.idempotency import Keyed
from heitje_chain.http.paging import Listing, PageOf, Wanted
from heitje_chain.http.transaction import Database
from heitje_chain.money import MAX_CENTS
from heitje_chain.people.api.bearer import Needs
from heitje_chain.people.tokens import Caller

from .. import limits, rules
from ..limits import Current, Proposal
from ..model import LIMITS

router = APIRouter(prefix="/api/v1", tags=["allowance"])

LISTING = Listing("allowance-limits", (LIMITS.c.number,))

State = Literal["proposed", "confirmed", "rejected", "withdrawn"]


def cents_field(example: int) -> Any:
    return Field(strict=True, ge=0, le=MAX_CENTS, description="Cents; 0 allows nothing.", examples=[example])


class NewLimits(Body):
    """What the law and the city allow from a day on."""

    year: Annotated[int, Field(strict=True, ge=2020, le=2099, examples=[2026])]
    effective_from: Annotated[
        date, Field(description="A day in that year from which they hold.", examples=["2026-01-01"])
    ]
    hour: Annotated[int, cents_field(560)]
    hour_under_21: Annotated[int, cents_field(330)]
    month: Annotated[int, cents_field(21_000)]
    year_total: Annotated[int, cents_field(210_000)]
    city_year: Annotated[
        int | None,
        Field(
            strict=True,
            ge=0,
            le=MAX_CENTS,
            description="The city's own lower limit for a year of Heitjes; null when it has none.",
            examples=[150_000],
        ),
    ] = None

    @property
    def limits(self) -> rules.Limits:
        return rules.Limits(
            self.year,
            self.effective_from,
            self.hour,
            self.hour_under_21,
            self.month,
            self.year_total,
            self.city_year,
        )


class LimitsView(BaseModel):
    """A row of limits, in cents."""

    year: Annotated[int, Field(examples=[2026])]
    effective_from: Annotated[date, Field(examples=["2026-01-01"])]
    hour: Annotated[int, Field(examples=[560])]
    hour_under_21: Annotated[int, Field(examples=[330])]
    month: Annotated[int, Field(examples=[21_000])]
    year_total: Annotated[int, Field(examples=[210_000])]
    city_year: Annotated[int | None, Field(examples=[150_000])]

    @classmethod
    def of(cls, one: rules.Limits) -> LimitsView:
        return cls.model_validate(one, from_attributes=True)


class ProposalView(LimitsView):
    """A row of limits with who proposed and decided it."""

    number: int
    state: State
    proposed_by: Annotated[
        str, Field(description="An officer; law: it came with Heitje.", examples=["treasurer"])
    ]
    proposed_at: Annotated[int, Field(description="UTC seconds, like the last.")]
    decided_by: Annotated[str | None, Field(examples=["registrar"])]
    decided_at: int | None

    ADDRESS: ClassVar[str] = "/api/v1/allowance-limits/{number}"

    @classmethod
    def of_proposal(cls, one: Proposal) -> ProposalView:
        told = {name: getattr(one, name) for name in ("number", "state", "proposed_by", "proposed_at")}
        told |= {"decided_by": one.decided_by, "decided_at": one.decided_at}
        return cls.model_validate({**LimitsView.of(one.limits).model_dump(), **told})


class CurrentView(BaseModel):
    """What holds today."""

    year: Annotated[int, Field(description="This year.", examples=[2026])]
    limits: Annotated[LimitsView | None, Field(description="Null when none were ever entered.")]
    warning: Annotated[
        WordsView | None, Field(description="When this year has no limits of its own.", examples=[None])
    ]

    @classmethod
    def of(cls, one: Current) -> CurrentView:
        return cls(
            year=one.year,
            limits=None if one.limits is None else LimitsView.of(one.limits),
            warning=None if one.warning is None else WordsView(**one.warning),
        )


Reader = Annotated[Caller, Needs("allowance-limits:read")]
Writer = Annotated[Caller, Needs("allowance-limits:write")]


@router.get("/allowance-limits")
def list_allowance_limits(
    request: Request,
    caller: Reader,
    wanted: Wanted,
    database: Database,
    state: Annotated[State | None, Query(description="Only in this state.")] = None,
) -> PageOf[ProposalView]:
    """List all rows of limits, newest first, proposals too."""
    statement = limits.limits_query()
    if state is not None:
        statement = statement.where(LIMITS.c.state == state)
    page = database.read(lambda c: LISTING.page(c, statement, wanted))
    return page.as_json(request, lambda row: ProposalView.of_proposal(limits.proposal_of(row)))


@router.get("/allowance-limits/current")
def read_current_limits(caller: Reader, database: Database) -> CurrentView:
    """Tell what holds today, with a warning when it is an earlier year's."""
    return CurrentView.of(database.read(lambda c: limits.current(c, chain_now(c))))


@router.get("/allowance-limits/{number}")
def read_allowance_limits(number: NumberPath, caller: Reader, database: Database) -> ProposalView:
    """Read one row of limits."""
    return ProposalView.of_proposal(database.read(lambda c: limits.find(c, number)))


@router.post("/allowance-limits", status_code=201, response_model=ProposalView)
def propose_limits(body: NewLimits, caller: Writer, keyed: Keyed) -> Response:
    """Propose limits, for another officer to confirm."""
    return keyed.answer(
        caller.id, 201, lambda c: ProposalView.of_proposal(limits.propose(c, caller.subject, body.limits))
    )


@router.post("/allowance-limits/{number}/confirmation", response_model=ProposalView)
def confirm_limits(number: NumberPath, caller: Writer, keyed: Keyed) -> Response:
    """Confirm another officer's proposal: it holds from its day on."""
    return keyed.answer(
        caller.id, 200, lambda c: ProposalView.of_proposal(limits.confirm(c, caller.subject, number))
    )


@router.post("/allowance-limits/{number}/rejection", response_model=ProposalView)
def reject_limits(number: NumberPath, caller: Writer, keyed: Keyed) -> Response:
    """Reject another officer's proposal."""
    return keyed.answer(
        caller.id, 200, lambda c: ProposalView.of_proposal(limits.reject(c, caller.subject, number))
    )


@router.post("/allowance-limits/{number}/withdrawal", response_model=ProposalView)
def withdraw_limits(number: NumberPath, caller: Writer, keyed: Keyed) -> Response:
    """Withdraw one's own proposal."""
    return keyed.answer(
        caller.id, 200, lambda c: ProposalView.of_proposal(limits.withdraw(c, caller.subject, number))
    )

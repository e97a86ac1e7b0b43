"""Budgets over JSON: reading them, and the treasurer's and the auditor's acts, each prepared, then signed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from heitje_chain.acts.api import ActView, OnChain, PreparedAct, Preparing, SignedAct
from heitje_chain.http.fields import (
    Body,
    CentsField,
    Hex32Field,
    ParticipantField,
    PeriodField,
    PeriodQuery,
    SecondsField,
    SeveralLines,
)
from heitje_chain.http.idempotency import Keyed
from heitje_chain.http.paging import Listing, Page, PageOf, Wanted
from heitje_chain.http.transaction import Database
from heitje_chain.money import MAX_CENTS, Cents
from heitje_chain.people.api.admissions import signed
from heitje_chain.people.api.bearer import Needs
from heitje_chain.people.model import PARTICIPANT
from heitje_chain.people.tokens import Caller

from . import service
from .model import BUDGET, MINT_LIMIT
from .service import Budget, MintLimit

router = APIRouter(prefix="/api/v1", tags=["budgets"])

BUDGETS = Listing("budgets", (BUDGET.c.period, BUDGET.c.id))
LIMITS = Listing("mint-limits", (MINT_LIMIT.c.partner,))


class GrantBody(Body):
    partner: ParticipantField
    period: PeriodField
    cents: CentsField


class BudgetClosing(Body):
    partner: ParticipantField
    period: PeriodField


class AwardBody(Body):
    partner: ParticipantField
    period: PeriodField
    resident: ParticipantField
    cents: CentsField
    reason: Annotated[str, SeveralLines, Field(min_length=1, max_length=2000)]


class AttestationBody(Body):
    cents: Annotated[int, Field(strict=True, ge=0, le=MAX_CENTS, description="Less what is payable.")]
    as_of: SecondsField
    statement_sha256: Hex32Field


class LimitBody(Body):
    partner: ParticipantField
    capacity: CentsField
    window: Annotated[int, Field(strict=True, gt=0, lt=2**32, description="Seconds.")]


class BudgetView(BaseModel):
    id: str
    partner: str
    partner_name: str
    period: int
    granted: Annotated[int, Field(description="Cents, like the next four.")]
    reserved: int
    minted: int
    available: Annotated[int, Field(description="granted - reserved - minted.")]
    closed: Annotated[bool, Field(description="A closed budget promises nothing more.", examples=[False])]

    @classmethod
    def of(cls, budget: Budget) -> BudgetView:
        return cls(
            id=budget.id.hex(),
            partner=budget.partner,
            partner_name=budget.partner_name,
            period=budget.period,
            granted=budget.books.granted,
            reserved=budget.books.reserved,
            minted=budget.books.minted,
            available=budget.books.available,
            closed=budget.books.closed,
        )


class LimitView(BaseModel):
    partner: str
    partner_name: str
    capacity: Annotated[int, Field(description="Cents that can be minted at once.")]
    window: Annotated[int, Field(description="Seconds in which all of it is there again.")]

    @classmethod
    def of(cls, limit: MintLimit) -> LimitView:
        return cls.model_validate(limit, from_attributes=True)


@router.get("/budgets")
def list_budgets(
    request: Request,
    caller: Annotated[Caller, Needs("budgets:read")],
    wanted: Wanted,
    database: Database,
    partner: Annotated[ParticipantField | None, Query(description="Only this partner's.")] = None,
    period: Annotated[PeriodQuery | None, Query(description="Only of this period.")] = None,
) -> PageOf[BudgetView]:
    """List budgets, the newest period first. A partner sees its own."""
    statement = service.budgets_query(partner, period)
    if not caller.is_officer:
        statement = statement.where(PARTICIPANT.c.id == caller.subject)

    def found(connection: Connection) -> tuple[Page, dict[str, BudgetView]]:
        page = BUDGETS.page(connection, statement, wanted)
        return page, {row.id: BudgetView.of(service.budget_of(connection, row)) for row in page.rows}

    page, views = database.read(found)
    return page.as_json(request, lambda row: views[row.id])


@router.get("/mint-limits")
def list_mint_limits(
    request: Request, caller: Annotated[Caller, Needs("budgets:read")], wanted: Wanted, database: Database
) -> PageOf[LimitView]:
    """List how much partners' approvals can mint in a while. A partner sees its own."""
    statement = service.mint_limits_query(None if caller.is_officer else caller.subject)
    page = database.read(lambda c: LIMITS.page(c, statement, wanted))
    return page.as_json(request, lambda row: LimitView.of(service.mint_limit_of(row)))


@router.post("/grants/prepare", response_model=PreparedAct)
def prepare_grant(
    body: GrantBody, caller: Annotated[Caller, Needs("grants:write")], onchain: OnChain, preparing: Preparing
) -> Response:
    """Prepare that a partner may promise more, for the treasurer to sign."""
    return preparing.answer(
        caller.id,
        lambda c: service.prepare_grant(
            c, onchain, caller.subject, body.partner, body.period, Cents(body.cents)
        ),
    )


@router.post("/grants", status_code=202, response_model=ActView)
def grant_budget(
    body: SignedAct, caller: Annotated[Caller, Needs("grants:write")], onchain: OnChain, keyed: Keyed
) -> Response:
    """Take the treasurer's signature over a grant."""
    return signed(keyed, caller, onchain, body, service.GRANT)


@router.post("/budget-closings/prepare", response_model=PreparedAct)
def prepare_budget_closing(
    body: BudgetClosing,
    caller: Annotated[Caller, Needs("grants:write")],
    onchain: OnChain,
    preparing: Preparing,
) -> Response:
    """Prepare that a budget promises nothing more."""
    return preparing.answer(
        caller.id, lambda c: service.prepare_closing(c, onchain, caller.subject, body.partner, body.period)
    )


@router.post("/budget-closings", status_code=202, response_model=ActView)
def close_budget(
    body: SignedAct, caller: Annotated[Caller, Needs("grants:write")], onchain: OnChain, keyed: Keyed
) -> Response:
    """Take the treasurer's signature over the closing of a budget."""
    return signed(keyed, caller, onchain, body, service.CLOSE)


@router.post("/awards/prepare", response_model=PreparedAct)
def prepare_award(
    body: AwardBody, caller: Annotated[Caller, Needs("awards:write")], onchain: OnChain, preparing: Preparing
) -> Response:
    """Prepare that a resident gets coins at once, from what nobody was promised."""
    return preparing.answer(
        caller.id,
        lambda c: service.prepare_award(
            c,
            onchain,
            caller.subject,
            body.partner,
            body.period,
            body.resident,
            Cents(body.cents),
            body.reason,
        ),
    )


@router.post("/awards", status_code=202, response_model=ActView)
def award_resident(
    body: SignedAct, caller: Annotated[Caller, Needs("awards:write")], onchain: OnChain, keyed: Keyed
) -> Response:
    """Take the treasurer's signature over an award."""

    def work(connection: Connection) -> ActView:
        return ActView.of(
            service.sign_award(connection, onchain, caller.subject, body.act, body.signature_bytes)
        )

    return keyed.answer(caller.id, 202, work)


@router.post("/attestations/prepare", response_model=PreparedAct)
def prepare_attestation(
    body: AttestationBody,
    caller: Annotated[Caller, Needs("reserve:write")],
    onchain: OnChain,
    preparing: Preparing,
) -> Response:
    """Prepare the auditor's word on the euros in the bank."""
    return preparing.answer(
        caller.id,
        lambda c: service.prepare_attestation(
            c, onchain, caller.subject, body.cents, body.as_of, body.statement_sha256
        ),
    )


@router.post("/attestations", status_code=202, response_model=ActView)
def attest_reserve(
    body: SignedAct, caller: Annotated[Caller, Needs("reserve:write")], onchain: OnChain, keyed: Keyed
) -> Response:
    """Take the auditor's signature over a bank statement."""
    return signed(keyed, caller, onchain, body, service.ATTEST)


@router.post("/mint-limits/prepare", response_model=PreparedAct)
def prepare_mint_limit(
    body: LimitBody, caller: Annotated[Caller, Needs("limits:write")], onchain: OnChain, preparing: Preparing
) -> Response:
    """Prepare how much a partner's approvals can mint in a while; the act is delayed."""
    return preparing.answer(
        caller.id,
        lambda c: service.prepare_mint_limit(
            c, onchain, caller.subject, body.partner, Cents(body.capacity), body.window
        ),
    )


@router.post("/mint-limits", status_code=202, response_model=ActView)
def set_mint_limit(
    body: SignedAct, caller: Annotated[Caller, Needs("limits:write")], onchain: OnChain, keyed: Keyed
) -> Response:
    """Take the treasurer's signature over a mint limit."""
    return signed(keyed, caller, onchain, body, service.LIMIT)

"""Comparisons over JSON: `/api/v1/reconciliations`. The worker makes them, since it speaks to the node."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from sqlalchemy import select

from heitje_chain.http.fields import Hex16Path, WordsView
from heitje_chain.http.paging import Listing, PageOf, Wanted
from heitje_chain.http.transaction import Database
from heitje_chain.people.api.bearer import Needs
from heitje_chain.people.tokens import Caller

from . import service
from .model import RECONCILIATION
from .service import Reconciliation

router = APIRouter(prefix="/api/v1/reconciliations", tags=["reconciliation"])

RECONCILIATIONS = Listing("reconciliations", (RECONCILIATION.c.asked_at, RECONCILIATION.c.id))


class FiguresView(BaseModel):
    """In cents: supply = minted - burned = wallets + redemption, and owed = supply + payable."""

    minted: int
    burned: int
    supply: int
    wallets: int
    redemption: int
    payable: int
    owed: int
    reserved: int
    granted: int


class ReconciliationView(BaseModel):
    ADDRESS: ClassVar[str] = "/api/v1/reconciliations/{id}"

    id: str
    state: Literal["asked", "done"]
    asked_at: Annotated[int, Field(description="UTC seconds.")]
    done_at: int | None
    block_number: int | None
    equal: bool | None
    figures: FiguresView | None
    equation: Annotated[list[str], Field(description="By which the books close, in euros.")]
    differences: Annotated[list[WordsView], Field(description="A sentence for each row that differs.")]

    @classmethod
    def of(cls, one: Reconciliation) -> ReconciliationView:
        report = one.report
        return cls(
            id=one.id,
            state="done" if report else "asked",
            asked_at=one.asked_at,
            done_at=one.done_at,
            block_number=report.block_number if report else None,
            equal=report.is_equal if report else None,
            figures=FiguresView(**asdict(report.figures), owed=report.figures.owed) if report else None,
            equation=service.equation(report) if report else [],
            differences=[WordsView(**one) for one in report.differences] if report else [],
        )


@router.post("", status_code=202)
def ask_reconciliation(
    caller: Annotated[Caller, Needs("reconciliations:write")], database: Database
) -> ReconciliationView:
    """Ask for a comparison of chain, books and bank."""
    return ReconciliationView.of(database.change(service.ask))


@router.get("")
def list_reconciliations(
    request: Request,
    caller: Annotated[Caller, Needs("reconciliations:read")],
    wanted: Wanted,
    database: Database,
) -> PageOf[ReconciliationView]:
    """List comparisons, newest first."""
    page = database.read(lambda c: RECONCILIATIONS.page(c, select(RECONCILIATION), wanted))
    return page.as_json(request, lambda row: ReconciliationView.of(service.reconciliation_of(row)))


@router.get("/{reconciliation_id}")
def read_reconciliation(
    reconciliation_id: Hex16Path, caller: Annotated[Caller, Needs("reconciliations:read")], database: Database
) -> ReconciliationView:
    """Read a comparison; ask again until it is done."""
    return ReconciliationView.of(database.read(lambda c: service.find(c, reconciliation_id)))

"""Merchants' contracts with the municipality, and for how long Heitjes are accepted."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, Row

from heitje_chain.http.fields import Body, DateField, Hex16Path, ParticipantField
from heitje_chain.http.idempotency import Keyed
from heitje_chain.http.language import Language, preferred
from heitje_chain.http.paging import Listing, PageOf, Wanted
from heitje_chain.http.transaction import Database

from .. import contract_rules, contracts
from ..contract_rules import MerchantContract
from ..contracts import Acceptance
from ..errors import ContractUnknown, ParticipantUnknown
from ..model import MERCHANT, MERCHANT_CONTRACT
from ..tokens import Caller
from .bearer import Needs, client_id_of

router = APIRouter(prefix="/api/v1", tags=["merchants' contracts"])

CONTRACTS = Listing("merchant-contracts", (MERCHANT_CONTRACT.c.entered_at, MERCHANT_CONTRACT.c.id))


class ContractDays(Body):
    valid_from: Annotated[DateField, Field(description="The first day, local.", examples=["2026-01-01"])]
    valid_until: Annotated[DateField, Field(description="The last day, local.", examples=["2027-12-31"])]

    @property
    def first(self) -> date:
        return date.fromisoformat(self.valid_from)

    @property
    def last(self) -> date:
        return date.fromisoformat(self.valid_until)


class NewContract(ContractDays):
    merchant: ParticipantField


class ContractEnd(Body):
    last_day: Annotated[
        DateField,
        Field(description="The last day on which it holds; yesterday ends it now.", examples=["2027-06-30"]),
    ]


class ContractView(BaseModel):
    """A contract as stored answers hold it."""

    ADDRESS: ClassVar[str] = "/api/v1/merchant-contracts/{id}"

    id: Annotated[str, Field(examples=["7c0d9a3e5b1f4c2d8e6a0b9c1d2e3f40"])]
    merchant: Annotated[str, Field(examples=["3f8a2b1c4d5e4f60817263544a5b6c7d"])]
    valid_from: Annotated[str, Field(examples=["2026-01-01"])]
    valid_until: Annotated[str, Field(description="As it was agreed.", examples=["2027-12-31"])]
    last_day: Annotated[
        str, Field(description="valid_until, or earlier when it was ended.", examples=["2027-12-31"])
    ]
    state: Annotated[Literal["coming", "valid", "over"], Field(description="On the local day of the answer.")]

    @classmethod
    def of(cls, one: MerchantContract, today: date) -> ContractView:
        return cls.model_validate(
            {
                "id": one.id,
                "merchant": one.merchant,
                "valid_from": one.valid_from.isoformat(),
                "valid_until": one.valid_until.isoformat(),
                "last_day": one.last_day.isoformat(),
                "state": one.state(today),
            }
        )


class ContractInFull(ContractView):
    merchant_name: str
    ends_soon: Annotated[
        bool,
        Field(
            description=f"It is valid and ends within {contract_rules.WARNING_DAYS} days; see whether "
            "another one follows."
        ),
    ]


class AcceptanceView(BaseModel):
    """For how long a merchant accepts Heitjes: contracts that follow one another count as one."""

    merchant: Annotated[str, Field(examples=["3f8a2b1c4d5e4f60817263544a5b6c7d"])]
    accepting: bool
    until: Annotated[
        str | None, Field(description="The last day; null when no contract holds.", examples=["2027-12-31"])
    ]
    days_left: Annotated[int | None, Field(description="After today; 0 on the last day.", examples=[396])]
    ends_soon: bool
    warning: Annotated[
        str | None,
        Field(description="A sentence for the merchant, in the reader's language.", examples=[None]),
    ]

    @classmethod
    def of(cls, one: Acceptance, language: Language) -> AcceptanceView:
        return cls(
            merchant=one.merchant,
            accepting=one.until is not None,
            until=None if one.until is None else one.until.isoformat(),
            days_left=one.days_left,
            ends_soon=one.ends_soon,
            warning=warning(one, language),
        )


def warning(one: Acceptance, language: Language) -> str | None:
    """Return what a merchant must know about the end of its contract; None while it is far."""
    if one.until is None:
        return {
            "nl": "Je contract met de gemeente geldt nu niet. Je kunt geen Heitjes aannemen. Wat je hebt, "
            "kun je wel inwisselen en terugbetalen. Bel de gemeente voor een nieuw contract.",
            "en": "Your contract with the municipality is not valid now. You cannot accept Heitjes. What you "
            "have you can still redeem and refund. Call the municipality for a new contract.",
        }[language]
    if not one.ends_soon:
        return None
    until = one.until.isoformat()
    return {
        "nl": f"Je contract met de gemeente loopt tot en met {until}. Daarna kun je geen Heitjes meer "
        "aannemen. Bel de gemeente om het te verlengen.",
        "en": f"Your contract with the municipality runs until {until}. After that you cannot accept "
        "Heitjes. Call the municipality to renew it.",
    }[language]


@router.post("/merchant-contracts", status_code=201, response_model=ContractView)
def enter_contract(
    body: NewContract, caller: Annotated[Caller, Needs("contracts:write")], keyed: Keyed
) -> Response:
    """Enter what was agreed with a merchant; without a contract that holds, nobody pays it."""
    contract_id = client_id_of(caller, keyed).hex()[:32]

    def work(connection: Connection) -> ContractView:
        made = contracts.enter(connection, caller.subject, contract_id, body.merchant, body.first, body.last)
        return ContractView.of(made, contracts.today(connection))

    return keyed.answer(caller.id, 201, work)


@router.post("/merchant-contracts/{contract_id}/end", response_model=ContractView)
def end_contract(
    contract_id: Hex16Path,
    body: ContractEnd,
    caller: Annotated[Caller, Needs("contracts:write")],
    keyed: Keyed,
) -> Response:
    """End a contract earlier than was agreed."""
    last_day = date.fromisoformat(body.last_day)

    def work(connection: Connection) -> ContractView:
        ended = contracts.end(connection, caller.subject, contract_id, last_day)
        return ContractView.of(ended, contracts.today(connection))

    return keyed.answer(caller.id, 200, work)


@router.get("/merchant-contracts")
def list_contracts(
    request: Request,
    caller: Annotated[Caller, Needs("contracts:read")],
    wanted: Wanted,
    database: Database,
    merchant: Annotated[ParticipantField | None, Query(description="Only this merchant's.")] = None,
) -> PageOf[ContractInFull]:
    """List merchants' contracts, newest first; a merchant sees its own."""
    own = caller.subject if caller.role == MERCHANT else merchant
    if merchant not in (None, own):
        raise ParticipantUnknown
    today, page = database.read(
        lambda c: (contracts.today(c), CONTRACTS.page(c, contracts.contracts_query(own), wanted))
    )

    def shown(row: Row[Any]) -> ContractInFull:
        one = contracts.contract_of(row)
        view = ContractView.of(one, today)
        soon = view.state == contract_rules.VALID and contract_rules.ends_soon(one.last_day, today)
        return ContractInFull(**view.model_dump(), merchant_name=row.merchant_name, ends_soon=soon)

    return page.as_json(request, shown)


@router.get("/merchant-contracts/{contract_id}")
def read_contract(
    contract_id: Hex16Path, caller: Annotated[Caller, Needs("contracts:read")], database: Database
) -> ContractView:
    """Read one contract."""

    def work(connection: Connection) -> ContractView:
        found = contracts.find(connection, contract_id)
        if caller.role == MERCHANT and found.merchant != caller.subject:
            raise ContractUnknown
        return ContractView.of(found, contracts.today(connection))

    return database.read(work)


@router.get("/merchants/{participant_id}/acceptance")
def read_acceptance(
    participant_id: Hex16Path,
    request: Request,
    caller: Annotated[Caller, Needs("contracts:read")],
    database: Database,
) -> AcceptanceView:
    """Tell for how long a merchant accepts Heitjes; a merchant asks about itself."""
    if caller.role == MERCHANT and participant_id != caller.subject:
        raise ParticipantUnknown
    found = database.read(lambda c: contracts.acceptance(c, participant_id))
    return AcceptanceView.of(found, preferred(request.headers.get("accept-language")))

"""Redemptions and payout batches over JSON. What the settlement officer decides is prepared, then signed."""

from __future__ import annotations

import time
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Connection

from heitje_chain.acts.api import ActView, OnChain, PreparedAct, SignedAct
from heitje_chain.http.fields import Body, CentsField, Hex32Field, SecondsField
from heitje_chain.http.idempotency import Keyed
from heitje_chain.http.paging import Listing, Page, PageOf, Wanted
from heitje_chain.http.transaction import Database
from heitje_chain.people import service as people
from heitje_chain.people.api.bearer import Needs, client_id_of
from heitje_chain.people.tokens import Caller

from . import batches, model, redemptions, returns, rules
from .batches import BankFile, Batch
from .errors import DebtorMissing, OutcomeGiven
from .model import BATCH, REDEMPTION
from .pain001 import Debtor
from .redemptions import BankAccount, Redemption

router = APIRouter(prefix="/api/v1", tags=["settlement"])

REDEMPTIONS = Listing("redemptions", (REDEMPTION.c.created_at, REDEMPTION.c.id))
BATCHES = Listing("payout-batches", (BATCH.c.number,))

ReasonCode = Annotated[
    str, Field(pattern=r"^[A-Z0-9]{4}$", description="ISO 20022 external reason code.", examples=["AC04"])
]


class NewRedemption(Body):
    cents: CentsField


class RedemptionView(BaseModel):
    """A redemption as stored answers hold it: ids and amounts."""

    id: str
    merchant: Annotated[str, Field(description="The merchant's id on the chain.")]
    cents: int
    state: Annotated[
        str,
        Field(
            description="asked, locked, batched, booked (paid), rejected, released or refused.",
            json_schema_extra={"enum": list(model.REDEMPTION_STATES)},
        ),
    ]
    held: Annotated[bool, Field(description="It is not paid until settlement confirms the account.")]
    batch: int | None
    end_to_end_id: Annotated[str, Field(description="The bank's name for its payment.")]
    bank_outcome: Literal["booked", "rejected"] | None
    bank_reason: Annotated[str | None, Field(description="Why the bank rejected it.")]
    return_reason: Annotated[str | None, Field(description="Why the bank sent it back after it was booked.")]
    refusal: Annotated[
        dict[str, str] | None, Field(description="The contract's error by its name, when it refused.")
    ]
    created_at: Annotated[int, Field(description="UTC seconds.")]

    @classmethod
    def of(cls, one: Redemption) -> RedemptionView:
        return cls.model_validate(
            {
                "id": one.id,
                "merchant": f"0x{one.merchant}",
                "cents": one.cents,
                "state": one.state,
                "held": one.held,
                "batch": one.batch,
                "end_to_end_id": one.end_to_end_id,
                "bank_outcome": one.bank_outcome,
                "bank_reason": one.bank_reason,
                "return_reason": one.return_reason,
                "refusal": None if one.refusal is None else {"name": one.refusal["name"]},
                "created_at": one.created_at,
            }
        )


class AccountView(BaseModel):
    iban: str
    holder: str

    @classmethod
    def of(cls, account: BankAccount | None) -> AccountView | None:
        return None if account is None else cls(iban=account.iban, holder=account.holder)


class RedemptionInFull(RedemptionView):
    """A redemption with the accounts, for the merchant and for whoever pays."""

    merchant_name: str | None
    account: Annotated[AccountView | None, Field(description="Where it is paid to.")]
    present_account: Annotated[AccountView | None, Field(description="The merchant's own now.")]

    @classmethod
    def of(cls, one: Redemption, *, with_accounts: bool = True) -> RedemptionInFull:
        accounts = (one.account, one.present_account) if with_accounts else (None, None)
        return cls.model_validate(
            {
                **RedemptionView.of(one).model_dump(),
                "merchant_name": one.merchant_name,
                "account": AccountView.of(accounts[0]),
                "present_account": AccountView.of(accounts[1]),
            }
        )


class BankReturn(Body):
    end_to_end_id: Annotated[str, Field(min_length=1, max_length=35, description="Of what came back.")]
    occurred_at: SecondsField
    reason: ReasonCode


class BatchView(BaseModel):
    number: int
    cents: int
    lines: int
    state: Annotated[
        Literal["closed", "filed", "settling", "settled"],
        Field(description="filed: its bank file is fixed. settled: what the bank booked is burned."),
    ]
    message_id: str | None
    file_sha256: str | None
    closed_at: Annotated[int, Field(description="UTC seconds, like the next two.")]
    filed_at: int | None
    settled_at: int | None
    booked_cents: int | None
    rejected_cents: int | None

    @classmethod
    def of(cls, batch: Batch) -> BatchView:
        return cls.model_validate(batch, from_attributes=True)


class BatchInFull(BaseModel):
    batch: BatchView
    redemptions: list[RedemptionView]


class FileView(BaseModel):
    """What a bank file is about, without what stands in it."""

    number: int
    message_id: str
    sha256: str
    lines: int
    cents: int

    @classmethod
    def of(cls, file: BankFile) -> FileView:
        return cls(
            number=file.batch,
            message_id=file.message_id,
            sha256=file.sha256,
            lines=file.lines,
            cents=file.cents,
        )


class Rejected(Body):
    redemption: Hex32Field
    reason: ReasonCode


class Outcomes(Body):
    booked: Annotated[list[Hex32Field], Field(max_length=batches.MOST_LINES, default_factory=list)]
    rejected: Annotated[list[Rejected], Field(max_length=batches.MOST_LINES, default_factory=list)]

    @property
    def reasons(self) -> dict[str, str]:
        """Redemption -> reason code.

        Raises:
            OutcomeGiven: one is there twice, for two reasons.
        """
        found: dict[str, str] = {}
        for one in self.rejected:
            if found.setdefault(one.redemption, one.reason) != one.reason:
                raise OutcomeGiven(one.redemption)
        return found


# ---------------------------------------------------------------- redemptions


@router.post("/redemptions", status_code=202, response_model=RedemptionView)
def redeem(
    body: NewRedemption, caller: Annotated[Caller, Needs("redemptions:write")], keyed: Keyed
) -> Response:
    """Have coins paid out in euros, to the merchant's account of now."""
    client_id = client_id_of(caller, keyed)
    return keyed.answer(
        caller.id,
        202,
        lambda c: RedemptionView.of(redemptions.redeem(c, caller.subject, body.cents, client_id)),
    )


@router.get("/redemptions")
def list_redemptions(
    request: Request,
    caller: Annotated[Caller, Needs("redemptions:read")],
    wanted: Wanted,
    database: Database,
    state: Annotated[Literal[model.REDEMPTION_STATES] | None, Query()] = None,  # type: ignore[valid-type]
    held: Annotated[
        bool | None, Query(description="true: only what waits until an account is confirmed.")
    ] = None,
) -> PageOf[RedemptionView]:
    """List redemptions, newest first: a merchant's own, all for officers."""
    where: list[ColumnElement[bool]] = [] if state is None else [REDEMPTION.c.state == state]
    if held is not None:
        where.append(redemptions.HELD if held else ~redemptions.HELD)

    def found(connection: Connection) -> Page:
        statement = redemptions.redemptions_query(*where, *_concerning(connection, caller))
        return REDEMPTIONS.page(connection, statement, wanted)

    return database.read(found).as_json(
        request, lambda row: RedemptionView.of(redemptions.redemption_of(row))
    )


@router.get("/redemptions/{redemption_id}")
def read_redemption(
    redemption_id: str, caller: Annotated[Caller, Needs("redemptions:read")], database: Database
) -> RedemptionInFull:
    """Read one redemption; ask again until it is booked. Accounts are shown to the merchant and payer."""
    found = database.read(lambda c: redemptions.find(c, redemption_id, *_concerning(c, caller)))
    with_accounts = not caller.is_officer or "payouts:write" in caller.scopes
    return RedemptionInFull.of(found, with_accounts=with_accounts)


@router.post("/redemptions/{redemption_id}/account-confirmation")
def confirm_account(
    redemption_id: str, caller: Annotated[Caller, Needs("payouts:write")], database: Database
) -> RedemptionView:
    """Have a held redemption paid to the account that the merchant has now."""
    return RedemptionView.of(
        database.change(lambda c: batches.confirm_account(c, caller.subject, redemption_id))
    )


@router.post("/redemptions/{redemption_id}/bank-return", response_model=RedemptionView)
def record_return(
    redemption_id: str, body: BankReturn, caller: Annotated[Caller, Needs("payouts:write")], keyed: Keyed
) -> Response:
    """Tell that the bank sent a booked payment back: it is owed again, and nothing is minted."""
    return keyed.answer(
        caller.id,
        200,
        lambda c: RedemptionView.of(
            returns.record_return(
                c, caller.subject, redemption_id, body.end_to_end_id, body.occurred_at, body.reason
            )
        ),
    )


# ---------------------------------------------------------------- batches


@router.post("/payout-batches/prepare")
def prepare_close(
    caller: Annotated[Caller, Needs("payouts:write")], onchain: OnChain, database: Database
) -> PreparedAct:
    """Prepare a batch of all that can be paid, for the settlement officer to sign."""
    return PreparedAct.of(database.change(lambda c: batches.prepare_close(c, onchain, caller.subject)))


@router.post("/payout-batches", status_code=202, response_model=ActView)
def close_batch(
    body: SignedAct, caller: Annotated[Caller, Needs("payouts:write")], onchain: OnChain, keyed: Keyed
) -> Response:
    """Take the settlement officer's signature over a batch."""
    return keyed.answer(
        caller.id,
        202,
        lambda c: ActView.of(batches.close(c, onchain, caller.subject, body.act, body.signature_bytes)),
    )


@router.get("/payout-batches")
def list_batches(
    request: Request, caller: Annotated[Caller, Needs("payouts:read")], wanted: Wanted, database: Database
) -> PageOf[BatchView]:
    """List batches that are closed for good, newest first."""
    page = database.read(lambda c: BATCHES.page(c, batches.batches_query(), wanted))
    return page.as_json(request, lambda row: BatchView.of(batches.batch_of(row)))


@router.get("/payout-batches/{number}")
def read_batch(
    number: int, caller: Annotated[Caller, Needs("payouts:read")], database: Database
) -> BatchInFull:
    """Read a batch with its lines and what the bank did with each."""
    return database.read(lambda c: _in_full(batches.find_batch(c, number), batches.lines_of(c, number)))


@router.post("/payout-batches/{number}/file")
def seal(
    number: int,
    request: Request,
    caller: Annotated[Caller, Needs("payouts:write")],
    onchain: OnChain,
    database: Database,
) -> FileView:
    """Make a batch's bank file, once; it asks the bank to pay the next day."""
    debtor, now = _debtor(request), int(time.time())
    return FileView.of(
        database.change(
            lambda c: batches.seal(c, onchain, caller.subject, number, debtor, rules.next_day(now), now)
        )
    )


@router.get(
    "/payout-batches/{number}/file",
    response_class=Response,
    responses={200: {"content": {"application/xml": {}}, "description": "pain.001.001.09"}},
)
def read_file(number: int, caller: Annotated[Caller, Needs("payouts:write")], database: Database) -> Response:
    """Download a batch's bank file, the same bytes each time. It holds names and accounts."""
    file = database.read(lambda c: batches.file_of(c, number))
    headers = {
        "ETag": f'"{file.sha256}"',
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{file.message_id}.xml"',
    }
    return Response(file.content, media_type="application/xml", headers=headers)


@router.post("/payout-batches/{number}/outcomes", response_model=BatchInFull)
def record_outcomes(
    number: int, body: Outcomes, caller: Annotated[Caller, Needs("payouts:write")], keyed: Keyed
) -> Response:
    """Tell what the bank did with lines of a batch, all of them or a part."""

    def work(connection: Connection) -> BatchInFull:
        lines = batches.record_outcomes(connection, caller.subject, number, body.booked, body.reasons)
        return _in_full(batches.find_batch(connection, number), lines)

    return keyed.answer(caller.id, 200, work)


@router.post("/payout-batches/{number}/settlement/prepare")
def prepare_settlement(
    number: int, caller: Annotated[Caller, Needs("payouts:write")], onchain: OnChain, database: Database
) -> PreparedAct:
    """Prepare that what the bank booked is burned, once every line has an outcome."""
    return PreparedAct.of(
        database.change(lambda c: batches.prepare_settlement(c, onchain, caller.subject, number))
    )


@router.post("/payout-batches/{number}/settlement", status_code=202, response_model=ActView)
def settle(
    number: int,
    body: SignedAct,
    caller: Annotated[Caller, Needs("payouts:write")],
    onchain: OnChain,
    keyed: Keyed,
) -> Response:
    """Take the settlement officer's signature over a batch's settlement."""
    return keyed.answer(
        caller.id,
        202,
        lambda c: ActView.of(
            batches.settle(c, onchain, caller.subject, number, body.act, body.signature_bytes)
        ),
    )


# ---------------------------------------------------------------- details


def _concerning(connection: Connection, caller: Caller) -> list[ColumnElement[bool]]:
    """Return the conditions on REDEMPTION that this caller may see it by."""
    if caller.is_officer:
        return []
    return [REDEMPTION.c.merchant == (people.participant(connection, caller.subject).chain_id or "")]


def _in_full(batch: Batch, lines: list[Redemption]) -> BatchInFull:
    return BatchInFull(batch=BatchView.of(batch), redemptions=[RedemptionView.of(line) for line in lines])


def _debtor(request: Request) -> Debtor:
    """Raises:
    DebtorMissing
    """
    config: Any = request.app.state.config
    if not config.debtor_name or not config.debtor_iban:
        raise DebtorMissing
    return Debtor(config.debtor_name, config.debtor_iban, config.debtor_bic or None)

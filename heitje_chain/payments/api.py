"""Payments over JSON: a till's request, paying by a code, refunds, and the own wallet."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Connection

from heitje_chain.acts.api import OnChain
from heitje_chain.chain.contracts import Contracts
from heitje_chain.http.fields import Body, CentsField, Hex16Path, Hex32Path, SecondsQuery
from heitje_chain.http.idempotency import Keyed
from heitje_chain.http.paging import Listing, Page, PageOf, Wanted
from heitje_chain.http.streams import STREAMED, EventStream, LastEventId, follow
from heitje_chain.http.transaction import Database
from heitje_chain.people import service as people
from heitje_chain.people import tokens
from heitje_chain.people.api.bearer import Needs, client_id_of
from heitje_chain.people.model import ASSOCIATION, MERCHANT, RESIDENT
from heitje_chain.people.service import Participant
from heitje_chain.people.tokens import Caller

from . import records, rules, service, spending
from .model import PAYMENT, PENDING
from .records import Payment, PaymentRequest
from .rules import Code

DAY_SECONDS = 86_400

router = APIRouter(prefix="/api/v1", tags=["payments"])

PAYMENTS = Listing("payments", (PAYMENT.c.created_at, PAYMENT.c.id))


class NewRequest(Body):
    cents: CentsField
    lifetime_seconds: Annotated[
        int, Field(strict=True, description=f"{rules.LEAST_LIFETIME} to {rules.MOST_LIFETIME}.")
    ] = rules.LIFETIME_SECONDS


class NewPayment(Body):
    code: Annotated[str, Field(description="What the QR says.", examples=["heitje:1337:merchant:3f8a2b..."])]
    cents: Annotated[CentsField | None, Field(description="Left out when a till's request is paid.")] = None


class NewRefund(Body):
    cents: CentsField


class RequestView(BaseModel):
    ADDRESS: ClassVar[str] = "/api/v1/payment-requests/{id}"

    id: str
    merchant: Annotated[str, Field(description="The merchant's id.")]
    cents: int
    state: Annotated[
        Literal["open", "pending", "paid", "expired"],
        Field(description="pending: somebody is paying it. paid: it is final on the chain."),
    ]
    payment: Annotated[str | None, Field(description="The payment that pays it.")]
    expires_at: Annotated[int, Field(description="UTC seconds.")]
    code: Annotated[str, Field(description="For the QR.")]

    @classmethod
    def of(cls, request: PaymentRequest, chain_id: int) -> RequestView:
        return cls.model_validate(
            {
                "id": request.id,
                "merchant": request.merchant,
                "cents": request.cents,
                "state": request.state,
                "payment": request.payment,
                "expires_at": request.expires_at,
                "code": rules.make_code(chain_id, Code(rules.REQUEST, request.id)),
            }
        )


class PaymentView(BaseModel):
    """A payment as stored answers hold it: ids and amounts."""

    ADDRESS: ClassVar[str] = "/api/v1/payments/{id}"

    id: str
    kind: Literal["pay", "donate", "refund"]
    state: Annotated[
        Literal["pending", "paid", "refused"], Field(description="paid: it is final on the chain.")
    ]
    payer: Annotated[str, Field(description="The payer's id on the chain.")]
    payee: Annotated[str, Field(description="The receiver's id on the chain.")]
    cents: int
    refund_of: Annotated[str | None, Field(description="The payment that a refund gives back.")]
    request: Annotated[str | None, Field(description="The till's request that was paid.")]
    refusal: Annotated[
        dict[str, str] | None,
        Field(description="The contract's error by its name; its arguments are the payer's alone to know."),
    ]
    created_at: Annotated[int, Field(description="UTC seconds.")]
    paid_at: Annotated[int | None, Field(description="UTC seconds: its block's time.")]

    @classmethod
    def of(cls, payment: Payment) -> PaymentView:
        return cls.model_validate(
            {
                "id": payment.id,
                "kind": payment.kind,
                "state": payment.state,
                "payer": f"0x{payment.payer}",
                "payee": f"0x{payment.payee}",
                "cents": payment.cents,
                "refund_of": payment.refund_of,
                "request": payment.request,
                "refusal": payment.refusal and {"name": payment.refusal["name"]},
                "created_at": payment.created_at,
                "paid_at": payment.paid_at,
            }
        )


class WalletView(BaseModel):
    participant: Annotated[str, Field(description="Whose wallet it is.")]
    final: Annotated[int, Field(description="Cents on the final chain.")]
    incoming: Annotated[int, Field(description="Cents under way to it.")]
    outgoing: Annotated[int, Field(description="Cents that are being paid from it.")]
    spendable: Annotated[int, Field(description="Final less what is frozen, under way or held.")]
    frozen: Annotated[int, Field(description="Cents that the city froze; may be above the balance.")]
    code: Annotated[
        str | None, Field(description="The own static code of a merchant or an association, for the QR.")
    ]


@router.post("/payment-requests", status_code=201, response_model=RequestView)
def request_payment(
    body: NewRequest, caller: Annotated[Caller, Needs("requests:write")], onchain: OnChain, keyed: Keyed
) -> Response:
    """Ask for an amount at the till."""
    client_id = client_id_of(caller, keyed)
    return keyed.answer(
        caller.id,
        201,
        lambda c: RequestView.of(
            service.request_payment(
                c, caller.subject, body.cents, body.lifetime_seconds, client_id=client_id
            ),
            onchain.chain_id,
        ),
    )


@router.get("/payment-requests/{request_id}")
def read_payment_request(
    request_id: Hex16Path,
    caller: Annotated[Caller, Needs("payments:read")],
    onchain: OnChain,
    database: Database,
) -> RequestView:
    """Read what a till asks, and whether it is paid; the payment itself only payer and merchant see."""
    return database.read(lambda c: _request_view(c, caller, onchain.chain_id, request_id))


@router.get("/payment-requests/{request_id}/events", response_class=EventStream, responses=STREAMED)
def follow_payment_request(
    request_id: Hex16Path,
    request: Request,
    caller: Annotated[Caller, Needs("payments:read")],
    onchain: OnChain,
    database: Database,
    last_event_id: LastEventId = None,
) -> Response:
    """Follow a till's request until it is paid or has expired."""

    def look(connection: Connection) -> RequestView:
        tokens.check_good(connection, caller.token_id)
        return _request_view(connection, caller, onchain.chain_id, request_id)

    return follow(
        request, database, caller.id, look, lambda view: view.state in ("paid", "expired"), last_event_id
    )


@router.post("/payments", status_code=202, response_model=PaymentView)
def pay(
    body: NewPayment, caller: Annotated[Caller, Needs("payments:write")], onchain: OnChain, keyed: Keyed
) -> Response:
    """Pay a merchant or donate to an association; ask again until it is paid."""
    client_id = client_id_of(caller, keyed)
    return keyed.answer(
        caller.id,
        202,
        lambda c: PaymentView.of(
            service.pay(c, onchain.chain_id, caller.subject, body.code, body.cents, client_id)
        ),
    )


@router.get("/payments")
def list_payments(
    request: Request,
    caller: Annotated[Caller, Needs("payments:read")],
    wanted: Wanted,
    database: Database,
    state: Annotated[
        Literal["pending", "paid", "refused"] | None, Query(description="Only in this state.")
    ] = None,
    kind: Annotated[
        Literal["pay", "donate", "refund"] | None, Query(description="Only of this kind.")
    ] = None,
    since: Annotated[SecondsQuery | None, Query(description="Only those asked for from then on.")] = None,
    until: Annotated[SecondsQuery | None, Query(description="Only those asked for before then.")] = None,
) -> PageOf[PaymentView]:
    """List payments, newest first: those that one pays or is paid, all for officers."""

    def found(connection: Connection) -> Page:
        given = {PAYMENT.c.state: state, PAYMENT.c.kind: kind}
        where = _concerning(connection, caller)
        where += [column == wish for column, wish in given.items() if wish is not None]
        if since is not None:
            where.append(PAYMENT.c.created_at >= since)
        if until is not None:
            where.append(PAYMENT.c.created_at < until)
        return PAYMENTS.page(connection, records.payments_query(*where), wanted)

    return database.read(found).as_json(request, lambda row: PaymentView.of(records.payment_of(row)))


@router.get("/payments/{payment_id}")
def read_payment(
    payment_id: Hex32Path, caller: Annotated[Caller, Needs("payments:read")], database: Database
) -> PaymentView:
    """Read one payment."""
    return database.read(lambda c: _payment_view(c, caller, payment_id))


@router.get("/payments/{payment_id}/events", response_class=EventStream, responses=STREAMED)
def follow_payment(
    payment_id: Hex32Path,
    request: Request,
    caller: Annotated[Caller, Needs("payments:read")],
    database: Database,
    last_event_id: LastEventId = None,
) -> Response:
    """Follow a payment until it is final, or refused."""

    def look(connection: Connection) -> PaymentView:
        tokens.check_good(connection, caller.token_id)
        return _payment_view(connection, caller, payment_id)

    return follow(request, database, caller.id, look, lambda view: view.state != PENDING, last_event_id)


@router.post("/payments/{payment_id}/refunds", status_code=202, response_model=PaymentView)
def refund_payment(
    payment_id: Hex32Path,
    body: NewRefund,
    request: Request,
    caller: Annotated[Caller, Needs("refunds:write")],
    keyed: Keyed,
) -> Response:
    """Give a payment back, or a part of it, to whoever paid."""
    client_id, window = client_id_of(caller, keyed), request.app.state.config.refund_days * DAY_SECONDS
    return keyed.answer(
        caller.id,
        202,
        lambda c: PaymentView.of(
            service.refund(c, caller.subject, payment_id, body.cents, client_id, window)
        ),
    )


@router.get("/wallet")
def read_wallet(
    caller: Annotated[Caller, Needs("wallet:read")], onchain: OnChain, database: Database
) -> WalletView:
    """Read what one has and can spend."""
    return database.read(lambda c: _wallet(c, onchain, people.participant(c, caller.subject)))


@router.get("/residents/{participant_id}/wallet")
def read_residents_wallet(
    participant_id: Hex16Path,
    caller: Annotated[Caller, Needs("wallets:read")],
    onchain: OnChain,
    database: Database,
) -> WalletView:
    """Read what a resident has, for an officer at the counter."""
    return database.read(lambda c: _wallet(c, onchain, people.of_kind(c, participant_id, RESIDENT)))


@router.get("/merchants/{participant_id}/wallet")
def read_merchants_wallet(
    participant_id: Hex16Path,
    caller: Annotated[Caller, Needs("wallets:read")],
    onchain: OnChain,
    database: Database,
) -> WalletView:
    """Read what a merchant has, for an officer at the counter."""
    return database.read(lambda c: _wallet(c, onchain, people.of_kind(c, participant_id, MERCHANT)))


@router.get("/associations/{participant_id}/wallet")
def read_associations_wallet(
    participant_id: Hex16Path,
    caller: Annotated[Caller, Needs("wallets:read")],
    onchain: OnChain,
    database: Database,
) -> WalletView:
    """Read what an association has, for an officer at the counter."""
    return database.read(lambda c: _wallet(c, onchain, people.of_kind(c, participant_id, ASSOCIATION)))


# ---------------------------------------------------------------- details


def _request_view(connection: Connection, caller: Caller, chain_id: int, request_id: str) -> RequestView:
    if caller.is_officer:
        return RequestView.of(records.find_request(connection, request_id), chain_id)
    reader = people.participant(connection, caller.subject)
    return RequestView.of(records.request_as_seen_by(connection, request_id, reader), chain_id)


def _payment_view(connection: Connection, caller: Caller, payment_id: str) -> PaymentView:
    return PaymentView.of(records.find_payment(connection, payment_id, *_concerning(connection, caller)))


def _wallet(connection: Connection, onchain: Contracts, whose: Participant) -> WalletView:
    held = spending.balance(connection, whose)
    has_code = whose.kind in (MERCHANT, ASSOCIATION)
    return WalletView(
        participant=whose.id,
        final=held.final,
        incoming=held.incoming,
        outgoing=held.outgoing,
        spendable=held.spendable,
        frozen=held.frozen,
        code=rules.make_code(onchain.chain_id, Code(whose.kind, whose.id)) if has_code else None,
    )


def _concerning(connection: Connection, caller: Caller) -> list[ColumnElement[bool]]:
    """Return the conditions on PAYMENT that this caller may see it by."""
    if caller.is_officer:
        return []
    return [records.concerns(people.participant(connection, caller.subject))]

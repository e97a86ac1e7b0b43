"""Payments and what shops asked for, as they are written down: finding and listing them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from heitje_chain.chain.clock import latest_now
from heitje_chain.people.model import MERCHANT
from heitje_chain.people.service import Participant

from . import rules
from .errors import PaymentUnknown, RequestUnknown
from .model import PAID, PAY, PAYMENT, PAYMENT_REQUEST, REFUND, REFUSED


@dataclass(frozen=True)
class Payment:
    """A payment, a donation or a refund."""

    id: str
    """64 hex digits: the client id, and the nonce that the payer's wallet signs."""
    payer: str
    """ParticipantId in hex, like `payee`."""
    payee: str
    cents: int
    kind: str
    """pay, donate or refund."""
    state: str
    """pending, paid (final on the chain) or refused."""
    refund_of: str | None
    request: str | None
    till: str | None
    """Which of the shop's tills asked for it, or gave it back."""
    refusal: Mapping[str, Any] | None
    created_at: int
    """UTC seconds."""
    paid_at: int | None

    @property
    def at(self) -> int:
        """When it was final, or asked for as long as it is not; UTC seconds."""
        return self.paid_at or self.created_at


AT = func.coalesce(PAYMENT.c.paid_at, PAYMENT.c.created_at)
"""The same of a row: by it a payment belongs to a day and to a month."""


@dataclass(frozen=True)
class PaymentRequest:
    """What a till asks of whoever shows up."""

    id: str
    """32 hex digits."""
    merchant: str
    """The merchant's id in `people`."""
    cents: int
    state: str
    """open, pending (somebody is paying it), paid (finally) or expired."""
    payment: str | None
    expires_at: int
    """UTC seconds, by this machine's clock: no contract knows of it."""
    created_at: int
    till: str | None
    """Which of the shop's tills asks; None when it is its owner."""


def requests_query(request_id: str) -> Select[Any]:
    """Return the statement for a request with how the payment that pays it stands."""
    return (
        select(PAYMENT_REQUEST, PAYMENT.c.state.label("payment_state"))
        .outerjoin(PAYMENT, PAYMENT.c.id == PAYMENT_REQUEST.c.payment)
        .where(PAYMENT_REQUEST.c.id == request_id)
    )


def payments_query(*where: ColumnElement[bool]) -> Select[Any]:
    """Return the statement whose rows `payment_of` reads."""
    return select(PAYMENT).where(*where)


def concerns(participant: Participant) -> ColumnElement[bool]:
    """Return the condition on PAYMENT that this participant pays or is paid."""
    own = participant.chain_id or ""
    return (PAYMENT.c.payer == own) | (PAYMENT.c.payee == own)


def find_payment(connection: Connection, payment_id: str, *where: ColumnElement[bool]) -> Payment:
    """Return a payment, if it fulfils the conditions.

    Raises:
        PaymentUnknown
    """
    row = connection.execute(payments_query(PAYMENT.c.id == payment_id, *where)).one_or_none()
    if row is None:
        raise PaymentUnknown
    return payment_of(row)


def find_request(connection: Connection, request_id: str) -> PaymentRequest:
    """Raises:
    RequestUnknown
    """
    row = connection.execute(requests_query(request_id)).one_or_none()
    if row is None:
        raise RequestUnknown
    return PaymentRequest(
        id=row.id,
        merchant=row.merchant,
        cents=row.cents,
        state=rules.request_state(row.payment_state, row.expires_at, latest_now(connection)),
        payment=row.payment,
        expires_at=row.expires_at,
        created_at=row.created_at,
        till=row.till,
    )


def request_as_seen_by(connection: Connection, request_id: str, reader: Participant) -> PaymentRequest:
    """Return a request as whoever read its code sees it: which payment pays it is between payer and till.

    Raises:
        RequestUnknown: no such request, or another merchant's.
    """
    found = find_request(connection, request_id)
    if reader.kind == MERCHANT:
        if found.merchant != reader.id:
            raise RequestUnknown
        return found
    own = (PAYMENT.c.id == found.payment) & (PAYMENT.c.payer == (reader.chain_id or ""))
    is_own = connection.execute(payments_query(own)).first() is not None
    return found if is_own else replace(found, payment=None)


def refunds_without_payment(connection: Connection) -> list[str]:
    """Return the ids of the merchants' transfers to their customers that name no payment, oldest first."""
    return list(
        connection.scalars(
            select(PAYMENT.c.id)
            .where((PAYMENT.c.kind == REFUND) & PAYMENT.c.refund_of.is_(None))
            .order_by(PAYMENT.c.created_at, PAYMENT.c.id)
        )
    )


def refundable(connection: Connection, customer: str, merchant: str, cents: int) -> str | None:
    """Return the newest payment of this customer to this merchant (ParticipantIds in hex) of which this much
    was not given back yet; None when there is none."""
    refunds = PAYMENT.alias()
    given_back = (
        select(func.coalesce(func.sum(refunds.c.cents), 0))
        .where((refunds.c.refund_of == PAYMENT.c.id) & (refunds.c.state != REFUSED))
        .scalar_subquery()
    )
    found: str | None = connection.scalar(
        select(PAYMENT.c.id)
        .where(
            (PAYMENT.c.payer == customer)
            & (PAYMENT.c.payee == merchant)
            & (PAYMENT.c.kind == PAY)
            & (PAYMENT.c.state == PAID)
            & (PAYMENT.c.cents - given_back >= cents)
        )
        .order_by(PAYMENT.c.paid_at.desc(), PAYMENT.c.id)
        .limit(1)
    )
    return found


def payment_of(row: Row[Any]) -> Payment:
    """Return a row of `payments_query` as a payment."""
    return Payment(
        id=row.id,
        payer=row.payer,
        payee=row.payee,
        cents=row.cents,
        kind=row.kind,
        state=row.state,
        refund_of=row.refund_of,
        request=row.request,
        till=row.till,
        refusal=row.refusal,
        created_at=row.created_at,
        paid_at=row.paid_at,
    )

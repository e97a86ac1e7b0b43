"""Use cases about payments. A caller opens the transaction and commits it.

Whoever spends is locked first, so that two payments at once cannot spend the same cent: what can be spent is
the final balance less all that is under way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update

from heitje_chain import money
from heitje_chain.chain import outbox
from heitje_chain.chain.clock import latest_now
from heitje_chain.chain.codec import payment_key
from heitje_chain.chain.ids import ClientId
from heitje_chain.chain.intents import IntentChanged, Outcome
from heitje_chain.people import contracts
from heitje_chain.people import service as people
from heitje_chain.people.errors import ParticipantUnknown
from heitje_chain.people.model import ACTIVE, ASSOCIATION, MERCHANT, PARTICIPANT, RESIDENT
from heitje_chain.people.service import Participant

from . import rules, spending
from .errors import (
    ContractNotValid,
    PayeeNotActive,
    PaymentIdTaken,
    PaymentUnknown,
    RequestUnknown,
    ShopNotAccepting,
)
from .model import PAY, PAYMENT, PAYMENT_REQUEST, PENDING, REFUND, REFUSED
from .records import (
    Payment,
    PaymentRequest,
    find_payment,
    find_request,
    payments_query,
    requests_query,
)
from .rules import LIFETIME_SECONDS, REFUND_SECONDS, Code

PAYMENT_INTENT = "payment"


# ---------------------------------------------------------------- tills


def request_payment(
    connection: Connection,
    merchant_id: str,
    cents: int,
    lifetime_seconds: int = LIFETIME_SECONDS,
    *,
    client_id: ClientId,
    till: str | None = None,
) -> PaymentRequest:
    """Ask for an amount at a till. The same client id again is the same request.

    Args:
        till: the id of the one that asks, in `people.tills`; None for the shop's owner or its own system

    Raises:
        ParticipantUnknown, ParticipantNotActive, LifetimeInvalid, AmountError, ContractNotValid,
        PaymentIdTaken
    """
    merchant = people.active(connection, merchant_id, MERCHANT)
    rules.check_lifetime(lifetime_seconds)
    request_id = client_id.hex()[:32]
    asked = {"id": request_id, "merchant": merchant.id, "cents": money.cents(cents)}
    known = connection.execute(requests_query(request_id)).one_or_none()
    if known is None:
        if not contracts.is_accepting(connection, merchant.id):
            raise ContractNotValid
        now = latest_now(connection)
        connection.execute(
            PAYMENT_REQUEST.insert().values(
                expires_at=now + lifetime_seconds, created_at=now, till=till, **asked
            )
        )
    elif {name: known._mapping[name] for name in asked} != asked:
        raise PaymentIdTaken
    return find_request(connection, request_id)


# ---------------------------------------------------------------- paying


@dataclass(frozen=True)
class Asked:
    """What a code asks of whoever reads it."""

    payee: str
    """Its name."""
    kind: str
    """merchant or association."""
    cents: int | None
    """None when whoever pays chooses."""
    expires_at: int | None
    """UTC seconds, of a till's request."""


def whole_code(connection: Connection, chain_id: int, typed: str) -> str:
    """Return the code that a person typed the short form of; what is no short form comes back as it is.

    Raises:
        RequestUnknown: there is no such code, or there are two.
    """
    digits = rules.parse_short(typed)
    if digits is None:
        return typed
    still = PAYMENT_REQUEST.c.expires_at >= latest_now(connection)
    requests = select(PAYMENT_REQUEST.c.id).where(PAYMENT_REQUEST.c.id.startswith(digits) & still)
    own = PARTICIPANT.c.kind.in_((MERCHANT, ASSOCIATION))
    shops = select(PARTICIPANT.c.id, PARTICIPANT.c.kind).where(PARTICIPANT.c.id.startswith(digits) & own)
    found = [Code(rules.REQUEST, row.id) for row in connection.execute(requests.limit(2))]
    found += [Code(row.kind, row.id) for row in connection.execute(shops.limit(2))]
    if len(found) != 1:
        raise RequestUnknown
    return rules.make_code(chain_id, found[0])


def read_code(connection: Connection, chain_id: int, code: str) -> Asked:
    """Return whom a code asks to be paid, and how much, before anything is paid.

    Raises:
        CodeTooLong, CodeMalformed, CodeForeign, CodeKindUnknown, RequestUnknown, RequestExpired, RequestTaken
        ParticipantUnknown: nobody takes part by that id.
        ShopNotAccepting
    """
    read = rules.parse_code(code, chain_id)
    request = find_request(connection, read.subject) if read.kind == rules.REQUEST else None
    if request is not None:
        rules.check_request(request.state)
    payee = _payee(connection, read, request)
    if payee.kind == MERCHANT and not contracts.is_accepting(connection, payee.id):
        raise ShopNotAccepting
    if request is None:
        return Asked(payee.name, payee.kind, None, None)
    return Asked(payee.name, payee.kind, request.cents, request.expires_at)


def pay(
    connection: Connection,
    chain_id: int,
    payer_id: str,
    code: str,
    cents: int | None,
    client_id: ClientId,
    *,
    till: str | None = None,
) -> Payment:
    """Pay, or donate to, whoever a code names. The same client id again is the same payment.

    Args:
        code: of a till's request, or a merchant's or an association's own
        cents: what the payer chose; with a request's code the request's, or None
        till: at which of the shop's tills, when no request of one is paid

    Raises:
        ParticipantUnknown: also when who is paid was not admitted yet.
        ParticipantNotActive, CodeTooLong, CodeMalformed, CodeForeign, CodeKindUnknown,
        RequestUnknown, RequestExpired, RequestTaken, AmountMissing, AmountDiffers, AmountError,
        PayeeNotAllowed, PayeeNotActive, ShopNotAccepting, CoinPaused, BalanceTooLow, PaymentIdTaken
    """
    payer = people.active(connection, payer_id, RESIDENT, ASSOCIATION)
    read = rules.parse_code(code, chain_id)
    request = _request_for_change(connection, read.subject) if read.kind == rules.REQUEST else None
    payee = _payee(connection, read, request)
    amount = rules.amount(None if request is None else request.cents, cents)
    content = {"kind": rules.kind_of(payer.kind, payee.kind), "cents": money.cents(amount)}
    about = {"request": None, "till": till}
    if request is not None:
        about = {"request": request.id, "till": request.till}

    known = _known(connection, client_id, payer, payee, content, about)
    if known is not None:
        return known
    if payee.kind == MERCHANT and not contracts.is_accepting(connection, payee.id):
        raise ShopNotAccepting
    if request is not None:
        rules.check_request(request.state)
        connection.execute(
            update(PAYMENT_REQUEST).where(PAYMENT_REQUEST.c.id == request.id).values(payment=client_id.hex())
        )
    return _send(connection, client_id, payer, payee, content, about)


def refund(
    connection: Connection,
    merchant_id: str,
    payment_id: str,
    cents: int,
    client_id: ClientId,
    window_seconds: int = REFUND_SECONDS,
    *,
    same_day: bool = False,
    till: str | None = None,
) -> Payment:
    """Give back a payment, or a part of it, to whoever paid. The same client id again is the same refund.

    Args:
        same_day: only what was paid on this day, by the city's calendar: what a till may do
        till: which of the shop's tills gives it back

    Raises:
        ParticipantUnknown, ParticipantNotActive, PaymentUnknown, PaymentNotFinal, RefundTooLate,
        RefundNotToday, RefundTooHigh, AmountError, PayeeNotActive, CoinPaused, BalanceTooLow, PaymentIdTaken
    """
    merchant = people.active(connection, merchant_id, MERCHANT)
    paid = find_payment(connection, payment_id)
    if paid.kind != PAY or paid.payee != merchant.chain_id:
        raise PaymentUnknown
    payee = people.by_chain_id(connection, paid.payer)
    if payee is None:
        raise PayeeNotActive
    content = {"kind": REFUND, "cents": money.cents(cents)}

    about = {"refund_of": paid.id, "till": till}
    known = _known(connection, client_id, merchant, payee, content, about)
    if known is not None:
        return known
    given_back = spending.total(connection, (PAYMENT.c.refund_of == paid.id) & (PAYMENT.c.state != REFUSED))
    now = latest_now(connection)
    if same_day:
        rules.check_same_day(paid.paid_at, now)
    rules.check_refund(paid.state, paid.paid_at, paid.cents, given_back, cents, window_seconds, now)
    return _send(connection, client_id, merchant, payee, content, about)


def outcome_of(payer_wallet: str, payee_wallet: str, cents: int, client_id: ClientId) -> Outcome:
    """Return the event that ends a payment between these wallets."""
    return Outcome(
        "AuthorizationUsed", payment_key(payer_wallet, client_id), {"to": payee_wallet, "value": cents}
    )


# ---------------------------------------------------------------- details


def _known(
    connection: Connection,
    client_id: ClientId,
    payer: Participant,
    payee: Participant,
    content: Mapping[str, Any],
    about: Mapping[str, str | None],
) -> Payment | None:
    """Return the payment of this id, if it is the same. One that only the chain told learns what it is about.

    Raises:
        PaymentIdTaken
    """
    same_id = PAYMENT.c.id == client_id.hex()
    row = connection.execute(payments_query(same_id)).one_or_none()
    if row is None:
        return None
    only_chain_told = outbox.by_id(connection, row.id) is None
    wanted = {"payer": payer.chain_id, "payee": payee.chain_id, **content}
    if not only_chain_told or any(row._mapping[name] is not None for name in about):
        wanted |= about
    if any(row._mapping[name] != value for name, value in wanted.items()):
        raise PaymentIdTaken
    connection.execute(update(PAYMENT).where(same_id).values(**about))
    if only_chain_told and about.get("request") is not None:
        free = (PAYMENT_REQUEST.c.id == about["request"]) & PAYMENT_REQUEST.c.payment.is_(None)
        connection.execute(update(PAYMENT_REQUEST).where(free).values(payment=row.id))
    return find_payment(connection, row.id)


def _send(
    connection: Connection,
    client_id: ClientId,
    payer: Participant,
    payee: Participant,
    content: Mapping[str, Any],
    about: Mapping[str, str | None],
) -> Payment:
    """Write a payment and put it on its way."""
    if not payee.is_active or payee.wallet is None or payer.wallet is None:
        raise PayeeNotActive
    cents = content["cents"]
    spending.check_spendable(connection, payer, cents)
    connection.execute(
        PAYMENT.insert().values(
            id=client_id.hex(),
            payer=payer.chain_id,
            payee=payee.chain_id,
            state=PENDING,
            created_at=latest_now(connection),
            **content,
            **about,
        )
    )
    outcome = outcome_of(payer.wallet, payee.wallet, cents, client_id)
    payload = {"payer": payer.id, "payee": payee.id, "cents": cents}
    try:
        outbox.put(connection, PAYMENT_INTENT, client_id, payload, outcome)
    except IntentChanged as error:
        raise PaymentIdTaken from error
    return find_payment(connection, client_id.hex())


def _request_for_change(connection: Connection, request_id: str) -> PaymentRequest:
    """Return a request and keep others from paying it until the transaction ends."""
    connection.execute(
        select(PAYMENT_REQUEST.c.id).where(PAYMENT_REQUEST.c.id == request_id).with_for_update()
    )
    return find_request(connection, request_id)


def _payee(connection: Connection, code: Code, request: PaymentRequest | None) -> Participant:
    """Raises:
    ParticipantUnknown: also when who is paid was not admitted yet.
    """
    payee = (
        people.of_kind(connection, code.subject, code.kind)
        if request is None
        else people.of_kind(connection, request.merchant, MERCHANT)
    )
    if payee.state != ACTIVE:
        raise ParticipantUnknown
    return payee

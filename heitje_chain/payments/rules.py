"""The code of a QR, who may pay whom, and when a refund is right. No I/O.

A code is `heitje:<chain id>:<kind>:<subject>`: a till's request by its id, or a merchant or an association by
its id in `people`. It gives no rights and holds no secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from heitje_chain.days import day_of
from heitje_chain.people.model import ASSOCIATION, MERCHANT, RESIDENT

from .errors import (
    AmountDiffers,
    AmountMissing,
    CodeForeign,
    CodeKindUnknown,
    CodeMalformed,
    CodeTooLong,
    LifetimeInvalid,
    PayeeNotAllowed,
    PaymentNotFinal,
    RefundNotToday,
    RefundTooHigh,
    RefundTooLate,
    RequestExpired,
    RequestTaken,
)
from .model import DONATE, PAID, PAY, PENDING, REFUND

REQUEST = "request"
CODE_KINDS = (REQUEST, MERCHANT, ASSOCIATION)
LONGEST_CODE = 200

SHORT_DIGITS = 8
"""Of a code that is typed: enough to tell those apart that can be paid now."""

LIFETIME_SECONDS = 300
LEAST_LIFETIME, MOST_LIFETIME = 30, 86_400

REFUND_SECONDS = 90 * 86_400
"""How long after a payment it can be given back, unless the city decides otherwise."""

OPEN, EXPIRED = "open", "expired"

_CODE = re.compile(r"heitje:([1-9][0-9]{0,77}):([a-z]{1,20}):([0-9a-f]{32})")

_SHORT = re.compile(rf"[0-9a-f]{{{SHORT_DIGITS}}}")

_KINDS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        (RESIDENT, MERCHANT): PAY,
        (ASSOCIATION, MERCHANT): PAY,
        (RESIDENT, ASSOCIATION): DONATE,
        (MERCHANT, RESIDENT): REFUND,
        (MERCHANT, ASSOCIATION): REFUND,
    }
)
"""The contract's matrix: payer and payee -> what it is."""


@dataclass(frozen=True)
class Code:
    kind: str
    """request, merchant or association."""
    subject: str
    """32 hex digits."""


def make_code(chain_id: int, code: Code) -> str:
    return f"heitje:{chain_id}:{code.kind}:{code.subject}"


def parse_code(text: str, chain_id: int) -> Code:
    """Read what a QR says.

    Raises:
        CodeTooLong, CodeMalformed, CodeForeign, CodeKindUnknown
    """
    if len(text) > LONGEST_CODE:
        raise CodeTooLong(LONGEST_CODE)
    found = _CODE.fullmatch(text)
    if found is None:
        raise CodeMalformed
    chain, kind, subject = found.groups()
    if chain != str(chain_id):
        raise CodeForeign
    if kind not in CODE_KINDS:
        raise CodeKindUnknown
    return Code(kind, subject)


def short(subject: str) -> str:
    """Return what a person types for a code: the first eight digits of its subject, 5644-EDDE."""
    return f"{subject[:4]}-{subject[4:SHORT_DIGITS]}".upper()


def parse_short(text: str) -> str | None:
    """Return the first digits of a subject that a person typed; None when it is no such text."""
    digits = "".join(text.split()).replace("-", "").lower()
    return digits if _SHORT.fullmatch(digits) else None


def find_kind(payer: str, payee: str) -> str | None:
    """Return pay, donate or refund for these kinds of participants; None for a pair that never pays."""
    return _KINDS.get((payer, payee))


def kind_of(payer: str, payee: str) -> str:
    """Return what a payment between these kinds of participants is.

    Raises:
        PayeeNotAllowed
    """
    kind = find_kind(payer, payee)
    if kind is None:
        raise PayeeNotAllowed
    return kind


def amount(asked: int | None, given: int | None) -> int:
    """Return the cents to pay: what the till asked, else what the payer chose.

    Raises:
        AmountDiffers, AmountMissing
    """
    if asked is None:
        if given is None:
            raise AmountMissing
        return given
    if given not in (None, asked):
        raise AmountDiffers(asked)
    return asked


def check_lifetime(seconds: int) -> None:
    """Raises:
    LifetimeInvalid
    """
    if not LEAST_LIFETIME <= seconds <= MOST_LIFETIME:
        raise LifetimeInvalid(LEAST_LIFETIME, MOST_LIFETIME)


def request_state(payment_state: str | None, expires_at: int, now: int) -> str:
    """Return open, pending, paid or expired. Who is paying it now keeps it from expiring."""
    if payment_state in (PENDING, PAID):
        return payment_state
    return OPEN if now <= expires_at else EXPIRED


def check_request(state: str) -> None:
    """Refuse to pay a request that is not open.

    Raises:
        RequestTaken, RequestExpired
    """
    if state == EXPIRED:
        raise RequestExpired
    if state != OPEN:
        raise RequestTaken


def check_refund(
    state: str, paid_at: int | None, paid: int, refunded: int, asked: int, window_seconds: int, now: int
) -> None:
    """Refuse a refund that does not fit its payment.

    Args:
        paid_at: UTC seconds
        paid: the payment's cents
        refunded: cents of its other refunds that were not refused

    Raises:
        PaymentNotFinal, RefundTooLate, RefundTooHigh
    """
    if state != PAID or paid_at is None:
        raise PaymentNotFinal
    if now > paid_at + window_seconds:
        raise RefundTooLate
    if refunded + asked > paid:
        raise RefundTooHigh(max(paid - refunded, 0))


def check_same_day(paid_at: int | None, now: int) -> None:
    """Refuse to give back at a till what was paid on another day; both in UTC seconds.

    Raises:
        RefundNotToday
    """
    if paid_at is not None and day_of(paid_at) != day_of(now):
        raise RefundNotToday

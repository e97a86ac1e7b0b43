"""The code of a QR, and every refusal in its exact words."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heitje_chain.http.problems import Refused, kind_of, sentence
from heitje_chain.payments import errors, rules
from heitje_chain.payments.model import DONATE, PAID, PAY, PENDING, REFUND, REFUSED
from heitje_chain.payments.rules import Code

SUBJECT = "3f8a2b1c4d5e4f60817263544a5b6c7d"

subjects = st.text("0123456789abcdef", min_size=32, max_size=32)
chain_ids = st.integers(1, 2**63)


@given(chain_ids, st.sampled_from(rules.CODE_KINDS), subjects)
def test_code__when_made__reads_the_same(chain_id: int, kind: str, subject: str) -> None:
    code = Code(kind, subject)

    assert rules.parse_code(rules.make_code(chain_id, code), chain_id) == code


@given(chain_ids, chain_ids, subjects)
def test_code__on_another_chain__is_foreign(made_on: int, read_on: int, subject: str) -> None:
    text = rules.make_code(made_on, Code("merchant", subject))

    if made_on != read_on:
        with pytest.raises(errors.CodeForeign):
            rules.parse_code(text, read_on)


@given(st.text(max_size=300))
def test_code__of_any_text__is_read_or_refused(text: str) -> None:
    with pytest.raises((errors.CodeTooLong, errors.CodeMalformed)):
        rules.parse_code(text, 1)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("heitje:1:merchant:" + "0" * 200, errors.CodeTooLong),
        ("", errors.CodeMalformed),
        (f"euro:1:merchant:{SUBJECT}", errors.CodeMalformed),
        (f"heitje:01:merchant:{SUBJECT}", errors.CodeMalformed),
        (f"heitje:\u0661:merchant:{SUBJECT}", errors.CodeMalformed),
        (f"heitje:1:merchant:{SUBJECT}\n", errors.CodeMalformed),
        (f"heitje:1:merchant:{SUBJECT.upper()}", errors.CodeMalformed),
        (f"heitje:1:merchant:{SUBJECT}:1", errors.CodeMalformed),
        (f"heitje:2:merchant:{SUBJECT}", errors.CodeForeign),
        (f"heitje:1:resident:{SUBJECT}", errors.CodeKindUnknown),
    ],
)
def test_code__when_wrong__is_refused(text: str, error: type[Refused]) -> None:
    with pytest.raises(error):
        rules.parse_code(text, 1)


@pytest.mark.parametrize(
    ("payer", "payee", "kind"),
    [
        ("resident", "merchant", PAY),
        ("association", "merchant", PAY),
        ("resident", "association", DONATE),
        ("merchant", "resident", REFUND),
        ("merchant", "association", REFUND),
    ],
)
def test_kind__of_an_allowed_pair__is_told(payer: str, payee: str, kind: str) -> None:
    assert rules.kind_of(payer, payee) == kind


def test_kind__of_any_other_pair__is_refused() -> None:
    kinds = ("resident", "merchant", "partner", "association")
    allowed = 0
    for payer in kinds:
        for payee in kinds:
            if rules.find_kind(payer, payee):
                allowed += 1
                continue
            with pytest.raises(errors.PayeeNotAllowed):
                rules.kind_of(payer, payee)
    assert allowed == 5


@pytest.mark.parametrize(
    ("payment", "now", "state"),
    [
        (None, 100, "open"),
        (None, 101, "expired"),
        (REFUSED, 100, "open"),
        (PENDING, 101, "pending"),
        (PAID, 101, "paid"),
    ],
)
def test_request_state__by_payment_and_time(payment: str | None, now: int, state: str) -> None:
    assert rules.request_state(payment, 100, now) == state


def test_refund__of_exactly_all_at_the_last_second__is_fine() -> None:
    rules.check_refund(PAID, 1000, 500, 200, 300, window_seconds=10, now=1010)


def _refund(state: str, refunded: int, now: int) -> None:
    rules.check_refund(state, 1000, 5_00, refunded, 3_01, window_seconds=10, now=now)


@pytest.mark.parametrize(
    ("act", "slug", "status", "nl", "en"),
    [
        (
            lambda: rules.parse_code("x" * 201, 1),
            "payment-code-too-long",
            400,
            "Deze code is te lang: hoogstens 200 tekens.",
            "This code is too long: at most 200 characters.",
        ),
        (
            lambda: rules.parse_code("x", 1),
            "payment-code-malformed",
            400,
            "Dit is geen betaalcode van Heitje.",
            "This is no payment code of Heitje.",
        ),
        (
            lambda: rules.parse_code(f"heitje:1:resident:{SUBJECT}", 1),
            "payment-code-kind-unknown",
            400,
            "Dit soort betaalcode kennen wij niet.",
            "We do not know this kind of payment code.",
        ),
        (
            lambda: rules.parse_code(f"heitje:2:merchant:{SUBJECT}", 1),
            "payment-code-foreign",
            400,
            "Deze betaalcode hoort bij een andere munt.",
            "This payment code belongs to another coin.",
        ),
        (
            lambda: rules.check_lifetime(29),
            "payment-request-lifetime-invalid",
            400,
            "Een betaalverzoek geldt 30 tot 86400 seconden.",
            "A payment request is good for 30 to 86400 seconds.",
        ),
        (
            lambda: rules.amount(None, None),
            "payment-amount-missing",
            400,
            "Deze code noemt geen bedrag. Kies zelf een bedrag.",
            "This code names no amount. Choose one yourself.",
        ),
        (
            lambda: rules.amount(12_50, 12_49),
            "payment-amount-differs",
            400,
            "De kassa vraagt € 12,50. Je kunt geen ander bedrag betalen.",
            "The till asks for €12.50. You cannot pay another amount.",
        ),
        (
            lambda: rules.kind_of("resident", "resident"),
            "payee-not-allowed",
            409,
            "Je kunt hier niet met Heitjes betalen.",
            "You cannot pay here with Heitjes.",
        ),
        (
            lambda: rules.check_request("expired"),
            "payment-request-expired",
            409,
            "Dit betaalverzoek is verlopen. Vraag de winkel om een nieuw verzoek.",
            "This payment request has expired. Ask the shop for a new one.",
        ),
        (
            lambda: rules.check_request("pending"),
            "payment-request-taken",
            409,
            "Dit betaalverzoek is al betaald, of iemand betaalt het nu.",
            "This payment request is paid already, or somebody is paying it now.",
        ),
        (
            lambda: _refund(PENDING, 0, 1000),
            "payment-not-final",
            409,
            "Deze betaling is niet klaar. Je kunt nog niets terugbetalen.",
            "This payment is not done. You cannot refund it yet.",
        ),
        (
            lambda: _refund(PAID, 0, 1011),
            "refund-too-late",
            409,
            "Deze betaling is te lang geleden. Je kunt haar niet meer terugbetalen.",
            "This payment was too long ago. You cannot refund it any more.",
        ),
        (
            lambda: _refund(PAID, 2_00, 1000),
            "refund-too-high",
            409,
            "Je kunt van deze betaling nog € 3,00 terugbetalen.",
            "You can refund €3.00 more of this payment.",
        ),
    ],
)
def test_refusal__is_told_in_both_languages(
    act: Callable[[], object], slug: str, status: int, nl: str, en: str
) -> None:
    with pytest.raises(Refused) as refused:
        act()

    kind = kind_of(refused.value)
    assert kind is not None
    assert (kind.slug, kind.status) == (slug, status)
    assert (sentence(refused.value, "nl"), sentence(refused.value, "en")) == (nl, en)


@pytest.mark.parametrize(
    ("error", "status", "nl", "en"),
    [
        (
            errors.RequestUnknown(),
            404,
            "Dit betaalverzoek kennen wij niet.",
            "We do not know this payment request.",
        ),
        (errors.PaymentUnknown(), 404, "Deze betaling kennen wij niet.", "We do not know this payment."),
        (
            errors.PayeeNotActive(),
            409,
            "De ontvanger doet op dit moment niet mee.",
            "The receiver does not take part at the moment.",
        ),
        (
            errors.BalanceTooLow(7_05),
            409,
            "Dit bedrag is te hoog. Er is nu € 7,05 beschikbaar.",
            "This amount is too high. €7.05 is available now.",
        ),
        (
            errors.PaymentIdTaken(),
            409,
            "Deze opdracht is al gebruikt voor iets anders. Er is nu niets gedaan.",
            "This order was used before for something else. Nothing was done now.",
        ),
    ],
)
def test_refusal__of_the_service__is_told_in_both_languages(
    error: Refused, status: int, nl: str, en: str
) -> None:
    kind = kind_of(error)
    assert kind is not None
    assert (kind.status, sentence(error, "nl"), sentence(error, "en")) == (status, nl, en)

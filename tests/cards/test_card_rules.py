"""What a card says, which PIN is good, and how much a card pays."""

from __future__ import annotations

import pytest

from heitje_chain.cards import rules
from heitje_chain.cards.errors import (
    CardDayTooHigh,
    CardLimitsInvalid,
    CardPaymentTooHigh,
    PinInvalid,
    PinsDiffer,
    PinTooEasy,
)
from heitje_chain.payments import rules as payers
from heitje_chain.payments.errors import CodeMalformed

CHAIN = 1337
SECRET = "5e" * 16


def test_code__of_a_card__is_read_at_a_till_of_its_chain_and_by_no_payer() -> None:
    code = rules.make_code(CHAIN, SECRET)

    assert rules.read_code(f" {code}\n", CHAIN) == (SECRET, None)
    assert rules.read_code(code, CHAIN + 1) == (None, None)
    with pytest.raises(CodeMalformed):
        payers.parse_code(code, CHAIN)
    assert not code.startswith("heitje:"), "what a payer's scanner looks for"


@pytest.mark.parametrize(
    "typed", ["K7QM-2P4X-901T", "k7qm2p4x901t", " K7QM 2P4X 9OIT ", "K7QM-2P4X-9olt", "k7qm-2p4x-9o1t"]
)
def test_number__typed_as_people_do__is_read(typed: str) -> None:
    assert rules.read_code(typed, CHAIN) == (None, "K7QM2P4X901T")


@pytest.mark.parametrize(
    "typed",
    ["", "K7QM-2P4X", "K7QM-2P4X-901TT", "K7QM-2P4X-90UT", "heitje-card:1337:5e", "<script>", "x" * 300],
)
def test_code__that_is_none__is_no_card(typed: str) -> None:
    assert rules.read_code(typed, CHAIN) == (None, None)


def test_number__made__is_read_back_as_it_is_printed() -> None:
    for _ in range(100):
        number = rules.new_number()
        assert rules.read_code(rules.shown(number), CHAIN) == (None, number)


@pytest.mark.parametrize("pin", ["2580", "1212", "1998", "0007"])
def test_pin__typed_twice__is_good(pin: str) -> None:
    rules.check_new_pin(pin, pin)


@pytest.mark.parametrize(
    ("pin", "again", "error"),
    [
        ("", "", PinInvalid),
        ("123", "123", PinInvalid),
        ("12345", "12345", PinInvalid),
        ("12a4", "12a4", PinInvalid),
        ("٢٥٨٠", "٢٥٨٠", PinInvalid),
        (" 258", " 258", PinInvalid),
        ("2580", "2581", PinsDiffer),
        ("2580", "", PinsDiffer),
        ("0000", "0000", PinTooEasy),
        ("1234", "1234", PinTooEasy),
        ("9876", "9876", PinTooEasy),
    ],
)
def test_pin__that_is_not_good__is_refused(pin: str, again: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        rules.check_new_pin(pin, again)


def test_pin__hashed__differs_by_salt_and_pin() -> None:
    found = {
        rules.pin_hash("2580", b"a" * 16),
        rules.pin_hash("2580", b"b" * 16),
        rules.pin_hash("2581", b"a" * 16),
    }
    assert len(found) == 3
    assert rules.pin_hash("2580", b"a" * 16) in found


@pytest.mark.parametrize(("payment", "day"), [(25_00, 50_00), (50_00, 100_00), (1, 1), (50_00, 50_00)])
def test_limits__within_bounds__are_taken(payment: int, day: int) -> None:
    rules.check_limits(payment, day)


@pytest.mark.parametrize(("payment", "day"), [(50_01, 100_00), (25_00, 100_01), (25_00, 24_99)])
def test_limits__beyond__are_refused(payment: int, day: int) -> None:
    with pytest.raises(CardLimitsInvalid):
        rules.check_limits(payment, day)


def test_payment__up_to_the_last_cent_of_each_limit__is_good() -> None:
    rules.check_payment(25_00, 25_00, 50_00, 25_00)
    with pytest.raises(CardPaymentTooHigh):
        rules.check_payment(25_01, 25_00, 50_00, 0)
    with pytest.raises(CardDayTooHigh):
        rules.check_payment(25_00, 25_00, 50_00, 25_01)

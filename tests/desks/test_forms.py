"""Amounts and texts as people write them."""

from __future__ import annotations

import pytest

from heitje_chain.desks.forms import AmountUnclear, FormData, NumberUnclear, TextMissing, TextTooLong, cents
from heitje_chain.http.texts import TextInvalid


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("12", 12_00),
        ("1,50", 1_50),
        ("1.50", 1_50),
        ("1,5", 1_50),
        ("€ 1,50", 1_50),
        ("€1.50", 1_50),
        ("1,50 €", 1_50),
        (" 7 ", 7_00),
        ("12,-", 12_00),
        ("1 500,00", 1_500_00),
        ("1.500,00", 1_500_00),
        ("1,500.00", 1_500_00),
        ("0,01", 1),
        ("0007", 7_00),
    ],
)
def test_cents__written_by_a_person__are_read(written: str, amount: int) -> None:
    assert cents(written) == amount


@pytest.mark.parametrize(
    "written",
    [
        *("", " ", "0", "0,00", "-1", "\N{MINUS SIGN}1", "+1", "1e3", "een", "NaN", "Infinity", "1/2", "½"),
        *("\N{ARABIC-INDIC DIGIT THREE}", "12\u200b", "€", "$ 5", "9" * 14, "99999999999999,00"),
        *("1,500", "1.500", "1,234", "12,345", "1,2,3", "1.50.00", "1.5000,00"),
    ],
)
def test_cents__that_are_none_or_could_be_two__are_refused(written: str) -> None:
    with pytest.raises(AmountUnclear):
        cents(written)


def test_text__is_taken_without_spaces_around_it_and_in_one_form() -> None:
    form = FormData({"words": " Cafe\u0301\r\nmooi \n"})

    assert form.lines("words", 20) == "Café\nmooi"


@pytest.mark.parametrize(
    ("given", "error"),
    [("", TextMissing), ("  \n", TextMissing), ("x" * 21, TextTooLong), ("a\u202eb", TextInvalid)],
)
def test_text__that_cannot_be__is_refused(given: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        FormData({"words": given}).lines("words", 20)


def test_fields__in_another_order__are_the_same_form() -> None:
    one, other = FormData({"a": "1", "b": "2"}), FormData({"b": "2", "a": "1"})

    assert one.fingerprint == other.fingerprint
    assert one.fingerprint != FormData({"a": "1", "b": "3"}).fingerprint


@pytest.mark.parametrize(
    "written",
    [
        "",
        "0",
        "6",
        "-1",
        "1.0",
        "1e3",
        "\N{ARABIC-INDIC DIGIT THREE}",
        "1" + "0" * 19,
        "0" * 19 + "1",
        "9" * 5000,
    ],
)
def test_number__that_is_none_or_out_of_bounds__is_refused(written: str) -> None:
    with pytest.raises(NumberUnclear):
        FormData({"many": written}).number("many", 1, 5)
    assert FormData({"many": " 005 "}).number("many", 1, 5) == 5

"""Amounts as people read them."""

from __future__ import annotations

import pytest

from heitje_chain.money import in_words


@pytest.mark.parametrize(
    ("cents", "dutch", "english"),
    [
        (0, "€ 0,00", "€0.00"),
        (5, "€ 0,05", "€0.05"),
        (999_99, "€ 999,99", "€999.99"),
        (1_000_00, "€ 1.000,00", "€1,000.00"),
        (1_234_567_89, "€ 1.234.567,89", "€1,234,567.89"),
        (-12_50, "-€ 12,50", "-€12.50"),
    ],
)
def test_amount__in_words__has_the_marks_of_its_language(cents: int, dutch: str, english: str) -> None:
    assert (in_words(cents, "nl"), in_words(cents, "en")) == (dutch, english)

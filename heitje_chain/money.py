"""Money is a whole number of cents.

Euros appear only at the border, as text that a person wrote or reads. A float is never money.
"""

from __future__ import annotations

import re
from typing import Literal, NewType

Cents = NewType("Cents", int)

MAX_CENTS = 2**48 - 1
"""The highest single amount that the contracts take."""

_DUTCH = str.maketrans(",.", ".,")
_EUROS = re.compile(r"(\d{1,13})(?:[.,](\d{2}))?")


class AmountError(ValueError):
    """The text is no amount, or the amount is out of bounds; the message is a sentence for a person."""


def cents(value: int) -> Cents:
    """Check an amount that came from outside.

    Raises:
        AmountError: not a whole number (a bool or a float is none), not above zero, or too large.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise AmountError("An amount is a whole number of cents.")
    if value <= 0:
        raise AmountError("An amount is more than 0 cents.")
    if value > MAX_CENTS:
        raise AmountError("This amount is too large.")
    return Cents(value)


def from_euros(text: str) -> Cents:
    """Read "15", "15.00" or "15,00".

    Raises:
        AmountError: anything else, a fraction of a cent included.
    """
    match = _EUROS.fullmatch(text.strip())
    if match is None:
        raise AmountError(f"{text!r} is no amount in euros, such as 15.00.")
    return cents(int(match[1]) * 100 + int(match[2] or 0))


def to_euros(amount: int) -> str:
    """Return "15.00"; the form of bank files and tables, whatever the reader's language."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02}"


def in_words(amount: int, language: Literal["nl", "en"]) -> str:
    """Return "€ 1.500,00" or "€1,500.00", as a person reads it."""
    sign = "-" if amount < 0 else ""
    euros, cents = divmod(abs(amount), 100)
    text = f"{euros:,}.{cents:02}"
    if language == "en":
        return f"{sign}€{text}"
    return f"{sign}€ {text.translate(_DUTCH)}"

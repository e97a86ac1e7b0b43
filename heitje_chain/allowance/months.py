"""Months of the city's calendar, in which limits are counted. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from heitje_chain.days import day_of

PATTERN = r"^[0-9]{4}-(0[1-9]|1[0-2])$"


class Month(NamedTuple):
    """A calendar month; earlier ones are smaller."""

    year: int
    number: int
    """1 to 12."""

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def next(self) -> Month:
        return Month(self.year + 1, 1) if self.number == 12 else Month(self.year, self.number + 1)


def month(text: str) -> Month:
    """Read "2026-11".

    Raises:
        ValueError
    """
    if re.fullmatch(PATTERN, text) is None:
        raise ValueError(f"{text!r} is no month such as 2026-11.")
    return Month(int(text[:4]), int(text[5:]))


def month_at(seconds: int) -> Month:
    """Return the month in Amsterdam at a moment, UTC seconds."""
    day = day_of(seconds)
    return Month(day.year, day.month)


def span(first: Month, last: Month) -> Iterator[Month]:
    """Yield the months from the first to the last, both included."""
    while first <= last:
        yield first
        first = first.next

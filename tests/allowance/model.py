"""What a person may still earn, once more and in another way: day by day, by looking everything up.

It shares no code with the guard, so that the two can be held against each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

Month = tuple[int, int]
"""Year and number."""

OPEN, SUBMITTED, COUNTED, FREED = "open", "submitted", "counted", "freed"


@dataclass
class Row:
    """Limits: the hour, the hour under 21, the month, the year, the city's year (None: no limit)."""

    year: int
    since: date
    hour: int
    hour_under_21: int
    month: int
    whole_year: int
    city: int | None


@dataclass
class Item:
    """A claim or an award."""

    id: str
    account: int
    cents: int
    months: list[Month]
    """In which it can still count; one once that is known."""
    state: str = OPEN
    limit: dict[Month, int] = field(default_factory=dict)
    """Of each of these months, as it was known when it was accepted."""


@dataclass
class Account:
    confirmed: bool = True
    turns_21: date | None = None
    """None: is 21 already."""
    band_known: bool = True
    goes_on_as: int | None = None
    stop_month: int | None = None
    stop_year: int | None = None
    elsewhere: dict[Month, int] = field(default_factory=dict)


class Model:
    def __init__(self, accounts: int) -> None:
        self.accounts = [Account() for _ in range(accounts)]
        self.rows: list[Row] = []
        self.items: list[Item] = []

    def row_for(self, month: Month, today: date) -> Row | None:
        known_on = max(today, date(*month, 1))
        for year in range(month[0], 2000, -1):
            known = [row for row in self.rows if row.year == year and row.since <= known_on]
            if known:
                newest = max(row.since for row in known)
                return [row for row in known if row.since == newest][-1]
        return None

    def offered(
        self, account: int, reward: int, minutes: int, months: list[Month], today: date
    ) -> int | None:
        """Return the cents of a claim that would be taken; None when it would be refused."""
        person = self.accounts[account]
        rows = [self.row_for(month, today) for month in months]
        if person.goes_on_as is not None or not person.confirmed or not person.band_known:
            return None
        young = person.turns_21 is not None and today < person.turns_21
        hours = [row.hour_under_21 if young else row.hour for row in rows if row is not None]
        if len(hours) < len(rows):
            return None
        cents = min(reward, min(hours) * minutes // 60)
        return cents if cents and self.fits(account, cents, months, today) else None

    def may_award(self, account: int, cents: int, months: list[Month], today: date) -> bool:
        person = self.accounts[account]
        if person.goes_on_as is not None or not person.confirmed:
            return False
        return self.fits(account, cents, months, today)

    def fits(self, account: int, cents: int, months: list[Month], today: date) -> bool:
        """Whether this much more is below every limit in every one of these months."""
        person = self.accounts[account]
        for month in months:
            row = self.row_for(month, today)
            if row is None:
                return False
            in_month = self.heitjes(account, [month])
            in_year = self.heitjes(account, [(month[0], number) for number in range(1, 13)])
            else_month = person.elsewhere.get(month, 0)
            else_year = sum(more for (year, _), more in person.elsewhere.items() if year == month[0])
            for used, limit in (
                (in_month + else_month, row.month),
                (in_month + else_month, person.stop_month),
                (in_year + else_year, row.whole_year),
                (in_year, row.city),
                (in_year + else_year, person.stop_year),
            ):
                if limit is not None and used + cents > limit:
                    return False
        return True

    def heitjes(self, account: int, months: list[Month]) -> int:
        """Return what counts, or can still count, in any of these months, in all accounts of the person."""
        same = [number for number, one in enumerate(self.accounts) if account in (number, one.goes_on_as)]
        return sum(
            item.cents
            for item in self.items
            if item.account in same and item.state != FREED and set(item.months) & set(months)
        )

"""The city's calendar: days, months and years of Europe/Amsterdam, whatever the machine's time zone. No I/O.

Moments are UTC seconds everywhere else; here they become dates and come back.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Europe/Amsterdam")


def day_of(seconds: int) -> date:
    """Return the local date of a moment."""
    return datetime.fromtimestamp(seconds, HERE).date()


def start_of(day: date) -> int:
    """Return when a local day begins, UTC seconds."""
    return int(datetime.combine(day, time(), HERE).timestamp())


def year_before(day: date) -> date:
    """Return the first day of the twelve months that end with this day.

    It is the day after the same date a year ago; 28 and 29 February both end a year that began on 1 March.
    """
    last_year = day.year - 1
    same = day.replace(year=last_year, day=min(day.day, monthrange(last_year, day.month)[1]))
    return same + timedelta(days=1)


def next_weekday(day: date, weekday: int) -> date:
    """Return the first such day of the week after this day.

    Args:
        weekday: 1 Monday to 7 Sunday (ISO 8601)
    """
    return day + timedelta(days=(weekday - day.isoweekday() - 1) % 7 + 1)


def weeks_later(seconds: int, weeks: int) -> int:
    """Return the moment with the same local weekday and hour so many weeks later, over summer time too.

    An hour that does not exist on that day, in the night when summer time begins, is the hour after it; of an
    hour that comes twice it is the first.
    """
    local = datetime.fromtimestamp(seconds, HERE)
    there = datetime.combine(local.date() + timedelta(weeks=weeks), local.time(), HERE)
    return int(there.timestamp())

"""What a person reads, in its language: texts, amounts, moments.

The code holds the English texts; `locale/nl.po` has the Dutch of each, and a test fails on one that is
missing. Dutch is addressed as "je", in words of level B1.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from babel.dates import format_date, format_time, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from heitje_chain.days import HERE
from heitje_chain.http.language import Language
from heitje_chain.money import in_words

LOCALE = Path(__file__).parent / "locale"

_LOCALES: Mapping[Language, str] = MappingProxyType({"nl": "nl_NL", "en": "en_GB"})


@cache
def translations(language: Language) -> Translations:
    """Return the catalogue of a language; English is what the code says itself."""
    if language == "en":
        return Translations()
    with (LOCALE / f"{language}.po").open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled, domain="messages")


def marked(text: str) -> str:
    """Return the text itself: it is translated where it is shown. The mark lets it be found."""
    return text


_ = marked


def translate(language: Language, text: str, **fields: object) -> str:
    """Return a text of the code in a language, with its %(fields)s filled in."""
    told = translations(language).gettext(text)
    return told % fields if fields else told


def euros(cents: int, language: Language) -> str:
    """Return "€ 1.500,00" or "€1,500.00", which no line breaks."""
    return in_words(cents, language).replace(" ", "\u00a0")


def day(seconds: int, language: Language) -> str:
    """Return "dinsdag 1 december", with the year when it is not this one; in the city's time."""
    moment = datetime.fromtimestamp(seconds, HERE)
    pattern = "EEEE d MMMM" if moment.year == datetime.now(HERE).year else "EEEE d MMMM y"
    return format_date(moment, pattern, locale=_LOCALES[language])


def lately(seconds: int, language: Language) -> str:
    """Return "vandaag", "gisteren" or "29 november", with the year when it is not this one; for lists."""
    moment, now = datetime.fromtimestamp(seconds, HERE), datetime.now(HERE)
    days = (now.date() - moment.date()).days
    if days in (0, 1):
        return translate(language, _("today") if days == 0 else _("yesterday"))
    pattern = "d MMMM" if moment.year == now.year else "d MMMM y"
    return format_date(moment, pattern, locale=_LOCALES[language])


def month(day: date, language: Language) -> str:
    """Return "nov" or "Nov", for charts."""
    return format_date(day, "LLL", locale=_LOCALES[language]).rstrip(".")


def month_of_year(day: date, language: Language) -> str:
    """Return "november 2026"."""
    return format_date(day, "LLLL y", locale=_LOCALES[language])


def date_of(day: date, language: Language) -> str:
    """Return "31 december 2027"."""
    return format_date(day, "d MMMM y", locale=_LOCALES[language])


def clock(seconds: int, language: Language) -> str:
    """Return "14:05", in the city's time."""
    return format_time(datetime.fromtimestamp(seconds, HERE), "HH:mm", locale=_LOCALES[language])


def moment(seconds: int, language: Language) -> str:
    """Return "dinsdag 1 december, 14:05"."""
    return f"{day(seconds, language)}, {clock(seconds, language)}"


def duration(minutes: int, language: Language) -> str:
    """Return "15 minuten", "1 uur" or "1 uur en 30 minuten"."""
    hours, rest = divmod(minutes, 60)
    amounts: tuple[tuple[timedelta, Literal["hour", "minute"]], ...] = (
        (timedelta(hours=hours), "hour"),
        (timedelta(minutes=rest), "minute"),
    )
    parts = [
        format_timedelta(amount, granularity=unit, threshold=1000, locale=_LOCALES[language])
        for amount, unit in amounts
        if amount
    ]
    return translate(language, " and ").join(parts)

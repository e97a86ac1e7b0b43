"""Every text is there in both languages, and times and amounts are as their reader writes them."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from heitje_chain.days import HERE
from heitje_chain.desks import texts
from heitje_chain.http.language import Language
from tools.collect_texts import collected, known

_BLANK = re.compile(r"%\((\w+)\)")


def test_texts__of_all_pages__are_there_in_dutch() -> None:
    dutch = {one.id: one.string for one in known() if one.id}
    said = {one.id for one in collected() if one.id}

    assert set(dutch) == said, "run `python -m tools.collect_texts`"
    assert [
        text for text, told in dutch.items() if not (all(told) if isinstance(told, tuple) else told)
    ] == []


def test_texts__in_dutch__have_the_same_blanks() -> None:
    differing = [
        one.id
        for one in known()
        if one.id and set(_BLANK.findall(str(one.id))) != set(_BLANK.findall(str(one.string)))
    ]

    assert differing == []


@pytest.mark.parametrize(
    ("language", "amount", "day", "moment"),
    [
        ("nl", "€\u00a01.500,05", "woensdag 2 december 2020", "woensdag 2 december 2020, 14:05"),
        ("en", "€1,500.05", "Wednesday 2 December 2020", "Wednesday 2 December 2020, 14:05"),
    ],
)
def test_amounts_and_times__are_the_readers(language: Language, amount: str, day: str, moment: str) -> None:
    at = int(datetime(2020, 12, 2, 14, 5, tzinfo=HERE).timestamp())

    assert texts.euros(1_500_05, language) == amount
    assert texts.day(at, language) == day
    assert texts.moment(at, language) == moment


@pytest.mark.parametrize(
    ("minutes", "nl", "en"),
    [
        (15, "15 minuten", "15 minutes"),
        (60, "1 uur", "1 hour"),
        (90, "1 uur en 30 minuten", "1 hour and 30 minutes"),
        (180, "3 uur", "3 hours"),
        (1440, "24 uur", "24 hours"),
    ],
)
def test_duration__is_told_in_hours_and_minutes(minutes: int, nl: str, en: str) -> None:
    assert (texts.duration(minutes, "nl"), texts.duration(minutes, "en")) == (nl, en)


def test_lately__tells_days_near_by_their_names() -> None:
    now = int(datetime.now(HERE).replace(hour=12).timestamp())

    assert texts.lately(now, "nl") == "vandaag"
    assert texts.lately(now - 86_400, "nl") == "gisteren"
    assert texts.lately(now - 86_400, "en") == "yesterday"
    assert texts.lately(0, "en") == "1 January 1970"

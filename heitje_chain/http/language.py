"""Which of our two languages a person reads: Dutch, unless the browser asks for English before Dutch, or the
person chose on a page of ours, which a cookie remembers.

Source: RFC 9110, section 12.5.4 (Accept-Language).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from fastapi import Request

Language = Literal["nl", "en"]

Words = Mapping[str, str]
"""Language -> a text in it."""

DEFAULT: Language = "nl"

LANGUAGE_COOKIE = "language"

_MOST_RANGES = 20


def language_of(request: Request) -> Language:
    """Return the language to answer a request in."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen == "nl":
        return "nl"
    return "en" if chosen == "en" else preferred(request.headers.get("accept-language"))


def preferred(accept_language: str | None) -> Language:
    """Return the language to answer in.

    Args:
        accept_language: the header as it came, "en-GB,en;q=0.9,nl;q=0.5"; what cannot be read is skipped
    """
    weights: dict[Language, float] = {}
    for given in (accept_language or "").split(",")[:_MOST_RANGES]:
        tag, _, parameter = given.strip().partition(";")
        language = _language(tag)
        if language is not None:
            weights[language] = max(weights.get(language, 0.0), _weight(parameter))
    dutch, english = weights.get("nl", 0.0), weights.get("en", 0.0)
    return "en" if english > dutch else DEFAULT


def _language(tag: str) -> Language | None:
    primary = tag.strip().lower().partition("-")[0]
    if primary in ("nl", "*"):
        return "nl"
    return "en" if primary == "en" else None


def _weight(parameter: str) -> float:
    """Read ";q=0.5"; 1 when there is none, 0 (never) when it is no number from 0 to 1."""
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if name.strip().lower() == "q" and 0 <= weight <= 1 else 0.0

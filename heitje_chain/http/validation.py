"""What is wrong with a request's fields, told without repeating what was sent.

Pydantic's own messages can hold the value, which may be a password, a token or a name: only its error's kind
and bounds are used. A kind that is not in the table gets the general sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .language import Language
from .problems import Refused, kind_of, sentence

_FORMS: Mapping[str, Mapping[Language, str]] = {
    r"^[0-9a-f]{32}$": {
        "nl": "Dit moeten 32 tekens zijn: 0-9 en a-f, zonder 0x ervoor.",
        "en": "This must be 32 hex digits, 0-9 and a-f, without 0x.",
    },
    r"^[0-9a-f]{64}$": {
        "nl": "Dit moeten 64 tekens zijn: 0-9 en a-f, zonder 0x ervoor.",
        "en": "This must be 64 hex digits, 0-9 and a-f, without 0x.",
    },
    r"^2[01][0-9]{2}-[0-9]{2}-[0-9]{2}$": {
        "nl": "Dit moet een dag zijn, zoals 2026-12-31.",
        "en": "This must be a day, such as 2026-12-31.",
    },
}
"""What a text must look like, by its pattern. On the chain, ids begin with 0x."""

_GENERAL: Mapping[Language, str] = {"nl": "Deze waarde is niet goed.", "en": "This value is not right."}

_SENTENCES: Mapping[str, Mapping[Language, str]] = {
    "missing": {"nl": "Vul dit in.", "en": "Fill this in."},
    "extra_forbidden": {"nl": "Dit veld kennen wij niet.", "en": "We do not know this field."},
    "query_unknown": {
        "nl": "Dit kennen wij niet in dit adres. Er is niets gedaan.",
        "en": "We do not know this in this address. Nothing was done.",
    },
    "query_twice": {"nl": "Zet dit er maar een keer in.", "en": "Give this only once."},
    "json_invalid": {"nl": "Dit is geen goede JSON.", "en": "This is not valid JSON."},
    "string_type": {"nl": "Dit moet tekst zijn.", "en": "This must be text."},
    "string_too_short": {
        "nl": "Dit is te kort: minstens {min_length} tekens.",
        "en": "This is too short: at least {min_length} characters.",
    },
    "string_too_long": {
        "nl": "Dit is te lang: hoogstens {max_length} tekens.",
        "en": "This is too long: at most {max_length} characters.",
    },
    "too_short": {
        "nl": "Dit zijn er te weinig: minstens {min_length}.",
        "en": "Too few: at least {min_length}.",
    },
    "too_long": {
        "nl": "Dit zijn er te veel: hoogstens {max_length}.",
        "en": "Too many: at most {max_length}.",
    },
    "int_type": {"nl": "Dit moet een heel getal zijn.", "en": "This must be a whole number."},
    "int_parsing": {"nl": "Dit moet een heel getal zijn.", "en": "This must be a whole number."},
    "int_from_float": {"nl": "Dit moet een heel getal zijn.", "en": "This must be a whole number."},
    "greater_than": {"nl": "Dit moet meer zijn dan {gt}.", "en": "This must be more than {gt}."},
    "greater_than_equal": {"nl": "Dit moet minstens {ge} zijn.", "en": "This must be at least {ge}."},
    "less_than": {"nl": "Dit moet minder zijn dan {lt}.", "en": "This must be less than {lt}."},
    "less_than_equal": {"nl": "Dit mag hoogstens {le} zijn.", "en": "This must be at most {le}."},
    "enum": {"nl": "Kies een van: {expected}.", "en": "Choose one of: {expected}."},
    "literal_error": {"nl": "Kies een van: {expected}.", "en": "Choose one of: {expected}."},
    "bool_type": {"nl": "Kies ja of nee.", "en": "Choose yes or no."},
    "bool_parsing": {"nl": "Kies ja of nee.", "en": "Choose yes or no."},
}

_MOST_FIELDS = 20
_PLAIN = re.compile(r"[A-Za-z0-9_.-]{1,60}")


class RequestInvalid(
    Refused,
    slug="request-invalid",
    status=400,
    nl="Niet alles is goed ingevuld. Kijk dit na: {fields}.",
    en="Not everything is filled in right. Check this: {fields}.",
):
    """Fields of the request are missing or wrong; `errors` tells each, in the reader's language."""

    def __init__(self, errors: Sequence[Mapping[str, Any]]) -> None:
        self._errors = errors[:_MOST_FIELDS]
        self.fields = ", ".join(dict.fromkeys(field_path(error["loc"]) for error in self._errors))

    def told(self, language: Language) -> list[dict[str, str]]:
        """Return [{"field": "body.amount", "detail": "Vul dit in."}], at most 20."""
        return [
            {"field": field_path(error["loc"]), "detail": _told(error, language)} for error in self._errors
        ]


def field_path(location: Sequence[str | int]) -> str:
    """Return "body.lines.0.amount"; a name that is not plain, which the sender made up, is shown as "?"."""
    return ".".join(name if _PLAIN.fullmatch(name) else "?" for name in map(str, location)) or "body"


def _told(error: Mapping[str, Any], language: Language) -> str:
    context = error.get("ctx") or {}
    cause = context.get("error")
    if isinstance(cause, Exception) and kind_of(cause) is not None:
        return sentence(cause, language)
    words = _FORMS if error["type"] == "string_pattern_mismatch" else _SENTENCES
    text = words.get(context.get("pattern", error["type"]), _GENERAL)[language]
    try:
        return text.format_map(context)
    except KeyError:
        return _GENERAL[language]

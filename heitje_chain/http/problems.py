"""Refusals as problem details: one table from kinds of errors to what a person and a program are told.

A problem is JSON with these members (RFC 9457, section 3):

    type      "/problems/<slug>"; stable, a program may decide by it
    title     what the status means, in the reader's language
    status    the HTTP status once more
    detail    one sentence (B1) about this occurrence, in the reader's language
    ...       extension members, one per field that the error has, named as the field

Errors known here:

Exception
├── Refused                a refusal that declares itself in its class line
│   ├── DatabaseBusy       503, transaction.py
│   ├── KeyMissing, KeyMalformed, KeyReused    400, 400, 409, idempotency.py
│   ├── CursorInvalid      400, paging.py
│   ├── BodyTooLarge       413, limits.py
│   ├── AddressTooLong, HeadersTooLarge, BodyTooSlow    414, 431, 408, limits.py
│   ├── TooManyRequests    429, rates.py
│   ├── RequestInvalid     400, validation.py
│   ├── JsonInvalid, JsonTooDeep, JsonNameTwice, JsonNumberInvalid    400, bodies.py
│   ├── ContentTypeUnknown 415, bodies.py
│   ├── TextInvalid        400, texts.py
│   ├── NotFound, MethodNotAllowed    404, 405
│   └── Unexpected         500, faults.py
└── any other, once a slice registers it, such as heitje_chain.money.AmountError

A sentence is a format string over the error's attributes: "Je hebt {balance:euros}." The format `euros`
writes cents as a person does in that language, `words` takes the language's text out of a mapping. Whatever a
sentence names is told: no secrets, no personal data of others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any

from fastapi import Request, Response

from heitje_chain.money import AmountError, in_words

from .language import Language, language_of

MEDIA_TYPE = "application/problem+json"

ShowProblem = Callable[[Request, Mapping[str, Any], Language], Response]

_OWN_MEMBERS = {"type", "title", "status", "detail", "instance"}
_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FIELD = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Kind:
    """What is told of one class of errors."""

    slug: str
    status: int
    sentences: Mapping[Language, str]
    members: tuple[str, ...]
    """The error's attributes that become extension members."""


KINDS: dict[type[Exception], Kind] = {}
"""The table. Look up with `kind_of`, which knows that a subclass of a registered error is one too."""

TITLES: dict[int, dict[Language, str]] = {
    400: {"nl": "De aanvraag klopt niet", "en": "The request is not right"},
    401: {"nl": "Geen goede toegangssleutel", "en": "No good access token"},
    403: {"nl": "Dit mag je niet doen", "en": "You may not do this"},
    404: {"nl": "Niet gevonden", "en": "Not found"},
    405: {"nl": "Dit kan hier niet", "en": "This cannot be done here"},
    408: {"nl": "Dit duurde te lang", "en": "This took too long"},
    409: {"nl": "Dit past niet bij wat er al is", "en": "This conflicts with what is already there"},
    410: {"nl": "Dit is er niet meer", "en": "This is gone"},
    413: {"nl": "De aanvraag is te groot", "en": "The request is too large"},
    414: {"nl": "Het adres is te lang", "en": "The address is too long"},
    415: {"nl": "Dit soort gegevens kennen wij niet", "en": "We do not know this kind of data"},
    422: {"nl": "Dit kunnen wij niet uitvoeren", "en": "We cannot carry this out"},
    429: {"nl": "Te veel aanvragen", "en": "Too many requests"},
    431: {"nl": "De aanvraag is te groot", "en": "The request is too large"},
    500: {"nl": "Er ging iets mis", "en": "Something went wrong"},
    503: {"nl": "Het is nu te druk", "en": "We are too busy now"},
}


class Refused(Exception):
    """A refusal that says in its class line how it is told:

    class TooLate(Refused, slug="too-late", status=409, nl="De tijd is om.", en="The time is over."): ...

    A class line without these only groups others, or is told as its base is. Its fields are plain attributes,
    set in `__init__`. An attribute `retry_after`, in seconds, becomes the header.
    """

    def __init_subclass__(
        cls, *, slug: str = "", status: int = 0, nl: str = "", en: str = "", members: Sequence[str] = ()
    ) -> None:
        super().__init_subclass__()
        if slug or status or nl or en:
            register(cls, slug, status, nl, en, members=members)

    def __str__(self) -> str:
        return sentence(self, "en") if kind_of(self) else type(self).__name__


def register(
    error_class: type[Exception],
    type_slug: str,
    status: int,
    sentence_nl: str,
    sentence_en: str,
    *,
    members: Sequence[str] = (),
) -> None:
    """Put a kind of error in the table.

    Args:
        type_slug: lower case with hyphens; once published it does not change
        members: attributes to tell besides those that the sentences name

    Raises:
        ValueError: a mistake in our own code: a slug or class that is taken, a status that is no error, a
        placeholder
            that is not a plain attribute, or one that only one of the languages has.
    """
    fields = {language: _fields(text) for language, text in (("nl", sentence_nl), ("en", sentence_en))}
    told = tuple(dict.fromkeys((*fields["nl"], *members)))
    if not _SLUG.fullmatch(type_slug) or type_slug in {kind.slug for kind in KINDS.values()}:
        raise ValueError(f"The slug {type_slug!r} is malformed or taken.")
    if error_class in KINDS:
        raise ValueError(f"{error_class.__name__} is registered already.")
    if not 400 <= status <= 599:
        raise ValueError(f"{type_slug}: {status} is no status of an error.")
    if set(fields["nl"]) != set(fields["en"]):
        raise ValueError(f"{type_slug}: the sentences name different fields.")
    if wrong := [name for name in told if not _FIELD.fullmatch(name) or name in _OWN_MEMBERS]:
        raise ValueError(f"{type_slug}: {wrong} cannot be members.")
    KINDS[error_class] = Kind(type_slug, status, {"nl": sentence_nl, "en": sentence_en}, told)


def kind_of(error: Exception) -> Kind | None:
    """Return what is told of this error, or of the nearest of its base classes; None when nothing is."""
    return next((KINDS[base] for base in type(error).__mro__ if base in KINDS), None)


def sentence(error: Exception, language: Language) -> str:
    """Return the detail of a registered error."""
    kind = _known(error)
    fields = {name: getattr(error, name) for name in _fields(kind.sentences[language])}
    return _Sentence(language).vformat(kind.sentences[language], (), fields)


def problem(error: Exception, language: Language) -> dict[str, Any]:
    """Return a registered error as the members of a problem."""
    kind = _known(error)
    members = {name: _json_value(getattr(error, name)) for name in kind.members}
    return filled(kind, members, language) | {"detail": sentence(error, language)}


def filled(kind: Kind, members: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return a problem of this kind with these members, for whoever has no error to tell it of."""
    return dict(members) | {
        "type": f"/problems/{kind.slug}",
        "title": title(kind.status, language),
        "status": kind.status,
        "detail": _Sentence(language).vformat(kind.sentences[language], (), members),
    }


def respond(request: Request, error: Exception, headers: Mapping[str, str] | None = None) -> Response:
    """Answer a request with a registered error."""
    language = language_of(request)
    request.state.problem = _known(error).slug  # for the log and the figures
    retry_after = getattr(error, "retry_after", None)
    told = dict(headers or {}) | ({} if retry_after is None else {"Retry-After": str(retry_after)})
    return as_response(request, problem(error, language), language, told)


def as_response(
    request: Request, members: Mapping[str, Any], language: Language, headers: Mapping[str, str]
) -> Response:
    """Return a problem as a response in this language: JSON, or a page for a person's browser.

    The application may keep in `app.state.show_problem` what makes such a page.
    """
    show: ShowProblem | None = getattr(getattr(request.scope.get("app"), "state", None), "show_problem", None)
    if show is not None and wants_page(request):
        page = show(request, members, language)
        page.headers.update(headers)
        return page
    return Response(
        json.dumps(members, ensure_ascii=False).encode(),
        status_code=members["status"],
        media_type=MEDIA_TYPE,
        headers={
            **headers,
            "Content-Language": language,
            "Vary": "Accept-Language",
            "Cache-Control": "no-store",
        },
    )


def wants_page(request: Request) -> bool:
    """Whether a person's browser asks, and not for the API."""
    is_api = request.url.path.startswith("/api/")
    return not is_api and "text/html" in request.headers.get("accept", "")


def title(status: int, language: Language) -> str:
    """Return what a status means; that of 400 or 500 for one that has no words of its own."""
    return TITLES.get(status, TITLES[500 if status >= 500 else 400])[language]


def _known(error: Exception) -> Kind:
    kind = kind_of(error)
    if kind is None:
        raise LookupError(f"{type(error).__name__} is not registered.")
    return kind


def _fields(text: str) -> tuple[str, ...]:
    return tuple(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def _json_value(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple):
        return [_json_value(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): _json_value(item) for name, item in value.items()}
    return value if value is None or isinstance(value, bool | int | str) else str(value)


class _Sentence(Formatter):
    """Formats with two words more: `euros`, for whole cents, and `words`, for texts by language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "words":
            return str(value[self._language])
        if format_spec != "euros":
            return str(super().format_field(value, format_spec))
        return in_words(value, self._language)


class NotFound(
    Refused,
    slug="not-found",
    status=404,
    nl="Hier is niets te vinden.",
    en="There is nothing to be found here.",
):
    """No such address."""


class MethodNotAllowed(
    Refused,
    slug="method-not-allowed",
    status=405,
    nl="Dat kun je op dit adres niet doen.",
    en="You cannot do that at this address.",
):
    """Another method; `Allow` says which there are."""


register(
    AmountError,
    "amount-invalid",
    400,
    "Dit is geen goed bedrag. Een goed bedrag is een heel aantal centen boven nul, zoals 1500.",
    "This is not a valid amount. A valid amount is a whole number of cents above zero, such as 1500.",
)

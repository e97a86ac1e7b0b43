"""How a page looks, and what the browser may load with it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fastapi import Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from heitje_chain.http.language import LANGUAGE_COOKIE, Language

from . import texts
from .assets import asset
from .words import kind_name, role_name

TEMPLATES = Path(__file__).parent / "templates"

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def html(page: str, status: int = 200, policy: str = POLICY) -> Response:
    """Answer with a page, and what the browser may do there.

    Args:
        policy: its Content-Security-Policy
    """
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": policy,
        "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Vary": "Cookie, Accept-Language",
    }
    return HTMLResponse(page, status, headers)


@cache
def environment(language: Language) -> Environment:
    """Return what fills in the templates in a language."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(texts.translations(language), newstyle=True)  # type: ignore[attr-defined]
    environment.filters |= {
        "euros": lambda cents: texts.euros(cents, language),
        "date": lambda day: texts.date_of(day, language),
        "day": lambda seconds: texts.day(seconds, language),
        "lately": lambda seconds: texts.lately(seconds, language),
        "amount": lambda cents: texts.euros(cents, language).lstrip("€\u00a0"),
        "capital": lambda text: text[:1].upper() + text[1:],
        "clock": lambda seconds: texts.clock(seconds, language),
        "moment": lambda seconds: texts.moment(seconds, language),
        "duration": lambda minutes: texts.duration(minutes, language),
        "told": lambda words: words[language],
        "kind": lambda word: kind_name(word, language),
        "role": lambda word: role_name(word, language),
        "meaning": lambda reason: reason.told(language),
    }
    environment.globals |= {"asset": asset, "language": language, "LANGUAGE_COOKIE": LANGUAGE_COOKIE}
    return environment

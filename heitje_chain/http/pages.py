"""Pages of HTML, made from `templates/`: what stands in them is escaped, and they load nothing.

No script, picture, font or style comes from anywhere: the one style sheet stands in the page, and the
Content-Security-Policy lets a browser take that one, told by its hash, and nothing else at all.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **fields: Any) -> str:
    """Return a template filled in; a field that it names and is not given is a mistake in our own code."""
    return _environment().get_template(template).render(style=Markup(_style()), **fields)  # noqa: S704 ours


def answer(page: str) -> HTMLResponse:
    """Answer with a page that nothing is loaded into, that sends nothing and that no other page frames."""
    return HTMLResponse(page, headers={"Content-Security-Policy": _policy()})


def _style() -> str:
    return (TEMPLATES / "style.css").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )

"""Style sheets and scripts: our own and those from npm, served by ourselves and by nobody else.

A file's name holds the hash of its content, so a browser keeps it for a year and still never shows an old
one. What a page does not need at once has a file of its own.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from fastapi import APIRouter, Request, Response

from heitje_chain.http.problems import NotFound

OWN = Path(__file__).parent / "static"
NPM = Path(__file__).parents[2] / "node_modules"

YEAR_SECONDS = 365 * 86_400

# The components of the NL Design System that our pages are made of; the theme gives them Heerlen's look.
_COMPONENTS = (
    "alert",
    "body",
    "button",
    "button-group",
    "checkbox",
    "data-list",
    "form-field",
    "form-field-description",
    "form-field-error-message",
    "form-label",
    "heading-1",
    "heading-2",
    "heading-3",
    "link",
    "paragraph",
    "radio-button",
    "root",
    "select",
    "separator",
    "skip-link",
    "status-badge",
    "table",
    "textarea",
    "textbox",
)

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}

# The worker has an address of its own, since a browser lets it serve only what lies below.
_MADE_INTO_OTHERS = {"theme.css", "heitje.css", "heitje.webmanifest", "worker.js"}
_KEPT_OFFLINE = ("heitje.css", "heitje.svg", "app.js")

router = APIRouter(include_in_schema=False)


class AssetsMissing(Exception):
    """What comes from npm is not there; the message says what to do."""


@dataclass(frozen=True)
class Asset:
    name: str
    """With its hash: heitje.3f8a2b1c.css"""
    content: bytes
    compressed: bytes
    media_type: str
    tag: str


def asset(name: str) -> str:
    """Return the address of a file, such as "heitje.css".

    Raises:
        KeyError: a mistake in our own template.
    """
    return f"/static/{_assets()[name].name}"


def require_assets() -> None:
    """Read all files, so that a missing one is told at the start.

    Raises:
        AssetsMissing
    """
    _assets()


@router.get("/static/{name}")
async def read_asset(name: str, request: Request) -> Response:
    """Give a file, which never changes under this name."""
    found = _by_address().get(name)
    if found is None:
        raise NotFound
    headers = {
        "Cache-Control": f"public, max-age={YEAR_SECONDS}, immutable",
        "ETag": f'"{found.tag}"',
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            found.compressed, media_type=found.media_type, headers=headers | {"Content-Encoding": "gzip"}
        )
    return Response(found.content, media_type=found.media_type, headers=headers)


@router.get("/worker.js")
async def read_worker() -> Response:
    """Give the service worker, asked for anew each time: it keeps files, and a page for no network."""
    files = json.dumps([asset(name) for name in _KEPT_OFFLINE])
    version = hashlib.sha256(files.encode()).hexdigest()[:8]
    script = _own("worker.js").decode().replace("FILES = []", f"FILES = {files}").replace("VERSION", version)
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return Response(script, media_type=_TYPES[".js"], headers=headers)


# ---------------------------------------------------------------- details


@cache
def _assets() -> Mapping[str, Asset]:
    """Return name -> file, all of them."""
    try:
        components = [_npm(f"@utrecht/{one}-css/dist/index.min.css") for one in _COMPONENTS]
        styles = [_own("theme.css"), *components, _own("heitje.css")]
        made = {
            "heitje.css": _with_pictures(b"\n".join(styles)),
            "htmx.js": _npm("htmx.org/dist/htmx.min.js"),
            "scanner.js": _npm("jsqr/dist/jsQR.js"),
        }
        own = {path.name: path.read_bytes() for path in OWN.iterdir() if path.name not in _MADE_INTO_OTHERS}
        made["heitje.webmanifest"] = _with_pictures(_own("heitje.webmanifest"))
    except FileNotFoundError as error:
        raise AssetsMissing(f"{error.filename} is not there: run `make setup` in Heitje's folder.") from None
    return MappingProxyType({name: _asset(name, content) for name, content in {**own, **made}.items()})


@cache
def _by_address() -> Mapping[str, Asset]:
    return MappingProxyType({one.name: one for one in _assets().values()})


def _with_pictures(text: bytes) -> bytes:
    """Return a text in which each picture of ours, url(name.svg) or "name.png", is where it is served."""
    for path in (*OWN.glob("*.svg"), *OWN.glob("*.png")):
        address = f"/static/{_asset(path.name, path.read_bytes()).name}"
        for before, after in ((f"url({path.name})", f"url({address})"), (f'"{path.name}"', f'"{address}"')):
            text = text.replace(before.encode(), after.encode())
    return text


def _asset(name: str, content: bytes) -> Asset:
    tag = hashlib.sha256(content).hexdigest()[:16]
    path = Path(name)
    compressed = gzip.compress(content, 9, mtime=0)
    return Asset(f"{path.stem}.{tag[:8]}{path.suffix}", content, compressed, _TYPES[path.suffix], tag)


def _npm(path: str) -> bytes:
    return (NPM / path).read_bytes()


def _own(name: str) -> bytes:
    return (OWN / name).read_bytes()

"""Only JSON, and only JSON that means one thing: what a body must be before a route sees it.

Python reads more than RFC 8259 calls JSON, and takes the last of two values with one name, where another
program may take the first. Such a body is refused, since whoever checked it before us read something else.

    415  another content type, or none, with a body
    400  not UTF-8, not JSON; NaN and Infinity; the same name twice; deeper than 32; numbers beyond 64 bits

Which characters its texts may have is the affair of `texts`, and what its fields mean of the route's model.
"""

from __future__ import annotations

import json
import math
import re
from collections import deque
from email.message import Message as MailMessage
from typing import Any

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import Refused, respond

MOST_DEPTH = 32
_MOST_DIGITS = 19
"""Of 2**63 - 1, the largest whole number that our databases hold."""
_TEXTS = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
"""Each is read once, also one that does not end: looking back over 64 KB of it takes ten seconds."""
_BRACKETS = re.compile(rb"[\[\]{}]")
_WITH_BODY = ("POST", "PUT", "PATCH", "DELETE")


class ContentTypeUnknown(
    Refused,
    slug="content-type-unknown",
    status=415,
    nl="Stuur JSON, met de kopregel Content-Type: application/json.",
    en="Send JSON, with the header Content-Type: application/json.",
):
    """The body is announced as something else, in another character set than UTF-8, or as nothing."""


class JsonInvalid(
    Refused,
    slug="json-invalid",
    status=400,
    nl="Dit is geen goede JSON. Kijk bij teken {position}.",
    en="This is not valid JSON. Look at character {position}.",
):
    """It cannot be read as RFC 8259 says, in UTF-8."""

    def __init__(self, position: int) -> None:
        """Args:
        position: from 1
        """
        self.position = position


class JsonTooDeep(
    Refused,
    slug="json-too-deep",
    status=400,
    nl="Deze JSON is te diep genest. Gebruik hoogstens {most} lagen.",
    en="This JSON is nested too deep. Use at most {most} levels.",
):
    def __init__(self, most: int = MOST_DEPTH) -> None:
        self.most = most


class JsonNameTwice(
    Refused,
    slug="json-name-twice",
    status=400,
    nl="Deze JSON noemt hetzelfde veld twee keer. Stuur elk veld één keer.",
    en="This JSON names the same field twice. Send each field once.",
):
    """Which one counts, the first or the last, would depend on who reads it."""


class JsonNumberInvalid(
    Refused,
    slug="json-number-invalid",
    status=400,
    nl="Deze JSON heeft een getal dat niet kan: NaN, oneindig, of te groot.",
    en="This JSON has a number that cannot be: NaN, infinite, or too large.",
):
    """NaN, Infinity, or beyond what 64 bits hold."""


class JsonBodies:
    """ASGI middleware that answers 415 or 400 to a body that no route of the API could read; inside
    `BodyLimit`. What a page sends is a form."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_api = scope["type"] == "http" and scope["path"].startswith("/api/")
        if not is_api or scope["method"] not in _WITH_BODY:
            await self._app(scope, receive, send)
            return
        messages = await _whole(receive)
        body = b"".join(message.get("body", b"") for message in messages)
        try:
            if body:
                _check_type(Request(scope).headers.get("content-type", ""))
                check(body)
        except ContentTypeUnknown as error:
            await respond(Request(scope), error, {"Accept": "application/json"})(scope, receive, send)
            return
        except (JsonInvalid, JsonTooDeep, JsonNameTwice, JsonNumberInvalid) as error:
            await respond(Request(scope), error)(scope, receive, send)
            return

        async def replay() -> Message:
            return messages.popleft() if messages else await receive()

        await self._app(scope, replay, send)


def check(body: bytes) -> None:
    """Raises:
    JsonInvalid, JsonTooDeep, JsonNameTwice, JsonNumberInvalid
    """
    _check_depth(body)
    try:
        json.loads(
            body.decode(),
            object_pairs_hook=_named_once,
            parse_constant=_no_number,
            parse_int=_whole_number,
            parse_float=_finite,
        )
    except UnicodeDecodeError as error:
        raise JsonInvalid(error.start + 1) from error
    except json.JSONDecodeError as error:
        raise JsonInvalid(error.pos + 1) from error


async def _whole(receive: Receive) -> deque[Message]:
    """Return the messages of a body, which `BodyLimit` has bounded."""
    messages: deque[Message] = deque()
    more = True
    while more:
        message = await receive()
        messages.append(message)
        more = message["type"] == "http.request" and message.get("more_body", False)
    return messages


def _check_type(header: str) -> None:
    told = MailMessage()
    told["content-type"] = header
    kind, charset = told.get_content_type(), told.get_param("charset", "utf-8")
    is_json = kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))
    if not header or not is_json or str(charset).lower() not in ("utf-8", "utf8"):
        raise ContentTypeUnknown


def _named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise JsonNameTwice
    return found


def _no_number(constant: str) -> Any:
    raise JsonNumberInvalid


def _whole_number(digits: str) -> int:
    if len(digits.lstrip("-")) > _MOST_DIGITS or not -(2**63) <= int(digits) < 2**63:
        raise JsonNumberInvalid
    return int(digits)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise JsonNumberInvalid
    return number


def _check_depth(body: bytes) -> None:
    """Look before anything is parsed: how deep a parser can go differs, and some end the process."""
    depth = 0
    for bracket in _BRACKETS.findall(_TEXTS.sub(b"", body)):
        depth += 1 if bracket in b"[{" else -1
        if depth > MOST_DEPTH:
            raise JsonTooDeep

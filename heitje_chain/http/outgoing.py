"""The description's `webhooks`: the requests that we send, which others' servers take.

Source: OpenAPI 3.1, "OpenAPI Object", `webhooks`; Standard Webhooks for the three headers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from . import examples

_HEADERS = (
    ("webhook-id", "The same at every attempt.", "msg_2f1c8d0a4b6e4c7f9a1b2c3d4e5f6071"),
    ("webhook-timestamp", "Of this attempt, in UTC seconds.", "1798761600"),
    (
        "webhook-signature",
        "One signature or more, with spaces between them: v1, and base64.",
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ),
)


@dataclass(frozen=True)
class Event:
    """What can be told, and how it looks."""

    type: str
    readers: tuple[str, ...]
    """Roles."""
    when: str
    data: Mapping[str, Any]
    """The schema of `data`, with nothing referred to outside of it."""


def described(events: Iterable[Event]) -> dict[str, Any]:
    """Return the description's `webhooks`, each with an example."""
    return {event.type: {"post": _request(event)} for event in events}


def _request(event: Event) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": {"type": "string", "const": event.type},
            "timestamp": {
                "type": "string",
                "format": "date-time",
                "description": "When it happened, in UTC.",
                "examples": ["2026-12-31T23:00:00Z"],
            },
            "data": dict(event.data),
        },
    }
    return {
        "operationId": event.type.replace(".", "_"),
        "tags": ["webhooks"],
        "summary": event.when,
        "description": f"Told to: {', '.join(event.readers)}.",
        "x-roles": list(event.readers),
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": words,
                "schema": {"type": "string"},
                "example": shown,
            }
            for name, words, shown in _HEADERS
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": schema, "example": examples.of(schema, {})}},
        },
        "responses": {
            "2XX": {"description": "Taken. Answer within 15 seconds; anything else is tried again."},
            "410": {"description": "Nobody wants it any more: the webhook is disabled."},
        },
    }

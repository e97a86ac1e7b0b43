"""How it is seen at the counter who somebody is. The kind of document is kept, never its number."""

from __future__ import annotations

from .errors import IdentityMissing

PASSPORT, ID_CARD, LICENCE, KNOWN = "passport", "id_card", "licence", "known"

WAYS = (PASSPORT, ID_CARD, LICENCE, KNOWN)
"""The last: by somebody of the municipality who knows the person."""


def check(way: str) -> str:
    """Return a way that there is.

    Raises:
        IdentityMissing
    """
    if way not in WAYS:
        raise IdentityMissing
    return way

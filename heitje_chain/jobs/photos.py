"""Photos of work, handed in with it: who may add and see them, and when they go. A caller opens the
transaction and commits it.

A photo can show people, so it is personal data: it lies in this table alone, and its content is removed a
month after its claim is over. What stays is that there was one, and its hash in the salted evidence.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    func,
    select,
    update,
)

from heitje_chain.chain.clock import chain_now, latest_now
from heitje_chain.db import METADATA

from . import rules
from .errors import PhotoNotAsked, PhotosTooMany, PhotoUnknown
from .model import CLAIM, DISPUTED, JOB
from .pictures import Picture

MOST_OF_A_CLAIM = 3

NEVER_ASKED = frozenset({"care", "mantelzorg"})
"""Kinds of jobs at somebody's side: nobody is photographed who is cared for, whatever a partner says."""

KEPT_SECONDS = 30 * 86_400
"""After a claim is over. By then it is paid or decided for good; for a month somebody may still ask what was
done. Longer serves no end that people were told of."""

_AT_ONCE = 100
"""How many are removed in one go."""

CLAIM_PHOTO = Table(
    "claim_photo",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("claim", String(64), nullable=False),
    Column("place", Integer, nullable=False),  # in the order in which they were sent, from 0
    Column("content", LargeBinary),  # JPEG; empty once it is removed
    Column("width", Integer, nullable=False),  # pixels, like the next
    Column("height", Integer, nullable=False),
    Column("created_at", BigInteger, nullable=False),  # UTC seconds, like the next
    Column("removed_at", BigInteger),
    Index("ix_claim_photo_claim", "claim", "place"),
    Index("ix_claim_photo_kept", "removed_at", "created_at"),
)


@dataclass(frozen=True)
class Photo:
    id: str
    """32 hex digits."""
    claim: str
    width: int
    """Pixels, like the next."""
    height: int
    created_at: int
    """UTC seconds."""


def is_asked(details: Mapping[str, Any]) -> bool:
    """Whether whoever hands in work of a job with these details may be asked for a photo."""
    kind = str(details.get("kind", "")).strip().lower()
    return details.get("evidence") == "photo" and kind not in NEVER_ASKED


def add(
    connection: Connection, claim_id: str, details: Mapping[str, Any], pictures: Sequence[Picture]
) -> None:
    """Keep photos of a claim that its own resident is handing in.

    Args:
        details: of its job

    Raises:
        PhotoNotAsked, PhotosTooMany
    """
    if not pictures:
        return
    already = check_may_add(connection, claim_id, details, len(pictures))
    now = chain_now(connection)
    for place, one in enumerate(pictures, already):
        connection.execute(
            CLAIM_PHOTO.insert().values(
                id=uuid.uuid4().hex,
                claim=claim_id,
                place=place,
                content=one.content,
                width=one.width,
                height=one.height,
                created_at=now,
            )
        )


def check_may_add(connection: Connection, claim_id: str, details: Mapping[str, Any], how_many: int) -> int:
    """Return how many photos a claim has that may get so many more.

    Raises:
        PhotoNotAsked, PhotosTooMany
    """
    if not is_asked(details):
        raise PhotoNotAsked
    already = int(connection.scalar(select(func.count()).where(_kept(claim_id))) or 0)
    check_how_many(already + how_many)
    return already


def check_how_many(photos: int) -> None:
    """Raises:
    PhotosTooMany
    """
    if photos > MOST_OF_A_CLAIM:
        raise PhotosTooMany(MOST_OF_A_CLAIM)


def of_claim(connection: Connection, claim_id: str) -> list[Photo]:
    """Return the photos of a claim that are still there, as they were sent. Who asks may see the claim."""
    columns = (CLAIM_PHOTO.c[name] for name in Photo.__dataclass_fields__)
    rows = connection.execute(select(*columns).where(_kept(claim_id)).order_by(CLAIM_PHOTO.c.place))
    return [Photo(*row) for row in rows]


def hashes(connection: Connection, claim_id: str) -> list[str]:
    """Return the SHA-256 of each photo of a claim, in hex."""
    contents = connection.scalars(
        select(CLAIM_PHOTO.c.content).where(_kept(claim_id)).order_by(CLAIM_PHOTO.c.place)
    )
    return [hashlib.sha256(content or b"").hexdigest() for content in contents]


def content(connection: Connection, photo_id: str, *may: ColumnElement[bool]) -> bytes:
    """Return a photo as JPEG, if one of the conditions holds: `by_resident`, `by_partner`, `BY_ARBITER`.

    Raises:
        PhotoUnknown: no such photo, it was removed, or it is not for whoever asks.
    """
    statement = (
        select(CLAIM_PHOTO.c.content)
        .join(CLAIM, CLAIM.c.id == CLAIM_PHOTO.c.claim)
        .join(JOB, JOB.c.id == CLAIM.c.job)
        .where((CLAIM_PHOTO.c.id == photo_id) & CLAIM_PHOTO.c.content.is_not(None))
    )
    for condition in may:
        found = connection.scalar(statement.where(condition))
        if found is not None:
            return bytes(found)
    raise PhotoUnknown


def by_resident(chain_id: str | None) -> ColumnElement[bool]:
    """Return the condition that this resident did the work."""
    return CLAIM.c.resident == (chain_id or "")


def by_partner(chain_id: str | None) -> ColumnElement[bool]:
    """Return the condition that the work was done for this partner."""
    return JOB.c.partner == (chain_id or "")


BY_ARBITER = CLAIM.c.state == DISPUTED
"""The condition that the arbiter has to look: there is a dispute, and it is not decided."""


def remove_old(connection: Connection) -> int:
    """Remove the content of photos whose claims have been over for long enough; return of how many."""
    over = (CLAIM.c.id == CLAIM_PHOTO.c.claim) & CLAIM.c.state.in_(rules.OVER)
    long_ago = CLAIM.c.since < latest_now(connection) - KEPT_SECONDS
    due = (
        select(CLAIM_PHOTO.c.id)
        .join(CLAIM, over & long_ago)
        .where(CLAIM_PHOTO.c.removed_at.is_(None))
        .limit(_AT_ONCE)
    )
    return _remove(connection, connection.scalars(due).all())


# ---------------------------------------------------------------- details


def _kept(claim_id: str) -> ColumnElement[bool]:
    return (CLAIM_PHOTO.c.claim == claim_id) & CLAIM_PHOTO.c.removed_at.is_(None)


def _remove(connection: Connection, ids: Sequence[str]) -> int:
    if ids:
        gone = {"content": None, "removed_at": latest_now(connection)}
        connection.execute(update(CLAIM_PHOTO).where(CLAIM_PHOTO.c.id.in_(ids)).values(gone))
    return len(ids)

"""A photo of work, for whoever did it, whoever it was done for, and the arbiter while there is a dispute."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Response
from sqlalchemy import ColumnElement, Connection

from heitje_chain.http.fields import Hex16Path
from heitje_chain.jobs import photos
from heitje_chain.people import service as people

from .entry import At
from .frame import Desk

router = APIRouter(include_in_schema=False)

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@router.get("/photos/{photo_id}")
def read_photo(photo_id: Hex16Path, desk: Annotated[Desk, At("resident", "partner", "arbiter")]) -> Response:
    """Give a photo, in whichever of its roles a person may see it."""
    content = desk.read(lambda c: photos.content(c, photo_id, *_may(c, desk)))
    return Response(content, media_type="image/jpeg", headers=HEADERS)


def _may(connection: Connection, desk: Desk) -> Iterator[ColumnElement[bool]]:
    if desk.counter is not None:
        yield photos.by_resident(desk.participant(connection).chain_id)
        return
    account = desk.account
    for role, by in (("resident", photos.by_resident), ("partner", photos.by_partner)):
        subject = None if account is None else account.subject(role)
        if subject is not None:
            yield by(people.participant(connection, subject).chain_id)
    if desk.has("arbiter"):
        yield photos.BY_ARBITER

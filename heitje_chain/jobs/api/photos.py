"""Photos of work: `/api/v1/claims/{claim_id}/photos` and `/api/v1/photos`. They are sent by the pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Connection

from heitje_chain.http.fields import Hex16Path, Hex32Path
from heitje_chain.http.transaction import Database
from heitje_chain.people import service as people
from heitje_chain.people.api.bearer import Needs
from heitje_chain.people.tokens import Caller

from .. import photos, reading
from ..photos import Photo
from .claims import concerning

router = APIRouter(prefix="/api/v1", tags=["claims"])


class PhotoView(BaseModel):
    """A photo without its content, which is at `/api/v1/photos/{id}`."""

    id: str
    width: Annotated[int, Field(description="Pixels.", examples=[1600])]
    height: Annotated[int, Field(description="Pixels.", examples=[1200])]
    created_at: Annotated[int, Field(description="UTC seconds.")]

    @classmethod
    def of(cls, photo: Photo) -> PhotoView:
        return cls.model_validate({name: getattr(photo, name) for name in cls.model_fields})


class PhotoList(BaseModel):
    items: Annotated[list[PhotoView], Field(description="As they were sent; at most three.")]


@router.get("/claims/{claim_id}/photos")
def list_photos(
    claim_id: Hex32Path, caller: Annotated[Caller, Needs("photos:read")], database: Database
) -> PhotoList:
    """List the photos that were handed in with a claim and are still there."""

    def found(connection: Connection) -> list[Photo]:
        reading.find(connection, claim_id, *concerning(connection, caller))
        return photos.of_claim(connection, claim_id)

    return PhotoList(items=[PhotoView.of(one) for one in database.read(found)])


@router.get(
    "/photos/{photo_id}",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {}}, "description": "JPEG"}},
)
def read_photo(
    photo_id: Hex16Path, caller: Annotated[Caller, Needs("photos:read")], database: Database
) -> Response:
    """Read one photo; the arbiter only while its claim is disputed."""

    def may(connection: Connection) -> ColumnElement[bool]:
        if caller.is_officer:
            return photos.BY_ARBITER
        by = photos.by_resident if caller.role == "resident" else photos.by_partner
        return by(people.participant(connection, caller.subject).chain_id)

    content = database.read(lambda c: photos.content(c, photo_id, may(c)))
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type="image/jpeg", headers=headers)

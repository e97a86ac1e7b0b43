"""The list of reasons over JSON. Everybody may know it: who reads the chain finds the codes there."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from . import codes

router = APIRouter(prefix="/api/v1", tags=["acts"])


class ReasonView(BaseModel):
    act: Annotated[
        str,
        Field(
            description="What is done for this reason.",
            json_schema_extra={"enum": list(codes.LISTS)},
            examples=[codes.REJECT],
        ),
    ]
    code: Annotated[int, Field(examples=[2])]
    nl: Annotated[str, Field(examples=["de klus is niet gedaan zoals gevraagd"])]
    en: Annotated[str, Field(examples=["the job was not done as it was asked"])]


class ReasonsView(BaseModel):
    items: list[ReasonView]


@router.get("/reasons")
def list_reasons() -> ReasonsView:
    """List what the codes mean, for each act that takes one. A line never changes and none is taken out."""
    return ReasonsView(
        items=[
            ReasonView(act=act, code=code, nl=meaning.nl, en=meaning.en)
            for act, list_of_act in codes.LISTS.items()
            for code, meaning in sorted(list_of_act.items())
        ]
    )

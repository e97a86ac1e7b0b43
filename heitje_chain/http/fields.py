"""Fields that many requests have, checked at the border: amounts, ids, hex, texts.

What stands in an address is checked too: a path's `{job_id}` is a `Hex32Path`, a batch's number a
`NumberPath`. So what can be nobody's id is told as such (400), and reaches no database.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from heitje_chain.money import MAX_CENTS

from .texts import all_in

CentsField = Annotated[
    int, Field(strict=True, gt=0, le=MAX_CENTS, description="A whole number of cents.", examples=[1500])
]
"""An amount: a JSON integer above 0. A float, a text or true is refused."""

ParticipantField = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{32}$",
        description="A participant's id: 32 hex digits, without 0x.",
        examples=["3f8a2b1c4d5e4f60817263544a5b6c7d"],
    ),
]

Hex32Field = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{64}$", description="32 bytes as 64 hex digits, without 0x.", examples=["0f" * 32]
    ),
]

SignatureField = Annotated[
    str,
    Field(
        pattern=r"^(0x)?([0-9a-fA-F]{2}){1,4096}$",
        description="In hex: r, s and v of an Ethereum key, or what the signer's verifier wants.",
        examples=["0x" + "5a" * 64 + "1b"],
    ),
]

SecondsField = Annotated[
    int, Field(strict=True, gt=0, lt=2**40, description="UTC seconds since 1970.", examples=[1798761600])
]

SecondsQuery = Annotated[
    int, Field(gt=0, lt=2**40, description="UTC seconds since 1970.", examples=[1798761600])
]
"""The same in an address, where every number is text."""


def _day(text: str) -> str:
    date.fromisoformat(text)  # raises ValueError
    return text


DateField = Annotated[
    str,
    Field(pattern=r"^2[01][0-9]{2}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"}),
    AfterValidator(_day),
]
"""A local day (Europe/Amsterdam) of this century or the next, such as 2026-12-31."""

PeriodField = Annotated[
    int,
    Field(strict=True, ge=1, lt=2**32, description="The budget's period, such as a year.", examples=[2026]),
]

PeriodQuery = Annotated[int, Field(ge=1, lt=2**32, examples=[2026])]

ReasonField = Annotated[
    int,
    Field(
        strict=True,
        ge=0,
        lt=2**16,
        description="A code from the municipality's list, `GET /api/v1/reasons`.",
        examples=[1],
    ),
]


Hex16Path = Annotated[
    str,
    Path(
        pattern=r"^[0-9a-f]{32}$",
        description="An id: 32 hex digits, without 0x.",
        examples=["3f8a2b1c4d5e4f60817263544a5b6c7d"],
    ),
]

Hex32Path = Annotated[
    str,
    Path(pattern=r"^[0-9a-f]{64}$", description="An id: 64 hex digits, without 0x.", examples=["0f" * 32]),
]

NumberQuery = Annotated[int, Field(ge=1, lt=2**31, examples=[12])]

NumberPath = Annotated[int, Path(ge=1, lt=2**31, description="A number from 1.", examples=[12])]


class SeveralLines:
    """Marks a text in which lines may end: Annotated[str, SeveralLines, Field(max_length=2000)]."""


class Body(BaseModel):
    """What a request holds; a field that is not known is refused, and so is a text that hides something.

    Texts come in as `texts` says: in NFC, without control characters, of one line unless they are marked.
    """

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _check_texts(cls, value: Any, info: ValidationInfo) -> Any:
        field = cls.model_fields[str(info.field_name)]
        return all_in(value, several_lines=SeveralLines in field.metadata)


def from_hex(text: str) -> bytes:
    """Return the bytes of a field that was checked to be hex, with or without 0x."""
    return bytes.fromhex(text.removeprefix("0x"))


class WordsView(BaseModel):
    """A text in both languages, to be shown as it is."""

    nl: Annotated[str, Field(examples=["Je kunt deze maand nog € 195,00 verdienen."])]
    en: Annotated[str, Field(examples=["You can still earn €195.00 this month."])]

"""Fields that many requests have, checked at the border: amounts, ids, hex."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from heitje_chain.money import MAX_CENTS

CentsField = Annotated[
    int, Field(strict=True, gt=0, le=MAX_CENTS, description="A whole number of cents.", examples=[1500])
]
"""An amount: a JSON integer above 0. A float, a text or true is refused."""

ParticipantField = Annotated[
    str,
    Field(
        pattern=r"^[0-9a-f]{32}$",
        description="A participant's id: 32 hex digits.",
        examples=["3f8a2b1c4d5e4f60817263544a5b6c7d"],
    ),
]

Hex32Field = Annotated[
    str, Field(pattern=r"^[0-9a-f]{64}$", description="32 bytes as 64 hex digits.", examples=["0f" * 32])
]

SignatureField = Annotated[
    str,
    Field(
        pattern=r"^(0x)?([0-9a-fA-F]{2}){1,4096}$",
        description="In hex: r, s and v of an Ethereum key, or what the signer's verifier wants.",
    ),
]

SecondsField = Annotated[
    int, Field(strict=True, gt=0, lt=2**40, description="UTC seconds since 1970.", examples=[1798761600])
]

PeriodField = Annotated[
    int,
    Field(strict=True, ge=1, lt=2**32, description="The budget's period, such as a year.", examples=[2026]),
]

ReasonField = Annotated[
    int, Field(strict=True, ge=0, lt=2**16, description="A code from the municipality's list.")
]


class Body(BaseModel):
    """What a request holds; a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


def from_hex(text: str) -> bytes:
    """Return the bytes of a field that was checked to be hex, with or without 0x."""
    return bytes.fromhex(text.removeprefix("0x"))

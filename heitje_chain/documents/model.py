"""The table of texts, each with the salt that keeps its hash on the chain from being guessed.

Deleting a row makes the hash on the chain say nothing any more: that is how a person is erased.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table, Text

from heitje_chain.db import METADATA

DOCUMENT = Table(
    "document",
    METADATA,
    Column("hash", String(64), primary_key=True),  # keccak256(salt || text), as the contracts keep it
    Column("salt", LargeBinary(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),  # seconds since 1970, UTC
)

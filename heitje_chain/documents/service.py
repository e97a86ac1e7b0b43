"""Keeps texts and gives them back. A caller opens the transaction and commits it."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from typing import Any

from eth_utils.crypto import keccak
from sqlalchemy import Connection, select

from .model import DOCUMENT

SALT_BYTES = 32


def keep(connection: Connection, content: Mapping[str, Any]) -> bytes:
    """Keep a document of JSON values under a new salt; return the 32 bytes that go onto the chain."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    salt = secrets.token_bytes(SALT_BYTES)
    document_hash = keccak(salt + text.encode())
    connection.execute(
        DOCUMENT.insert().values(hash=document_hash.hex(), salt=salt, text=text, created_at=int(time.time()))
    )
    return document_hash


def sealed(connection: Connection, document_hash: str) -> tuple[bytes, str] | None:
    """Return the salt and the text whose keccak256 is this hash (hex, 0x or not); None when they are
    not here (any more)."""
    row = connection.execute(
        select(DOCUMENT.c.salt, DOCUMENT.c.text).where(DOCUMENT.c.hash == document_hash.removeprefix("0x"))
    ).one_or_none()
    return None if row is None else (bytes(row.salt), row.text)


def find(connection: Connection, document_hash: str) -> dict[str, Any] | None:
    """Return the document with this hash (hex, with or without 0x); None when it was erased or never here."""
    text = connection.scalar(
        select(DOCUMENT.c.text).where(DOCUMENT.c.hash == document_hash.removeprefix("0x"))
    )
    return None if text is None else json.loads(text)

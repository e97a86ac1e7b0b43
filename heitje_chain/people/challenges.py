"""Challenges: what a device answers to, once and soon after it was asked.

Kept is the SHA-256 of each until it is answered or its time is over.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, String, Table, delete
from webauthn.helpers import base64url_to_bytes

from heitje_chain.chain.clock import latest_now
from heitje_chain.db import METADATA

from .login_errors import ChallengeOver

LIFETIME_SECONDS = 300

CHALLENGE = Table(
    "passkey_challenge",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("purpose", String(60), nullable=False),  # what an answer to it does, and to whose account
    Column("expires_at", BigInteger, nullable=False),  # UTC seconds
)


def ask(connection: Connection, purpose: str) -> bytes:
    """Return a new challenge of 32 bytes.

    Args:
        purpose: what an answer does, with the account that it is for: an answer counts for nothing else
    """
    now, challenge = latest_now(connection), secrets.token_bytes(32)
    connection.execute(delete(CHALLENGE).where(CHALLENGE.c.expires_at <= now))
    row = {"hash": _hash(challenge), "purpose": purpose, "expires_at": now + LIFETIME_SECONDS}
    connection.execute(CHALLENGE.insert().values(**row))
    return challenge


def answered(connection: Connection, purpose: str, answer: Mapping[str, Any]) -> bytes:
    """Return the challenge that an answer says it answers; it counts this once.

    Raises:
        ChallengeOver: it was answered, its time is over, or it was asked for something else.
    """
    try:
        client_data = json.loads(base64url_to_bytes(answer["response"]["clientDataJSON"]))
        challenge = base64url_to_bytes(client_data["challenge"])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise ChallengeOver from None
    good = (
        (CHALLENGE.c.hash == _hash(challenge))
        & (CHALLENGE.c.purpose == purpose)
        & (CHALLENGE.c.expires_at > latest_now(connection))
    )
    if connection.execute(delete(CHALLENGE).where(good)).rowcount != 1:
        raise ChallengeOver
    return challenge


def _hash(challenge: bytes) -> str:
    return hashlib.sha256(challenge).hexdigest()

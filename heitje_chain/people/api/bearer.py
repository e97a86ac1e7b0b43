"""Who sends a request: the holder of its bearer token."""

from __future__ import annotations

from typing import Annotated

from eth_utils.crypto import keccak
from fastapi import Depends, Header

from heitje_chain.chain.ids import ClientId
from heitje_chain.http.idempotency import KeyedRequest
from heitje_chain.http.problems import register
from heitje_chain.http.transaction import Database

from .. import tokens
from ..tokens import Caller


def bearer(database: Database, authorization: Annotated[str | None, Header()] = None) -> Caller:
    """Return who sends the request, by its `Authorization: Bearer` header.

    Raises:
        TokenRefused
    """
    scheme, _, secret = (authorization or "").partition(" ")
    given = secret.strip() if scheme.lower() == "bearer" else None
    return database.read(lambda connection: tokens.caller(connection, given))


Bearer = Annotated[Caller, Depends(bearer)]


def client_id_of(caller: Caller, keyed: KeyedRequest) -> ClientId:
    """Return the client id that goes onto the chain for a request, told by who asks and its Idempotency-Key.

    So the same request, sent again to a database that was restored and forgot it, finds its id used.
    """
    return ClientId(keccak(text=f"{caller.id} {keyed.key}"))


register(
    tokens.TokenRefused,
    "token-refused",
    401,
    "Deze toegangssleutel ontbreekt, klopt niet of geldt niet meer.",
    "The access token is missing, wrong, expired or revoked.",
)
register(
    tokens.ScopeMissing,
    "scope-missing",
    403,
    "Met deze toegangssleutel mag dit niet: {scope} ontbreekt.",
    "This access token does not allow this: {scope} is missing.",
)

"""Who sends a request, and whether its token allows what the route does.

A route says what it needs in its signature, so that it can be read without calling it:

    @router.post("/jobs/prepare")
    def prepare_job(body: NewJob, caller: Annotated[Caller, Needs("jobs:write")], ...) -> PreparedAct:

`people/roles.py` is the table of who has that scope. The OpenAPI shows it under the operation's `security`,
where a test reads it: `tests/service/access_table.py` has a row for each route, a new one too. `Needs()` asks
for a good token and no scope: what everybody may ask about itself.
Whether the *object* is the caller's own is the query's affair: another's answers as what is not there.
"""

from __future__ import annotations

from typing import Annotated, Any

from eth_utils.crypto import keccak
from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from heitje_chain.chain.ids import ClientId
from heitje_chain.http.idempotency import KeyedRequest
from heitje_chain.http.problems import register
from heitje_chain.http.rates import rates_of
from heitje_chain.http.transaction import Database

from .. import tokens
from ..tokens import Caller

SCHEME = HTTPBearer(
    scheme_name="token",
    description="`Authorization: Bearer heitje_...`. Each operation says which scope the token must have.",
    auto_error=False,
)


def bearer(
    request: Request,
    needed: SecurityScopes,
    database: Database,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(SCHEME)],
) -> Caller:
    """Return who sends the request, by its `Authorization: Bearer` header.

    Raises:
        TokenRefused: nobody that we know.
        ScopeMissing: its token does not allow this.
        TooManyRequests
    """
    given = None if credentials is None else credentials.credentials.strip()
    rates = rates_of(request)
    try:
        caller = database.read(lambda connection: tokens.caller(connection, given))
    except tokens.TokenRefused:
        if rates is not None:
            rates.refuse(request)
        raise
    if rates is not None:
        rates.admit(request, caller.id)
    for scope in needed.scopes:
        caller.require(scope)
    return caller


def Needs(*scopes: str) -> Any:  # noqa: N802 - stands in a signature, where FastAPI writes Depends and Security
    """Let a route's caller be known, and refused without these scopes."""
    return Security(bearer, scopes=scopes)


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
    tokens.TokenUnknown,
    "token-unknown",
    404,
    "Deze toegangssleutel kennen wij niet.",
    "We do not know this access token.",
)
register(
    tokens.ScopesInvalid,
    "scopes-invalid",
    400,
    "Kies uit deze rechten: {allowed}.",
    "Choose from these scopes: {allowed}.",
)
register(
    tokens.ScopeMissing,
    "scope-missing",
    403,
    "Met deze toegangssleutel mag dit niet: {scope} ontbreekt.",
    "This access token does not allow this: {scope} is missing.",
)

"""Access tokens: `/api/v1/tokens`, and who one is oneself: `/api/v1/me`.

Participants' tokens are made here by the registrar, officers' and operators' on the command line. Everybody
sees and ends its own tokens, the registrar all of them; what is another's answers as what is not there.
"""

from __future__ import annotations

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy import Connection, select

from heitje_chain.acts.api import OnChain
from heitje_chain.audit import service as audit
from heitje_chain.chain.contracts import Contracts
from heitje_chain.http.fields import Body, Hex16Path, ParticipantField
from heitje_chain.http.paging import Listing, PageOf, Wanted
from heitje_chain.http.transaction import Database

from .. import service, signers, tokens
from ..model import KINDS, PARTNER
from ..roles import PARTICIPANT_ROLES, SCOPES_OF
from ..tokens import ACCESS_TOKEN, MAX_DAYS, Caller, Token
from .bearer import Needs

router = APIRouter(prefix="/api/v1", tags=["access tokens"])

TOKENS = Listing("tokens", (ACCESS_TOKEN.c.created_at, ACCESS_TOKEN.c.id))

ScopeField = Annotated[str, Field(max_length=40, examples=["jobs:read"])]
ROLES = tuple(SCOPES_OF)
RoleField = Annotated[str, Field(json_schema_extra={"enum": list(ROLES)})]


class NewToken(Body):
    participant: ParticipantField
    days: Annotated[int, Field(strict=True, ge=1, le=MAX_DAYS, description="How long it is good.")] = 90
    scopes: Annotated[
        list[ScopeField] | None,
        Field(min_length=1, max_length=50, description="Fewer than the role has; all of them when left out."),
    ] = None


class MadeToken(BaseModel):
    id: str
    role: Literal["resident", "merchant", "partner", "association"]
    participant: str
    scopes: list[str]
    expires_at: Annotated[int, Field(description="UTC seconds.")]
    secret: Annotated[str, Field(description="Shown this once.")]


class TokenView(BaseModel):
    """A token without its secret."""

    id: str
    holder: Annotated[str, Field(description="Who was to have it, as was said when it was made.")]
    role: RoleField
    subject: Annotated[str, Field(description="A participant's id, or an officer's name.")]
    scopes: list[str]
    state: Literal["good", "expired", "revoked"]
    created_at: Annotated[int, Field(description="UTC seconds, like the next two.")]
    expires_at: int
    revoked_at: int | None

    @classmethod
    def of(cls, token: Token) -> TokenView:
        return cls.model_validate(
            {
                "id": token.id,
                "holder": token.holder,
                "role": token.role,
                "subject": token.subject,
                "scopes": list(token.scopes),
                "state": token.state(int(time.time())),
                "created_at": token.created_at,
                "expires_at": token.expires_at,
                "revoked_at": token.revoked_at,
            }
        )


class Oneself(BaseModel):
    """Who asks, as we know it by the token."""

    token: Annotated[str, Field(description="The token's id.")]
    role: RoleField
    subject: Annotated[str, Field(description="A participant's id, or an officer's name.")]
    name: Annotated[str | None, Field(description="A participant's name.")]
    scopes: Annotated[list[str], Field(description="What this token allows.")]
    expires_at: Annotated[int, Field(description="UTC seconds.")]
    chain_participant: Annotated[
        str | None,
        Field(
            description="A participant's id on the chain, such as `message.partner` in what a partner signs."
        ),
    ]
    signers: Annotated[
        list[str],
        Field(description="Of a partner or an officer: whose signatures count now, as ERC-7913 hex."),
    ]


@router.get("/me")
def read_oneself(caller: Annotated[Caller, Needs()], onchain: OnChain, database: Database) -> Oneself:
    """Tell who asks, who may sign for it, and what this token allows until when."""

    def work(connection: Connection) -> Oneself:
        named = caller.role in PARTICIPANT_ROLES
        found = service.participant(connection, caller.subject) if named else None
        return Oneself(
            token=caller.token_id,
            role=caller.role,
            subject=caller.subject,
            name=None if found is None else found.name,
            scopes=sorted(caller.scopes),
            expires_at=caller.expires_at,
            chain_participant=None if found is None or found.chain_id is None else f"0x{found.chain_id}",
            signers=_signers(connection, onchain, caller),
        )

    return database.read(work)


def _signers(connection: Connection, onchain: Contracts, caller: Caller) -> list[str]:
    if caller.role == PARTNER:
        return [f"0x{one.hex()}" for one in signers.active_signers(connection, caller.subject)]
    officer = onchain.record.officers.get(caller.subject) if caller.is_officer else None
    return [] if officer is None else [officer.signer.lower()]


@router.get("/tokens")
def list_tokens(
    request: Request,
    caller: Annotated[Caller, Needs("tokens:read")],
    wanted: Wanted,
    database: Database,
    participant: Annotated[ParticipantField | None, Query(description="Only this participant's.")] = None,
    role: Annotated[Literal[ROLES] | None, Query()] = None,  # type: ignore[valid-type]
) -> PageOf[TokenView]:
    """List tokens without their secrets, newest first: one's own, everybody's for the registrar."""
    statement = select(ACCESS_TOKEN).where(caller.tokens)
    if participant is not None:
        statement = statement.where(ACCESS_TOKEN.c.subject == participant)
    if role is not None:
        statement = statement.where(ACCESS_TOKEN.c.role == role)
    page = database.read(lambda connection: TOKENS.page(connection, statement, wanted))
    return page.as_json(request, lambda row: TokenView.of(tokens.token_of(row)))


@router.post("/tokens", status_code=201)
def create_token(
    body: NewToken, caller: Annotated[Caller, Needs("tokens:write")], database: Database
) -> MadeToken:
    """Make a token with which a participant's own system acts as that participant."""

    def work(connection: Connection) -> MadeToken:
        holder = service.of_kind(connection, body.participant, *KINDS)
        token, secret = tokens.create(
            connection, holder.id, holder.kind, holder.id, scopes=body.scopes, days=body.days
        )
        about = {"participant": holder.id, "scopes": list(token.scopes)}
        audit.record_by_officer(connection, caller.subject, "create_token", f"token:{token.id}", about)
        return MadeToken.model_validate(
            {
                "id": token.id,
                "role": token.role,
                "participant": token.subject,
                "scopes": list(token.scopes),
                "expires_at": token.expires_at,
                "secret": secret,
            }
        )

    return database.change(work)


@router.delete("/tokens/{token_id}", status_code=204)
def revoke_token(
    token_id: Hex16Path, caller: Annotated[Caller, Needs("tokens:revoke")], database: Database
) -> None:
    """End a token at once; ending it again changes nothing."""

    def work(connection: Connection) -> None:
        tokens.revoke(connection, token_id, caller.tokens)
        if caller.is_officer:
            audit.record_by_officer(connection, caller.subject, "revoke_token", f"token:{token_id}")

    database.change(work)

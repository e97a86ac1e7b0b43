"""Access tokens for participants: `/api/v1/tokens`. An officer's token comes from the command line."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from heitje_chain.http.fields import Body, ParticipantField
from heitje_chain.http.transaction import Database

from .. import service, tokens
from ..model import KINDS
from ..tokens import MAX_DAYS, Caller
from .bearer import Needs

router = APIRouter(prefix="/api/v1/tokens", tags=["access tokens"])


class NewToken(Body):
    participant: ParticipantField
    days: Annotated[int, Field(strict=True, ge=1, le=MAX_DAYS)] = 90


class TokenView(BaseModel):
    id: str
    role: Literal["resident", "merchant", "partner", "association"]
    participant: str
    expires_at: Annotated[int, Field(description="UTC seconds.")]
    secret: Annotated[str, Field(description="Shown this once.")]


@router.post("", status_code=201)
def create_token(
    body: NewToken, caller: Annotated[Caller, Needs("tokens:write")], database: Database
) -> TokenView:
    """Make a token with which a participant's own system acts as that participant."""

    def work(connection: Connection) -> TokenView:
        holder = service.of_kind(connection, body.participant, *KINDS)
        token, secret = tokens.create(connection, holder.id, holder.kind, holder.id, days=body.days)
        return TokenView.model_validate(
            {
                "id": token.id,
                "role": token.role,
                "participant": token.subject,
                "expires_at": token.expires_at,
                "secret": secret,
            }
        )

    return database.change(work)

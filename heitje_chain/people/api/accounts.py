"""Accounts: `/api/v1/accounts`, who uses the pages in which role. The registrar adds them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from sqlalchemy import Connection, select

from heitje_chain.http.fields import Body, Hex16Path
from heitje_chain.http.paging import Listing, PageOf, Wanted
from heitje_chain.http.texts import LineText
from heitje_chain.http.transaction import Database

from .. import accounts, appointing, passkeys
from ..accounts import ACCOUNT, LONGEST_EMAIL, Account
from ..roles import OFFICER_ROLES, PARTICIPANT_ROLES
from ..tokens import Caller
from .bearer import Needs

router = APIRouter(prefix="/api/v1", tags=["accounts"])

ACCOUNTS = Listing("accounts", (ACCOUNT.c.created_at, ACCOUNT.c.id))

PAGE_ROLES = (*PARTICIPANT_ROLES, *OFFICER_ROLES)
PageRole = Annotated[str, Field(max_length=16, json_schema_extra={"enum": list(PAGE_ROLES)})]
RolePath = Annotated[str, Path(max_length=16, json_schema_extra={"enum": list(PAGE_ROLES)})]
SubjectField = Annotated[
    str,
    Field(
        min_length=1,
        max_length=40,
        description="A participant's id of that kind, or an officer's name.",
        examples=["3f8a2b1c9d4e4f5a8b6c7d8e9f0a1b2c"],
    ),
]


class NewAccount(Body):
    email: Annotated[str, Field(max_length=LONGEST_EMAIL, examples=["anna@example.nl"])]
    role: PageRole
    subject: SubjectField
    language: Annotated[Literal["nl", "en"], Field(description="Of the first mails.")] = "nl"


class HeldRole(BaseModel):
    role: PageRole
    subject: SubjectField


class AccountInFull(BaseModel):
    """Who uses the pages, and as whom."""

    id: str
    email: Annotated[str, Field(examples=["anna@example.nl"])]
    language: Literal["nl", "en"]
    roles: list[HeldRole]

    @classmethod
    def of(cls, account: Account) -> AccountInFull:
        roles = [HeldRole(role=role, subject=subject) for role, subject in account.roles]
        return cls(id=account.id, email=account.email, language=account.language, roles=roles)


@router.get("/accounts")
def list_accounts(
    request: Request,
    caller: Annotated[Caller, Needs("accounts:write")],
    wanted: Wanted,
    database: Database,
    email: Annotated[
        LineText | None, Query(max_length=LONGEST_EMAIL, description="Only of this address.")
    ] = None,
) -> PageOf[AccountInFull]:
    """List who uses the pages, newest first."""

    def found(connection: Connection) -> PageOf[AccountInFull]:
        statement = select(ACCOUNT)
        if email is not None:
            statement = statement.where(ACCOUNT.c.email == email.strip().lower())
        page = ACCOUNTS.page(connection, statement, wanted)
        return page.as_json(request, lambda row: AccountInFull.of(accounts.find(connection, row.id)))

    return database.read(found)


@router.post("/accounts", status_code=201)
def add_account(
    body: NewAccount, caller: Annotated[Caller, Needs("accounts:write")], database: Database
) -> AccountInFull:
    """Let whoever has an e-mail address use the pages in a role; the same again changes nothing."""

    return AccountInFull.of(
        database.change(
            lambda c: appointing.add_role(
                c, caller.subject, body.email, body.role, body.subject, body.language
            )
        )
    )


@router.delete("/accounts/{account_id}/passkeys", status_code=204)
def forget_passkeys(
    account_id: Hex16Path, caller: Annotated[Caller, Needs("accounts:write")], database: Database
) -> None:
    """Forget the passkeys of somebody who lost them, and log that person out: a code lets in again. What
    the chain lets sign is taken away by a signer removal."""
    database.change(lambda c: passkeys.forget(c, caller.subject, account_id))


@router.delete("/accounts/{account_id}/roles/{role}", status_code=204)
def remove_role(
    account_id: Hex16Path,
    role: RolePath,
    caller: Annotated[Caller, Needs("accounts:write")],
    database: Database,
) -> None:
    """Take a role away from somebody, and log that person out everywhere. The last registrar keeps its role.
    What the chain lets sign is taken away by a signer removal."""
    database.change(lambda c: appointing.remove_role(c, caller.subject, account_id, role))

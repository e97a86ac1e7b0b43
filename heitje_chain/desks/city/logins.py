"""Who of the municipality logs in in which role, and taking a role away from anybody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from sqlalchemy import Connection

from heitje_chain.desks.entry import At
from heitje_chain.desks.exports import Column, SavedAs, Table, save
from heitje_chain.desks.forms import Form
from heitje_chain.desks.frame import Desk
from heitje_chain.desks.words import role_name
from heitje_chain.http.fields import Hex16Path
from heitje_chain.http.problems import Refused
from heitje_chain.people import accounts, appointing
from heitje_chain.people import service as people
from heitje_chain.people.roles import OFFICER_ROLES, PARTICIPANT_ROLES

router = APIRouter(include_in_schema=False, prefix="/city/logins")

Registrar = Annotated[Desk, At("registrar")]
RolePath = Annotated[str, Path(pattern=f"^({'|'.join((*PARTICIPANT_ROLES, *OFFICER_ROLES))})$")]


@router.get("")
def list_officers(desk: Registrar, saved: SavedAs = None) -> Response:
    """List who of the municipality logs in, and in which roles."""
    listed = [
        (account, [role for role, _ in account.roles if role in OFFICER_ROLES])
        for account in desk.read(accounts.officers)
    ]
    if saved is not None:
        rows = [(account.email, role_name(role, desk.language)) for account, held in listed for role in held]
        columns = (Column(desk.text("E-mail address")), Column(desk.text("Role")))
        return save(desk, saved, Table("employees", columns, rows))
    return desk.page("city/logins.html", listed=listed)


@router.get("/{account_id}/{role}")
def ask_to_remove(account_id: Hex16Path, role: RolePath, desk: Registrar) -> Response:
    """Ask whether somebody is to lose a role."""
    return _page(desk, account_id, role, None)


@router.post("/{account_id}/{role}")
def remove(account_id: Hex16Path, role: RolePath, form: Form, desk: Registrar) -> Response:
    """Take a role away from somebody, and log that person out."""

    def work(connection: Connection, _: object) -> str:
        subject = accounts.find(connection, account_id).subject(role)
        appointing.remove_role(connection, desk.subject, account_id, role)
        return f"participants/{subject}" if role in PARTICIPANT_ROLES and subject else "logins"

    try:
        return desk.submit(form, work, "/city/{}")
    except Refused as error:
        return _page(desk, account_id, role, desk.refusal(error))


def _page(desk: Desk, account_id: str, role: str, error: str | None) -> Response:
    account = desk.read(lambda c: accounts.find(c, account_id))
    subject = account.subject(role)
    of = None
    if subject is not None and role in PARTICIPANT_ROLES:
        participant_id = subject
        of = desk.read(lambda c: people.participant(c, participant_id))
    return desk.page(
        "city/login_remove.html",
        200 if error is None else 409,
        account=account,
        role=role,
        held=subject is not None,
        of=of,
        error=error,
    )

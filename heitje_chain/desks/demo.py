"""The demo's own pages: log in as one of its people by a click, and read the mail that is sent nowhere.

These routes are there only when the demo runs (HEITJE_DEMO): a running city has none of them.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.http.fields import Hex16Path
from heitje_chain.mail import service as mail
from heitje_chain.people import accounts
from heitje_chain.people import service as people
from heitje_chain.people.roles import PARTICIPANT_ROLES

from .frame import At, Desk
from .login import begin_session, keep_session

router = APIRouter(include_in_schema=False, prefix="/demo")

MOST_MAILS = 20


@router.get("")
def list_people(desk: Annotated[Desk, At()]) -> Response:
    """List the people of the demo by role."""

    def found(connection: Connection) -> list[tuple[str, list[tuple[str, str, str]]]]:
        by_role: dict[str, list[tuple[str, str, str]]] = {}
        for account in accounts.all_accounts(connection):
            for role, subject in account.roles:
                name = (
                    people.participant(connection, subject).name
                    if role in PARTICIPANT_ROLES
                    else account.email
                )
                by_role.setdefault(role, []).append((account.id, name, account.email))
        return [(role, sorted(by_role[role], key=lambda one: one[1])) for role in by_role]

    return desk.page("demo/people.html", by_role=desk.read(found))


@router.post("/people/{account_id}")
def become(account_id: Hex16Path, desk: Annotated[Desk, At()]) -> Response:
    """Log in as somebody, without a code."""
    begun = desk.database.change(lambda c: begin_session(c, desk, accounts.find(c, account_id)))
    answer = desk.go("/")
    keep_session(desk, answer, *begun)
    return answer


@router.get("/mail")
def read_mail(desk: Annotated[Desk, At()]) -> Response:
    """Show the mails that would have been sent."""
    return desk.page("demo/mail.html", mails=desk.read(lambda c: mail.waiting_mails(c, MOST_MAILS)))

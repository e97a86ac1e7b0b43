"""The demo's own pages: log in as one of its people and sign by a click, read the mail that is sent nowhere.

These routes are there only when the demo runs (HEITJE_DEMO): a running city has none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.http.fields import Hex16Path, Hex32Path
from heitje_chain.http.problems import NotFound, Refused
from heitje_chain.mail import service as mail
from heitje_chain.people import accounts
from heitje_chain.people import service as people
from heitje_chain.people.roles import PARTICIPANT_ROLES

from .entry import At
from .frame import Desk
from .login import begin_session, keep_session
from .signing import pages
from .signing.kinds import Signature, sign, signers_of, together

router = APIRouter(include_in_schema=False, prefix="/demo")

MOST_MAILS = 20


class Keys(Protocol):
    """What signs for the demo's people; made where the application is put together."""

    def sign(self, typed_data: Mapping[str, Any], signers: Iterable[bytes]) -> bytes | None: ...


class KeyElsewhere(
    Refused,
    slug="demo-key-elsewhere",
    status=409,
    nl="De sleutel hiervoor ligt niet in de demo, of mag dit nog niet. Wacht even en probeer het opnieuw.",
    en="The key for this is not in the demo, or may not sign yet. Wait a moment and try again.",
):
    """None of the demo's keys may sign this, or not yet."""


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


@router.post("/acts/{act_id}/sign")
def sign_act(act_id: Hex32Path, desk: Annotated[Desk, At(*pages.WHO_SIGNS)]) -> Response:
    """Sign as whoever one plays, a series with all its weeks."""
    keys: Keys | None = desk.request.app.state.demo_keys
    if keys is None:
        raise NotFound

    def signed(connection: Connection) -> None:
        for act in together(connection, pages.own_act(connection, desk, act_id)):
            signature = keys.sign(act.typed_data, signers_of(connection, desk.onchain, act))
            if signature is None:
                raise KeyElsewhere
            sign(connection, desk.onchain, Signature(act, signature))

    try:
        desk.database.change(signed)
    except Refused as error:
        return pages.show(desk, act_id, desk.refusal(error))
    return desk.go(f"/acts/{act_id}")


@router.get("/mail")
def read_mail(desk: Annotated[Desk, At()]) -> Response:
    """Show the mails that would have been sent."""
    return desk.page("demo/mail.html", mails=desk.read(lambda c: mail.waiting_mails(c, MOST_MAILS)))

"""A page about oneself: where one is logged in, and one's passkeys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.chain.contracts import PASSKEY_VERIFIER
from heitje_chain.http.fields import Hex16Path
from heitje_chain.http.problems import Refused
from heitje_chain.people import passkeys, sessions, signers, tickets
from heitje_chain.people.accounts import Account
from heitje_chain.people.login_errors import NotLoggedIn, PasskeyNeeded, PasskeyOld
from heitje_chain.people.passkeys import APPROVE, LOGIN, Passkey
from heitje_chain.people.roles import OFFICER_ROLES

from . import asking, browsers, origins, passkey_mail
from .entry import At
from .forms import Form
from .frame import Desk
from .login import begin_session, keep_session, roles_of

router = APIRouter(include_in_schema=False, prefix="/account")


@dataclass(frozen=True)
class Signer:
    """A passkey that signs, and whether it may."""

    passkey: Passkey
    may: bool
    deployed_as: str
    """How whoever deploys the contracts names it; for officers."""


@router.get("")
def read_account(desk: Annotated[Desk, At()]) -> Response:
    """Show a person what we know of it, where it is logged in, and with what."""
    return _page(desk)


@router.post("/sessions/{session_id}/end")
def end_session(session_id: Hex16Path, desk: Annotated[Desk, At()]) -> Response:
    """Log another browser out."""
    account, _ = logged_in(desk)
    desk.database.change(lambda c: sessions.end(c, account.id, session_id))
    return desk.go("/account")


@router.post("/sessions/end")
def end_sessions(desk: Annotated[Desk, At()]) -> Response:
    """Log out everywhere."""
    account, _ = logged_in(desk)
    desk.database.change(lambda c: sessions.end(c, account.id))
    return desk.go("/")


# ---------------------------------------------------------------- passkeys


@router.post("/passkeys/options")
def ask_for_passkey(desk: Annotated[Desk, At()]) -> Response:
    """Tell the browser which passkey to make, to log in with."""
    account, _ = logged_in(desk)
    desk.read(lambda c: _check_may_add(c, desk))
    place = origins.place(desk.request, LOGIN)
    return desk.database.change(lambda c: asking.new_passkey(c, account, place))


@router.post("/passkeys")
def add_passkey(form: Form, desk: Annotated[Desk, At()]) -> Response:
    """Take a new passkey to log in with; the session begins anew, as one by a passkey.

    Anew: a cookie that somebody read while a code was enough is not raised with it.
    """
    account, session = logged_in(desk)
    place = origins.place(desk.request, LOGIN)

    def add(connection: Connection) -> tuple[str, int]:
        _check_may_add(connection, desk)
        asking.add_passkey(connection, account, place, form, browser(desk))
        passkey_mail.tell_added(connection, account)
        sessions.end(connection, account.id, session.id)
        return begin_session(connection, desk, account, by_passkey=True)

    try:
        begun = desk.database.change(add)
    except Refused as error:
        return _page(desk, desk.refusal(error))
    answer = desk.go("/account")
    keep_session(desk, answer, *begun)
    return answer


@router.post("/passkeys/{passkey_id}/remove")
def remove_passkey(passkey_id: Hex16Path, desk: Annotated[Desk, At()]) -> Response:
    """Let a passkey open, or sign, nothing any more; every other browser is logged out."""
    account, session = logged_in(desk)

    def remove(connection: Connection) -> None:
        _check_shown(connection, desk)
        if passkeys.remove(connection, account, passkey_id, session.id):
            passkey_mail.tell_removed(connection, account)

    try:
        desk.database.change(remove)
    except Refused as error:
        return _page(desk, desk.refusal(error))
    return desk.go("/account")


@router.post("/signers")
def make_signer(desk: Annotated[Desk, At()]) -> Response:
    """Lead to where a passkey to sign with is made."""
    account, session = logged_in(desk)

    def ticket(connection: Connection) -> str:
        _check_shown(connection, desk)
        return tickets.make(connection, tickets.ENROL, account.id, session.id, desk.language)

    try:
        secret = desk.database.change(ticket)
    except Refused as error:
        return _page(desk, desk.refusal(error))
    return desk.go(f"{origins.approve(desk.request)}/enrol/{secret}")


# ---------------------------------------------------------------- shared


def logged_in(desk: Desk) -> tuple[Account, sessions.Session]:
    """Raises:
    NotLoggedIn
    """
    if desk.account is None or desk.session is None:
        raise NotLoggedIn
    return desk.account, desk.session


def browser(desk: Desk) -> str:
    """Return how a person knows this browser again."""
    return browsers.called(desk.request.headers.get("user-agent", ""))


# ---------------------------------------------------------------- details


def _page(desk: Desk, error: str | None = None) -> Response:
    account, session = logged_in(desk)

    def found(connection: Connection) -> dict[str, object]:
        return {
            "sessions": sessions.of_account(connection, account.id),
            "passkeys": passkeys.of_account(connection, account.id, LOGIN),
            "signers": _signers(connection, desk, account),
            "must_show": _must_show(connection, desk),
        }

    return desk.page_to(
        origins.approve(desk.request),
        "account.html",
        200 if error is None else 409,
        present=session,
        roles=roles_of(desk),
        decides=sessions.decides(account),
        error=error,
        **desk.read(found),
    )


def _must_show(connection: Connection, desk: Desk) -> bool:
    """Whether the person has to use its passkey before it can change any."""
    try:
        _check_may_add(connection, desk)
    except (PasskeyNeeded, PasskeyOld):
        return True
    return False


def _check_may_add(connection: Connection, desk: Desk) -> None:
    """A code by mail is enough for the first passkey; after that a passkey lets in the next.

    Raises:
        PasskeyNeeded, PasskeyOld
    """
    account, _ = logged_in(desk)
    if passkeys.of_account(connection, account.id, LOGIN):
        _check_shown(connection, desk)


def _check_shown(connection: Connection, desk: Desk) -> None:
    """Raises:
    PasskeyNeeded: whoever decides about others was not shown by a passkey.
    PasskeyOld: it was, and not just now.
    """
    account, session = logged_in(desk)
    if not sessions.decides(account) or desk.is_demo:
        return
    if session.passkey_at is None:
        raise PasskeyNeeded
    if not sessions.was_shown_lately(connection, session):
        raise PasskeyOld


def _signers(connection: Connection, desk: Desk, account: Account) -> list[Signer]:
    may: set[bytes] = set()
    partner = account.subject("partner")
    if partner is not None:
        may |= set(signers.active_signers(connection, partner))
    for role in OFFICER_ROLES:
        record = desk.onchain.record.officers.get(account.subject(role) or "")
        if record is not None:
            may.add(bytes.fromhex(record.signer.removeprefix("0x")))
    return [
        Signer(one, one.signer(desk.onchain) in may, f"{PASSKEY_VERIFIER}:0x{one.x.hex()}{one.y.hex()}")
        for one in passkeys.of_account(connection, account.id, APPROVE)
    ]

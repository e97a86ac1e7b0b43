"""What answers at `approve.`: signing an act by a passkey, and making a passkey to sign with.

There is no session here. A ticket says who it is and what is to be signed; the page says that in words, and
the device signs the digest that the contract checks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from sqlalchemy import Connection
from webauthn.helpers import base64url_to_bytes

from heitje_chain.acts import service as acts
from heitje_chain.acts.model import PREPARED
from heitje_chain.acts.service import Act
from heitje_chain.chain import passkeys as onchain
from heitje_chain.desks import asking, browsers, origins, passkey_mail
from heitje_chain.desks.forms import Form, FormData
from heitje_chain.desks.frame import Desk
from heitje_chain.desks.looks import html
from heitje_chain.desks.own_site import check_own_site
from heitje_chain.http.fields import Hex32Path
from heitje_chain.http.language import language_of
from heitje_chain.http.problems import Refused
from heitje_chain.http.transaction import Database
from heitje_chain.people import accounts, passkeys, tickets
from heitje_chain.people.accounts import Account
from heitje_chain.people.login_errors import NotToSign, PasskeyMissing, PasskeyRefused, TicketOver
from heitje_chain.people.passkeys import APPROVE, Passkey

from .exact import Exact, exactly
from .held import held_for
from .kinds import Signature, sign, words_of
from .pages import own_act
from .reader import Reader, Words

router = APIRouter(include_in_schema=False)

Secret = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{43}$")]


@dataclass(frozen=True)
class ToSign:
    """An act of a ticket that is still to be signed."""

    act: Act
    words: Words
    exact: Exact
    number: int
    """Which of the ticket's acts it is, from 1."""
    many: int
    allowed: Sequence[Passkey]
    """The person's passkeys that may sign it."""

    @property
    def can_sign(self) -> bool:
        return bool(self.allowed) and not self.words.is_missing


async def at_approve(request: Request, database: Database) -> Desk:
    """Return a desk without anybody; who it is follows from the ticket.

    Raises:
        OtherSite
    """
    check_own_site(request)
    desk = Desk(request, database, request.app.state.contracts, language_of(request), None, None, None, None)
    request.state.desk = desk
    return desk


AtApprove = Annotated[Desk, Depends(at_approve)]


# ---------------------------------------------------------------- signing


@router.get("/sign/{secret}/{act_id}")
def read_to_sign(secret: Secret, act_id: Hex32Path, desk: AtApprove) -> Response:
    """Say in words what is to be signed; of what is signed meanwhile lead on."""
    try:
        return _sign_page(desk, secret, act_id, None)
    except NotToSign:
        return desk.go(desk.read(lambda c: _next(c, desk, secret, act_id)))


@router.post("/sign/{secret}/{act_id}/options")
def ask_for_signature(secret: Secret, act_id: Hex32Path, desk: AtApprove) -> Response:
    """Tell the browser what a passkey is to sign."""
    found = desk.read(lambda c: _to_sign(c, desk, secret, act_id))
    if not found.can_sign:
        raise PasskeyMissing
    return asking.sign(origins.place(desk.request, APPROVE), found.act.digest, found.allowed)


@router.post("/sign/{secret}/{act_id}")
def take_signature(secret: Secret, act_id: Hex32Path, form: Form, desk: AtApprove) -> Response:
    """Take what a passkey signed; lead back to the act, or to the next one of this ticket."""
    place = origins.place(desk.request, APPROVE)

    def signed(connection: Connection) -> str:
        found = _to_sign(connection, desk, secret, act_id)
        if not found.can_sign:
            raise PasskeyMissing
        signature = _signature(connection, desk, place, found, form)
        sign(connection, desk.onchain, signature)
        to = _next(connection, desk, secret, act_id)
        if not to.startswith("/sign/"):
            tickets.use(connection, secret)
        return to

    try:
        to = desk.database.change(signed)
    except (TicketOver, NotToSign):
        raise
    except Refused as error:
        return _sign_page(desk, secret, act_id, desk.refusal(error))
    return desk.go(to)


# ---------------------------------------------------------------- making a passkey


@router.get("/enrol/{secret}")
def read_enrolment(secret: Secret, desk: AtApprove) -> Response:
    """Say what a passkey to sign with is."""
    return _enrol_page(desk, secret, None)


@router.post("/enrol/{secret}/options")
def ask_for_passkey(secret: Secret, desk: AtApprove) -> Response:
    """Tell the browser which passkey to make."""
    place = origins.place(desk.request, APPROVE)
    return desk.database.change(
        lambda c: asking.new_passkey(c, _account(c, desk, tickets.ENROL, secret)[0], place)
    )


@router.post("/enrol/{secret}")
def take_passkey(secret: Secret, form: Form, desk: AtApprove) -> Response:
    """Take a new passkey to sign with, and lead back to the account."""
    place, name = origins.place(desk.request, APPROVE), desk.request.headers.get("user-agent", "")

    def added(connection: Connection) -> None:
        account, _ = _account(connection, desk, tickets.ENROL, secret)
        tickets.use(connection, secret)
        asking.add_passkey(connection, account, place, form, browsers.called(name))
        passkey_mail.tell_added(connection, account)

    try:
        desk.database.change(added)
    except TicketOver:
        raise
    except Refused as error:
        return _enrol_page(desk, secret, desk.refusal(error))
    return desk.go(f"{origins.main(desk.request)}/account")


# ---------------------------------------------------------------- details


def _account(connection: Connection, desk: Desk, purpose: str, secret: str) -> tuple[Account, tickets.Ticket]:
    """Return whose ticket this is; the desk speaks the language of the pages from now on.

    Raises:
        TicketOver
    """
    ticket = tickets.find(connection, purpose, secret)
    desk.account = accounts.find(connection, ticket.account)
    desk.language = ticket.language
    return desk.account, ticket


def _to_sign(connection: Connection, desk: Desk, secret: str, act_id: str) -> ToSign:
    """Raises:
    TicketOver
    NotToSign: it is signed, or not among what this ticket is for.
    ActUnknown: the person may not sign it any more.
    DigestWrong: what is kept to be signed is not what stands on the page.
    """
    account, ticket = _account(connection, desk, tickets.SIGN, secret)
    if act_id not in ticket.acts:
        raise NotToSign
    act = own_act(connection, desk, act_id)
    if act.state != PREPARED:
        raise NotToSign
    acts.check_digest(act)
    reader = Reader(connection, desk.onchain, desk.language)
    return ToSign(
        act,
        words_of(reader, act),
        exactly(reader, act),
        ticket.acts.index(act_id) + 1,
        len(ticket.acts),
        held_for(connection, desk.onchain, account.id, act).allowed,
    )


def _next(connection: Connection, desk: Desk, secret: str, act_id: str) -> str:
    """Return where one goes from an act: to the next of the ticket that is not signed, or back to the pages.

    Raises:
        TicketOver, NotToSign
    """
    _, ticket = _account(connection, desk, tickets.SIGN, secret)
    if act_id not in ticket.acts:
        raise NotToSign
    waiting = [one for one in ticket.acts if acts.find(connection, one).state == PREPARED]
    return f"/sign/{secret}/{waiting[0]}" if waiting else f"{origins.main(desk.request)}/acts/{act_id}"


def _signature(
    connection: Connection, desk: Desk, place: passkeys.Place, found: ToSign, form: FormData
) -> Signature:
    """Check what a passkey answered, as the contract will, and write it as the contract reads it.

    Raises:
        PasskeyRefused, PasskeyMissing
    """
    answer = asking.read(form)
    account = desk.account
    used = passkeys.use(connection, place, found.act.digest, answer, "" if account is None else account.id)
    if used.id not in {one.id for one in found.allowed}:
        raise PasskeyMissing
    parts: dict[str, Any] = answer["response"]
    try:
        made = onchain.signature(
            found.act.digest,
            *(
                base64url_to_bytes(parts[name])
                for name in ("authenticatorData", "clientDataJSON", "signature")
            ),
        )
    except onchain.AssertionStrange:
        raise PasskeyRefused from None
    return Signature(found.act, made, used.signer(desk.onchain))


def _sign_page(desk: Desk, secret: str, act_id: str, error: str | None) -> Response:
    found = desk.read(lambda c: _to_sign(c, desk, secret, act_id))
    return _page(
        desk,
        "approve/sign.html",
        error,
        secret=secret,
        told=found,
        digest=f"0x{found.act.digest.hex()}",
        minutes=tickets.LIFETIME_SECONDS // 60,
    )


def _enrol_page(desk: Desk, secret: str, error: str | None) -> Response:
    account, _ = desk.read(lambda c: _account(c, desk, tickets.ENROL, secret))
    return _page(desk, "approve/enrol.html", error, secret=secret, account=account)


def _page(desk: Desk, template: str, error: str | None, **fields: Any) -> Response:
    main = origins.main(desk.request)
    page = desk.fragment(template, error=error, main=main, **fields)
    return html(page, 200 if error is None else 409, origins.policy(desk.request))

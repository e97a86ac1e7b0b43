"""Logging in and out: by a code that is mailed, or by a passkey."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from heitje_chain.http.language import DEFAULT, LANGUAGE_COOKIE, Language
from heitje_chain.http.problems import Refused
from heitje_chain.http.rates import rates_of
from heitje_chain.mail import service as mail
from heitje_chain.people import accounts, login_codes, passkeys, sessions
from heitje_chain.people.accounts import Account
from heitje_chain.people.passkeys import LOGIN

from . import asking, browsers, origins, texts
from .cookies import cookie_name, set_cookie
from .entry import At, open_desk
from .forms import Form
from .frame import HOMES, TILL, Desk
from .own_site import own_path

router = APIRouter(include_in_schema=False)

LOGIN_COOKIE = "login"
LANGUAGE_SECONDS = 365 * 86_400

Next = Annotated[str | None, Query(max_length=500)]


@router.get("/")
def welcome(desk: Annotated[Desk, At()]) -> Response:
    """Show whoever comes what this is; lead whoever is logged in to its desk."""
    if desk.account is None and open_desk(desk.request, desk.database, TILL).till is not None:
        return desk.go("/till")
    if desk.account is None:
        return desk.page("welcome.html")
    homes = {HOMES[role] for role, _ in desk.account.roles if role in HOMES}
    if len(homes) == 1:
        return desk.go(homes.pop())
    return desk.page("roles.html", roles=roles_of(desk))


@router.get("/offline")
def say_offline(desk: Annotated[Desk, At()]) -> Response:
    """Say that there is no network: the service worker keeps this page, and shows it then."""
    return desk.page("offline.html")


@router.get("/login")
def ask_for_address(desk: Annotated[Desk, At()], next: Next = None) -> Response:  # noqa: A002 - as in the address
    """Ask for an e-mail address."""
    return desk.page("login/address.html", next=own_path(next), email="", error=None)


@router.post("/login")
def send_code(form: Form, desk: Annotated[Desk, At()]) -> Response:
    """Send a code to an address that we know; say the same for one that we do not."""
    rates = rates_of(desk.request)
    if rates is not None:
        rates.refuse(desk.request)
    back = own_path(form.raw("next"))

    def begin(connection: Connection) -> str:
        begun = login_codes.begin(connection, form.raw("email"))
        if begun.account is not None:
            _send(connection, begun.account, begun.code)
        return begun.secret

    try:
        secret = desk.database.change(begin)
    except Refused as error:
        told = desk.refusal(error)
        return desk.page("login/address.html", 400, next=back, email=form.raw("email"), error=told)
    answer = desk.page("login/code.html", next=back, error=None)
    set_cookie(desk.request, answer, LOGIN_COOKIE, secret, login_codes.LIFETIME_SECONDS)
    return answer


@router.post("/login/code")
def log_in(form: Form, desk: Annotated[Desk, At()]) -> Response:
    """Take the code and log the browser in."""
    rates = rates_of(desk.request)
    if rates is not None:
        rates.refuse(desk.request)
    back = own_path(form.raw("next"))
    given = desk.request.cookies.get(LOGIN_COOKIE)

    def check(connection: Connection) -> tuple[str, int] | None:
        account = login_codes.check(connection, given, form.raw("code"))
        return None if account is None else begin_session(connection, desk, account)

    try:
        begun = desk.database.change(check)
    except Refused as error:
        told = desk.refusal(error)
        return desk.page("login/address.html", 409, next=back, email="", error=told)
    if begun is None:
        told = desk.text("This code is not right. Look at the newest mail and type its six digits.")
        return desk.page("login/code.html", 400, next=back, error=told)
    answer = desk.go(back)
    keep_session(desk, answer, *begun)
    answer.delete_cookie(LOGIN_COOKIE, path="/")
    return answer


@router.post("/logout")
def log_out(desk: Annotated[Desk, At()]) -> Response:
    """End this browser's session."""
    if desk.session is not None and desk.account is not None:
        account_id, session_id = desk.account.id, desk.session.id
        desk.database.change(lambda c: sessions.end(c, account_id, session_id))
    answer = desk.go("/")
    answer.delete_cookie(cookie_name(desk.request), path="/", secure=origins.is_secure(desk.request))
    return answer


@router.post("/login/passkey/options")
def ask_for_passkey(desk: Annotated[Desk, At()]) -> Response:
    """Tell the browser what a passkey is to answer to, to log in with it."""
    rates = rates_of(desk.request)
    if rates is not None:
        rates.refuse(desk.request)
    place = origins.place(desk.request, LOGIN)
    return desk.database.change(lambda c: asking.log_in(c, place))


@router.get("/login/passkey")
def ask_to_show(desk: Annotated[Desk, At()], next: Next = None) -> Response:  # noqa: A002 - as in the address
    """Ask somebody who was logged in by a code to use a passkey, or to make the first one."""
    if desk.account is None:
        return desk.go("/login")
    account_id = desk.account.id
    held = desk.read(lambda c: passkeys.of_account(c, account_id, LOGIN))
    return desk.page("login/passkey.html", next=own_path(next), has_passkey=bool(held), error=None)


@router.post("/login/passkey")
def log_in_by_passkey(form: Form, desk: Annotated[Desk, At()]) -> Response:
    """Log the browser in by a passkey, whoever was logged in there before."""
    back, place = own_path(form.raw("next")), origins.place(desk.request, LOGIN)

    def check(connection: Connection) -> tuple[str, int]:
        account = accounts.find(connection, asking.logged_in(connection, place, form).account)
        if desk.session is not None and desk.account is not None:
            sessions.end(connection, desk.account.id, desk.session.id)
        return begin_session(connection, desk, account, by_passkey=True)

    try:
        begun = desk.database.change(check)
    except Refused as error:
        told = desk.refusal(error)
        if desk.account is not None:
            return desk.page("login/passkey.html", 409, next=back, has_passkey=True, error=told)
        return desk.page("login/address.html", 409, next=back, email="", error=told)
    answer = desk.go(back)
    keep_session(desk, answer, *begun)
    return answer


@router.post("/language")
def choose_language(form: Form, desk: Annotated[Desk, At()]) -> Response:
    """Show pages and write mails in the other language from now on."""
    language: Language = "en" if form.raw("language") == "en" else DEFAULT
    if desk.account is not None:
        account_id = desk.account.id
        desk.database.change(lambda c: accounts.set_language(c, account_id, language))
    answer = desk.go(own_path(form.raw("next")))
    set_cookie(desk.request, answer, LANGUAGE_COOKIE, language, LANGUAGE_SECONDS)
    return answer


# ---------------------------------------------------------------- shared


def begin_session(
    connection: Connection, desk: Desk, account: Account, *, by_passkey: bool = False
) -> tuple[str, int]:
    """Begin a session; return the cookie's secret, and for how many seconds it lasts."""
    browser = browsers.called(desk.request.headers.get("user-agent", ""))
    session, secret = sessions.begin(connection, account, browser, by_passkey=by_passkey)
    return secret, session.expires_at - session.created_at


def keep_session(desk: Desk, answer: Response, secret: str, seconds: int) -> None:
    """Let the browser keep its session."""
    set_cookie(desk.request, answer, cookie_name(desk.request), secret, seconds)


def roles_of(desk: Desk) -> list[tuple[str, str | None]]:
    """Return each role that a person holds, and where its desk begins."""
    held = () if desk.account is None else desk.account.roles
    return [(role, HOMES.get(role)) for role, _ in held]


# ---------------------------------------------------------------- details


def _send(connection: Connection, account: Account, code: str) -> None:
    """Put the mail with the code into the queue: its subject says nothing that others should not read."""
    minutes = login_codes.LIFETIME_SECONDS // 60
    body = texts.translate(
        account.language,
        "Your code to log in to Heitje is: %(code)s\n\nIt is good for %(minutes)s minutes, in the browser "
        "that asked for it. We never call and ask for it: give it to nobody.\n\nDid you not ask for a code? "
        "Then you need not do anything.",
        code=f"{code[:3]} {code[3:]}",
        minutes=minutes,
    )
    subject = texts.translate(account.language, "Your code for Heitje")
    mail.put(connection, "login_code", account.email, subject, body, login_codes.LIFETIME_SECONDS)

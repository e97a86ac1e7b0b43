"""Logging in and out: a code by e-mail, and a page about oneself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection

from heitje_chain.http.fields import Hex16Path
from heitje_chain.http.language import DEFAULT, LANGUAGE_COOKIE, Language
from heitje_chain.http.problems import Refused
from heitje_chain.http.rates import rates_of
from heitje_chain.mail import service as mail
from heitje_chain.people import accounts, login_codes, sessions
from heitje_chain.people.accounts import Account
from heitje_chain.people.errors import NotLoggedIn

from . import browsers, texts
from .forms import Form
from .frame import HOMES, TILL, At, Desk, cookie_name, open_desk, own_path, set_cookie

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
    return desk.page("roles.html", roles=_roles(desk))


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
    answer.delete_cookie(cookie_name(desk.request), path="/", secure=desk.request.url.scheme == "https")
    return answer


@router.get("/account")
def read_account(desk: Annotated[Desk, At()]) -> Response:
    """Show a person what we know of it, and where it is logged in."""
    account, session = _logged_in(desk)
    found = desk.read(lambda c: sessions.of_account(c, account.id))
    return desk.page("account.html", sessions=found, present=session, roles=_roles(desk))


@router.post("/account/sessions/{session_id}/end")
def end_session(session_id: Hex16Path, desk: Annotated[Desk, At()]) -> Response:
    """Log another browser out."""
    account, _ = _logged_in(desk)
    desk.database.change(lambda c: sessions.end(c, account.id, session_id))
    return desk.go("/account")


@router.post("/account/sessions/end")
def end_sessions(desk: Annotated[Desk, At()]) -> Response:
    """Log out everywhere."""
    account, _ = _logged_in(desk)
    desk.database.change(lambda c: sessions.end(c, account.id))
    return desk.go("/")


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


def begin_session(connection: Connection, desk: Desk, account: Account) -> tuple[str, int]:
    """Begin a session; return the cookie's secret, and for how many seconds it lasts."""
    browser = browsers.called(desk.request.headers.get("user-agent", ""))
    session, secret = sessions.begin(connection, account, browser)
    return secret, session.expires_at - session.created_at


def keep_session(desk: Desk, answer: Response, secret: str, seconds: int) -> None:
    """Let the browser keep its session."""
    set_cookie(desk.request, answer, cookie_name(desk.request), secret, seconds)


# ---------------------------------------------------------------- details


def _logged_in(desk: Desk) -> tuple[Account, sessions.Session]:
    if desk.account is None or desk.session is None:
        raise NotLoggedIn
    return desk.account, desk.session


def _roles(desk: Desk) -> list[tuple[str, str | None]]:
    """Return each role that a person holds, and where its desk begins."""
    held = () if desk.account is None else desk.account.roles
    return [(role, HOMES.get(role)) for role, _ in held]


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

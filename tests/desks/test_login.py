"""Logging in by a code, and out again."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update

from heitje_chain.db import reading, transaction
from heitje_chain.mail.service import MAIL
from heitje_chain.people import accounts, login_codes, sessions
from heitje_chain.people.login_codes import LOGIN_CODE
from heitje_chain.people.login_errors import CodesTooMany
from heitje_chain.people.sessions import WEB_SESSION
from tests.service.town import Person, Town

from .visitor import Page, Visitor, logged_in, visitor

EMAIL = "anna@heerlen.example"


@pytest.fixture
def account(town: Town, anna: Person) -> accounts.Account:
    with transaction(town.engine) as connection:
        return accounts.add(connection, EMAIL, "resident", anna.id, "en")


def mails(town: Town) -> list[tuple[str, str, str]]:
    with reading(town.engine) as connection:
        return [
            tuple(row) for row in connection.execute(select(MAIL.c.recipient, MAIL.c.subject, MAIL.c.body))
        ]


def code_in(town: Town) -> str:
    [found] = re.findall(r"\d{3} \d{3}", mails(town)[-1][2])
    return str(found)


def asked(stranger: Visitor, email: str = EMAIL, path: str = "/login") -> Page:
    return stranger.send(stranger.get(path), "/login", email=email)


def test_login__by_the_code_of_the_mail__leads_to_the_own_desk(
    town: Town, stranger: Visitor, account: accounts.Account
) -> None:
    page = asked(stranger, " Anna@Heerlen.example ")
    assert page.heading == "Type the code"
    [(recipient, subject, body)] = mails(town)
    assert (recipient, subject) == (EMAIL, "Your code for Heitje")
    assert "It is good for 10 minutes" in body

    page = stranger.send(page, "/login/code", code=code_in(town))

    assert (page.status, page.path, page.heading) == (200, "/jobs", "Jobs nearby")


def test_login__to_a_page_that_was_asked_for__leads_back_to_it(
    town: Town, stranger: Visitor, account: accounts.Account
) -> None:
    page = stranger.get("/wallet?limit=5")
    assert (page.path, page.heading) == ("/login", "Log in")

    page = stranger.send(page, "/login", email=EMAIL)
    page = stranger.send(page, "/login/code", code=code_in(town).replace(" ", ""))

    assert (page.path, page.response.url.query) == ("/wallet", b"limit=5")


@pytest.mark.parametrize(
    "path", ["//evil.example", "https://evil.example", "/\\evil.example", "jobs", "/a\nb"]
)
def test_login__to_somewhere_else__leads_to_the_first_page(
    town: Town, stranger: Visitor, account: accounts.Account, path: str
) -> None:
    page = stranger.post("/login", {"email": EMAIL, "next": path})

    assert page.form("/login/code")["next"] == "/"


def test_login__with_an_address_that_nobody_has__says_the_same_and_sends_nothing(
    town: Town, stranger: Visitor, account: accounts.Account
) -> None:
    known, unknown = asked(stranger).text, asked(stranger, "nobody@heerlen.example").text

    assert known == unknown
    assert len(mails(town)) == 1


@pytest.mark.parametrize(
    "email",
    [
        *("", "anna", "anna@", "@heerlen.example", "a b@heerlen.example", "a@b", "a@-b.nl"),
        *("a..b@heerlen.example", "a@heerlen.example,b@heerlen.example", "x" * 300),
    ],
)
def test_login__with_no_address__says_how_one_looks(town: Town, stranger: Visitor, email: str) -> None:
    page = asked(stranger, email)

    assert (page.status, page.refusal) == (
        400,
        "This is not a valid e-mail address. A valid one is for example name@example.nl.",
    )
    assert page.form("/login")["email"] == email


def test_code__that_is_wrong_five_times__is_good_no_more(
    town: Town, stranger: Visitor, account: accounts.Account
) -> None:
    page = asked(stranger)
    right = code_in(town)
    wrong = "000 000" if right != "000 000" else "111 111"
    for _ in range(login_codes.MOST_TRIES):
        page = stranger.send(page, "/login/code", code=wrong)
        assert (page.status, page.refusal[:27]) == (400, "This code is not right. Loo")

    page = stranger.send(page, "/login/code", code=right)

    assert (page.status, page.refusal) == (409, "This code cannot be used any more. Ask for a new one.")


def test_code__in_another_browser__opens_nothing(
    town: Town, stranger: Visitor, account: accounts.Account
) -> None:
    page = asked(stranger)

    other = visitor(town).send(page, "/login/code", code=code_in(town))

    assert (other.status, other.refusal) == (409, "This code cannot be used any more. Ask for a new one.")


def test_code__used_twice__opens_once(town: Town, stranger: Visitor, account: accounts.Account) -> None:
    page = asked(stranger)
    secret = stranger.client.cookies["login"]
    stranger.send(page, "/login/code", code=code_in(town))

    again = visitor(town)
    again.client.cookies.set("login", secret)

    assert again.send(page, "/login/code", code=code_in(town)).status == 409


def test_code__after_ten_minutes__is_good_no_more(
    town: Town, stranger: Visitor, account: accounts.Account
) -> None:
    page = asked(stranger)
    with transaction(town.engine) as connection:
        earlier = LOGIN_CODE.c.created_at - login_codes.LIFETIME_SECONDS - 60
        connection.execute(update(LOGIN_CODE).values(created_at=earlier))

    assert stranger.send(page, "/login/code", code=code_in(town)).status == 409


def test_codes__to_one_address__are_six_an_hour(
    town: Town, stranger: Visitor, account: accounts.Account
) -> None:
    for _ in range(login_codes.MOST_PER_HOUR):
        assert asked(stranger).heading == "Type the code"

    page = asked(stranger)

    assert "Wait an hour" in page.refusal
    assert len(mails(town)) == login_codes.MOST_PER_HOUR


def test_codes__asked_all_at_once__are_no_more(town: Town, account: accounts.Account) -> None:
    def begin(_: int) -> bool:
        try:
            with transaction(town.engine) as connection:
                login_codes.begin(connection, EMAIL)
        except CodesTooMany:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(begin, range(16))) == login_codes.MOST_PER_HOUR


def test_code__in_the_database__is_not_to_be_read(
    town: Town, stranger: Visitor, account: accounts.Account
) -> None:
    asked(stranger)
    secret, code = stranger.client.cookies["login"], code_in(town).replace(" ", "")

    with reading(town.engine) as connection:
        [row] = connection.execute(select(LOGIN_CODE)).all()

    assert not {secret, code, EMAIL} & {str(value) for value in row}


def test_cookie__of_a_session__is_for_our_pages_alone(
    town: Town, stranger: Visitor, account: accounts.Account
) -> None:
    page = stranger.client.post(
        "/login/code",
        data={"code": _typed(town, stranger)},
        headers={"Sec-Fetch-Site": "same-origin"},
        follow_redirects=False,
    )

    [cookie] = [one for one in page.headers.get_list("set-cookie") if one.startswith("heitje=")]
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=2592000"} <= set(cookie.split("; "))


def _typed(town: Town, stranger: Visitor) -> str:
    asked(stranger)
    return code_in(town)


def test_logout__ends_the_session_also_for_whoever_has_the_cookie(town: Town, resident: Visitor) -> None:
    secret = resident.client.cookies["heitje"]
    resident.send(resident.get("/account"), "/logout")

    thief = visitor(town)
    thief.client.cookies.set("heitje", secret)

    assert thief.get("/wallet").path == "/login"


def test_logout__everywhere__ends_all_sessions_of_one_person(
    town: Town, anna: Person, resident: Visitor, till: Visitor
) -> None:
    second = logged_in(town, anna, "resident")
    page = resident.get("/account")
    assert page.text.count("Firefox, Linux") == 2

    resident.send(page, "/account/sessions/end")

    assert [one.get("/wallet").path for one in (resident, second)] == ["/login", "/login"]
    assert till.get("/till").path == "/till"


def test_logout__of_another_browser__leaves_this_one(town: Town, anna: Person, resident: Visitor) -> None:
    second = logged_in(town, anna, "resident")

    resident.send(resident.get("/account"), "/account/sessions/[0-9a-f]{32}/end")

    assert resident.get("/wallet").path == "/wallet"
    assert second.get("/wallet").path == "/login"


def test_session__of_somebody_else__cannot_be_ended(town: Town, resident: Visitor, till: Visitor) -> None:
    with reading(town.engine) as connection:
        ids = connection.scalars(select(WEB_SESSION.c.id)).all()
    for session in ids:
        resident.post(f"/account/sessions/{session}/end", {})

    assert till.get("/till").path == "/till"


def test_session__when_its_time_is_over__is_none(town: Town, resident: Visitor) -> None:
    with transaction(town.engine) as connection:
        connection.execute(update(WEB_SESSION).values(expires_at=1))

    assert resident.get("/wallet").path == "/login"


def test_session__of_whoever_decides__is_over_within_a_day(town: Town, partner: Person) -> None:
    with transaction(town.engine) as connection:
        account = accounts.add(connection, EMAIL, "partner", partner.id)
        session, _ = sessions.begin(connection, account, "")

    assert session.expires_at - session.created_at == 12 * 3600


def test_language__once_chosen__stays_and_is_the_mails_too(
    town: Town, anna: Person, resident: Visitor
) -> None:
    page = resident.send(resident.get("/wallet"), "/language", language="nl")

    assert (page.path, page.heading) == ("/wallet", "Portemonnee")
    assert resident.get("/jobs").heading == "Klussen in de buurt"
    with reading(town.engine) as connection:
        known = accounts.by_email(connection, f"{anna.id}@heerlen.example")
    assert known is not None
    assert known.language == "nl"

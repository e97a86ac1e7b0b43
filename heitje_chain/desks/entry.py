"""Who may come to a page, and what whoever may not is told.

A route says whose desk it is, and gets one only for them:

    @router.get("/jobs")
    def list_jobs(desk: Annotated[Desk, At("resident")]) -> Response: ...
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from heitje_chain.chain.contracts import Contracts
from heitje_chain.http.language import Language, language_of
from heitje_chain.http.problems import title
from heitje_chain.http.rates import rates_of
from heitje_chain.http.transaction import Database, RequestDatabase
from heitje_chain.people import counters, sessions, tills
from heitje_chain.people import service as people
from heitje_chain.people.login_errors import NotLoggedIn, PasskeyNeeded
from heitje_chain.people.model import ASSOCIATION, RESIDENT
from heitje_chain.people.roles import PARTICIPANT_ROLES
from heitje_chain.stops import service as stops

from . import origins, places
from .cookies import cookie_name
from .frame import TILL, Desk, NotYourDesk, route_of
from .looks import html
from .own_site import check_own_site


def At(*roles: str) -> Any:  # noqa: N802 - stands in a signature, where FastAPI writes Depends
    """Let a route be for these roles, whichever of them a person has; with none for everybody, logged in or
    not."""

    def desk(request: Request, database: Database) -> Desk:
        """Raises:
        OtherSite, NotLoggedIn, NotYourDesk, CounterOver, TooManyRequests
        PasskeyNeeded: something is ordered, and only a code was shown.
        """
        check_own_site(request)
        found = request.state.desk = open_desk(request, database, *roles)
        is_order = request.method not in ("GET", "HEAD")
        if found.counter is not None and is_order and route_of(request) not in places.ORDERS:
            raise NotYourDesk
        if roles:
            caller = found.caller
            rates = rates_of(request)
            if rates is not None:
                rates.admit(request, caller.id)
            if found.needs_passkey and request.method not in ("GET", "HEAD"):
                raise PasskeyNeeded
        return found

    return Depends(desk)


def open_desk(request: Request, database: RequestDatabase, *roles: str) -> Desk:
    """Return the desk of whoever's cookie this is, in the first of these roles that the person has.

    Below `/counter/` it is the desk of the resident for whom the person acts there; below `/club/`, and only
    there, that of its association.

    Raises:
        CounterOver, NotYourDesk: it acts for nobody there.
    """
    onchain: Contracts = request.app.state.contracts
    desk = Desk(request, database, onchain, language_of(request), None, None, None, None)
    counter_id = places.counter_id_of(request)
    of_club = places.is_of_club(request)

    def known(connection: Connection) -> None:
        try:
            desk.session, desk.account = sessions.find(connection, request.cookies.get(cookie_name(request)))
        except NotLoggedIn:
            return
        if counter_id is not None:
            if desk.account.subject(counters.ROLE) is None:
                raise NotYourDesk
            desk.counter = counters.find(connection, desk.account, desk.session.id, counter_id)
            desk.role = RESIDENT if RESIDENT in roles else None
            return
        held = (role for role in roles if desk.account.subject(role) is not None)
        desk.role = next((role for role in held if (role == ASSOCIATION) == of_club), None)
        if desk.role in PARTICIPANT_ROLES:
            desk.name = people.participant(connection, desk.subject).name
        elif desk.role is not None:
            desk.is_paused = stops.pause_state(connection).paused

    def at_till(connection: Connection) -> None:
        try:
            desk.till = tills.by_secret(connection, request.cookies.get(cookie_name(request, TILL)))
        except NotLoggedIn:
            return
        desk.session, desk.account, desk.role = None, None, TILL
        desk.name = people.participant(connection, desk.subject).name

    database.read(known)
    if desk.role is None and TILL in roles:
        database.read(at_till)
    return desk


def show_problem(request: Request, members: Mapping[str, Any], language: Language) -> Response:
    """Answer a person's browser with a refusal or a fault: what is the matter, and a way on."""
    status = int(members["status"])
    if status == 401 and request.method == "GET" and not origins.is_approve(request):
        if cookie_name(request, TILL) in request.cookies and request.url.path.startswith("/till"):
            return RedirectResponse("/till/start", 303, {"Cache-Control": "no-store"})
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(back, safe='')}", 303, {"Cache-Control": "no-store"})
    desk = getattr(request.state, "desk", None) or _nobodys_desk(request, language)
    heading = desk.text("Log in first") if status == 401 else title(status, language)
    if origins.is_approve(request):
        told = desk.fragment(
            "approve/problem.html", title=heading, problem=members, main=origins.main(request)
        )
        return html(told, status, origins.policy(request))
    return html(desk.fragment("problem.html", title=heading, problem=members), status)


# ---------------------------------------------------------------- details


def _nobodys_desk(request: Request, language: Language) -> Desk:
    """Return a desk for a page that cannot ask the database who reads it."""
    state = request.app.state
    database = RequestDatabase(state.engine)
    return Desk(request, database, state.contracts, language, None, None, None, None, is_known=False)

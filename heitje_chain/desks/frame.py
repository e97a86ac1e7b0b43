"""What every page has: who reads it, in which language, how it looks, what a form does once.

A route of a desk says whose desk it is (`entry.py`):

    @router.get("/jobs")
    def list_jobs(desk: Annotated[Desk, At("resident")]) -> Response:
        return desk.page("resident/jobs.html", jobs=desk.read(...))

    @router.post("/jobs/{job_id}/claim")
    def claim(job_id: Hex32Path, form: Form, desk: Annotated[Desk, At("resident")]) -> Response:
        return desk.submit(form, lambda c, client_id: service.claim(c, ...).id, "/claims/{}")

Nothing is changed by a GET. A form comes back with the one-time key that it was shown with: sent twice, by a
double click or from an old tab, it does one thing and leads to one page. When it is refused it is shown with
the same key again: a refusal may come of a database that did the work and could not say so.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from eth_utils.crypto import keccak
from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from heitje_chain.chain.contracts import Contracts
from heitje_chain.chain.ids import ClientId
from heitje_chain.http.idempotency import (
    Answer,
    Fingerprint,
    KeyMalformed,
    KeyMissing,
    KeyReused,
    answered,
    checked_key,
    once,
)
from heitje_chain.http.language import Language
from heitje_chain.http.problems import Refused, kind_of, sentence
from heitje_chain.http.transaction import RequestDatabase
from heitje_chain.people import counters, sessions, tills
from heitje_chain.people import service as people
from heitje_chain.people.accounts import Account
from heitje_chain.people.counters import Counter
from heitje_chain.people.login_errors import NotLoggedIn
from heitje_chain.people.model import ASSOCIATION, PARTNER
from heitje_chain.people.roles import OFFICER_ROLES, SCOPES_OF
from heitje_chain.people.service import Participant
from heitje_chain.people.sessions import Session
from heitje_chain.people.tills import Till
from heitje_chain.people.tokens import Caller

from . import places, texts
from .forms import Form, FormUsed
from .looks import POLICY, environment, html

T = TypeVar("T")

TILL = "till"
"""Stands among the roles of a page that a shop's till may see, after its owner's: nobody logs in as one."""

_FORMS = "form-action 'self'"

DECIDING = (PARTNER, *OFFICER_ROLES)
"""Who decides about others, or about money of others."""

HOMES: Mapping[str, str] = {
    "resident": "/jobs",
    "merchant": "/till",
    "partner": "/partner",
    "association": f"{places.CLUB}/wallet",
    **dict.fromkeys(OFFICER_ROLES, "/city"),
}
"""Role -> where its desk begins."""


class NotYourDesk(
    Refused,
    slug="not-your-desk",
    status=404,
    nl="Deze pagina is er niet voor jou, of hij bestaat niet.",
    en="This page is not for you, or it does not exist.",
):
    """Somebody who is logged in has not the role of this desk."""


@dataclass
class Desk:
    """One request of a person, at a desk."""

    request: Request
    database: RequestDatabase
    onchain: Contracts
    language: Language
    session: Session | None
    account: Account | None
    role: str | None
    """In which the person is here; None on pages for everybody."""
    name: str | None
    """Of the participant as whom the person acts here."""
    is_paused: bool = False
    """Whether the coin stands still; told to officers."""
    counter: Counter | None = None
    """For whom an employee acts at the counter; None at one's own desk."""
    is_known: bool = True
    """Whether it was looked who this is; not on a page that says what went wrong before that."""
    till: Till | None = None
    """What asks, when it is a shop's till: nobody is logged in then."""

    @property
    def subject(self) -> str:
        """Return as whom the person acts here: a participant's id, or an officer's name."""
        return self.caller.subject

    @property
    def caller(self) -> Caller:
        """Return the person as the slices know who asks.

        Raises:
            NotLoggedIn
        """
        if self.till is not None:
            one = self.till
            return Caller(one.id, one.id, TILL, one.merchant, frozenset(), one.expires_at)
        if self.session is None or self.account is None:
            raise NotLoggedIn
        subject = None if self.role is None else self.account.subject(self.role)
        if self.counter is not None:
            subject = self.counter.resident
        if self.role is None or subject is None:
            raise NotYourDesk
        scopes, session = SCOPES_OF[self.role], self.session
        return Caller(session.id, self.account.id, self.role, subject, scopes, session.expires_at)

    def participant(self, connection: Connection) -> Participant:
        """Return the participant as whom the person acts here."""
        return people.participant(connection, self.subject)

    def check_good(self, connection: Connection) -> None:
        """Go on only while whoever asks may, for what outlasts a request.

        Raises:
            NotLoggedIn
            CounterOver: it acts at the counter for nobody any more.
        """
        if self.till is not None:
            tills.check_good(connection, self.till.id)
            return
        sessions.check_good(connection, self.caller.token_id)
        if self.counter is not None and self.account is not None and self.session is not None:
            counters.find(connection, self.account, self.session.id, self.counter.id)

    def note_use(self, connection: Connection) -> None:
        """Note that a till is in use; of whoever is logged in nothing is noted."""
        if self.till is not None:
            tills.note_use(connection, self.till.id)

    @property
    def kind(self) -> str | None:
        """Return whose pages these are: a participant's role, "city" for all officers; None when nobody's."""
        return "city" if self.role in OFFICER_ROLES else self.role

    @property
    def menu(self) -> str | None:
        """Return whose menu stands above the page: on pages for everybody that of the reader's only desk."""
        if self.kind is not None:
            return self.kind if self.account or self.till else None
        if self.account is None:
            return None
        desks = {"city" if role in OFFICER_ROLES else role for role, _ in self.account.roles}
        return next(iter(desks)) if len(desks) == 1 and ASSOCIATION not in desks else None

    def has(self, role: str) -> bool:
        """Whether the person has this role too."""
        return self.account is not None and self.account.subject(role) is not None

    @property
    def here(self) -> str:
        """The path of this page, as it is at one's own desk."""
        return str(self.request.url.path).removeprefix(self.place)

    @property
    def place(self) -> str:
        """Below which address these pages stand, when not at one's own desk; empty there."""
        return places.place(self.counter, self.role)

    @property
    def is_demo(self) -> bool:
        """Whether these are the pages of the demo."""
        return bool(self.request.app.state.is_demo)

    @property
    def needs_passkey(self) -> bool:
        """Whether the person may only look: to decide about others, a code by mail does not show enough."""
        by_code = self.session is not None and self.session.passkey_at is None
        decides = self.role in DECIDING or self.counter is not None
        return by_code and decides and not self.is_demo

    @property
    def signs_for_people(self) -> bool:
        """Whether a click is enough to sign: only in the demo, which has the keys."""
        return self.is_demo and self.request.app.state.demo_keys is not None

    def text(self, english: str, **fields: object) -> str:
        """Return a text in the reader's language."""
        return texts.translate(self.language, english, **fields)

    def read(self, work: Callable[[Connection], T]) -> T:
        return self.database.read(work)

    def page(self, template: str, status: int = 200, **fields: Any) -> Response:
        """Answer with a page."""
        return html(self.fragment(template, **fields), status)

    def page_to(self, origin: str, template: str, status: int, **fields: Any) -> Response:
        """Answer with a page whose forms lead to another origin of ours too."""
        policy = POLICY.replace(_FORMS, f"{_FORMS} {origin}")
        return html(self.fragment(template, **fields), status, policy)

    def fragment(self, template: str, **fields: Any) -> str:
        """Return a template filled in."""
        html = environment(self.language).get_template(template).render(desk=self, **fields)
        return places.placed_in(self.place, html) if self.place else html

    def form_key(self) -> str:
        """Return the key of a form that is shown: the one that came with this request, or a new one."""
        sent: str | None = getattr(self.request.state, "form_key", None)
        try:
            return checked_key(sent)
        except (KeyMissing, KeyMalformed):
            return secrets.token_urlsafe(16)

    def submit(
        self, form: Form, work: Callable[[Connection, ClientId], str], to: str, *, replaces: bool = False
    ) -> Response:
        """Do what a form says, once, and lead to where the outcome is seen.

        Args:
            work: one service call; returns the id that goes into `to`
            to: an address with {} for the id

        Raises:
            FormUsed, and what the work raises.
        """
        caller, key, fingerprint = self._keyed(form)
        client_id = ClientId(keccak(text=f"{caller.id} {key}"))

        def change(connection: Connection) -> Answer:
            def done() -> Answer:
                made = work(connection, client_id)
                if self.counter is not None:
                    counters.note(connection, self.counter, route_of(self.request), made)
                return Answer(200, json.dumps({"to": to.format(made)}).encode())

            return once(connection, caller.id, key, fingerprint, done)

        with self._telling_of_another():
            return self._lead(self.database.change(change))

    def sent_before(self, form: Form) -> Response | None:
        """Lead to where the outcome of a form is seen that did its work already; None when it did not yet.

        For what must not be looked at, or counted, a second time before the work.

        Raises:
            FormUsed
        """
        caller, key, fingerprint = self._keyed(form)
        with self._telling_of_another():
            found = self.database.read(lambda c: answered(c, caller.id, key, fingerprint))
        return None if found is None else self._lead(found)

    def _keyed(self, form: Form) -> tuple[Caller, str, Fingerprint]:
        fingerprint = Fingerprint.of("POST", self.request.url.path, form.fingerprint)
        return self.caller, checked_key(form.key), fingerprint

    @contextmanager
    def _telling_of_another(self) -> Iterator[None]:
        """Say of a key that stands for another content what a person can do, and show it no more."""
        try:
            yield
        except KeyReused:
            self.request.state.form_key = None
            raise FormUsed from None

    def _lead(self, answer: Answer) -> Response:
        return self.go(json.loads(answer.body)["to"])

    def go(self, path: str) -> Response:
        """Lead the browser to another page of ours."""
        return RedirectResponse(places.placed(self.place, path), 303, {"Cache-Control": "no-store"})

    def check_no_gain(self, participant_id: str) -> None:
        """Refuse what an employee who acts for a resident would have something from.

        Raises:
            CounterOwn: it is this participant, or acts as it.
        """
        if self.counter is not None and self.account is not None:
            counters.check_other(self.account, participant_id)

    def refusal(self, error: Exception) -> str:
        """Return the sentence of a refusal; what is no refusal goes on as the fault that it is."""
        if kind_of(error) is None:
            raise error
        return sentence(error, self.language)


def route_of(request: Request) -> str:
    """Return a route by its name in code."""
    return str(request.scope["route"].name)

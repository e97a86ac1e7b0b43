"""`/acts/{id}`: what is signed in words, how far it is, and stopping what still waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.acts import cancellation
from heitje_chain.acts import service as acts
from heitje_chain.acts.errors import ActUnknown
from heitje_chain.acts.model import CANCELLED, DONE, FAILED, OFFICER, PARTNER, PREPARED, SCHEDULED
from heitje_chain.acts.service import Act
from heitje_chain.chain.clock import chain_now
from heitje_chain.desks import origins
from heitje_chain.desks.entry import At
from heitje_chain.desks.forms import Form
from heitje_chain.desks.frame import HOMES, Desk
from heitje_chain.desks.live import Seen, follow, seen
from heitje_chain.http.fields import Hex32Path
from heitje_chain.http.problems import Refused
from heitje_chain.people import service as people
from heitje_chain.people import tickets
from heitje_chain.people.login_errors import NotLoggedIn
from heitje_chain.people.roles import OFFICER_ROLES, PARTICIPANT_ROLES, SCOPES_OF

from . import failures
from .held import READY, held_for
from .kinds import KINDS, back_of, together, words_of
from .reader import Reader, Words

router = APIRouter(include_in_schema=False)

OVER = (DONE, FAILED, CANCELLED)

WHO_SIGNS = ("partner", *OFFICER_ROLES)


@dataclass(frozen=True)
class Told:
    """An act with all that its page says."""

    act: Act
    words: Words
    is_own: bool
    """Whether the reader is who signs it."""
    is_late: bool
    """Whether the time to sign it is over."""
    weeks: int
    """How many are signed with it."""
    carried_out_at: int | None
    """UTC seconds; of one that was signed and waits."""
    can_stop: bool
    why: str | None
    """Of one that failed."""
    passkeys: str
    """Whether the reader has a passkey that may sign this: none, waiting or ready."""


@router.get("/acts/{act_id}")
def read_act(act_id: Hex32Path, desk: Annotated[Desk, At(*WHO_SIGNS)]) -> Response:
    """Show what is to be signed, or how far it is."""
    return show(desk, act_id)


@router.get("/acts/{act_id}/live")
def follow_act(act_id: Hex32Path, desk: Annotated[Desk, At(*WHO_SIGNS)], already: Seen) -> Response:
    """Show an act anew whenever something happens to it."""
    return follow(
        desk,
        lambda connection: told(connection, desk, act_id),
        lambda found: found.act.state in OVER,
        lambda found: desk.fragment("acts/act_state.html", told=found),
        already,
        of=_what_changes,
    )


@router.post("/acts/{act_id}/sign")
def lead_to_signing(act_id: Hex32Path, desk: Annotated[Desk, At(*WHO_SIGNS)]) -> Response:
    """Lead to where one signs by a passkey, with all that is signed together."""
    account, session = desk.account, desk.session
    if account is None or session is None:
        raise NotLoggedIn

    def ticket(connection: Connection) -> str | None:  # the path where one signs
        act = own_act(connection, desk, act_id)
        if act.state != PREPARED or held_for(connection, desk.onchain, account.id, act).state != READY:
            return None  # The page says what to do.
        ids = [one.id for one in together(connection, act)]
        made = tickets.make(connection, tickets.SIGN, account.id, session.id, desk.language, ids)
        return f"/sign/{made}/{act.id}"

    path = desk.database.change(ticket)
    return show(desk, act_id) if path is None else desk.go(f"{origins.approve(desk.request)}{path}")


@router.post("/acts/{act_id}/stop")
def stop_act(act_id: Hex32Path, form: Form, desk: Annotated[Desk, At(*OFFICER_ROLES)]) -> Response:
    """Prepare that what was signed and waits does not happen; leads to signing that."""

    def work(connection: Connection, _: object) -> str:
        act = acts.find(connection, act_id)
        _sit_down(connection, desk, _who_stops(desk, act))
        return cancellation.prepare_cancellation(connection, desk.onchain, desk.subject, act_id).id

    try:
        return desk.submit(form, work, "/acts/{}")
    except Refused as error:
        return show(desk, act_id, desk.refusal(error))


# ---------------------------------------------------------------- shared


def show(desk: Desk, act_id: str, error: str | None = None) -> Response:
    """Answer with an act's page.

    Args:
        error: what was refused just now
    """
    found = desk.read(lambda c: told(c, desk, act_id))
    return desk.page_to(
        origins.approve(desk.request),
        "acts/act.html",
        200 if error is None else 409,
        told=found,
        home=_back(desk, found.act),
        error=error,
        seen=seen(_what_changes(found)),
    )


def own_act(connection: Connection, desk: Desk, act_id: str) -> Act:
    """Return an act that the reader is to sign, at the desk where it signs.

    Raises:
        ActUnknown: no such act, or it is for somebody else to sign.
    """
    act = acts.find(connection, act_id)
    role = _who_signs(desk, act)
    if role is None:
        raise ActUnknown
    _sit_down(connection, desk, role)
    return act


def told(connection: Connection, desk: Desk, act_id: str) -> Told:
    """Return an act that the reader may see: a partner its own, officers those of all, as over the API.

    Raises:
        ActUnknown
    """
    act, reader = acts.find(connection, act_id), Reader(connection, desk.onchain, desk.language)
    signer, waits = _who_signs(desk, act), act.state == PREPARED
    looks = next((role for role in OFFICER_ROLES if desk.has(role) and act.actor_kind == OFFICER), None)
    if signer is None and looks is None:
        raise ActUnknown
    _sit_down(connection, desk, signer or looks)
    return Told(
        act,
        words_of(reader, act),
        signer is not None,
        waits and act.deadline <= chain_now(connection),
        len(together(connection, act)) if waits else 1,
        acts.carried_out_at(connection, act.id),
        act.state == SCHEDULED and _who_stops(desk, act) is not None,
        failures.why(reader, act.refusal) if act.state == FAILED else None,
        _passkeys(connection, desk, act) if waits and signer is not None else "none",
    )


# ---------------------------------------------------------------- details


def _who_signs(desk: Desk, act: Act) -> str | None:
    """Return the reader's role in which it signs this; None when it is for somebody else."""
    if act.kind not in KINDS:
        return None
    roles = OFFICER_ROLES if act.actor_kind == OFFICER else (PARTNER,)
    return _role(desk, roles, act.actor, KINDS[act.kind].scope)


def _who_stops(desk: Desk, act: Act) -> str | None:
    """Return the reader's role in which it can stop this: as its officer, or as the guardian."""
    own = _role(desk, OFFICER_ROLES, act.actor, "cancellations:write")
    return own or ("guardian" if desk.has("guardian") else None)


def _role(desk: Desk, roles: Sequence[str], actor: str, scope: str) -> str | None:
    held = () if desk.account is None else desk.account.roles
    return next((r for r, subject in held if r in roles and subject == actor and scope in SCOPES_OF[r]), None)


def _sit_down(connection: Connection, desk: Desk, role: str | None) -> None:
    """Let a person of several roles act in the one that is asked for here.

    Raises:
        ActUnknown: it has none such.
    """
    subject = None if desk.account is None or role is None else desk.account.subject(role)
    if subject is None:
        raise ActUnknown
    desk.role = role
    desk.name = people.participant(connection, subject).name if role in PARTICIPANT_ROLES else None


def _back(desk: Desk, act: Act) -> str:
    """Return where the reader goes back to: where the act was prepared, when it is one's own."""
    home = HOMES.get(desk.role or "")
    return "/" if home is None else (_who_signs(desk, act) and back_of(act)) or home


def _passkeys(connection: Connection, desk: Desk, act: Act) -> str:
    return held_for(connection, desk.onchain, "" if desk.account is None else desk.account.id, act).state


def _what_changes(found: Told) -> object:
    return found.act.state, found.is_late, found.carried_out_at, found.can_stop, found.passkeys

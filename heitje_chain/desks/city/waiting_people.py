"""What waits for officers about people and about acts."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, func, or_, select

from heitje_chain.acts import service as acts
from heitje_chain.acts.model import ACT, CANCELLED, FAILED, OFFICER, PREPARED, SCHEDULED
from heitje_chain.allowance.model import LIMITS, PROPOSED
from heitje_chain.chain.clock import latest_now
from heitje_chain.desks import texts
from heitje_chain.desks.frame import Desk
from heitje_chain.desks.signing import kinds
from heitje_chain.desks.signing.reader import Reader
from heitje_chain.desks.texts import marked as _
from heitje_chain.desks.words import role_name
from heitje_chain.people import passkeys, recovery
from heitje_chain.people import service as people
from heitje_chain.people.model import PARTICIPANT, READY, RECOVERY, RECOVERY_READY
from heitje_chain.people.roles import having
from heitje_chain.settlement import batches
from heitje_chain.stops import service as coin_stops

from .waiting import Waiting, officers_of

MOST_ACTS = 20


def stops(connection: Connection, desk: Desk) -> Iterator[Waiting]:
    """Tell of what stands still."""
    paused = coin_stops.pause_state(connection)
    if paused.paused and paused.since is not None:
        since = texts.moment(paused.since, desk.language)
        yield Waiting(
            desk.text("The coin is paused: nobody can pay."),
            "",
            desk.text("Since %(when)s", when=since),
            is_alarm=True,
        )
    if batches.payout_stop(connection) is not None:
        yield Waiting(
            desk.text("Payouts are stopped: the books do not agree."), "/city/payouts", is_alarm=True
        )


def acts_to_sign(connection: Connection, desk: Desk) -> Iterator[Waiting]:
    """Tell of acts that this officer prepared and did not sign."""
    wanted = (ACT.c.state == PREPARED) & (ACT.c.deadline > latest_now(connection))
    yield from _acts(connection, desk, wanted & ACT.c.actor.in_(officers_of(desk)), _("Sign: %(act)s"))


def acts_under_way(connection: Connection, desk: Desk) -> Iterator[Waiting]:
    """Tell of delayed acts that can still be cancelled: one's own, and for the guardian everybody's."""
    wanted = ACT.c.state == SCHEDULED
    if not desk.has("guardian"):
        wanted &= ACT.c.actor.in_(officers_of(desk))
    yield from _acts(connection, desk, wanted, _("Under way: %(act)s"))


def passkeys_to_let(connection: Connection, desk: Desk) -> Iterator[Waiting]:
    """Tell the registrar of passkeys that cannot sign for their partner yet."""
    if not desk.has("registrar"):
        return
    for one in passkeys.waiting_signers(connection, desk.onchain):
        yield Waiting(
            desk.text("Let a passkey sign for %(partner)s", partner=one.partner_name),
            f"/city/participants/{one.partner}/signer",
            desk.text("Of %(email)s. Ask that person whether it is theirs.", email=one.email),
        )


def admissions(connection: Connection, desk: Desk) -> Iterator[Waiting]:
    """Tell the registrar who can be admitted."""
    if not desk.has("registrar"):
        return
    many = connection.scalar(select(func.count()).where(PARTICIPANT.c.state == READY)) or 0
    if many:
        yield Waiting(
            desk.text("To admit: %(many)s", many=many),
            "/city/participants/ready",
            desk.text("They can take part as soon as you sign."),
        )


def recoveries(connection: Connection, desk: Desk) -> Iterator[Waiting]:
    """Tell the enforcer which new wallets wait to be confirmed, and whoever asked that they do."""
    if not (desk.has("enforcer") or desk.has("registrar")):
        return
    waits = (RECOVERY.c.state == RECOVERY_READY) & or_(
        ACT.c.id.is_(None), ACT.c.state.in_((FAILED, CANCELLED))
    )
    query = recovery.recoveries_query(waits).order_by(RECOVERY.c.created_at.desc()).limit(MOST_ACTS)
    found = [recovery.recovery_of(row) for row in connection.execute(query)]
    names = people.names_of(connection, [one.participant for one in found])
    for one in found:
        quiet = desk.text("A colleague asked for it. Confirm it if it is right.")
        if not desk.has("enforcer") or one.asked_by in officers_of(desk):
            quiet = desk.text("It waits for a colleague to confirm it.")
        words = desk.text("A new wallet for %(name)s", name=names[one.participant])
        yield Waiting(words, f"/city/recoveries/{one.id}", quiet)


def limits(connection: Connection, desk: Desk) -> Iterator[Waiting]:
    """Tell of limits that another officer proposed."""
    if not any(desk.has(role) for role in having("allowance-limits:write")):
        return
    of_others = LIMITS.c.proposed_by.not_in(officers_of(desk))
    if connection.scalar(select(func.count()).where((LIMITS.c.state == PROPOSED) & of_others)):
        yield Waiting(
            desk.text("New limits for residents"),
            "/city/allowances",
            desk.text("Another officer proposed them. Confirm or reject them."),
        )


# ---------------------------------------------------------------- details


def _acts(connection: Connection, desk: Desk, wanted: ColumnElement[bool], words: str) -> Iterator[Waiting]:
    rows = connection.execute(
        select(ACT)
        .where((ACT.c.actor_kind == OFFICER) & wanted)
        .order_by(ACT.c.created_at.desc(), ACT.c.id)
        .limit(MOST_ACTS)
    )
    for row in rows:
        act, when = acts.act_of(row), texts.moment(row.created_at, desk.language)
        title = kinds.words_of(Reader(connection, desk.onchain, desk.language), act).title
        yield Waiting(
            desk.text(words, act=title), f"/acts/{act.id}", f"{role_name(act.actor, desk.language)}, {when}"
        )

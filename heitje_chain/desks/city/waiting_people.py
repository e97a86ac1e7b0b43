"""What waits for officers about people and about acts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import ColumnElement, Connection, func, select

from heitje_chain.acts.model import ACT, OFFICER, PREPARED, SCHEDULED
from heitje_chain.chain.clock import latest_now
from heitje_chain.desks import texts
from heitje_chain.desks.frame import Desk
from heitje_chain.desks.texts import marked as _
from heitje_chain.people.model import PARTICIPANT, READY
from heitje_chain.settlement import batches
from heitje_chain.stops import service as coin_stops

from .waiting import Waiting, officers_of

MOST_ACTS = 20

ACTS: Mapping[str, str] = {
    "admit": _("Admit participants"),
    "add_signer": _("Let somebody sign for a partner organisation"),
    "remove_signer": _("Let somebody sign no longer"),
    "block": _("Block a participant"),
    "unblock": _("End a block"),
    "recover_wallet": _("Replace a wallet"),
    "freeze": _("Stop somebody's Heitjes"),
    "unfreeze": _("Release somebody's Heitjes"),
    "force": _("Move Heitjes by force"),
    "pause": _("Pause the coin"),
    "unpause": _("End the pause of the coin"),
    "cancel": _("Cancel an act"),
    "grant": _("Grant a budget"),
    "close_budget": _("Close a budget"),
    "award": _("Award Heitjes"),
    "attest_reserve": _("Confirm the money in the bank"),
    "set_mint_limit": _("Set a partner's limit"),
    "close_batch": _("Close a payout"),
    "settle_batch": _("Settle a payout"),
    "decide": _("Decide a dispute"),
}
"""What officers sign, in few words."""


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


# ---------------------------------------------------------------- details


def _acts(connection: Connection, desk: Desk, wanted: ColumnElement[bool], words: str) -> Iterator[Waiting]:
    rows = connection.execute(
        select(ACT.c.id, ACT.c.kind, ACT.c.actor, ACT.c.created_at)
        .where((ACT.c.actor_kind == OFFICER) & wanted)
        .order_by(ACT.c.created_at.desc(), ACT.c.id)
        .limit(MOST_ACTS)
    )
    for row in rows:
        name = desk.text(ACTS[row.kind]) if row.kind in ACTS else row.kind
        when = texts.moment(row.created_at, desk.language)
        yield Waiting(desk.text(words, act=name), f"/acts/{row.id}", f"{row.actor}, {when}")

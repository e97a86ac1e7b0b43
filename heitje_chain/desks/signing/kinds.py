"""Every kind of act: which scope its signer needs, its words, where its signature goes.

A kind that is missing here cannot be signed on a page; a test walks all that the slices prepare.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from sqlalchemy import Connection, select

from heitje_chain.acts import cancellation
from heitje_chain.acts import service as acts
from heitje_chain.acts.errors import ActUnknown
from heitje_chain.acts.model import PARTNER
from heitje_chain.acts.service import Act
from heitje_chain.budgets import service as budgets
from heitje_chain.chain.contracts import Contracts
from heitje_chain.desks.texts import marked as _
from heitje_chain.jobs import decisions, posting
from heitje_chain.people import admission, recovery, signers
from heitje_chain.series import service as series
from heitje_chain.series.model import DRAFT
from heitje_chain.settlement import batches
from heitje_chain.stops import service as stops

from . import officers, partners
from .reader import Reader, Words


@dataclass(frozen=True)
class Signature:
    """What came back signed."""

    act: Act
    made: bytes
    signer: bytes | None = None
    """ERC-7913, of a passkey; a key's signature says by itself whose it is."""


Sign = Callable[[Connection, Contracts, Signature], object]


@dataclass(frozen=True)
class Kind:
    scope: str
    words: Callable[[Reader, Act], Words]
    sign: Sign
    """Hands the signature to the slice whose act it is; raises what that refuses."""
    back: str
    """Where such acts are prepared, with blanks for what the act is about."""


def words_of(reader: Reader, act: Act) -> Words:
    """Return an act in words; of one that was signed elsewhere only that it was."""
    if act.kind in KINDS and act.typed_data:
        return KINDS[act.kind].words(reader, act)
    return Words(
        reader.text(_("Signed elsewhere")),
        reader.text(_("This was not signed on these pages: %(kind)s."), kind=act.kind),
    )


def sign(connection: Connection, contracts: Contracts, signature: Signature) -> None:
    """Hand a signature to the slice whose act it is.

    Raises:
        ActUnknown, and what the slice refuses.
    """
    if signature.act.kind not in KINDS:
        raise ActUnknown
    KINDS[signature.act.kind].sign(connection, contracts, signature)


def back_of(act: Act) -> str | None:
    """Return where one was before this act; None when it was signed elsewhere."""
    return KINDS[act.kind].back.format(**act.content) if act.kind in KINDS and act.typed_data else None


def together(connection: Connection, act: Act) -> list[Act]:
    """Return the acts that are signed with this one, itself the first: the weeks of a series that wait."""
    if act.kind != posting.POST_LATER:
        return [act]
    drafts = series.find(connection, act.actor, _series_of(connection, act)).drafts
    others = [
        acts.find(connection, one.act) for one in drafts if one.act != act.id and one.state == "prepared"
    ]
    return [act, *others]


def signers_of(connection: Connection, contracts: Contracts, act: Act) -> list[bytes]:
    """Return the ERC-7913 bytes of everybody who may sign an act now.

    Raises:
        OfficerMissing
    """
    if act.actor_kind == PARTNER:
        return signers.active_signers(connection, act.actor)
    return [bytes.fromhex(acts.record_of(contracts, act.actor).signer.removeprefix("0x"))]


# ---------------------------------------------------------------- where signatures go


def _officer(connection: Connection, contracts: Contracts, signed: Signature) -> object:
    act = signed.act
    return acts.sign_officer_act(connection, contracts, act.id, act.kind, act.actor, signed.made)


def _stop(connection: Connection, contracts: Contracts, signed: Signature) -> object:
    act = signed.act
    return stops.sign(connection, contracts, act.actor, act.kind, act.id, signed.made)


def _of_officer(take: Callable[[Connection, Contracts, str, str, bytes], object]) -> Sign:
    return lambda c, contracts, signed: take(c, contracts, signed.act.actor, signed.act.id, signed.made)


def _of_partner(take: Callable[[Connection, Contracts, str, str, bytes, bytes | None], object]) -> Sign:
    return lambda c, contracts, signed: take(
        c, contracts, signed.act.actor, signed.act.id, signed.made, signed.signer
    )


def _settle(connection: Connection, contracts: Contracts, signed: Signature) -> object:
    act = signed.act
    return batches.settle(connection, contracts, act.actor, act.content["batch"], act.id, signed.made)


def _recover(connection: Connection, contracts: Contracts, signed: Signature) -> object:
    act = signed.act
    return recovery.sign(connection, contracts, act.actor, act.content["recovery"], act.id, signed.made)


def _cancel(connection: Connection, contracts: Contracts, signed: Signature) -> object:
    act = signed.act
    return cancellation.sign_cancellation(
        connection, contracts, act.actor, act.content["act"], act.id, signed.made
    )


def _week(connection: Connection, contracts: Contracts, signed: Signature) -> object:
    act = signed.act
    of = _series_of(connection, act)
    return series.sign(connection, contracts, act.actor, of, {act.id: signed.made}, signed.signer)


def _series_of(connection: Connection, act: Act) -> str:
    """Raises:
    ActUnknown: a week of no series.
    """
    found = connection.scalar(select(DRAFT.c.series).where(DRAFT.c.act == act.id))
    if found is None:
        raise ActUnknown
    return str(found)


# ---------------------------------------------------------------- words that need more than one kind


def _cancelled(reader: Reader, act: Act) -> Words:
    return officers.act_cancelled(
        reader, act, words_of(reader, acts.find(reader.connection, act.content["act"]))
    )


def _week_posted(reader: Reader, act: Act) -> Words:
    told = partners.job_posted(reader, act)
    opens = reader.connection.scalar(select(DRAFT.c.opens_at).where(DRAFT.c.act == act.id))
    shown = ((reader.text(_("Opens")), reader.moment(opens)),) if opens else ()
    return replace(told, title=reader.text(_("Post a job later")), facts=(*told.facts, *shown))


_BLOCKS, _STOPS, _GRANTS, _JOBS = "blocks:write", "stops:write", "grants:write", "jobs:write"
_PAYOUTS, _SIGNERS = "payouts:write", "signers:write"
_BUDGETS, _PERSON, _PARTNER = (
    "/city/budgets",
    "/city/participants/{participant}",
    "/city/participants/{partner}",
)

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        posting.POST: Kind(_JOBS, partners.job_posted, _of_partner(posting.post), "/partner"),
        posting.POST_LATER: Kind(_JOBS, _week_posted, _week, "/partner"),
        posting.CLOSE: Kind(_JOBS, partners.job_closed, _of_partner(posting.close), "/partner/jobs/{job}"),
        decisions.APPROVE: Kind(
            "approvals:write", partners.work_approved, _of_partner(decisions.approve), "/partner/inbox"
        ),
        decisions.REJECT: Kind(
            "approvals:write", partners.work_rejected, _of_partner(decisions.reject), "/partner/inbox"
        ),
        decisions.DECIDE: Kind("decisions:write", officers.dispute_decided, _officer, "/city/disputes"),
        budgets.GRANT: Kind(_GRANTS, officers.budget_granted, _officer, _BUDGETS),
        budgets.CLOSE: Kind(_GRANTS, officers.budget_closed, _officer, _BUDGETS),
        budgets.AWARD: Kind(
            "awards:write", officers.coins_awarded, _of_officer(budgets.sign_award), _BUDGETS
        ),
        budgets.ATTEST: Kind("reserve:write", officers.reserve_attested, _officer, "/city/reserve"),
        budgets.LIMIT: Kind("limits:write", officers.limit_set, _officer, "/city/limits"),
        batches.CLOSE: Kind(_PAYOUTS, officers.batch_closed, _of_officer(batches.close), "/city/payouts"),
        batches.SETTLE: Kind(_PAYOUTS, officers.batch_settled, _settle, "/city/payouts/{batch}"),
        stops.PAUSE_COIN: Kind(_STOPS, officers.coin_paused, _stop, "/city/pause"),
        stops.UNPAUSE_COIN: Kind(_STOPS, officers.coin_unpaused, _stop, "/city/pause"),
        stops.FREEZE_COINS: Kind(_STOPS, officers.coins_frozen, _stop, _PERSON),
        stops.UNFREEZE_COINS: Kind(_STOPS, officers.coins_unfrozen, _stop, _PERSON),
        stops.FORCE_COINS: Kind(
            _STOPS, officers.coins_forced, _of_officer(stops.sign_force), "/city/participants/{payer}"
        ),
        recovery.RECOVER: Kind("recoveries:write", officers.wallet_recovered, _recover, _PERSON),
        cancellation.CANCEL: Kind("cancellations:write", _cancelled, _cancel, "/city"),
        admission.ADMIT: Kind("participants:write", officers.people_admitted, _officer, "/city/participants"),
        admission.ADD_SIGNER: Kind(_SIGNERS, officers.signer_added, _officer, _PARTNER),
        admission.REMOVE_SIGNER: Kind(_SIGNERS, officers.signer_removed, _officer, _PARTNER),
        admission.BLOCK: Kind(_BLOCKS, officers.participant_blocked, _officer, _PERSON),
        admission.UNBLOCK: Kind(_BLOCKS, officers.participant_unblocked, _officer, _PERSON),
    }
)

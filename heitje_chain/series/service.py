"""Use cases about series. A caller opens the transaction and commits it.

A week's signature is good until its claim_by: the contract takes a posting until then and never after, so it
is of no use any longer, and none strands because a budget was raised late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from heitje_chain.acts import service as acts
from heitje_chain.acts.service import Act
from heitje_chain.chain.clock import chain_now, latest_now
from heitje_chain.chain.contracts import Contracts
from heitje_chain.chain.ids import ClientId, job_id
from heitje_chain.jobs import posting
from heitje_chain.jobs.model import JOB
from heitje_chain.jobs.posting import Description
from heitje_chain.people import service as people
from heitje_chain.people import signers
from heitje_chain.people.model import PARTNER

from . import rules
from .errors import DraftUnknown, SeriesUnknown
from .model import CANCELLED, DRAFT, PREPARED, SERIES, SIGNED


@dataclass(frozen=True)
class Draft:
    """One week's job, before it is opened and after."""

    act: str
    """The act's id, which is signed."""
    series: str
    number: int
    job: str
    opens_at: int
    claim_by: int
    submit_by: int
    state: str
    """prepared, signed, opened, skipped or cancelled."""
    reason: Mapping[str, Any] | None
    """Slug and members of the refusal for which it waits or was skipped."""
    job_state: str | None
    """Of the job once it is opened: posting, open, closed or refused."""


@dataclass(frozen=True)
class Series:
    id: str
    partner: str
    weeks: int
    created_at: int
    drafts: Sequence[Draft]


# ---------------------------------------------------------------- preparing and signing


def prepare(
    connection: Connection,
    contracts: Contracts,
    partner_id: str,
    series_id: str,
    weeks: Sequence[rules.Week],
    about: Description,
) -> tuple[Series, list[Act]]:
    """Prepare each week's job for the partner to sign.

    Args:
        series_id: 32 hex digits that follow from the request

    Raises:
        ParticipantUnknown, ParticipantNotActive, BudgetUnknown, BudgetClosed, BudgetExceeded, KindNotDeclared
        OpensTooLate, ClaimByPassed, SubmitByTooEarly, SubmitByTooFar, RewardTooHigh
    """
    rules.check_weeks(list(weeks), contracts.parameters.max_reward_cents, chain_now(connection))
    partner = people.active(connection, partner_id, PARTNER)
    connection.execute(
        SERIES.insert().values(
            id=series_id, partner=partner_id, weeks=len(weeks), created_at=latest_now(connection)
        )
    )
    made = []
    for week in weeks:
        act = posting.prepare_later(connection, contracts, partner_id, week.terms, about)
        connection.execute(
            DRAFT.insert().values(
                act=act.id,
                series=series_id,
                number=week.number,
                job=job_id(partner.on_chain, ClientId(bytes.fromhex(act.id))).hex(),
                opens_at=week.opens_at,
                claim_by=week.terms.claim_by,
                submit_by=week.terms.submit_by,
                look_at=week.terms.claim_by,
                state=PREPARED,
            )
        )
        made.append(act)
    return find(connection, partner_id, series_id), made


def sign(
    connection: Connection,
    contracts: Contracts,
    partner_id: str,
    series_id: str,
    signatures: Mapping[str, bytes],
    signer: bytes | None = None,
) -> Series:
    """Take signatures over weeks of a series, all of these or none. The same again changes nothing.

    Args:
        signatures: act's id -> signature
        signer: who signed all of them; needed for signers that are checked by code

    Raises:
        SeriesUnknown, DraftUnknown, DraftOver
        ActUnknown, ActExpired, SignatureWrong, SignatureMalformed, SignerMismatch, ParticipantNotActive
    """
    drafts = _for_change(connection, partner_id, series_id)  # first, as the worker locks them
    people.active(connection, partner_id, PARTNER)
    allowed = signers.active_signers(connection, partner_id)
    for act_id, signature in sorted(signatures.items()):
        draft = drafts.get(act_id)
        if draft is None:
            raise DraftUnknown
        rules.check_signable(draft.number, draft.state)
        kind, verifier = posting.POST_LATER, contracts.passkey_verifier
        _, first = acts.sign(connection, act_id, kind, partner_id, allowed, signature, signer, verifier)
        if first:
            signed = {"state": SIGNED, "look_at": draft.opens_at}
            connection.execute(update(DRAFT).where(DRAFT.c.act == act_id).values(**signed))
    return find(connection, partner_id, series_id)


# ---------------------------------------------------------------- cancelling


def cancel(
    connection: Connection, partner_id: str, series_id: str, numbers: Sequence[int] | None = None
) -> Series:
    """Cancel weeks before they are opened, and forget their signatures. The same again changes nothing.

    Args:
        numbers: of the weeks; None is every one that waits: jobs that were opened go on

    Raises:
        SeriesUnknown, DraftUnknown, DraftOver
    """
    drafts = {one.number: one for one in _for_change(connection, partner_id, series_id).values()}
    waiting = [one.number for one in drafts.values() if one.state in (PREPARED, SIGNED)]
    for number in waiting if numbers is None else sorted(set(numbers)):
        if number not in drafts:
            raise DraftUnknown
        draft = drafts[number]
        rules.check_cancellable(number, draft.state)
        if draft.state != CANCELLED:
            changed = {"state": CANCELLED, "reason": None}
            connection.execute(update(DRAFT).where(DRAFT.c.act == draft.act).values(**changed))
            acts.withdraw(connection, draft.act)
    return find(connection, partner_id, series_id)


# ---------------------------------------------------------------- reading


def find(connection: Connection, partner_id: str | None, series_id: str) -> Series:
    """Return a series, of this partner if one is named.

    Raises:
        SeriesUnknown: no such series, or another partner's.
    """
    row = connection.execute(series_query(partner_id).where(SERIES.c.id == series_id)).one_or_none()
    if row is None:
        raise SeriesUnknown
    rows = connection.execute(drafts_query().where(DRAFT.c.series == series_id).order_by(DRAFT.c.number))
    return Series(row.id, row.partner, row.weeks, row.created_at, [draft_of(one) for one in rows])


def series_query(partner_id: str | None = None) -> Select[Any]:
    """Return the statement of the series, of one partner or of all."""
    return select(SERIES) if partner_id is None else select(SERIES).where(SERIES.c.partner == partner_id)


def drafts_query() -> Select[Any]:
    """Return the statement whose rows `draft_of` reads."""
    return select(DRAFT, JOB.c.state.label("job_state")).outerjoin(JOB, JOB.c.id == DRAFT.c.job)


def draft_of(row: Row[Any]) -> Draft:
    """Return a row of `drafts_query` as a draft."""
    return Draft(
        act=row.act,
        series=row.series,
        number=row.number,
        job=row.job,
        opens_at=row.opens_at,
        claim_by=row.claim_by,
        submit_by=row.submit_by,
        state=row.state,
        reason=row.reason,
        job_state=row.job_state,
    )


# ---------------------------------------------------------------- details


def _for_change(connection: Connection, partner_id: str, series_id: str) -> dict[str, Draft]:
    """Return a series' drafts by their acts, and keep the worker off them until the transaction ends."""
    of_series = select(DRAFT.c.act).where(DRAFT.c.series == series_id).order_by(DRAFT.c.act)
    connection.execute(of_series.with_for_update())
    return {one.act: one for one in find(connection, partner_id, series_id).drafts}

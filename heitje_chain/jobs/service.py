"""Reading jobs and claims, and what residents do with them. A caller opens the transaction and commits it.

What partners and the arbiter sign is in `posting.py` and `decisions.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, Select, func, select, update

from heitje_chain.allowance import service as allowance
from heitje_chain.allowance.rules import Work
from heitje_chain.chain import outbox
from heitje_chain.chain.clock import chain_now
from heitje_chain.chain.contracts import Contracts
from heitje_chain.chain.ids import ClientId, claim_id, new_client_id
from heitje_chain.chain.intents import Outcome
from heitje_chain.documents import service as documents
from heitje_chain.people import service as people
from heitje_chain.people.model import PARTICIPANT, RESIDENT
from heitje_chain.people.service import Participant

from . import photos, rules
from .errors import ClaimUnknown, JobUnknown
from .model import ASKED, CLAIM, CLAIMED, JOB, OPEN, REJECTED
from .pictures import Picture

MAKE_CLAIM, WITHDRAW, SUBMIT, DISPUTE = "make_claim", "withdraw", "submit", "dispute"


@dataclass(frozen=True)
class Job:
    id: str
    """JobId, 64 hex digits."""
    partner: str
    """ParticipantId in hex."""
    partner_name: str | None
    period: int
    reward: int
    """Cents per slot."""
    slots: int
    left: int
    """Slots that nobody has, whether they can be claimed now or not."""
    claim_by: int
    submit_by: int
    title: str | None
    """None when only the chain told of this job."""
    details: Mapping[str, Any]
    state: str
    """posting, open, closed or refused."""
    refusal: Mapping[str, Any] | None


@dataclass(frozen=True)
class Claim:
    id: str
    """ClaimId, 64 hex digits."""
    job: str
    job_title: str | None
    resident: str
    """ParticipantId in hex."""
    cents: int
    state: str
    pending: str | None
    """What is under way, such as submit or approve."""
    since: int
    """UTC seconds: when it came into this state."""
    reason: int | None
    evidence_hash: str | None
    document_hash: str | None
    dispute_hash: str | None
    refusal: Mapping[str, Any] | None
    created_at: int


# ---------------------------------------------------------------- residents


def claim(
    connection: Connection, contracts: Contracts, resident_id: str, job_id: str, client_id: ClientId
) -> Claim:
    """Take a slot of a job for a resident, as far as its allowance goes. The same client id again is the same
    claim.

    Raises:
        ParticipantUnknown, ParticipantNotActive, JobUnknown, JobNotOpen, JobFull, ClaimTwice, ClaimIdTaken
        AccountMerged, ResidentUnconfirmed, LimitsUnknown, AgeBandUnknown, HoursUnknown, NothingToEarn
        AllowanceReached
    """
    resident = people.active(connection, resident_id, RESIDENT)
    new_id = claim_id(resident.on_chain, client_id)
    known = _find_claim(connection, new_id.hex())
    if known is not None:
        rules.check_same_job(known.job, job_id)
        return known
    job = job_for_change(connection, job_id)
    own = connection.scalars(
        select(CLAIM.c.state).where((CLAIM.c.job == job_id) & (CLAIM.c.resident == resident.chain_id))
    ).all()
    now = chain_now(connection)
    rules.check_claim(job.state, job.claim_by, job.left, own, now)
    cents = allowance.reserve_claim(connection, resident, new_id.hex(), work_of(job, contracts, now))
    connection.execute(
        CLAIM.insert().values(
            id=new_id.hex(),
            job=job_id,
            resident=resident.chain_id,
            cents=cents,
            state=ASKED,
            pending="claim",
            since=now,
            created_at=now,
        )
    )
    content = {"job": f"0x{job_id}", "resident": f"0x{resident.chain_id}", "cents": cents}
    payload = {"wallet_of": resident.id, "client_id": client_id.hex(), "claim": new_id.hex(), **content}
    outbox.put(connection, MAKE_CLAIM, client_id, payload, Outcome("ClaimMade", f"0x{new_id.hex()}", content))
    return find_claim(connection, new_id.hex())


def withdraw(connection: Connection, resident_id: str, claim_id: str) -> Claim:
    """Give a claimed slot back.

    Raises:
        ClaimUnknown, ClaimNotInState
    """
    resident, found = _own_claim(connection, resident_id, claim_id)
    rules.check_state(found.id, found.state, found.pending, CLAIMED)
    _ask(connection, WITHDRAW, resident, found, "ClaimWithdrawn", {})
    return find_claim(connection, claim_id)


def submit(
    connection: Connection,
    resident_id: str,
    claim_id: str,
    note: str,
    photo_sha256: str | None = None,
    pictures: Sequence[Picture] = (),
) -> Claim:
    """Say that the work is done.

    Args:
        note: the resident's words, may be empty
        photo_sha256: of a picture that is kept elsewhere, 64 hex digits
        pictures: that are kept here; the evidence names the hash of each

    Raises:
        ClaimUnknown, ClaimNotInState, TooLate, PhotoNotAsked, PhotosTooMany
    """
    resident, found = _own_claim(connection, resident_id, claim_id)
    rules.check_state(found.id, found.state, found.pending, CLAIMED)
    job = find_job(connection, found.job)
    rules.check_time(job.submit_by, chain_now(connection))
    photos.add(connection, claim_id, job.details, pictures)
    kept = photos.hashes(connection, claim_id)
    evidence = {"note": note, "photo_sha256": photo_sha256} | ({"photos": kept} if kept else {})
    evidence_hash = documents.keep(connection, evidence)
    content = {"evidenceHash": f"0x{evidence_hash.hex()}"}
    _ask(connection, SUBMIT, resident, found, "ClaimSubmitted", content)
    connection.execute(update(CLAIM).where(CLAIM.c.id == claim_id).values(evidence_hash=evidence_hash.hex()))
    return find_claim(connection, claim_id)


def check_photos(connection: Connection, resident_id: str, claim_id: str, how_many: int) -> None:
    """Look whether photos can be handed in with a claim, before they are read: reading takes a while.

    Raises:
        ClaimUnknown, ClaimNotInState, TooLate, PhotoNotAsked, PhotosTooMany
    """
    found = find_claim(connection, claim_id)
    if found.resident != people.participant(connection, resident_id).chain_id:
        raise ClaimUnknown
    rules.check_state(found.id, found.state, found.pending, CLAIMED)
    job = find_job(connection, found.job)
    rules.check_time(job.submit_by, chain_now(connection))
    photos.check_may_add(connection, claim_id, job.details, how_many)


def dispute(
    connection: Connection, contracts: Contracts, resident_id: str, claim_id: str, words: str
) -> Claim:
    """Bring a rejection before the arbiter.

    Raises:
        ClaimUnknown, ClaimNotInState, TooLate
    """
    resident, found = _own_claim(connection, resident_id, claim_id)
    rules.check_state(found.id, found.state, found.pending, REJECTED)
    deadline = found.since + contracts.parameters.dispute_window_seconds
    rules.check_time(deadline, chain_now(connection))
    document_hash = documents.keep(connection, {"words": words})
    content = {"documentHash": f"0x{document_hash.hex()}"}
    _ask(connection, DISPUTE, resident, found, "ClaimDisputed", content)
    connection.execute(update(CLAIM).where(CLAIM.c.id == claim_id).values(dispute_hash=document_hash.hex()))
    return find_claim(connection, claim_id)


# ---------------------------------------------------------------- reading


def jobs_query(*where: Any) -> Select[Any]:
    """Return the statement whose rows `job_of` reads."""
    return (
        select(JOB, _taken().label("taken"), PARTICIPANT.c.name.label("partner_name"))
        .outerjoin(PARTICIPANT, PARTICIPANT.c.chain_id == JOB.c.partner)
        .where(*where)
    )


def wanted(
    state: str | None = None,
    partner_id: str | None = None,
    neighbourhood: str | None = None,
    kind: str | None = None,
) -> list[ColumnElement[bool]]:
    """Return conditions on `jobs_query`; None is whatever it is."""
    given = {
        JOB.c.state: state,
        PARTICIPANT.c.id: partner_id,
        JOB.c.details["neighbourhood"].as_string(): neighbourhood,
        JOB.c.details["kind"].as_string(): kind,
    }
    return [column == value for column, value in given.items() if value is not None]


def is_claimable(connection: Connection, wished: bool) -> ColumnElement[bool]:
    """Return the condition that a job has a slot that can be claimed now, or that it has none."""
    is_open = (JOB.c.state == OPEN) & (JOB.c.claim_by >= chain_now(connection))
    claimable = is_open & (JOB.c.slots > _taken())
    return claimable if wished else ~claimable


def _taken() -> ScalarSelect[int]:
    """Return how many of a job's slots somebody has."""
    has_one = (CLAIM.c.job == JOB.c.id) & CLAIM.c.state.in_(rules.TAKES_A_SLOT)
    return select(func.count()).select_from(CLAIM).where(has_one).correlate(JOB).scalar_subquery()


def claims_query(*where: Any) -> Select[Any]:
    """Return the statement whose rows `claim_of` reads; JOB can be named in `where`."""
    return select(CLAIM, JOB.c.title.label("job_title")).outerjoin(JOB, JOB.c.id == CLAIM.c.job).where(*where)


def find_job(connection: Connection, job_id: str) -> Job:
    """Raises:
    JobUnknown
    """
    row = connection.execute(jobs_query(JOB.c.id == job_id)).one_or_none()
    if row is None:
        raise JobUnknown
    return job_of(row)


def work_of(job: Job, contracts: Contracts, now: int) -> Work:
    """Return what a job is to the allowance of whoever claims it at this moment (UTC seconds)."""
    until = job.submit_by + contracts.parameters.grace_period_seconds
    return Work(job.reward, job.details.get("minutes"), now, until)


def job_for_change(connection: Connection, job_id: str) -> Job:
    """Return a job and keep others from taking its slots until the transaction ends.

    Raises:
        JobUnknown
    """
    connection.execute(select(JOB.c.id).where(JOB.c.id == job_id).with_for_update())
    return find_job(connection, job_id)


def find_claim(connection: Connection, claim_id: str) -> Claim:
    """Raises:
    ClaimUnknown
    """
    found = _find_claim(connection, claim_id)
    if found is None:
        raise ClaimUnknown
    return found


def claim_for_change(connection: Connection, claim_id: str) -> Claim:
    """Return a claim and keep others from acting on it until the transaction ends.

    Raises:
        ClaimUnknown
    """
    connection.execute(select(CLAIM.c.id).where(CLAIM.c.id == claim_id).with_for_update())
    return find_claim(connection, claim_id)


def job_of(row: Row[Any]) -> Job:
    """Return a row of `jobs_query` as a job."""
    return Job(
        id=row.id,
        partner=row.partner,
        partner_name=row.partner_name,
        period=row.period,
        reward=row.reward,
        slots=row.slots,
        left=max(row.slots - row.taken, 0),
        claim_by=row.claim_by,
        submit_by=row.submit_by,
        title=row.title,
        details=row.details or {},
        state=row.state,
        refusal=row.refusal,
    )


def claim_of(row: Row[Any]) -> Claim:
    """Return a row of `claims_query` as a claim."""
    return Claim(
        id=row.id,
        job=row.job,
        job_title=row.job_title,
        resident=row.resident,
        cents=row.cents,
        state=row.state,
        pending=row.pending,
        since=row.since,
        reason=row.reason,
        evidence_hash=row.evidence_hash,
        document_hash=row.document_hash,
        dispute_hash=row.dispute_hash,
        refusal=row.refusal,
        created_at=row.created_at,
    )


def set_pending(connection: Connection, claim_id: str, pending: str | None) -> None:
    """Note what is under way for a claim; an earlier "no" of the contract is forgotten with it."""
    connection.execute(update(CLAIM).where(CLAIM.c.id == claim_id).values(pending=pending, refusal=None))


# ---------------------------------------------------------------- details


def _find_claim(connection: Connection, claim_id: str) -> Claim | None:
    row = connection.execute(claims_query(CLAIM.c.id == claim_id)).one_or_none()
    return None if row is None else claim_of(row)


def _own_claim(connection: Connection, resident_id: str, claim_id: str) -> tuple[Participant, Claim]:
    resident = people.of_kind(connection, resident_id, RESIDENT)
    found = claim_for_change(connection, claim_id)
    if found.resident != resident.chain_id:
        raise ClaimUnknown
    return resident, found


def _ask(
    connection: Connection,
    kind: str,
    resident: Participant,
    found: Claim,
    event: str,
    content: Mapping[str, Any],
) -> None:
    """Put an act of a resident on its way; the state of the claim keeps it from being done twice."""
    set_pending(connection, found.id, kind)
    outbox.put(
        connection,
        kind,
        new_client_id(),
        {"wallet_of": resident.id, "claim": found.id, **content},
        Outcome(event, f"0x{found.id}", content),
    )

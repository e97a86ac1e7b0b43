"""What a partner signs about its jobs: posting one, closing one."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from sqlalchemy import Connection, func, select, update

from heitje_chain.acts import service as acts
from heitje_chain.acts.service import Act
from heitje_chain.budgets import rules as budget_rules
from heitje_chain.budgets import service as budgets
from heitje_chain.chain import outbox, typed_data
from heitje_chain.chain.clock import chain_now
from heitje_chain.chain.contracts import Contracts, wallet_text
from heitje_chain.chain.ids import BudgetId, ClientId, JobId, budget_id, job_id
from heitje_chain.chain.intents import Outcome
from heitje_chain.chain.typed_data import JobTerms, TypedData
from heitje_chain.declarations import service as declarations
from heitje_chain.documents import service as documents
from heitje_chain.people import service as people
from heitje_chain.people import signers
from heitje_chain.people.model import PARTNER
from heitje_chain.people.service import Participant

from . import rules, service
from .errors import JobNotOpen, JobUnknown
from .model import JOB, OPEN, POSTING
from .rules import Terms
from .service import Job

POST, CLOSE = "post_job", "close_job"

POST_LATER = "post_job_later"
"""The act of a job in a series, which is opened on its day."""


@dataclass(frozen=True)
class Description:
    """What people read about a job; it never goes onto the chain."""

    title: str
    description: str
    place: str
    neighbourhood: str
    bring: str
    """What to bring; may be empty."""
    minutes: int
    """How long the work takes."""
    evidence: Literal["photo", "onsite", "none"]
    """none: never ask for a picture (care)."""
    kind: str


def prepare(
    connection: Connection, contracts: Contracts, partner_id: str, terms: Terms, about: Description
) -> Act:
    """Prepare a job for the partner to sign.

    Raises:
        ParticipantUnknown, ParticipantNotActive, BudgetUnknown, BudgetClosed, BudgetExceeded
        KindNotDeclared, ClaimByPassed, SubmitByTooEarly, SubmitByTooFar, RewardTooHigh
    """
    return _prepare(connection, contracts, partner_id, POST, terms, about, None)


def prepare_later(
    connection: Connection, contracts: Contracts, partner_id: str, terms: Terms, about: Description
) -> Act:
    """Prepare a job to be signed now and posted another day: its signature counts until its claim_by.

    Raises: as `prepare`
    """
    return _prepare(connection, contracts, partner_id, POST_LATER, terms, about, terms.claim_by)


def check(
    connection: Connection, contracts: Contracts, partner_id: str, terms: Terms, about: Description
) -> None:
    """Refuse what could not be prepared now, and write nothing: for a look at a job before it is signed.

    Raises:
        ParticipantUnknown, BudgetUnknown, BudgetClosed, BudgetExceeded
        KindNotDeclared, ClaimByPassed, SubmitByTooEarly, SubmitByTooFar, RewardTooHigh
    """
    _check(connection, contracts, people.of_kind(connection, partner_id, PARTNER), terms, about)


def _check(
    connection: Connection, contracts: Contracts, partner: Participant, terms: Terms, about: Description
) -> None:
    declarations.check_in_force(connection, partner.id, about.kind)
    rules.check_terms(terms, contracts.parameters.max_reward_cents, chain_now(connection))
    _check_budget(connection, budget_id(partner.on_chain, terms.period), partner.chain_id or "", terms)


def _prepare(
    connection: Connection,
    contracts: Contracts,
    partner_id: str,
    kind: str,
    terms: Terms,
    about: Description,
    signature_until: int | None,
) -> Act:
    partner = people.active(connection, partner_id, PARTNER)
    _check(connection, contracts, partner, terms, about)

    def message(act_id: ClientId, deadline: int) -> TypedData:
        full = JobTerms(
            partner=partner.on_chain,
            **asdict(terms),
            document_hash=documents.keep(connection, asdict(about)),
            client_id=act_id,
        )
        return typed_data.post_job(contracts.escrow_domain, full, deadline)

    return acts.prepare_partner_act(
        connection,
        contracts,
        partner_id,
        kind,
        asdict(terms),
        message,
        always_new=True,
        deadline=signature_until,
    )


def post(
    connection: Connection,
    contracts: Contracts,
    partner_id: str,
    act_id: str,
    signature: bytes,
    signer: bytes | None = None,
) -> Job:
    """Take the partner's signature and have the job posted. The same signature again is the same job.

    Raises:
        ActUnknown, ActExpired, SignatureWrong, SignatureMalformed, SignerMismatch
        ParticipantNotActive, BudgetClosed, BudgetExceeded, KindNotDeclared
    """
    partner = people.active(connection, partner_id, PARTNER)
    allowed = signers.active_signers(connection, partner_id)
    verifier = contracts.passkey_verifier
    act, first = acts.sign(connection, act_id, POST, partner_id, allowed, signature, signer, verifier)
    if first:
        return hand_over(connection, partner, act)
    return service.find_job(connection, job_id(partner.on_chain, ClientId(bytes.fromhex(act.id))).hex())


def hand_over(connection: Connection, partner: Participant, act: Act) -> Job:
    """Have a job posted that is signed; its partner is locked (`people.active`).

    Raises:
        KindNotDeclared, BudgetUnknown, BudgetClosed, BudgetExceeded
    """
    new_id = job_id(partner.on_chain, ClientId(bytes.fromhex(act.id)))
    signed = act.typed_data["message"]
    terms = Terms(
        **{name: act.content[name] for name in ("period", "reward", "slots", "claim_by", "submit_by")}
    )
    _check_budget(connection, budget_id(partner.on_chain, terms.period), partner.chain_id or "", terms)
    document = documents.find(connection, signed["documentHash"]) or {}
    if "kind" in document:
        declarations.check_in_force(connection, partner.id, document["kind"])
    connection.execute(
        JOB.insert().values(
            id=new_id.hex(),
            partner=partner.chain_id,
            **asdict(terms),
            document_hash=signed["documentHash"].removeprefix("0x"),
            title=document.get("title"),
            details={name: value for name, value in document.items() if name != "title"},
            state=POSTING,
            released=False,
            created_at=chain_now(connection),
        )
    )
    content = {
        "partner": wallet_text(partner.on_chain),
        "period": terms.period,
        "reward": terms.reward,
        "slots": terms.slots,
        "claimBy": terms.claim_by,
        "submitBy": terms.submit_by,
        "documentHash": signed["documentHash"],
    }
    outbox.put(
        connection,
        POST,
        ClientId(bytes.fromhex(act.id)),
        {"act": act.id, "job": new_id.hex()},
        Outcome("JobPosted", f"0x{new_id.hex()}", content),
    )
    return service.find_job(connection, new_id.hex())


def prepare_closing(connection: Connection, contracts: Contracts, partner_id: str, closed_job: str) -> Act:
    """Prepare that a job takes no more claims; those that were made go on.

    Raises:
        JobUnknown, JobNotOpen
    """
    job = own_job(connection, partner_id, closed_job)
    if job.state != OPEN:
        raise JobNotOpen
    hashed = JobId(bytes.fromhex(job.id))
    return acts.prepare_partner_act(
        connection,
        contracts,
        partner_id,
        CLOSE,
        {"job": job.id},
        lambda _, deadline: typed_data.close_job(contracts.escrow_domain, hashed, deadline),
    )


def close(
    connection: Connection,
    contracts: Contracts,
    partner_id: str,
    act_id: str,
    signature: bytes,
    signer: bytes | None = None,
) -> Job:
    """Take the partner's signature and have the job closed.

    Raises:
        ActUnknown, ActExpired, SignatureWrong, SignatureMalformed, SignerMismatch, JobUnknown
    """
    allowed = signers.active_signers(connection, partner_id)
    verifier = contracts.passkey_verifier
    act, first = acts.sign(connection, act_id, CLOSE, partner_id, allowed, signature, signer, verifier)
    job = own_job(connection, partner_id, act.content["job"])
    if first:
        connection.execute(update(JOB).where(JOB.c.id == job.id).values(pending="close"))
        outbox.put(
            connection,
            CLOSE,
            ClientId(bytes.fromhex(act.id)),
            {"act": act.id, "job": job.id},
            Outcome("JobClosed", f"0x{job.id}"),
        )
    return service.find_job(connection, job.id)


def own_job(connection: Connection, partner_id: str, wanted: str) -> Job:
    """Return a job of this partner.

    Raises:
        JobUnknown: no such job, or another partner's.
    """
    partner = people.of_kind(connection, partner_id, PARTNER)
    job = service.find_job(connection, wanted)
    if job.partner != partner.chain_id:
        raise JobUnknown
    return job


def being_posted(connection: Connection, partner: str, period: int) -> int:
    """Return what jobs that are not on the chain yet take of a budget, in cents.

    Args:
        partner: ParticipantId in hex
    """
    cents: Any = connection.scalar(
        select(func.coalesce(func.sum(JOB.c.reward * JOB.c.slots), 0)).where(
            (JOB.c.partner == partner) & (JOB.c.period == period) & (JOB.c.state == POSTING)
        )
    )
    return int(cents)


def _check_budget(connection: Connection, budget: BudgetId, partner: str, terms: Terms) -> None:
    """Refuse to promise what the budget does not have, jobs that are being posted included."""
    books = budgets.books_of(connection, budget, terms.period)
    under_way = being_posted(connection, partner, terms.period)
    budget_rules.check_promise(books, terms.period, under_way, terms.reward * terms.slots)

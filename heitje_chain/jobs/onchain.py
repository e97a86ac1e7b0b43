"""Jobs and claims on their way to the chain, and what the chain says of them. For the worker alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from sqlalchemy import Connection, select, update

from heitje_chain.acts import onchain as acts
from heitje_chain.acts import service as act_service
from heitje_chain.acts.service import Act
from heitje_chain.allowance import service as allowance
from heitje_chain.chain import outbox, typed_data
from heitje_chain.chain.clock import latest_now
from heitje_chain.chain.codec import ChainEvent, Refusal, bytes_of
from heitje_chain.chain.contracts import JOB_ESCROW, Contracts
from heitje_chain.chain.ids import ClaimId, ClientId, JobId, ParticipantId
from heitje_chain.chain.intents import Call, Intent
from heitje_chain.chain.typed_data import TypedData
from heitje_chain.custody.keys import Signer
from heitje_chain.documents import service as documents
from heitje_chain.people import service as people

from . import decisions, model, posting, rules, service
from .model import CLAIM, JOB

SIGNATURE_SECONDS = 24 * 3600
"""How long a resident's signature is good, which the worker makes when it sends: as long as an outage."""

_PAUSED = "EnforcedPause"
_TERMS = ("partner", "period", "reward", "slots", "claimBy", "submitBy", "documentHash", "clientId")


class ResidentAct:
    """An act of a resident, signed by the wallet that the service keeps for them."""

    # Signed by a wallet that was replaced a moment ago: the next signature is by the new one.
    later: Collection[str] = frozenset({"ParticipantRegistryInvalidSignature"})

    def __init__(self, kind: str, contracts: Contracts, signer: Signer) -> None:
        """`kind` is one of make_claim, withdraw, submit and dispute."""
        self.kind = kind
        self._contracts = contracts
        self._signer = signer

    def build(self, connection: Connection, bundle: Sequence[Intent]) -> Call:
        [intent] = bundle
        deadline = latest_now(connection) + SIGNATURE_SECONDS
        message, function, arguments = self._act(intent.payload, deadline)
        wallet = people.wallet_of(connection, intent.payload["wallet_of"])
        signature = self._signer.sign(wallet, message.digest())
        data = self._contracts.codec.call(JOB_ESCROW, function, *arguments, deadline, signature)
        return Call(JOB_ESCROW, data, tuple(bundle))

    def fail(self, connection: Connection, intent: Intent, refusal: Refusal) -> None:
        claim = CLAIM.c.id == intent.payload["claim"]
        if self.kind == service.MAKE_CLAIM:
            changed: dict[str, Any] = {"state": model.REFUSED}
            claim &= CLAIM.c.state == model.ASKED
            # Its slot was never taken on the chain, so it is still to be released there.
            _is_to_be_released(connection, intent.payload["job"])
        else:
            changed = {}
            claim &= CLAIM.c.pending == self.kind
        failed = connection.execute(
            update(CLAIM).where(claim).values(pending=None, refusal=refusal.as_json(), **changed)
        )
        if self.kind == service.MAKE_CLAIM and failed.rowcount:
            allowance.refused(connection, intent.payload["claim"])

    def _act(self, told: Any, deadline: int) -> tuple[TypedData, str, tuple[Any, ...]]:
        """Return what the resident signs, the function, and its arguments before deadline and signature."""
        domain, claim = self._contracts.escrow_domain, ClaimId(bytes.fromhex(told["claim"]))
        match self.kind:
            case service.MAKE_CLAIM:
                job, resident = JobId(bytes_of(told["job"])), ParticipantId(bytes_of(told["resident"]))
                client_id = ClientId(bytes.fromhex(told["client_id"]))
                message = typed_data.claim(domain, job, resident, told["cents"], client_id, deadline)
                return message, "claim", (job, resident, told["cents"], client_id)
            case service.SUBMIT:
                evidence = bytes_of(told["evidenceHash"])
                return typed_data.submit(domain, claim, evidence, deadline), "submit", (claim, evidence)
            case service.DISPUTE:
                words = bytes_of(told["documentHash"])
                return typed_data.dispute(domain, claim, words, deadline), "dispute", (claim, words)
        return typed_data.withdraw(domain, claim, deadline), "withdraw", (claim,)


class PartnerAct:
    """An act that a partner signed: posting or closing a job, approving or rejecting work."""

    later: Collection[str] = frozenset({_PAUSED})

    def __init__(self, kind: str, contracts: Contracts) -> None:
        self.kind = kind
        self._contracts = contracts

    def build(self, connection: Connection, bundle: Sequence[Intent]) -> Call:
        act = act_service.find(connection, bundle[0].payload["act"])
        by = (act.signer, act.deadline, act.signature)
        function, arguments = self._call(act)
        data = self._contracts.codec.call(JOB_ESCROW, function, *arguments, by)
        return Call(JOB_ESCROW, data, tuple(bundle))

    def fail(self, connection: Connection, intent: Intent, refusal: Refusal) -> None:
        acts.fail(connection, intent.payload["act"], refusal)
        told = refusal.as_json()
        if self.kind == posting.POST:
            connection.execute(
                update(JOB)
                .where((JOB.c.id == intent.payload["job"]) & (JOB.c.state == model.POSTING))
                .values(state=model.REFUSED, refusal=told)
            )
        elif self.kind == posting.CLOSE:
            connection.execute(
                update(JOB).where(JOB.c.id == intent.payload["job"]).values(pending=None, refusal=told)
            )
        else:
            connection.execute(
                update(CLAIM)
                .where((CLAIM.c.id == intent.payload["claim"]) & (CLAIM.c.pending == self.kind))
                .values(pending=None, refusal=told)
            )

    def _call(self, act: Act) -> tuple[str, tuple[Any, ...]]:
        said = act.typed_data["message"]
        match self.kind:
            case posting.POST:
                names = (
                    "partner",
                    "period",
                    "reward",
                    "slots",
                    "claimBy",
                    "submitBy",
                    "documentHash",
                    "clientId",
                )
                return "postJob", (tuple(_argument(said[name]) for name in names),)
            case posting.CLOSE:
                return "closeJob", (bytes_of(said["job"]),)
            case decisions.APPROVE:
                return "approve", (bytes_of(said["partner"]), [bytes_of(one) for one in said["claims"]])
        return "reject", (bytes_of(said["claim"]), said["reason"], bytes_of(said["documentHash"]))


class Due:
    """What anyone may do when a deadline has passed: lapse, escalate, finalise, release."""

    later: Collection[str] = frozenset({"JobEscrowDeadlineNotPassed"})

    _FUNCTIONS: ClassVar[dict[str, str]] = {
        "lapse": "lapse",
        "escalate": "escalate",
        "finalise": "finaliseRejection",
        "release": "releaseOpenSlots",
    }

    def __init__(self, kind: str, contracts: Contracts) -> None:
        self.kind = kind
        self._contracts = contracts

    def build(self, connection: Connection, bundle: Sequence[Intent]) -> Call:
        [intent] = bundle
        about = bytes.fromhex(intent.payload["about"])
        data = self._contracts.codec.call(JOB_ESCROW, self._FUNCTIONS[self.kind], about)
        return Call(JOB_ESCROW, data, tuple(bundle))

    def fail(self, connection: Connection, intent: Intent, refusal: Refusal) -> None:
        """Somebody acted in time after all, or before us: the event of that tells how it stands."""
        if self.kind == "release":
            connection.execute(
                update(JOB).where(JOB.c.id == intent.payload["about"]).values(pending=None, released=True)
            )


def observe(contracts: Contracts, connection: Connection, event: ChainEvent, occurred_at: int) -> None:
    """Take in what happened to jobs and claims; a row that is missing is made from the event."""
    if event.name in _CLAIM_STATES:
        _move(connection, event, occurred_at)
        return
    job_id = event.key.removeprefix("0x")
    match event.name:
        case "JobPosted":
            _posted(connection, event, occurred_at)
        case "ClaimMade":
            _made(contracts, connection, event, occurred_at)
        case "ClaimSkipped" if event.arguments["reason"] == 0:
            _skipped(connection, event)
        case "JobClosed":
            connection.execute(
                update(JOB)
                .where(JOB.c.id == job_id)
                .values(state=model.CLOSED, pending=None, released=True, refusal=None)
            )
            for act_id in outbox.payload_values(connection, event.name, event.key, "act"):
                acts.done(connection, act_id)
        case "SlotReopened":
            _is_to_be_released(connection, job_id)
        case "SlotsReleased":
            connection.execute(
                update(JOB)
                .where((JOB.c.id == job_id) & (JOB.c.pending == "release"))
                .values(pending=None, released=True)
            )


# ---------------------------------------------------------------- details

# Event -> the state that it tells, and the names of its arguments that are kept, with their columns.
_CLAIM_STATES: dict[str, tuple[str, dict[str, str]]] = {
    "ClaimSubmitted": (model.SUBMITTED, {"evidenceHash": "evidence_hash"}),
    "ClaimRejected": (model.REJECTED, {"reason": "reason", "documentHash": "document_hash"}),
    "ClaimDisputed": (model.DISPUTED, {"documentHash": "dispute_hash"}),
    "ClaimEscalated": (model.DISPUTED, {}),
    "ClaimApproved": (model.APPROVED, {}),
    "ClaimAwarded": (model.AWARDED, {"reason": "reason", "documentHash": "document_hash"}),
    "ClaimDenied": (model.DENIED, {"reason": "reason", "documentHash": "document_hash"}),
    "ClaimWithdrawn": (model.WITHDRAWN, {}),
    "ClaimLapsed": (model.LAPSED, {}),
    "ClaimRejectionFinal": (model.REJECTED_FINALLY, {}),
}


def _move(connection: Connection, event: ChainEvent, occurred_at: int) -> None:
    claim_id = event.key.removeprefix("0x")
    present = connection.scalar(select(CLAIM.c.state).where(CLAIM.c.id == claim_id))
    state, kept = _CLAIM_STATES[event.name]
    if present is None or not rules.moves_on(present, state):
        return
    values = {column: _plain(event.arguments[name]) for name, column in kept.items()}
    connection.execute(
        update(CLAIM)
        .where(CLAIM.c.id == claim_id)
        .values(state=state, since=occurred_at, pending=None, refusal=None, **values)
    )
    _tell_allowance(connection, claim_id, state, occurred_at)
    _end_act(connection, event)


def _tell_allowance(connection: Connection, claim_id: str, state: str, occurred_at: int) -> None:
    if state == model.SUBMITTED:
        allowance.submitted(connection, claim_id, occurred_at)
    elif state in (model.APPROVED, model.AWARDED):
        allowance.counted(connection, claim_id)
    elif state in rules.OVER:
        allowance.freed(connection, claim_id)


def _end_act(connection: Connection, event: ChainEvent) -> None:
    """Note that a partner's act is done once all its claims are decided."""
    ended = {"ClaimApproved": decisions.APPROVE, "ClaimRejected": decisions.REJECT}.get(event.name)
    if ended is not None:
        for act_id in outbox.payload_values(connection, event.name, event.key, "act"):
            if not outbox.is_open_bundle(connection, act_id):
                acts.done(connection, act_id)


def _posted(connection: Connection, event: ChainEvent, occurred_at: int) -> None:
    job_id, told = event.key.removeprefix("0x"), event.arguments
    if connection.scalar(select(JOB.c.id).where(JOB.c.id == job_id)) is None:
        document = documents.find(connection, told["documentHash"]) or {}
        connection.execute(
            JOB.insert().values(
                id=job_id,
                partner=_plain(told["partner"]),
                period=told["period"],
                reward=told["reward"],
                slots=told["slots"],
                claim_by=told["claimBy"],
                submit_by=told["submitBy"],
                document_hash=_plain(told["documentHash"]),
                title=document.get("title"),
                details={name: value for name, value in document.items() if name != "title"},
                state=model.POSTING,
                released=False,
                created_at=occurred_at,
            )
        )
    connection.execute(
        update(JOB)
        .where((JOB.c.id == job_id) & JOB.c.state.in_((model.POSTING, model.REFUSED)))
        .values(state=model.OPEN, refusal=None)
    )
    for act_id in outbox.payload_values(connection, event.name, event.key, "act"):
        acts.done(connection, act_id)


def _made(contracts: Contracts, connection: Connection, event: ChainEvent, occurred_at: int) -> None:
    claim_id, told = event.key.removeprefix("0x"), event.arguments
    present = connection.scalar(select(CLAIM.c.state).where(CLAIM.c.id == claim_id))
    if present is None:
        connection.execute(
            CLAIM.insert().values(
                id=claim_id,
                job=_plain(told["job"]),
                resident=_plain(told["resident"]),
                cents=told["cents"],
                state=model.CLAIMED,
                since=occurred_at,
                created_at=occurred_at,
            )
        )
    elif rules.moves_on(present, model.CLAIMED):
        connection.execute(
            update(CLAIM)
            .where(CLAIM.c.id == claim_id)
            .values(state=model.CLAIMED, since=occurred_at, pending=None, refusal=None)
        )
    submit_by = service.find_job(connection, _plain(told["job"])).submit_by
    until = submit_by + contracts.parameters.grace_period_seconds
    allowance.claimed(connection, claim_id, _plain(told["resident"]), told["cents"], occurred_at, until)


def _skipped(connection: Connection, event: ChainEvent) -> None:
    """The partner's signature came too late for this claim: another act decided it, or it was disputed."""
    refusal = Refusal("ClaimSkipped", {"reason": "NotSubmitted"})
    for intent in outbox.open_with_key(connection, "ClaimApproved", event.key):
        outbox.mark_failed(connection, intent, refusal)
        connection.execute(
            update(CLAIM)
            .where((CLAIM.c.id == intent.payload["claim"]) & (CLAIM.c.pending == decisions.APPROVE))
            .values(pending=None, refusal=refusal.as_json())
        )
        if not outbox.is_open_bundle(connection, intent.bundle):
            acts.done(connection, intent.payload["act"])


def _is_to_be_released(connection: Connection, job: str) -> None:
    """A slot is open on the chain: when the time to claim is over, it is released there."""
    this = (JOB.c.id == _plain(job)) & (JOB.c.state == model.OPEN)
    connection.execute(update(JOB).where(this).values(released=False))


def _argument(value: Any) -> Any:
    return bytes_of(value) if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    return value.removeprefix("0x") if isinstance(value, str) else value

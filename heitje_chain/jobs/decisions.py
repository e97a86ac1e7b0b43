"""What a partner signs about submitted work, and the arbiter about a dispute."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from heitje_chain.acts import service as acts
from heitje_chain.acts.service import Act, OfficerCall
from heitje_chain.allowance import service as allowance
from heitje_chain.allowance.rules import Barrier
from heitje_chain.chain import outbox, typed_data
from heitje_chain.chain.clock import chain_now
from heitje_chain.chain.contracts import JOB_ESCROW, Contracts
from heitje_chain.chain.ids import ClaimId, ClientId, new_client_id
from heitje_chain.chain.intents import Outcome
from heitje_chain.chain.typed_data import TypedData
from heitje_chain.documents import service as documents
from heitje_chain.people import service as people
from heitje_chain.people import signers
from heitje_chain.people.model import PARTNER
from heitje_chain.reasons import codes
from heitje_chain.reasons.rules import check_reason

from . import rules, service
from .errors import ClaimUnknown
from .model import DISPUTED, SUBMITTED
from .service import Claim

APPROVE, REJECT, DECIDE = "approve", "reject", "decide"

MOST_CLAIMS = 100
"""How many claims one signature approves; a hundred fit into a transaction."""


# ---------------------------------------------------------------- approving


def prepare_approval(
    connection: Connection, contracts: Contracts, partner_id: str, claims: Sequence[str]
) -> Act:
    """Prepare that submitted work is found good, many claims under one signature.

    Raises:
        ClaimUnknown: no such claim, or on another partner's job; nothing is prepared.
        ClaimNotInState: a claim is not submitted.
        ParticipantUnknown, ParticipantNotActive
    """
    partner = people.active(connection, partner_id, PARTNER)
    wanted = sorted(set(claims))
    for found in _on_partners_jobs(connection, partner_id, wanted):
        rules.check_state(found.id, found.state, found.pending, SUBMITTED)
    ids = [ClaimId(bytes.fromhex(one)) for one in wanted]
    return acts.prepare_partner_act(
        connection,
        contracts,
        partner_id,
        APPROVE,
        {"claims": wanted},
        lambda _, deadline: typed_data.approve(contracts.escrow_domain, partner.on_chain, ids, deadline),
    )


def warnings(connection: Connection, act: Act) -> dict[str, list[Barrier]]:
    """Return claim -> limits of law and city that it is over, for whoever is to sign an approval.

    It stays payable: it was good when it was claimed.
    """
    return allowance.warnings(connection, act.content["claims"], chain_now(connection))


def approve(
    connection: Connection,
    contracts: Contracts,
    partner_id: str,
    act_id: str,
    signature: bytes,
    signer: bytes | None = None,
) -> tuple[Act, list[Claim]]:
    """Take the partner's signature and have the rewards minted. The same signature again changes nothing.

    Raises:
        ActUnknown, ActExpired, SignatureWrong, SignatureMalformed, SignerMismatch
        ClaimNotInState: a claim was decided, or is being decided, by another act; nothing is approved.
    """
    allowed = signers.active_signers(connection, partner_id)
    verifier = contracts.passkey_verifier
    act, first = acts.sign(connection, act_id, APPROVE, partner_id, allowed, signature, signer, verifier)
    wanted = act.content["claims"]
    if first:
        for one in wanted:
            found = service.claim_for_change(connection, one)
            rules.check_state(found.id, found.state, found.pending, SUBMITTED)
            service.set_pending(connection, one, APPROVE)
            outbox.put(
                connection,
                APPROVE,
                new_client_id(),
                {"act": act.id, "claim": one},
                Outcome("ClaimApproved", f"0x{one}", {"cents": found.cents}),
                bundle=act.id,
            )
    return act, [service.find_claim(connection, one) for one in wanted]


# ---------------------------------------------------------------- rejecting


def prepare_rejection(
    connection: Connection, contracts: Contracts, partner_id: str, claim: str, reason: int, words: str
) -> Act:
    """Prepare that submitted work is found not good; the resident reads why and can dispute it.

    Raises:
        ClaimUnknown, ClaimNotInState, TooLate: past the decision window only approving remains.
        ParticipantUnknown, ParticipantNotActive, ReasonUnknown
    """
    check_reason(codes.REJECT, reason)
    people.active(connection, partner_id, PARTNER)
    [found] = _on_partners_jobs(connection, partner_id, [claim])
    rules.check_state(found.id, found.state, found.pending, SUBMITTED)
    deadline = found.since + contracts.parameters.decision_window_seconds
    rules.check_time(deadline, chain_now(connection))

    def message(_: ClientId, deadline: int) -> TypedData:
        words_hash = documents.keep(connection, {"words": words})
        claim_id = ClaimId(bytes.fromhex(claim))
        return typed_data.reject(contracts.escrow_domain, claim_id, reason, words_hash, deadline)

    content = {"claim": claim, "reason": reason}
    return acts.prepare_partner_act(connection, contracts, partner_id, REJECT, content, message, words=words)


def reject(
    connection: Connection,
    contracts: Contracts,
    partner_id: str,
    act_id: str,
    signature: bytes,
    signer: bytes | None = None,
) -> Claim:
    """Take the partner's signature over a rejection.

    Raises:
        ActUnknown, ActExpired, SignatureWrong, SignatureMalformed, SignerMismatch, ClaimNotInState
    """
    allowed = signers.active_signers(connection, partner_id)
    verifier = contracts.passkey_verifier
    act, first = acts.sign(connection, act_id, REJECT, partner_id, allowed, signature, signer, verifier)
    claim = act.content["claim"]
    if first:
        found = service.claim_for_change(connection, claim)
        rules.check_state(found.id, found.state, found.pending, SUBMITTED)
        service.set_pending(connection, claim, REJECT)
        words_hash = act.typed_data["message"]["documentHash"]
        outbox.put(
            connection,
            REJECT,
            ClientId(bytes.fromhex(act.id)),
            {"act": act.id, "claim": claim},
            Outcome(
                "ClaimRejected",
                f"0x{claim}",
                {"reason": act.content["reason"], "documentHash": words_hash},
            ),
        )
    return service.find_claim(connection, claim)


# ---------------------------------------------------------------- the arbiter


def prepare_decision(
    connection: Connection,
    contracts: Contracts,
    officer: str,
    claim: str,
    award: bool,
    reason: int,
    words: str,
) -> Act:
    """Prepare the arbiter's decision of a dispute: the claim is paid, or denied.

    Raises:
        ClaimUnknown, ClaimNotInState, ReasonUnknown, OfficerMissing
    """
    check_reason(codes.DECIDE, reason)
    found = service.find_claim(connection, claim)
    rules.check_state(found.id, found.state, found.pending, DISPUTED)

    def call(_: ClientId) -> OfficerCall:
        words_hash = documents.keep(connection, {"words": words})
        arguments = (bytes.fromhex(claim), award, reason, words_hash)
        return OfficerCall(JOB_ESCROW, "decide", arguments, "ARBITER")

    content = {"claim": claim, "award": award, "reason": reason}
    return acts.prepare_officer_act(connection, contracts, officer, DECIDE, content, call, words=words)


# ---------------------------------------------------------------- details


def _on_partners_jobs(connection: Connection, partner_id: str, claims: Sequence[str]) -> list[Claim]:
    """Return these claims, all on jobs of this partner.

    Raises:
        ClaimUnknown
    """
    partner = people.of_kind(connection, partner_id, PARTNER)
    found = [service.find_claim(connection, one) for one in claims]
    for one in found:
        if service.find_job(connection, one.job).partner != partner.chain_id:
            raise ClaimUnknown
    return found

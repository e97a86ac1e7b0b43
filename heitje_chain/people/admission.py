"""What officers decide about people, prepared for their signature: admission, signers, blocking."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from heitje_chain.acts import service as acts
from heitje_chain.acts.service import Act, OfficerCall
from heitje_chain.chain.contracts import REGISTRY, Contracts, wallet_text
from heitje_chain.chain.ids import ClientId
from heitje_chain.reasons import codes
from heitje_chain.reasons.rules import check_reason

from . import service, signers
from .errors import NotReady, ParticipantNotActive
from .model import ACTIVE, ASSOCIATION, MERCHANT, PARTNER, READY

ADMIT, ADD_SIGNER, REMOVE_SIGNER = "admit", "add_signer", "remove_signer"
BLOCK, UNBLOCK = "block", "unblock"

_MOST_AT_ONCE = 100

_FUNCTIONS = {
    MERCHANT: ("admitMerchants", "MERCHANT_ADMITTER"),
    ASSOCIATION: ("admitAssociations", "REGISTRAR"),
}


def prepare_admission(
    connection: Connection, contracts: Contracts, officer: str, participants: Sequence[str]
) -> Act:
    """Prepare the admission of merchants, of associations, or of one partner.

    Raises:
        NotReady: an empty or too long list, several kinds or partners at once, or somebody who is not ready.
        ParticipantUnknown, OfficerMissing
    """
    found = [service.participant(connection, one) for one in dict.fromkeys(participants)]
    kinds = {one.kind for one in found}
    if not 0 < len(found) <= _MOST_AT_ONCE or len(kinds) != 1 or any(one.state != READY for one in found):
        raise NotReady
    [kind] = kinds
    content = {"participants": [one.id for one in found], "kind": kind}
    if kind == PARTNER and len(found) != 1:
        raise NotReady

    def call(_: ClientId) -> OfficerCall:
        if kind == PARTNER:
            return OfficerCall(REGISTRY, "admitPartner", (found[0].on_chain,), "REGISTRAR")
        function, role = _FUNCTIONS[kind]
        return OfficerCall(REGISTRY, function, ([wallet_text(one.on_chain) for one in found],), role)

    return acts.prepare_officer_act(connection, contracts, officer, ADMIT, content, call)


def prepare_signer(
    connection: Connection, contracts: Contracts, officer: str, partner_id: str, signer: bytes
) -> Act:
    """Prepare that somebody may sign for a partner; a delayed act.

    Raises:
        ParticipantUnknown, ParticipantNotActive, OfficerMissing
    """
    return _about_signer(
        connection, contracts, officer, partner_id, signer, ADD_SIGNER, "addSigner", "SIGNER_REGISTRAR"
    )


def prepare_signer_removal(
    connection: Connection, contracts: Contracts, officer: str, partner_id: str, signer: bytes
) -> Act:
    """Prepare that somebody may not sign for a partner any more; acts at once.

    Raises:
        ParticipantUnknown, ParticipantNotActive, OfficerMissing
    """
    return _about_signer(
        connection, contracts, officer, partner_id, signer, REMOVE_SIGNER, "removeSigner", "REGISTRAR"
    )


def prepare_block(
    connection: Connection, contracts: Contracts, officer: str, participant_id: str, reason: int
) -> Act:
    """Prepare that a participant is stopped; `reason` is a code from the municipality's list.

    Raises:
        ReasonUnknown, ParticipantUnknown, ParticipantNotActive, OfficerMissing
    """
    check_reason(codes.BLOCK, reason)
    found = service.participant(connection, participant_id)
    if not found.is_active:
        raise ParticipantNotActive(found.id)
    content = {"participant": participant_id, "reason": reason}
    call = OfficerCall(REGISTRY, "blockParticipant", (found.on_chain, reason), "ENFORCER")
    return acts.prepare_officer_act(connection, contracts, officer, BLOCK, content, lambda _: call)


def prepare_unblock(connection: Connection, contracts: Contracts, officer: str, participant_id: str) -> Act:
    """Prepare that a blocked participant takes part again.

    Raises:
        ParticipantUnknown, ParticipantNotActive, OfficerMissing
    """
    found = service.participant(connection, participant_id)
    if found.state != ACTIVE or not found.blocked:
        raise ParticipantNotActive(found.id)
    call = OfficerCall(REGISTRY, "unblockParticipant", (found.on_chain,), "ENFORCER")
    content = {"participant": participant_id}
    return acts.prepare_officer_act(connection, contracts, officer, UNBLOCK, content, lambda _: call)


def _about_signer(
    connection: Connection,
    contracts: Contracts,
    officer: str,
    partner_id: str,
    signer: bytes,
    kind: str,
    function: str,
    role: str,
) -> Act:
    partner = service.of_kind(connection, partner_id, PARTNER)
    if partner.state != ACTIVE:
        raise ParticipantNotActive(partner.id)
    content = {"partner": partner_id, "signer": signer.hex()}
    call = OfficerCall(REGISTRY, function, (partner.on_chain, signer), role)
    act = acts.prepare_officer_act(connection, contracts, officer, kind, content, lambda _: call)
    if kind == ADD_SIGNER:
        signers.prepared(connection, partner_id, signer)
    return act

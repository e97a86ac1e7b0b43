"""Identifiers as the contracts derive them (`contracts/types/Ids.sol`).

Every id is known before the act that uses it is sent, so that sending twice finds it taken.
"""

from __future__ import annotations

import secrets
from typing import NewType

from eth_abi.abi import encode
from eth_utils.crypto import keccak

ParticipantId = NewType("ParticipantId", bytes)
"""20 bytes: the first wallet's address, or for a partner any 20 bytes that the registrar chose."""

BudgetId = NewType("BudgetId", bytes)
JobId = NewType("JobId", bytes)
ClaimId = NewType("ClaimId", bytes)
RedemptionId = NewType("RedemptionId", bytes)
"""32 bytes each. A redemption's id is also the ERC-3009 nonce that the merchant signs."""

ClientId = NewType("ClientId", bytes)
"""32 bytes that the client chooses before it sends."""


def new_client_id() -> ClientId:
    """Return 32 random bytes."""
    return ClientId(secrets.token_bytes(32))


def participant_of(first_wallet: str) -> ParticipantId:
    """Return the id of whoever was admitted with this wallet (a hex address)."""
    return ParticipantId(bytes.fromhex(first_wallet.removeprefix("0x")))


def budget_id(partner: ParticipantId, period: int) -> BudgetId:
    """Return the id of a partner's budget; `period` is the municipality's own label, such as 2026."""
    return BudgetId(keccak(encode(["bytes20", "uint32"], [partner, period])))


def job_id(partner: ParticipantId, client_id: ClientId) -> JobId:
    """Return the id of the job that `partner` posts under `client_id`."""
    return JobId(_derive(partner, client_id))


def claim_id(resident: ParticipantId, client_id: ClientId) -> ClaimId:
    """Return the id of the claim that `resident` makes under `client_id`."""
    return ClaimId(_derive(resident, client_id))


def redemption_id(merchant: ParticipantId, client_id: ClientId) -> RedemptionId:
    """Return the id of what `merchant` redeems under `client_id`."""
    return RedemptionId(_derive(merchant, client_id))


def _derive(participant: ParticipantId, client_id: ClientId) -> bytes:
    return keccak(encode(["bytes20", "bytes32"], [participant, client_id]))

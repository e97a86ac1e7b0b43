"""Examples of what is prepared to be signed, and of what a signature makes of it, for each route of an act.

They are made by the code that makes the real ones, in the story of `http/examples.py`; a test holds partners'
to what the service prepares, and takes officers' apart as `client/meaning.py` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eth_abi.abi import encode
from eth_utils.crypto import keccak

from heitje_chain.chain import typed_data
from heitje_chain.chain.ids import ClaimId, ClientId, JobId, ParticipantId
from heitje_chain.chain.typed_data import Domain, JobTerms, TypedData

ACT = ClientId(bytes.fromhex("5e" * 32))
PARTNER, PERSON = "3f8a2b1c4d5e4f60817263544a5b6c7d", "8c1d2e3f4a5b4c6d9e8f7a6b5c4d3e2f"
DEADLINE = 1_799_971_200
_JOB, _CLAIM = "4d" * 32, "c1" * 32
_ON_CHAIN = ParticipantId(bytes.fromhex("a1c1650f3b2d4e5f60718293a4b5c6d7e8f90a1b"))
_WALLET, _NEW_WALLET = (
    "0x71c7656ec7ab88b098defb751b7401b5f6d8976f",
    "0x2546bcd3c84621e976d8185a91a922ae77ecec30",
)
_ESCROW = Domain.of_job_escrow(1337, "0x5fc8d32690cc91d4c39d9d3abcbd16989f875707")
_ACCOUNT = "0x0165878a594ca255338adfa4d48449f69242eb8f"
_TARGET = "0xdc64a140aa3e981100a9beca4e685f962f0cf6c9"
_HASH = bytes.fromhex("ab" * 32)
_TERMS = {"period": 2026, "reward": 1500, "slots": 3, "claim_by": 1_799_366_400, "submit_by": 1_799_971_200}


def _act(kind: str, actor: str, content: Mapping[str, Any], message: TypedData) -> dict[str, Any]:
    return {
        "id": ACT.hex(),
        "kind": kind,
        "actor": actor,
        "state": "prepared",
        "content": dict(content),
        "deadline": DEADLINE,
        "refusal": None,
        "typed_data": message.as_json(),
    }


def _officers(
    kind: str, actor: str, content: Mapping[str, Any], function: str, *values: Any
) -> dict[str, Any]:
    """`function` as Solidity has it: `grant(bytes20,uint32,uint64,bytes32)`."""
    data = _call(function, *values)
    domain = Domain.of_officer_account(1337, _ACCOUNT)
    return _act(kind, actor, content, typed_data.act(domain, _TARGET, data, ACT, DEADLINE))


def _call(function: str, *values: Any) -> bytes:
    types = function.partition("(")[2].removesuffix(")")
    return keccak(text=function)[:4] + encode(types.split(",") if types else [], values)


def _scheduled(function: str, *values: Any) -> tuple[Any, ...]:
    """What a delayed act calls: the manager, which is told of the call that comes later."""
    return ("schedule(address,bytes,uint48)", _TARGET, _call(function, *values), 0)


_JOB_POSTED = typed_data.post_job(
    _ESCROW, JobTerms(_ON_CHAIN, **_TERMS, document_hash=_HASH, client_id=ACT), DEADLINE
)
_CLAIMS = [ClaimId(bytes.fromhex(_CLAIM))]
_BUDGET = {"partner": PARTNER, "period": 2026}
_PERSON, _REASON = {"participant": PERSON}, {"reason": 1}
_SIGNER = {"partner": PARTNER, "signer": _WALLET.removeprefix("0x")}
_SIGNER_VALUES = (_ON_CHAIN, bytes.fromhex(_SIGNER["signer"]))
_LINES = [_HASH.hex()]

PREPARED: Mapping[str, dict[str, Any]] = {
    "/api/v1/jobs": _act("post_job", PARTNER, _TERMS, _JOB_POSTED),
    "/api/v1/job-closings": _act(
        "close_job",
        PARTNER,
        {"job": _JOB},
        typed_data.close_job(_ESCROW, JobId(bytes.fromhex(_JOB)), DEADLINE),
    ),
    "/api/v1/approvals": _act(
        "approve",
        PARTNER,
        {"claims": [_CLAIM]},
        typed_data.approve(_ESCROW, _ON_CHAIN, _CLAIMS, DEADLINE),
    )
    | {"warnings": []},
    "/api/v1/rejections": _act(
        "reject",
        PARTNER,
        {"claim": _CLAIM, "reason": 1},
        typed_data.reject(_ESCROW, _CLAIMS[0], 1, _HASH, DEADLINE),
    ),
    "/api/v1/decisions": _officers(
        "decide",
        "arbiter",
        {"claim": _CLAIM, "award": True, "reason": 1},
        "decide(bytes32,bool,uint16,bytes32)",
        *(_CLAIMS[0], True, 1, _HASH),
    ),
    "/api/v1/grants": _officers(
        "grant",
        "treasurer",
        {**_BUDGET, "cents": 150_000},
        "grant(bytes20,uint32,uint64,bytes32)",
        *(_ON_CHAIN, 2026, 150_000, ACT),
    ),
    "/api/v1/budget-closings": _officers(
        "close_budget", "treasurer", _BUDGET, "closeBudget(bytes20,uint32)", _ON_CHAIN, 2026
    ),
    "/api/v1/awards": _officers(
        "award",
        "treasurer",
        {**_BUDGET, "resident": PERSON, "cents": 1500},
        "award(bytes20,uint32,bytes20,uint64,bytes32,bytes32)",
        *(_ON_CHAIN, 2026, bytes.fromhex(_WALLET[2:]), 1500, _HASH, ACT),
    ),
    "/api/v1/attestations": _officers(
        "attest_reserve",
        "auditor",
        {"cents": 1_000_000, "as_of": 1_798_758_000, "statement_sha256": _HASH.hex()},
        "attestReserve(uint64,uint48,bytes32)",
        *(1_000_000, 1_798_758_000, _HASH),
    ),
    "/api/v1/mint-limits": _officers(
        "set_mint_limit",
        "treasurer",
        {"partner": PARTNER, "capacity": 1_000_000, "window": 86_400},
        *_scheduled("setMintLimit(bytes20,uint64,uint48)", _ON_CHAIN, 1_000_000, 86_400),
    ),
    "/api/v1/payout-batches": _officers(
        "close_batch",
        "settlement",
        {"batch": 12, "redemptions": _LINES},
        "close(uint32,bytes32[])",
        *(12, [_HASH]),
    ),
    "/api/v1/payout-batches/{number}/settlement": _officers(
        "settle_batch", "settlement", {"batch": 12, "rejected": []}, "settle(uint32,bytes32[])", 12, []
    ),
    "/api/v1/pauses": _officers("pause", "enforcer", _REASON, "pause()"),
    "/api/v1/unpauses": _officers("unpause", "enforcer", {}, "unpause()"),
    "/api/v1/freezes": _officers(
        "freeze",
        "enforcer",
        {**_PERSON, "cents": 1500, **_REASON, "wallet": _WALLET},
        "setFrozenTokens(address,uint256)",
        *(_WALLET, 1500),
    ),
    "/api/v1/unfreezes": _officers(
        "unfreeze", "enforcer", {**_PERSON, "wallet": _WALLET}, "setFrozenTokens(address,uint256)", _WALLET, 0
    ),
    "/api/v1/forces": _officers(
        "force",
        "enforcer",
        {
            "payer": PERSON,
            "payee": PARTNER,
            "cents": 1500,
            **_REASON,
            "wallets": [_WALLET, _NEW_WALLET],
        },
        *_scheduled("forcedTransfer(address,address,uint256)", _WALLET, _NEW_WALLET, 1500),
    ),
    "/api/v1/recoveries/{recovery_id}/replacement": _officers(
        "recover_wallet",
        "enforcer",
        {"recovery": PARTNER, "participant": PERSON},
        *_scheduled("recover(address,address)", _WALLET, _NEW_WALLET),
    ),
    "/api/v1/acts/{act_id}/cancellation": _officers(
        "cancel",
        "guardian",
        {"act": _JOB, "kind": "add_signer", "of": "registrar"},
        "cancel(address,address,bytes)",
        *(_ACCOUNT, _TARGET, _call("addSigner(bytes20,bytes)", *_SIGNER_VALUES)),
    ),
    "/api/v1/admissions": _officers(
        "admit",
        "registrar",
        {"participants": [PERSON], "kind": "merchant"},
        "admitMerchants(address[])",
        [_WALLET],
    ),
    "/api/v1/signers": _officers(
        "add_signer", "registrar", _SIGNER, *_scheduled("addSigner(bytes20,bytes)", *_SIGNER_VALUES)
    ),
    "/api/v1/signer-removals": _officers(
        "remove_signer", "registrar", _SIGNER, "removeSigner(bytes20,bytes)", *_SIGNER_VALUES
    ),
    "/api/v1/blocks": _officers(
        "block",
        "enforcer",
        {**_PERSON, **_REASON},
        "blockParticipant(bytes20,uint16)",
        *(bytes.fromhex(_WALLET[2:]), 1),
    ),
    "/api/v1/unblocks": _officers(
        "unblock", "enforcer", _PERSON, "unblockParticipant(bytes20)", bytes.fromhex(_WALLET[2:])
    ),
}
"""By the route that takes the signature: its prepared act."""


def own_example(path: str, example: Any) -> Any:
    """Return the example of a POST's answer, with the act of this very route where it holds an act."""
    prepared = PREPARED.get(path.removesuffix("/prepare"))
    if prepared is None or not isinstance(example, dict):
        return example
    if path.endswith("/prepare"):
        return prepared
    to_sign = ("typed_data", "warnings")
    signed = {name: value for name, value in prepared.items() if name not in to_sign} | {"state": "signed"}
    if set(example) == set(signed):
        return signed
    return example | {"act": signed} if "act" in example and isinstance(example["act"], dict) else example

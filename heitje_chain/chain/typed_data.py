"""The EIP-712 messages that people sign, as the contracts check them.

Partners and residents sign for the JobEscrow, holders of coins for the token (ERC-3009), officers for their
own OfficerAccount. Deadlines and validity are in seconds since 1970, amounts in cents.

A digest is made here rather than by eth-account, which takes the message apart anew each time: the worker
signs thousands. `tests/engine/test_typed_data.py` holds both to the same bytes and measures the ratio.

Source: EIP-712, ERC-3009, `contracts/JobSignatures.sol`, `contracts/OfficerAccount.sol`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from eth_abi.abi import encode
from eth_account import Account
from eth_utils.crypto import keccak

from .ids import ClaimId, ClientId, JobId, ParticipantId, RedemptionId

_DOMAIN_FIELDS = (
    ("string", "name"),
    ("string", "version"),
    ("uint256", "chainId"),
    ("address", "verifyingContract"),
)


@dataclass(frozen=True)
class Domain:
    """What a signature is good for: one contract on one chain."""

    name: str
    version: str
    chain_id: int
    verifying_contract: str

    @classmethod
    def of_token(cls, chain_id: int, token: str) -> Domain:
        return cls("Heitje", "1", chain_id, token)

    @classmethod
    def of_job_escrow(cls, chain_id: int, job_escrow: str) -> Domain:
        return cls("Heitje JobEscrow", "1", chain_id, job_escrow)

    @classmethod
    def of_officer_account(cls, chain_id: int, account: str) -> Domain:
        return cls("Heitje OfficerAccount", "1", chain_id, account)


@dataclass(frozen=True)
class TypedData:
    """One message with its domain, ready to be shown, signed or sent to whoever signs it."""

    domain: Domain
    primary_type: str
    fields: tuple[tuple[str, str], ...]
    """Pairs of Solidity type and name, in the order that is hashed."""
    message: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return the message as EIP-712 JSON would hold it, with bytes still as bytes."""
        return {
            "types": {
                "EIP712Domain": _named(_DOMAIN_FIELDS),
                self.primary_type: _named(self.fields),
            },
            "primaryType": self.primary_type,
            "domain": {
                "name": self.domain.name,
                "version": self.domain.version,
                "chainId": self.domain.chain_id,
                "verifyingContract": self.domain.verifying_contract,
            },
            "message": dict(self.message),
        }

    def as_json(self) -> dict[str, Any]:
        """Return the message as EIP-712 JSON, with bytes as 0x hex: what a wallet or a command signs."""
        return {**self.as_dict(), "message": {name: _in_json(v) for name, v in self.message.items()}}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> TypedData:
        """Return the message that `as_json` wrote.

        Raises:
            LookupError, TypeError, ValueError: it is none of those.
        """
        primary_type, domain = told["primaryType"], told["domain"]
        fields = tuple((one["type"], one["name"]) for one in told["types"][primary_type])
        return cls(
            Domain(domain["name"], domain["version"], int(domain["chainId"]), domain["verifyingContract"]),
            primary_type,
            fields,
            {name: _from_json(kind, told["message"][name]) for kind, name in fields},
        )

    def digest(self) -> bytes:
        """Return the 32 bytes that are signed."""
        values = [_in_hash(kind, self.message[name]) for kind, name in self.fields]
        types = [_type_in_hash(kind) for kind, _ in self.fields]
        struct = keccak(_type_hash(self.primary_type, self.fields) + encode(types, values))
        return keccak(b"\x19\x01" + _separator(self.domain) + struct)

    def signed_by(self, private_key: bytes | str) -> bytes:
        """Return the 65 bytes r, s, v."""
        return bytes(Account.unsafe_sign_hash(self.digest(), private_key).signature)


@dataclass(frozen=True)
class JobTerms:
    """What a partner promises: `slots` rewards of `reward` cents, claimed and submitted in time."""

    partner: ParticipantId
    period: int
    reward: int
    slots: int
    claim_by: int
    submit_by: int
    document_hash: bytes
    client_id: ClientId

    def as_tuple(self) -> tuple[bytes, int, int, int, int, int, bytes, bytes]:
        """Return the struct in the contract's order."""
        return (
            self.partner,
            self.period,
            self.reward,
            self.slots,
            self.claim_by,
            self.submit_by,
            self.document_hash,
            self.client_id,
        )


# ---------------------------------------------------------------- partners


def post_job(domain: Domain, terms: JobTerms, deadline: int) -> TypedData:
    return _typed(
        domain,
        "PostJob(bytes20 partner,uint32 period,uint48 reward,uint16 slots,uint48 claimBy,uint48 submitBy,"
        "bytes32 documentHash,bytes32 clientId,uint48 deadline)",
        *terms.as_tuple(),
        deadline,
    )


def close_job(domain: Domain, job: JobId, deadline: int) -> TypedData:
    return _typed(domain, "CloseJob(bytes32 job,uint48 deadline)", job, deadline)


def approve(domain: Domain, partner: ParticipantId, claims: Sequence[ClaimId], deadline: int) -> TypedData:
    return _typed(
        domain, "Approve(bytes20 partner,bytes32[] claims,uint48 deadline)", partner, list(claims), deadline
    )


def reject(domain: Domain, claim: ClaimId, reason: int, document_hash: bytes, deadline: int) -> TypedData:
    return _typed(
        domain,
        "Reject(bytes32 claim,uint16 reason,bytes32 documentHash,uint48 deadline)",
        claim,
        reason,
        document_hash,
        deadline,
    )


# ---------------------------------------------------------------- residents


def claim(
    domain: Domain, job: JobId, resident: ParticipantId, cents: int, client_id: ClientId, deadline: int
) -> TypedData:
    return _typed(
        domain,
        "Claim(bytes32 job,bytes20 resident,uint48 cents,bytes32 clientId,uint48 deadline)",
        job,
        resident,
        cents,
        client_id,
        deadline,
    )


def withdraw(domain: Domain, claim: ClaimId, deadline: int) -> TypedData:
    return _typed(domain, "Withdraw(bytes32 claim,uint48 deadline)", claim, deadline)


def submit(domain: Domain, claim: ClaimId, evidence_hash: bytes, deadline: int) -> TypedData:
    return _typed(
        domain, "Submit(bytes32 claim,bytes32 evidenceHash,uint48 deadline)", claim, evidence_hash, deadline
    )


def dispute(domain: Domain, claim: ClaimId, document_hash: bytes, deadline: int) -> TypedData:
    return _typed(
        domain, "Dispute(bytes32 claim,bytes32 documentHash,uint48 deadline)", claim, document_hash, deadline
    )


# ---------------------------------------------------------------- holders of coins (ERC-3009)


def transfer_with_authorization(
    domain: Domain, sender: str, to: str, cents: int, valid_after: int, valid_before: int, nonce: bytes
) -> TypedData:
    return _authorization(
        "TransferWithAuthorization", domain, sender, to, cents, valid_after, valid_before, nonce
    )


def receive_with_authorization(
    domain: Domain,
    sender: str,
    to: str,
    cents: int,
    valid_after: int,
    valid_before: int,
    nonce: bytes | RedemptionId,
) -> TypedData:
    return _authorization(
        "ReceiveWithAuthorization", domain, sender, to, cents, valid_after, valid_before, nonce
    )


def cancel_authorization(domain: Domain, authorizer: str, nonce: bytes) -> TypedData:
    return _typed(domain, "CancelAuthorization(address authorizer,bytes32 nonce)", authorizer, nonce)


# ---------------------------------------------------------------- officers


def act(domain: Domain, target: str, data: bytes, client_id: ClientId, deadline: int) -> TypedData:
    """Return what an officer signs so that the officer's account calls `target` with `data`."""
    return _typed(
        domain,
        "Act(address target,bytes data,bytes32 clientId,uint48 deadline)",
        target,
        data,
        client_id,
        deadline,
    )


# ---------------------------------------------------------------- details


def _authorization(purpose: str, domain: Domain, *values: str | int | bytes) -> TypedData:
    return _typed(
        domain,
        f"{purpose}(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,"
        "bytes32 nonce)",
        *values,
    )


def _typed(domain: Domain, encode_type: str, *values: Any) -> TypedData:
    """Build a message from its EIP-712 type string and its values in the same order."""
    primary_type, _, declarations = encode_type.removesuffix(")").partition("(")
    fields = tuple(_field(part) for part in declarations.split(","))
    message = {name: value for (_, name), value in zip(fields, values, strict=True)}
    return TypedData(domain, primary_type, fields, message)


def _field(declaration: str) -> tuple[str, str]:
    solidity_type, name = declaration.split(" ")
    return solidity_type, name


@lru_cache
def _separator(domain: Domain) -> bytes:
    """EIP-712's hash of the domain."""
    type_hash = _type_hash("EIP712Domain", _DOMAIN_FIELDS)
    names = (keccak(text=domain.name), keccak(text=domain.version))
    types = ["bytes32", "bytes32", "uint256", "address"]
    return keccak(type_hash + encode(types, [*names, domain.chain_id, domain.verifying_contract]))


@lru_cache
def _type_hash(primary_type: str, fields: tuple[tuple[str, str], ...]) -> bytes:
    return keccak(text=f"{primary_type}({','.join(f'{kind} {name}' for kind, name in fields)})")


def _type_in_hash(kind: str) -> str:
    return "bytes32" if kind in ("bytes", "bytes32[]") else kind


def _in_hash(kind: str, value: Any) -> Any:
    """What is of no fixed length stands in the hash as a hash of its own."""
    if kind == "bytes":
        return keccak(value)
    if kind == "bytes32[]":
        return keccak(b"".join(encode(["bytes32"], [part]) for part in value))
    return value


def _in_json(value: Any) -> Any:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    return [_in_json(part) for part in value] if isinstance(value, list) else value


def _from_json(kind: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_from_json(kind.removesuffix("[]"), part) for part in value]
    return bytes.fromhex(value.removeprefix("0x")) if kind.startswith("bytes") else value


def _named(fields: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "type": solidity_type} for solidity_type, name in fields]

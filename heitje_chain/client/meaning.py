"""What a message says that one is to sign, read from the message itself and not from the service's words.

A partner's message names its fields. An officer's holds a call in Solidity's encoding, which is taken apart
by the functions listed here; a delayed act is such a call inside a call to the manager's `schedule`,
and cancelling it one inside `cancel`.

Source: `contracts/JobSignatures.sol`, `contracts/OfficerAccount.sol`, `contracts/interfaces/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.crypto import keccak

from .signers import SignerError

# What officers do: function -> its parameters, type and name.
CALLS: Mapping[str, str] = {
    "grant": "bytes20 partner,uint32 period,uint64 cents,bytes32 grantId",
    "closeBudget": "bytes20 partner,uint32 period",
    "award": "bytes20 partner,uint32 period,bytes20 resident,uint64 cents,bytes32 reasonHash,bytes32 awardId",
    "attestReserve": "uint64 cents,uint48 asOf,bytes32 statementHash",
    "setMintLimit": "bytes20 partner,uint64 capacity,uint48 window",
    "admitMerchants": "address[] wallets",
    "admitAssociations": "address[] wallets",
    "admitPartner": "bytes20 partner",
    "blockParticipant": "bytes20 participant,uint16 reason",
    "unblockParticipant": "bytes20 participant",
    "replaceWallet": "address oldWallet,address newWallet",
    "addSigner": "bytes20 partner,bytes signer",
    "removeSigner": "bytes20 partner,bytes signer",
    "setFrozenTokens": "address account,uint256 amount",
    "pause": "",
    "unpause": "",
    "recover": "address oldWallet,address newWallet",
    "forcedTransfer": "address from,address to,uint256 cents",
    "decide": "bytes32 id,bool award,uint16 reason,bytes32 documentHash",
    "close": "uint32 batch,bytes32[] redemptions",
    "settle": "uint32 batch,bytes32[] rejected",
    # What the admin schedules elsewhere, which the guardian can cancel.
    "labelRole": "uint64 role,string label",
    "grantRole": "uint64 role,address account,uint32 delay",
    "revokeRole": "uint64 role,address account",
    "setRoleAdmin": "uint64 role,uint64 admin",
    "setRoleGuardian": "uint64 role,uint64 guardian",
    "setGrantDelay": "uint64 role,uint32 delay",
    "setTargetAdminDelay": "address target,uint32 delay",
    "setTargetClosed": "address target,bool closed",
    "setTargetFunctionRole": "address target,bytes4[] functions,uint64 role",
    "updateAuthority": "address target,address authority",
}
_SCHEDULE = ("schedule", "address target,bytes data,uint48 when")
_CANCEL = ("cancel", "address caller,address target,bytes data")

_DOMAINS = {
    "Act": "Heitje OfficerAccount",
    "PostJob": "Heitje JobEscrow",
    "CloseJob": "Heitje JobEscrow",
    "Approve": "Heitje JobEscrow",
    "Reject": "Heitje JobEscrow",
}


class MessageStrange(SignerError):
    """What is to be signed is none of Heitje's acts: never sign it."""

    def __init__(self, why: str) -> None:
        super().__init__(f"What the service asks to be signed is not understood ({why}): it was not signed.")


@dataclass(frozen=True)
class Meaning:
    """What a signature brings about."""

    act: str
    """A function such as `grant`, or `PostJob`, `CloseJob`, `Approve`, `Reject`."""
    arguments: Mapping[str, Any]
    """By name; ids as hex without 0x, amounts in cents, times in UTC seconds."""
    chain_id: int
    contract: str
    """Where the signature counts, a 0x address."""
    deadline: int
    """Until when it counts, UTC seconds."""
    delayed: bool = False
    """Whether it is scheduled now, and carried out when its delay is over."""


def meaning_of(typed_data: Mapping[str, Any]) -> Meaning:
    """Raises:
    MessageStrange
    """
    try:
        kind, domain, message = typed_data["primaryType"], typed_data["domain"], dict(typed_data["message"])
        if _DOMAINS.get(kind) != domain["name"]:
            raise MessageStrange(f"{kind} for {domain['name']}")
        contract, chain_id = str(domain["verifyingContract"]), int(domain["chainId"])
        deadline = int(message.pop("deadline"))
        if kind != "Act":
            return Meaning(kind, _plain(message), chain_id, contract, deadline)
        name, arguments, delayed = _call(bytes.fromhex(message["data"].removeprefix("0x")))
    except (LookupError, TypeError, ValueError, AttributeError, DecodingError) as error:
        raise MessageStrange(f"{type(error).__name__}") from None
    return Meaning(name, arguments, chain_id, contract, deadline, delayed)


# ---------------------------------------------------------------- details


def _call(data: bytes) -> tuple[str, Mapping[str, Any], bool]:
    """Return function, arguments, and whether it is only scheduled."""
    if data[:4] == _selector(*_SCHEDULE):
        inner = _decoded(_SCHEDULE[1], data)["data"]
        name, arguments, _ = _call(bytes.fromhex(inner))
        return name, arguments, True
    if data[:4] == _selector(*_CANCEL):
        name, arguments, _ = _call(bytes.fromhex(_decoded(_CANCEL[1], data)["data"]))
        return "cancel", {"cancelled": name, **arguments}, False
    for name, parameters in CALLS.items():
        if data[:4] == _selector(name, parameters):
            return name, _decoded(parameters, data), False
    raise MessageStrange(f"an unknown call 0x{data[:4].hex()}")


def _selector(name: str, parameters: str) -> bytes:
    return keccak(text=f"{name}({','.join(_types(parameters))})")[:4]


def _types(parameters: str) -> list[str]:
    return [one.split(" ")[0] for one in parameters.split(",") if one]


def _decoded(parameters: str, data: bytes) -> Mapping[str, Any]:
    names = [one.split(" ")[1] for one in parameters.split(",") if one]
    return _plain(dict(zip(names, decode(_types(parameters), data[4:]), strict=True)))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple):
        return [_plain_value(part) for part in value]
    return value.removeprefix("0x").lower() if isinstance(value, str) else value

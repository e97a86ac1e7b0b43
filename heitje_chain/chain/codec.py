"""Between domain values and what the contracts speak, by the ABIs of the deployment record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from eth_abi.abi import decode, encode
from eth_utils.crypto import keccak

from .deployment import DeploymentRecord
from .node import Log

# Which argument an event is about; together with the event's name it is what an intent waits for.
_KEYS: Mapping[str, str] = {
    "ParticipantAdmitted": "participant",
    "ParticipantBlocked": "participant",
    "ParticipantUnblocked": "participant",
    "WalletReplaced": "participant",
    "SignerAdded": "partner",
    "SignerRemoved": "partner",
    "MintLimitSet": "partner",
    "BudgetGranted": "grantId",
    "BudgetClosed": "budget",
    "AwardMinted": "awardId",
    "ReserveAttested": "statementHash",
    "JobPosted": "job",
    "JobClosed": "job",
    "SlotReopened": "job",
    "SlotsReleased": "job",
    "ClaimMade": "claim",
    "ClaimWithdrawn": "claim",
    "ClaimLapsed": "claim",
    "ClaimSubmitted": "claim",
    "ClaimApproved": "claim",
    "ClaimSkipped": "claim",
    "ClaimRejected": "claim",
    "ClaimRejectionFinal": "claim",
    "ClaimDisputed": "claim",
    "ClaimEscalated": "claim",
    "ClaimAwarded": "claim",
    "ClaimDenied": "claim",
    "RedemptionLocked": "redemption",
    "RedemptionRejected": "redemption",
    "RedemptionReleased": "redemption",
    "BatchClosed": "batch",
    "BatchSettled": "batch",
    "Acted": "clientId",
    "OperationScheduled": "operationId",
    "OperationExecuted": "operationId",
    "OperationCanceled": "operationId",
}

# Events of the manager that are told apart by how often the same operation was scheduled.
_COUNTED = frozenset({"OperationScheduled", "OperationExecuted", "OperationCanceled"})


@dataclass(frozen=True)
class ChainEvent:
    """A decoded log. Arguments are JSON values: bytes as 0x hex, addresses in lower case, integers."""

    block_number: int
    log_index: int
    transaction_hash: str
    contract: str
    name: str
    key: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Refusal:
    """A contract's error: its name and fields, such as ERC20InsufficientBalance."""

    name: str
    arguments: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return it as rows keep it."""
        return {"name": self.name, "arguments": dict(self.arguments)}


class Codec:
    """Encodes calls and decodes events and errors of one deployment."""

    def __init__(self, record: DeploymentRecord) -> None:
        self._functions: dict[tuple[str, str], dict[str, Any]] = {}
        self._events: dict[tuple[str, bytes], dict[str, Any]] = {}
        self._errors: dict[bytes, dict[str, Any]] = {}
        self._names = {found.address.lower(): name for name, found in record.contracts.items()}
        self._names |= {officer.account.lower(): "OfficerAccount" for officer in record.officers.values()}
        self.addresses = {name: found.address for name, found in record.contracts.items()}
        for contract, abi in record.abis.items():
            for entry in abi:
                self._take(contract, entry)

    @property
    def watched(self) -> list[str]:
        """The addresses whose logs are ours."""
        return list(self._names)

    def call(self, contract: str, function: str, *arguments: Any) -> bytes:
        """Return the calldata of a call."""
        entry = self._functions[contract, function]
        types = [_canonical(part) for part in entry["inputs"]]
        return _selector(entry) + encode(types, arguments)

    def function_of(self, contract: str, data: bytes) -> tuple[str, dict[str, Any]] | None:
        """Read calldata: the function's name and its arguments as JSON values; None when none of ours."""
        for (owner, name), entry in self._functions.items():
            if owner == contract and _selector(entry) == data[:4]:
                values = decode([_canonical(part) for part in entry["inputs"]], data[4:])
                return name, {
                    part["name"]: _json(value) for part, value in zip(entry["inputs"], values, strict=True)
                }
        return None

    def returned(self, contract: str, function: str, data: bytes) -> Any:
        """Decode what a view with one result returned."""
        [output] = self._functions[contract, function]["outputs"]
        return _json(decode([_canonical(output)], data)[0])

    def contract_at(self, address: str) -> str | None:
        """Return the name of the contract at this address, OfficerAccount for any of theirs."""
        return self._names.get(address.lower())

    def events(self, logs: Sequence[Log]) -> list[ChainEvent]:
        """Decode logs in the chain's order; one that no ABI of ours knows is left out.

        ERC-3009 tells a payment in two events. AuthorizationUsed gets what the Transfer says, `to` and
        `value`, so that one event says the whole payment.
        """
        decoded = [event for event in map(self._event, logs) if event is not None]
        for i, event in enumerate(decoded[:-1]):
            if event.name == "AuthorizationUsed" and decoded[i + 1].name == "Transfer":
                moved = decoded[i + 1].arguments
                paid = {**event.arguments, "to": moved["to"], "value": moved["value"]}
                decoded[i] = replace(event, arguments=paid)
        return decoded

    def _event(self, log: Log) -> ChainEvent | None:
        contract = self._names.get(log.address)
        entry = self._events.get((contract or "", log.topics[0])) if log.topics else None
        if contract is None or entry is None:
            return None
        indexed = [part for part in entry["inputs"] if part.get("indexed")]
        plain = [part for part in entry["inputs"] if not part.get("indexed")]
        values = {
            part["name"]: decode([part["type"]], topic)[0]
            for part, topic in zip(indexed, log.topics[1:], strict=True)
        }
        decoded = decode([_canonical(part) for part in plain], log.data)
        values |= {part["name"]: value for part, value in zip(plain, decoded, strict=True)}
        arguments = {name: _json(value) for name, value in values.items()}
        if contract == "OfficerAccount":
            arguments["account"] = log.address  # There are many, and whose it is matters.
        return ChainEvent(
            log.block_number,
            log.log_index,
            log.transaction_hash,
            contract,
            entry["name"],
            _key(entry["name"], arguments),
            arguments,
        )

    def refusal(self, data: bytes) -> Refusal:
        """Decode a contract's error; an unknown one keeps its bytes."""
        entry = self._errors.get(data[:4])
        if entry is None:
            return Refusal("Unknown", {"data": "0x" + data.hex()})
        values = decode([_canonical(part) for part in entry["inputs"]], data[4:])
        names = [part["name"] for part in entry["inputs"]]
        return Refusal(entry["name"], {name: _json(v) for name, v in zip(names, values, strict=True)})

    def _take(self, contract: str, entry: dict[str, Any]) -> None:
        if entry["type"] == "function":
            self._functions[contract, entry["name"]] = entry
        elif entry["type"] == "event":
            self._events[contract, keccak(text=signature_of(entry))] = entry
        elif entry["type"] == "error":
            self._errors[_selector(entry)] = entry


def bytes_of(text: str) -> bytes:
    """Return the bytes of hex as events and typed data spell it, with or without 0x."""
    return bytes.fromhex(text.removeprefix("0x"))


def payment_key(authorizer: str, nonce: bytes) -> str:
    """Return the key of the AuthorizationUsed event of this payment."""
    return f"{authorizer.lower()}:0x{nonce.hex()}"


def operation_key(operation_id: str, nonce: int) -> str:
    """Return the key of the manager's events about an operation (0x hex), scheduled for the nonce-th time."""
    return f"{operation_id}:{nonce}"


def _key(name: str, arguments: Mapping[str, Any]) -> str:
    if name == "AuthorizationUsed":
        return f"{arguments['authorizer']}:{arguments['nonce']}"
    if name in _COUNTED:
        return operation_key(arguments["operationId"], arguments["nonce"])
    return str(arguments[_KEYS[name]]) if name in _KEYS else ""


def _selector(entry: dict[str, Any]) -> bytes:
    return keccak(text=signature_of(entry))[:4]


def signature_of(entry: dict[str, Any]) -> str:
    """Return an ABI entry's name with its canonical types, from which its selector or topic is made."""
    return f"{entry['name']}({','.join(_canonical(part) for part in entry['inputs'])})"


def _canonical(parameter: dict[str, Any]) -> str:
    """Return a parameter's type as a selector is made from it: a struct is the list of its parts."""
    if not parameter["type"].startswith("tuple"):
        return str(parameter["type"])
    parts = ",".join(_canonical(part) for part in parameter["components"])
    return f"({parts}){parameter['type'].removeprefix('tuple')}"


def _json(value: Any) -> Any:
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, tuple | list):
        return [_json(part) for part in value]
    return value

"""Compares the chain with the record of a deployment; every difference is one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from eth_utils.address import is_same_address, to_checksum_address
from eth_utils.crypto import keccak

from heitje_chain.chain.codec import signature_of
from heitje_chain.chain.deployment import DeploymentRecord

from .chain import code_hash, contract_at, logs, require_recorded_chain
from .members import actual_members, recorded_members
from .roles import ADMIN, KINDS, RoleTable

# Contract -> getter -> the contract that it must name.
WIRING = {
    "ParticipantRegistry": {"authority": "AccessManager", "token": "HeitjeToken"},
    "HeitjeToken": {
        "authority": "AccessManager",
        "registry": "ParticipantRegistry",
        "budget": "RewardBudget",
        "redemption": "Redemption",
    },
    "RewardBudget": {
        "authority": "AccessManager",
        "token": "HeitjeToken",
        "registry": "ParticipantRegistry",
        "jobEscrow": "JobEscrow",
    },
    "JobEscrow": {
        "authority": "AccessManager",
        "registry": "ParticipantRegistry",
        "budget": "RewardBudget",
        "token": "HeitjeToken",
    },
    "Redemption": {"authority": "AccessManager", "token": "HeitjeToken", "registry": "ParticipantRegistry"},
}

# Parameter -> where the chain tells it.
PARAMETERS = {
    "max_reward_cents": ("RewardBudget", "maxReward"),
    "attestation_max_age_seconds": ("RewardBudget", "attestationMaxAge"),
    "decision_window_seconds": ("JobEscrow", "decisionWindow"),
    "dispute_window_seconds": ("JobEscrow", "disputeWindow"),
    "grace_period_seconds": ("JobEscrow", "gracePeriod"),
}


def differences(record: DeploymentRecord, roles: RoleTable) -> Iterator[str]:
    """Yield what is on the chain but not in the record, or the other way round.

    Raises:
        WrongChain: the node is on another chain; nothing else can be compared then.
    """
    require_recorded_chain(record)
    missing_code = list(_code(record))
    yield from missing_code
    if missing_code:
        return  # What an unknown contract answers says nothing.
    yield from _wiring(record)
    yield from _parameters(record)
    yield from _officers(record)
    yield from _functions(record, roles)
    yield from _role_settings(record, roles)
    yield from _members(record, roles)
    yield from _payments(record, roles)
    yield from _verifiers(record)


def _code(record: DeploymentRecord) -> Iterator[str]:
    recorded = [(name, contract.address, contract.code_hash) for name, contract in record.contracts.items()]
    recorded += [
        (f"verifier {name}", found.address, found.code_hash) for name, found in record.verifiers.items()
    ]
    recorded += [
        (f"officer {name}", found.account, found.code_hash) for name, found in record.officers.items()
    ]
    for name, address, expected in recorded:
        found = code_hash(address)
        if found == "0x" + keccak(b"").hex():
            yield f"{name}: there is no code at {address}."
        elif found != expected:
            yield f"{name}: the code at {address} hashes to {found}, recorded is {expected}."


def _wiring(record: DeploymentRecord) -> Iterator[str]:
    for name, getters in WIRING.items():
        for getter, target in getters.items():
            found, expected = getattr(contract_at(record, name), getter)(), record.contracts[target].address
            if not is_same_address(found, expected):
                yield f"{name}.{getter} is {found}, recorded is {target} at {expected}."


def _parameters(record: DeploymentRecord) -> Iterator[str]:
    for parameter, (name, getter) in PARAMETERS.items():
        found, expected = getattr(contract_at(record, name), getter)(), getattr(record.parameters, parameter)
        if found != expected:
            yield f"{name}.{getter} is {found}, recorded is {parameter} {expected}."


def _officers(record: DeploymentRecord) -> Iterator[str]:
    for name, officer in record.officers.items():
        account = contract_at(record, "OfficerAccount", officer.account)
        signer = "0x" + bytes(account.signer()).hex()
        if signer != officer.signer:
            yield f"officer {name}: the signer is {signer}, recorded is {officer.signer}."
        if not is_same_address(account.manager(), record.contracts["AccessManager"].address):
            yield f"officer {name}: the account schedules at {account.manager()}, not at our manager."


def _functions(record: DeploymentRecord, roles: RoleTable) -> Iterator[str]:
    """Every function that changes something belongs to the role of the table, or to nobody but ADMIN."""
    manager = contract_at(record, "AccessManager")
    expected = {(function.contract, function.signature): function.role for function in roles.functions}
    names = {roles.id_of(role): role for role in (ADMIN, *roles.roles)}
    for contract, recorded in record.contracts.items():
        if manager.isTargetClosed(recorded.address):
            yield f"{contract} is closed: nobody can call its restricted functions."
        if delay := manager.getTargetAdminDelay(recorded.address):
            yield f"{contract}: its admin delay is {delay} seconds, recorded is none."
        for signature in _changing_functions(record.abis[contract]):
            found = manager.getTargetFunctionRole(recorded.address, keccak(text=signature)[:4])
            wanted = expected.get((contract, signature), ADMIN)
            if found != roles.id_of(wanted):
                yield f"{contract}.{signature} belongs to {names.get(found, found)}, recorded is {wanted}."


def _role_settings(record: DeploymentRecord, roles: RoleTable) -> Iterator[str]:
    manager = contract_at(record, "AccessManager")
    for role in roles.roles.values():
        guardian = roles.id_of("GUARDIAN") if role.guarded else 0
        if (found := manager.getRoleGuardian(role.id)) != guardian:
            yield f"{role.name}: its guardian is role {found}, recorded is role {guardian}."
        if (found := manager.getRoleAdmin(role.id)) != 0:
            yield f"{role.name}: role {found} can give it, recorded is ADMIN."
        if found := manager.getRoleGrantDelay(role.id):
            yield f"{role.name}: giving it takes {found} seconds, recorded is none."


def _members(record: DeploymentRecord, roles: RoleTable) -> Iterator[str]:
    expected = recorded_members(record)
    actual = actual_members(contract_at(record, "AccessManager"), record, roles)
    for role in sorted(expected.keys() | actual.keys()):
        recorded, found = expected.get(role, {}), actual.get(role, {})
        for account in sorted(recorded.keys() | found.keys()):
            who = _who(record, account)
            if account not in found:
                yield f"{role}: {who} does not hold it, but is recorded."
            elif account not in recorded:
                yield f"{role}: {who} holds it, but is not recorded."
            elif found[account] != recorded[account]:
                yield (f"{role}: {who} acts after {found[account]} s, recorded are {recorded[account]} s.")


def _payments(record: DeploymentRecord, roles: RoleTable) -> Iterator[str]:
    registry = contract_at(record, "ParticipantRegistry")
    for (i, payer), (j, payee) in product(enumerate(KINDS), enumerate(KINDS)):
        found, expected = registry.kindMayPay(i, j), (payer, payee) in roles.payments
        if found != expected:
            yield f"{payer} {'may' if found else 'may not'} pay {payee}, recorded is the opposite."


def _verifiers(record: DeploymentRecord) -> Iterator[str]:
    registry = contract_at(record, "ParticipantRegistry")
    recorded = {verifier.address: name for name, verifier in record.verifiers.items()}
    named = {str(log.verifier) for log in logs(registry, "VerifierAllowed", record.first_block)}
    for address in sorted(named | recorded.keys()):
        allowed = registry.isAllowedVerifier(address)
        if allowed and address not in recorded:
            yield f"verifier {address} is allowed, but is not recorded."
        if not allowed and address in recorded:
            yield f"verifier {recorded[address]} at {address} is not allowed, but is recorded."


def _who(record: DeploymentRecord, account: str) -> str:
    for name, officer in record.officers.items():
        if is_same_address(officer.account, account):
            return f"officer {name} ({to_checksum_address(account)})"
    kind = "sender " if account in record.senders else ""
    return f"{kind}{account}"


def _changing_functions(abi: list[dict[str, Any]]) -> Iterator[str]:
    for entry in abi:
        if entry["type"] == "function" and entry["stateMutability"] in ("nonpayable", "payable"):
            yield signature_of(entry)

"""Deploys everything and gives everybody the roles that the network's file says.

The contracts know each other from birth and for good, so each one's address is computed before it exists: the
address of a contract follows from its deployer and the deployer's nonce.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ape import chain, project
from ape.api import AccountAPI
from ape.contracts import ContractContainer, ContractInstance
from eth_utils.address import to_canonical_address, to_checksum_address
from eth_utils.crypto import keccak
from rlp import encode as rlp_encode

from heitje_chain.chain.deployment import ContractRecord, DeploymentRecord, OfficerRecord, Parameters

from .chain import WrongChain, code_hash, genesis_hash
from .network_file import NetworkFile, OfficerSection
from .roles import ADMIN, RoleTable

Say = Callable[[str], None]

OPENZEPPELIN = {
    "AccessManager": "access/manager/AccessManager.sol",
    "ERC7913WebAuthnVerifier": "utils/cryptography/verifiers/ERC7913WebAuthnVerifier.sol",
    "ERC7913P256Verifier": "utils/cryptography/verifiers/ERC7913P256Verifier.sol",
}
VERIFIERS = {"webauthn": "ERC7913WebAuthnVerifier", "p256": "ERC7913P256Verifier"}

# In this order: an address is computed by counting on from the registry.
OURS = ("ParticipantRegistry", "HeitjeToken", "RewardBudget", "JobEscrow", "Redemption")


class DeploymentFailed(Exception):
    """The deployment stopped half-way; what it left on the chain has no roles and no use."""


@dataclass
class Deployment:
    """A deployment under way."""

    network: NetworkFile
    roles: RoleTable
    deployer: AccountAPI
    say: Say
    contracts: dict[str, ContractInstance] = field(default_factory=dict)
    verifiers: dict[str, ContractInstance] = field(default_factory=dict)
    officers: dict[str, OfficerRecord] = field(default_factory=dict)

    @property
    def manager(self) -> ContractInstance:
        return self.contracts["AccessManager"]


def deploy(
    name: str, network: NetworkFile, roles: RoleTable, deployer: AccountAPI, say: Say
) -> DeploymentRecord:
    """Deploy all contracts, wire the roles, hand over to the officers, and return the record.

    The deployer keeps no role.

    Raises:
        WrongChain: the file is not for the chain of the node.
        DeploymentFailed: a contract came to lie at another address than computed.
    """
    if chain.chain_id not in network.chain_ids:
        expected = " or ".join(str(chain_id) for chain_id in network.chain_ids)
        raise WrongChain(f"The node is on chain {chain.chain_id}, the network's file is for {expected}.")

    first_block = chain.blocks.height + 1
    under_way = Deployment(network, roles, deployer, say)
    _deploy_contracts(under_way)
    _wire_functions(under_way)
    _allow_verifiers(under_way)
    verifiers = {verifier: instance.address for verifier, instance in under_way.verifiers.items()}
    for officer, section in network.officers.items():
        say(f"Officer account of {officer}")
        under_way.officers[officer] = deploy_officer_account(
            section, under_way.manager.address, verifiers, deployer
        )
    _give_roles(under_way)
    return _record(name, under_way, first_block)


def deploy_officer_account(
    section: OfficerSection, manager: str, verifiers: Mapping[str, str], payer: AccountAPI
) -> OfficerRecord:
    """Deploy an officer's account; it holds no role yet.

    Args:
        manager: the AccessManager's address
        verifiers: name -> address of the verifiers that a signer may name
    """
    signer = _signer_bytes(section.signer, verifiers)
    account = payer.deploy(project.OfficerAccount, manager, signer)
    return OfficerRecord(
        account=account.address,
        signer="0x" + signer.hex(),
        code_hash=code_hash(account.address),
        roles=section.roles,
    )


def signer_hex(section: OfficerSection, verifiers: Mapping[str, str]) -> str:
    """Return the ERC-7913 signer of an officer in hex, as a record holds it."""
    return "0x" + _signer_bytes(section.signer, verifiers).hex()


def openzeppelin(name: str) -> ContractContainer:
    """Return one of OpenZeppelin's contracts, compiled from the installed package alone."""
    package = next(iter(project.dependencies["openzeppelin"].values()))
    return package.load_contracts(OPENZEPPELIN[name])[name]


def _deploy_contracts(under_way: Deployment) -> None:
    under_way.say("AccessManager")
    manager = under_way.deployer.deploy(openzeppelin("AccessManager"), under_way.deployer.address)
    under_way.contracts["AccessManager"] = manager

    nonce = under_way.deployer.nonce
    at = {name: created_address(under_way.deployer.address, nonce + i) for i, name in enumerate(OURS)}
    limits = under_way.network.parameters
    arguments: dict[str, tuple[Any, ...]] = {
        "ParticipantRegistry": (
            manager.address,
            at["HeitjeToken"],
            [at["RewardBudget"], at["JobEscrow"], at["Redemption"]],
        ),
        "HeitjeToken": (manager.address, at["ParticipantRegistry"], at["RewardBudget"], at["Redemption"]),
        "RewardBudget": (
            manager.address,
            at["HeitjeToken"],
            at["ParticipantRegistry"],
            at["JobEscrow"],
            limits.max_reward_cents,
            limits.attestation_max_age_seconds,
        ),
        "JobEscrow": (
            manager.address,
            at["ParticipantRegistry"],
            at["RewardBudget"],
            at["HeitjeToken"],
            limits.decision_window_seconds,
            limits.dispute_window_seconds,
            limits.grace_period_seconds,
        ),
        "Redemption": (manager.address, at["HeitjeToken"], at["ParticipantRegistry"]),
    }
    for name in OURS:
        under_way.say(name)
        contract = under_way.deployer.deploy(getattr(project, name), *arguments[name])
        if contract.address != at[name]:
            raise DeploymentFailed(
                f"{name} is at {contract.address}, not at {at[name]}: the deploying key was used elsewhere. "
                "Deploy again with a key of its own."
            )
        under_way.contracts[name] = contract

    for verifier in under_way.network.verifiers.names:
        under_way.say(VERIFIERS[verifier])
        under_way.verifiers[verifier] = under_way.deployer.deploy(openzeppelin(VERIFIERS[verifier]))


def _wire_functions(under_way: Deployment) -> None:
    under_way.say("Roles of functions")
    roles, manager = under_way.roles, under_way.manager
    calls = [
        manager.setRoleGuardian.encode_input(role.id, roles.id_of("GUARDIAN"))
        for role in roles.roles.values()
        if role.guarded
    ]
    calls += [manager.labelRole.encode_input(role.id, role.name) for role in roles.roles.values()]
    calls += [
        manager.setTargetFunctionRole.encode_input(
            under_way.contracts[function.contract].address, [function.selector], roles.id_of(function.role)
        )
        for function in roles.functions
    ]
    manager.multicall(calls, sender=under_way.deployer)


def _allow_verifiers(under_way: Deployment) -> None:
    """Allow the verifiers just deployed; the deployer has the role for these few transactions only."""
    if not under_way.verifiers:
        return
    role, deployer = under_way.roles.id_of("SIGNER_REGISTRAR"), under_way.deployer
    under_way.manager.grantRole(role, deployer, 0, sender=deployer)
    for verifier in under_way.verifiers.values():
        under_way.contracts["ParticipantRegistry"].allowVerifier(verifier.address, sender=deployer)
    under_way.manager.revokeRole(role, deployer, sender=deployer)


def _give_roles(under_way: Deployment) -> None:
    under_way.say("Roles of officers and senders")
    manager, deployer, roles = under_way.manager, under_way.deployer, under_way.roles
    calls = [
        manager.grantRole.encode_input(roles.id_of(role), officer.account, under_way.network.delay_of(role))
        for officer in under_way.officers.values()
        for role in officer.roles
    ]
    calls += [
        manager.grantRole.encode_input(roles.id_of("ADMITTER"), sender, 0)
        for sender in under_way.network.senders.addresses
    ]
    # Last: after this the deployer is nobody.
    calls.append(manager.renounceRole.encode_input(roles.id_of(ADMIN), deployer.address))
    manager.multicall(calls, sender=deployer)


def _record(name: str, under_way: Deployment, first_block: int) -> DeploymentRecord:
    contracts = under_way.contracts
    types = {contract: instance.contract_type for contract, instance in contracts.items()}
    types["OfficerAccount"] = project.OfficerAccount.contract_type
    return DeploymentRecord(
        network=name,
        chain_id=chain.chain_id,
        genesis_hash=genesis_hash(),
        first_block=first_block,
        parameters=Parameters(**under_way.network.parameters.model_dump()),
        contracts={contract: _located(instance) for contract, instance in contracts.items()},
        verifiers={verifier: _located(instance) for verifier, instance in under_way.verifiers.items()},
        officers=under_way.officers,
        senders=under_way.network.senders.addresses,
        delays=dict(under_way.network.delays),
        abis={
            contract: [entry.model_dump(mode="json", by_alias=True, exclude_none=True) for entry in found.abi]
            for contract, found in types.items()
        },
    )


def _located(instance: ContractInstance) -> ContractRecord:
    return ContractRecord(address=instance.address, code_hash=code_hash(instance.address))


def _signer_bytes(signer: str, verifiers: Mapping[str, str]) -> bytes:
    """Return ERC-7913 bytes: an address, or a verifier's address and a key."""
    verifier, colon, key = signer.partition(":")
    if not colon:
        return to_canonical_address(signer)
    return to_canonical_address(verifiers[verifier]) + bytes.fromhex(key.removeprefix("0x"))


def created_address(deployer: str, nonce: int) -> str:
    """Return the address of the contract that `deployer` creates with this nonce (CREATE, Yellow Paper 7)."""
    return str(to_checksum_address(keccak(rlp_encode([to_canonical_address(deployer), nonce]))[12:]))

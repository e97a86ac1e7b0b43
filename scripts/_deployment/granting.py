"""Brings the roles on the chain to what a network's file says, by acts of the admin officer.

ADMIN acts with a delay, so most of it takes two runs: the first schedules, a later one carries out. Running
it again at any time does only what is still missing.
"""

from __future__ import annotations

from dataclasses import dataclass

from ape import chain
from ape.api import AccountAPI
from ape.contracts import ContractInstance
from eth_account.messages import encode_typed_data

from heitje_chain.chain import typed_data
from heitje_chain.chain.deployment import DeploymentRecord, OfficerRecord
from heitje_chain.chain.ids import new_client_id

from .chain import contract_at
from .deploying import Say, deploy_officer_account, signer_hex
from .keys import KeyMissing, officer_account
from .members import actual_members, recorded_members
from .network_file import NetworkFile, NetworkFileError
from .roles import ADMIN, RoleTable

_SIGNATURE_LIFE = 3600
"""Seconds in which a signed act must reach the chain."""


@dataclass(frozen=True)
class Change:
    """One missing or superfluous role, with the call of AccessManager that mends it."""

    words: str
    data: bytes


@dataclass
class Outcome:
    carried_out: int = 0
    scheduled: int = 0
    waiting: int = 0


def updated_record(
    record: DeploymentRecord, network: NetworkFile, payer: AccountAPI, say: Say
) -> DeploymentRecord:
    """Return the record with the officers, senders and delays of the file.

    An officer whose signer is new gets a new account.

    Raises:
        NetworkFileError: the file asks for something that only a new deployment can change.
    """
    if network.parameters.model_dump() != record.parameters.model_dump():
        raise NetworkFileError(
            "The parameters differ from the deployed ones; only a new deployment has others."
        )
    if set(network.verifiers.names) != set(record.verifiers):
        raise NetworkFileError(
            "The verifiers differ from the deployed ones; the registrar allows or disallows one."
        )
    verifiers = {name: verifier.address for name, verifier in record.verifiers.items()}
    officers: dict[str, OfficerRecord] = {}
    for name, section in network.officers.items():
        known = record.officers.get(name)
        if known is None or known.signer != signer_hex(section, verifiers):
            say(f"New officer account of {name}.")
            known = deploy_officer_account(
                section, record.contracts["AccessManager"].address, verifiers, payer
            )
        officers[name] = known.model_copy(update={"roles": section.roles})
    return record.model_copy(
        update={"officers": officers, "senders": network.senders.addresses, "delays": dict(network.delays)}
    )


def changes(record: DeploymentRecord, roles: RoleTable) -> list[Change]:
    """Return what must change on the chain so that it is as the record says, in the order to do it.

    Nobody loses ADMIN while anything else is left to do, since only ADMIN can do it; unless an admin of the
    record holds it already, and goes on.
    """
    manager = contract_at(record, "AccessManager")
    wanted, actual = recorded_members(record), actual_members(manager, record, roles)
    given = [
        Change(
            f"give {role} to {account}, acting after {delay} s",
            bytes(manager.grantRole.encode_input(roles.id_of(role), account, delay)),
        )
        for role, members in wanted.items()
        for account, delay in members.items()
        if actual.get(role, {}).get(account) != delay
    ]
    taken = {
        role: [
            Change(
                f"take {role} from {account}",
                bytes(manager.revokeRole.encode_input(roles.id_of(role), account)),
            )
            for account in sorted(actual.get(role, {}).keys() - wanted.get(role, {}).keys())
        ]
        for role in (*roles.roles, ADMIN)
    }
    last = taken.pop(ADMIN)
    others = given + [change for removals in taken.values() for change in removals]
    if wanted[ADMIN].keys() & actual[ADMIN].keys():
        return others + last
    return others or last


def bring_about(record: DeploymentRecord, roles: RoleTable, payer: AccountAPI, say: Say) -> Outcome:
    """Schedule what is not scheduled, carry out what is due.

    Raises:
        KeyMissing: something has to be signed and the admin's key is not there.
    """
    outcome = Outcome()
    to_do = changes(record, roles)
    if not to_do:
        return outcome
    manager = contract_at(record, "AccessManager")
    admins = _admins(record, roles)
    for change in to_do:
        due, scheduler = _schedule_of(manager, admins, change.data)
        now = chain.pending_timestamp
        if due and due <= now:
            scheduler.carryOut(manager.address, change.data, sender=payer)
            outcome.carried_out += 1
            say(f"Done: {change.words}.")
        elif due:
            outcome.waiting += 1
            say(f"Waiting for {due - now} s more: {change.words}.")
        else:
            admin, key = _who_signs(admins)
            if manager.hasRole(roles.id_of(ADMIN), admin.address).executionDelay:
                schedule = manager.schedule.encode_input(manager.address, change.data, 0)
                _act(record, admin, key, manager, bytes(schedule), payer)
                outcome.scheduled += 1
                say(f"Scheduled: {change.words}.")
            else:
                _act(record, admin, key, manager, change.data, payer)
                outcome.carried_out += 1
                say(f"Done: {change.words}.")
    return outcome


def _admins(record: DeploymentRecord, roles: RoleTable) -> list[ContractInstance]:
    """Return the accounts that hold ADMIN on the chain now, first those who keep it.

    The file may already name others: an admin who is about to leave still acts for the one who comes.
    """
    holders = actual_members(contract_at(record, "AccessManager"), record, roles)[ADMIN]
    kept = recorded_members(record)[ADMIN]
    accounts = sorted(holders, key=lambda holder: holder not in kept)
    return [contract_at(record, "OfficerAccount", account) for account in accounts]


def _schedule_of(
    manager: ContractInstance, admins: list[ContractInstance], data: bytes
) -> tuple[int, ContractInstance]:
    """Return when an act is due, 0 for never, and who scheduled it: nobody else carries it out."""
    schedules = [
        (manager.getSchedule(manager.hashOperation(admin.address, manager.address, data)), admin)
        for admin in admins
    ]
    return next((found for found in schedules if found[0]), schedules[0])


def _who_signs(admins: list[ContractInstance]) -> tuple[ContractInstance, AccountAPI]:
    """Return the first admin whose key is there, with the key: of two, one may be stolen or in its safe.

    Raises:
        KeyMissing
    """
    missing = []
    for admin in admins:
        try:
            return admin, officer_account("admin", "0x" + bytes(admin.signer()).hex())
        except KeyMissing as why:
            missing.append(why)
    raise missing[0]


def _act(
    record: DeploymentRecord,
    admin: ContractInstance,
    key: AccountAPI,
    target: ContractInstance,
    data: bytes,
    payer: AccountAPI,
) -> None:
    """Have the admin sign one call, and relay it."""
    client_id = new_client_id()
    deadline = chain.pending_timestamp + _SIGNATURE_LIFE
    domain = typed_data.Domain.of_officer_account(record.chain_id, admin.address)
    message = typed_data.act(domain, target.address, data, client_id, deadline)
    signature = key.sign_message(encode_typed_data(full_message=message.as_dict()))
    if signature is None:
        raise KeyMissing("The admin's key did not sign.")
    admin.act(target.address, data, client_id, deadline, signature.encode_rsv(), sender=payer)

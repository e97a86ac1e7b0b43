"""Who holds which role, on the chain and according to the record."""

from __future__ import annotations

from collections import defaultdict

from ape.contracts import ContractInstance

from heitje_chain.chain.deployment import DeploymentRecord

from .chain import logs
from .roles import ADMIN, RoleTable

Members = dict[str, dict[str, int]]
"""Role -> account -> seconds between scheduling and carrying out."""


def recorded_members(record: DeploymentRecord) -> Members:
    members: Members = defaultdict(dict)
    for officer in record.officers.values():
        for role in officer.roles:
            members[role][officer.account] = record.delays.get(role, 0)
    for sender in record.senders:
        members["ADMITTER"][sender] = 0
    return members


def actual_members(manager: ContractInstance, record: DeploymentRecord, roles: RoleTable) -> Members:
    """Return what AccessManager says now of every account that its events ever named.

    A delay that is being lowered, which takes as long as it is lowered by, is listed as what it will be.
    """
    names = {roles.id_of(role): role for role in (ADMIN, *roles.roles)}
    members: Members = defaultdict(dict)
    for granted in logs(manager, "RoleGranted", record.first_block):
        access = manager.getAccess(granted.roleId, granted.account)
        if access.since != 0:
            role = names.get(granted.roleId, f"role {granted.roleId}")
            members[role][str(granted.account)] = (
                access.pendingDelay if access.effect else access.currentDelay
            )
    return members

"""The table `scripts/roles.json`: roles, which function belongs to which, and who may pay whom."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from eth_utils.crypto import keccak

ADMIN = "ADMIN"
"""AccessManager's own role 0, which the table therefore does not list."""

KINDS = ("None", "Resident", "Merchant", "Partner", "Association")
"""ParticipantKind in the contract's order."""


@dataclass(frozen=True)
class Role:
    name: str
    id: int
    guarded: bool
    """Whether GUARDIAN may cancel what its holders scheduled."""
    duty: str


@dataclass(frozen=True)
class RestrictedFunction:
    contract: str
    signature: str
    role: str

    @property
    def selector(self) -> bytes:
        return keccak(text=self.signature)[:4]


@dataclass(frozen=True)
class RoleTable:
    roles: dict[str, Role]
    functions: tuple[RestrictedFunction, ...]
    payments: frozenset[tuple[str, str]]
    """Pairs of kinds (payer, payee) that may pay."""

    def id_of(self, role: str) -> int:
        return 0 if role == ADMIN else self.roles[role].id

    def grantable(self) -> Iterator[str]:
        """Yield the roles that somebody holds."""
        return (name for name in self.roles if name != "MANAGER_ACTS")

    def must_differ(self) -> Iterator[tuple[str, str]]:
        """Yield pairs of roles that one person may not hold together."""
        # Who reads the bank statement is not who promises its euros.
        yield "TREASURER", "AUDITOR"
        # Who may cancel is not whose acts are cancelled.
        yield "GUARDIAN", ADMIN
        yield from (("GUARDIAN", role.name) for role in self.roles.values() if role.guarded)


def read_role_table(path: Path) -> RoleTable:
    table = json.loads(path.read_text())
    return RoleTable(
        roles={
            role["name"]: Role(role["name"], role["id"], role["guarded"], role["duty"])
            for role in table["roles"]
        },
        functions=tuple(
            RestrictedFunction(entry["contract"], entry["signature"], entry["role"])
            for entry in table["functions"]
        ),
        payments=frozenset((payer, payee) for payer, payee in table["payments"]),
    )

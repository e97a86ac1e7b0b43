"""What each role may do over the API: one table from roles to scopes.

A token is for one role. Residents, merchants, partners and associations act as the participant that the token
names, officers as the officer of that name in the deployment record. The operator is neither.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

PARTICIPANT_ROLES = ("resident", "merchant", "partner", "association")
OFFICER_ROLES = ("registrar", "treasurer", "auditor", "settlement", "arbiter", "enforcer", "guardian")
OPERATOR = "operator"
"""Keeps the service running: no participant, no officer and nothing on the chain. It needs nobody's name."""

_ANYBODY = frozenset({"tokens:read", "tokens:revoke"})
"""About one's own tokens; with tokens:write about everybody's."""

_PARTICIPANT = _ANYBODY | {"activity:read"}

_OFFICERS_READ = _ANYBODY | frozenset(
    {
        "acts:read",
        "allowance-limits:read",
        "budgets:read",
        "claims:read",
        "contracts:read",
        "jobs:read",
        "meters:read",
        "participants:read",
        "payments:read",
        "payouts:read",
        "reconciliations:read",
        "reconciliations:write",
        "redemptions:read",
        "reserve:read",
    }
)

SCOPES_OF: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "resident": _PARTICIPANT
        | frozenset(
            {
                "allowance:read",
                "allowance:write",
                "claims:read",
                "claims:write",
                "jobs:read",
                "payments:read",
                "payments:write",
                "photos:read",
                "wallet:read",
            }
        ),
        "merchant": _PARTICIPANT
        | frozenset(
            {
                "contracts:read",
                "payments:read",
                "redemptions:read",
                "redemptions:write",
                "refunds:write",
                "requests:write",
                "wallet:read",
                "webhooks:read",
                "webhooks:write",
            }
        ),
        "association": _PARTICIPANT | frozenset({"payments:read", "payments:write", "wallet:read"}),
        "partner": _PARTICIPANT
        | frozenset(
            {
                "acts:read",
                "approvals:write",
                "budgets:read",
                "claims:read",
                "declarations:write",
                "jobs:read",
                "jobs:write",
                "photos:read",
                "webhooks:read",
                "webhooks:write",
            }
        ),
        "registrar": _OFFICERS_READ
        | {
            "accounts:write",
            "allowance-limits:write",
            "allowance-records:write",
            "cancellations:write",
            "contracts:write",
            "participants:write",
            "recoveries:ask",
            "signers:write",
            "tokens:write",
            "wallets:read",
        },
        "treasurer": _OFFICERS_READ
        | {
            "allowance-limits:write",
            "awards:write",
            "cancellations:write",
            "grants:write",
            "limits:write",
        },
        "auditor": _OFFICERS_READ | {"reserve:write", "wallets:read"},
        "settlement": _OFFICERS_READ | {"payouts:write"},
        "arbiter": _OFFICERS_READ | {"decisions:write", "photos:read"},
        "enforcer": _OFFICERS_READ
        | {
            "blocks:write",
            "cancellations:write",
            "recoveries:ask",
            "recoveries:write",
            "stops:write",
            "wallets:read",
        },
        "guardian": _OFFICERS_READ | {"cancellations:write"},
        OPERATOR: _ANYBODY
        | frozenset(
            {"reconciliations:read", "reconciliations:write", "transactions:read", "transactions:write"}
        ),
    }
)

ALL_SCOPES = frozenset().union(*SCOPES_OF.values())


def having(scope: str) -> list[str]:
    """Return the roles that have a scope, in the table's order; all of them when no scope is asked for."""
    return [role for role, scopes in SCOPES_OF.items() if not scope or scope in scopes]

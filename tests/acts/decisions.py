"""What the tests of acts have officers and partners decide, and how the chain would tell of it."""

from __future__ import annotations

from typing import Any

from eth_account import Account
from sqlalchemy import Connection

from heitje_chain.acts import service
from heitje_chain.acts.service import Act, OfficerCall
from heitje_chain.chain import typed_data
from heitje_chain.chain.codec import ChainEvent, operation_key
from heitje_chain.chain.contracts import BUDGET, MANAGER, OFFICER_ACCOUNT, Contracts
from heitje_chain.chain.ids import ClaimId, ClientId, ParticipantId
from heitje_chain.chain.typed_data import TypedData

# Accounts 2 and 3 of the public test mnemonic.
TREASURER_KEY = bytes.fromhex("5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a")
AUDITOR_KEY = bytes.fromhex("7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6")

PARTNER_KEY = bytes.fromhex("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
PARTNER_SIGNER = bytes.fromhex(Account.from_key(PARTNER_KEY).address[2:])
PARTNER, CHAIN_ID = "3f8a2b1c4d5e4f60817263544a5b6c7d", ParticipantId(b"\x01" * 20)


def grant(
    connection: Connection, contracts: Contracts, officer: str = "treasurer", cents: int = 100_00
) -> Act:
    """Prepare a grant, which acts at once."""
    return service.prepare_officer_act(
        connection,
        contracts,
        officer,
        "grant",
        {"partner": PARTNER, "cents": cents},
        lambda act_id: OfficerCall(BUDGET, "grant", (CHAIN_ID, 2026, cents, act_id), "TREASURER"),
    )


def limit(connection: Connection, contracts: Contracts) -> Act:
    """Prepare a mint limit, which is delayed."""
    return service.prepare_officer_act(
        connection,
        contracts,
        "treasurer",
        "limit",
        {"partner": PARTNER, "capacity": 1000_00},
        lambda _: OfficerCall(BUDGET, "setMintLimit", (CHAIN_ID, 1000_00, 86_400), "LIMIT_SETTER"),
    )


def approval(connection: Connection, contracts: Contracts, always_new: bool = False) -> Act:
    """Prepare a partner's approval."""

    def message(_: ClientId, deadline: int) -> TypedData:
        return typed_data.approve(contracts.escrow_domain, CHAIN_ID, [ClaimId(b"\x02" * 32)], deadline)

    content = {"claims": ["02" * 32]}
    return service.prepare_partner_act(
        connection, contracts, PARTNER, "approve", content, message, always_new=always_new
    )


def signed(act: Act, key: bytes = TREASURER_KEY) -> bytes:
    return bytes(Account.unsafe_sign_hash(act.digest, key).signature)


# ---------------------------------------------------------------- what the chain tells


def acted(contracts: Contracts, act: Act, officer: str = "treasurer") -> ChainEvent:
    message = act.typed_data["message"]
    return _event(
        OFFICER_ACCOUNT,
        "Acted",
        f"0x{act.id}",
        {
            "account": contracts.officer(officer).account.lower(),
            "clientId": f"0x{act.id}",
            "target": message["target"].lower(),
            "selector": message["data"][:10],
            "data": message["data"],
        },
    )


def scheduled(contracts: Contracts, act: Act, nonce: int, schedule: int) -> ChainEvent:
    call = contracts.codec.function_of(MANAGER, bytes.fromhex(act.typed_data["message"]["data"][2:]))
    assert call is not None
    operation = operation_of(contracts, act)
    return _event(
        MANAGER,
        "OperationScheduled",
        operation_key(operation, nonce),
        {
            "operationId": operation,
            "nonce": nonce,
            "schedule": schedule,
            "caller": contracts.officer(act.actor).account.lower(),
            "target": call[1]["target"],
            "data": call[1]["data"],
        },
    )


def ended(contracts: Contracts, act: Act, name: str, nonce: int) -> ChainEvent:
    operation = operation_of(contracts, act)
    return _event(MANAGER, name, operation_key(operation, nonce), {"operationId": operation, "nonce": nonce})


def operation_of(contracts: Contracts, act: Act) -> str:
    call = contracts.codec.function_of(MANAGER, bytes.fromhex(act.typed_data["message"]["data"][2:]))
    assert call is not None
    data = bytes.fromhex(call[1]["data"][2:])
    return service.operation_id(contracts.officer(act.actor).account, call[1]["target"], data)


def _event(contract: str, name: str, key: str, arguments: dict[str, Any]) -> ChainEvent:
    return ChainEvent(7, 0, "0x" + "07" * 32, contract, name, key, arguments)

"""Officers' acts on their way to the chain, and what the chain says of them. For the worker alone.

A delayed act is scheduled by its signature; when its time has come it is carried out for whoever scheduled
it, by nobody's key. Every act of an officer goes into the audit log once, wherever it was sent from.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from eth_utils.crypto import keccak
from sqlalchemy import Connection, select, update

from heitje_chain.audit import service as audit
from heitje_chain.chain import outbox
from heitje_chain.chain.clock import database_now
from heitje_chain.chain.codec import ChainEvent, Refusal, bytes_of
from heitje_chain.chain.contracts import MANAGER, OFFICER_ACCOUNT, Contracts
from heitje_chain.chain.ids import ClientId
from heitje_chain.chain.intents import Call, Intent, Outcome
from heitje_chain.tracing import tracing

from . import rules, service
from .model import ACT, CANCELLED, DONE, FAILED, OFFICER, PREPARED, SCHEDULED, SIGNED

MOST_DELAY_SECONDS = 366 * 86_400

_OPEN = (PREPARED, SIGNED, SCHEDULED)


class RelayOfficerAct:
    """Hands an officer's signed act to the officer's account."""

    kind = service.RELAY
    later: Collection[str] = frozenset(
        {"EnforcedPause", "ParticipantRegistryPaused", "RewardBudgetMintLimitReached"}
    )

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts

    def build(self, connection: Connection, bundle: Sequence[Intent]) -> Call:
        [intent] = bundle
        act = service.find(connection, intent.payload["act"])
        message = act.typed_data["message"]
        data = self._contracts.codec.call(
            OFFICER_ACCOUNT,
            "act",
            message["target"],
            bytes_of(message["data"]),
            bytes.fromhex(act.id),
            act.deadline,
            act.signature,
        )
        account = self._contracts.officer(act.actor).account
        return Call(OFFICER_ACCOUNT, data, tuple(bundle), account)

    def fail(self, connection: Connection, intent: Intent, refusal: Refusal) -> None:
        fail(connection, intent.payload["act"], refusal)


class RelayStop(RelayOfficerAct):
    """Hands over what stops coins or lets them move: the contract takes it now, or it has failed."""

    kind = service.STOP
    later: Collection[str] = frozenset()


class CarryOut:
    """Carries out what an officer had scheduled, when its time has come."""

    kind = service.CARRY_OUT
    later = frozenset({"AccessManagerNotReady"})

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts

    def build(self, connection: Connection, bundle: Sequence[Intent]) -> Call:
        [intent] = bundle
        told = intent.payload
        data = self._contracts.codec.call(OFFICER_ACCOUNT, "carryOut", told["target"], bytes_of(told["data"]))
        return Call(OFFICER_ACCOUNT, data, tuple(bundle), told["account"])

    def fail(self, connection: Connection, intent: Intent, refusal: Refusal) -> None:
        connection.execute(
            update(ACT)
            .where((ACT.c.operation == intent.outcome.key) & ACT.c.state.in_(_OPEN))
            .values(state=FAILED, refusal=refusal.as_json())
        )


def observe(contracts: Contracts, connection: Connection, event: ChainEvent, occurred_at: int) -> None:
    """Take in what happened to officers' acts."""
    if event.name == "Acted":
        _acted(contracts, connection, event, occurred_at)
    elif event.name == "OperationScheduled":
        _scheduled(contracts, connection, event, occurred_at)
    elif event.name in ("OperationExecuted", "OperationCanceled"):
        state = DONE if event.name == "OperationExecuted" else CANCELLED
        connection.execute(
            update(ACT).where((ACT.c.operation == event.key) & ACT.c.state.in_(_OPEN)).values(state=state)
        )


def fail(connection: Connection, act_id: str, refusal: Refusal) -> None:
    """Note that the contracts refuse this act for good."""
    connection.execute(
        update(ACT)
        .where((ACT.c.id == act_id) & ACT.c.state.in_(_OPEN))
        .values(state=FAILED, refusal=refusal.as_json())
    )


def done(connection: Connection, act_id: str) -> None:
    """Note that a partner's act is final."""
    connection.execute(update(ACT).where((ACT.c.id == act_id) & ACT.c.state.in_(_OPEN)).values(state=DONE))


# ---------------------------------------------------------------- details


def _acted(contracts: Contracts, connection: Connection, event: ChainEvent, occurred_at: int) -> None:
    told = event.arguments
    officer = contracts.officer_at(told["account"]) or told["account"][2:]
    target, function, arguments = _call_in(contracts, told["target"], told["data"])
    is_delayed = _schedules(contracts, told)
    act_id = event.key.removeprefix("0x")
    row = connection.execute(select(ACT).where(ACT.c.id == act_id)).one_or_none()
    if row is not None and row.state in (SCHEDULED, DONE, CANCELLED):
        return  # Taken in before: the audit log has it.
    if row is not None and (row.actor_kind, row.actor) != (OFFICER, officer):
        return  # Another officer took this id: what was prepared here is still to be done.
    if row is None:
        seen = _seen_only(officer, function, arguments, act_id, occurred_at)
        operation = _operation(contracts, told) if is_delayed else None
        connection.execute(ACT.insert().values(seen | {"operation": operation}))
    connection.execute(
        update(ACT).where(ACT.c.id == act_id).values(state=SCHEDULED if is_delayed else DONE, refusal=None)
    )
    audit.record(
        connection,
        occurred_at=occurred_at,
        actor=f"{OFFICER}:{officer}",
        act=rules.audit_code(function) + (".scheduled" if is_delayed else ""),
        subject=rules.audit_code(target),
        details={**rules.audit_details(arguments), "act_id": act_id},
    )


def _schedules(contracts: Contracts, told: Mapping[str, Any]) -> bool:
    """Whether the officer had something scheduled: of ours, or of the manager's own as a role is."""
    if contracts.codec.contract_at(told["target"]) != MANAGER:
        return False
    found = contracts.codec.function_of(MANAGER, bytes_of(told["data"]))
    return found is not None and found[0] == "schedule"


def _seen_only(
    officer: str, function: str, arguments: Mapping[str, Any], act_id: str, occurred_at: int
) -> dict[str, Any]:
    """An act sent from elsewhere, or before this database was restored: the event is all there is."""
    kind = rules.audit_code(function)
    return {
        "id": act_id,
        "actor_kind": OFFICER,
        "actor": officer,
        "kind": kind,
        "content": dict(arguments),
        "content_hash": rules.content_hash(OFFICER, officer, kind, arguments),
        "typed_data": {},
        "digest": "",
        "deadline": 0,
        "state": SIGNED,
        "created_at": occurred_at,
    }


def _operation(contracts: Contracts, told: Mapping[str, Any]) -> str | None:
    found = contracts.codec.function_of(MANAGER, bytes_of(told["data"]))
    if found is None:
        return None
    return service.operation_id(told["account"], found[1]["target"], bytes_of(found[1]["data"]))


def _scheduled(contracts: Contracts, connection: Connection, event: ChainEvent, occurred_at: int) -> None:
    told = event.arguments
    connection.execute(
        update(ACT)
        .where((ACT.c.operation == told["operationId"]) & ACT.c.state.in_((SIGNED, SCHEDULED)))
        .values(operation=event.key, state=SCHEDULED)
    )
    officer = contracts.officer_at(told["caller"])
    if officer is None or contracts.codec.contract_at(told["target"]) == MANAGER:
        return  # What ADMIN schedules about roles is carried out by `ape run grant_roles`.
    delay = min(told["schedule"] - occurred_at, MOST_DELAY_SECONDS)
    with tracing(_trace_of(connection, event.key)):
        outbox.put(
            connection,
            service.CARRY_OUT,
            ClientId(keccak(text=event.key)),
            {"account": contracts.officer(officer).account, "target": told["target"], "data": told["data"]},
            Outcome("OperationExecuted", event.key),
            # The delay runs by the chain's clock; the database's says only how long it takes.
            not_before=database_now(connection) + delay,
        )


def _trace_of(connection: Connection, operation: str) -> str | None:
    """Return the id of the request that had this scheduled; its own event comes after this one."""
    act_id = connection.scalar(select(ACT.c.id).where(ACT.c.operation == operation))
    relayed = None if act_id is None else outbox.by_id(connection, act_id)
    return None if relayed is None else relayed.trace


def _call_in(contracts: Contracts, target: str, data: str) -> tuple[str, str, Mapping[str, Any]]:
    """Return contract, function and arguments of a call, of the scheduled one if it schedules one."""
    name = contracts.codec.contract_at(target) or "Unknown"
    found = contracts.codec.function_of(name, bytes_of(data))
    if found is None:
        return name, "unknown", {"data": data}
    function, arguments = found
    if (name, function) == (MANAGER, "schedule"):
        return _call_in(contracts, arguments["target"], arguments["data"])
    return name, function, arguments

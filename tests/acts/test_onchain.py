"""What the chain says of officers' acts is taken in once, and goes into the audit log once."""

from __future__ import annotations

import time
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select

from heitje_chain.acts import onchain, service
from heitje_chain.acts.model import ACT
from heitje_chain.acts.onchain import CarryOut, RelayOfficerAct
from heitje_chain.acts.service import Act
from heitje_chain.audit import service as audit
from heitje_chain.audit.model import AUDIT_RECORD
from heitje_chain.chain.codec import Refusal
from heitje_chain.chain.contracts import BUDGET, OFFICER_ACCOUNT, Contracts
from heitje_chain.chain.intents import Intent, Outcome
from heitje_chain.chain.model import INTENT

from .decisions import CHAIN_ID, acted, ended, grant, limit, scheduled, signed

AT = 1_790_000_000


def audited(connection: Connection) -> list[tuple[Any, ...]]:
    columns = (AUDIT_RECORD.c.occurred_at, AUDIT_RECORD.c.actor, AUDIT_RECORD.c.act, AUDIT_RECORD.c.subject)
    rows = [tuple(row) for row in connection.execute(select(*columns).order_by(AUDIT_RECORD.c.number))]
    assert audit.verify(connection) == []
    return rows


def waiting(connection: Connection, kind: str) -> Any:
    return connection.execute(select(INTENT).where(INTENT.c.kind == kind)).one()


def state(connection: Connection, act: Act) -> str:
    return service.find(connection, act.id).state


def sign(connection: Connection, contracts: Contracts, act: Act) -> Act:
    return service.sign_officer_act(connection, contracts, act.id, act.kind, act.actor, signed(act))


def test_acted__twice__is_audited_once(connection: Connection, contracts: Contracts) -> None:
    act = sign(connection, contracts, grant(connection, contracts))

    for _ in range(2):
        onchain.observe(contracts, connection, acted(contracts, act), AT)

    assert state(connection, act) == "done"
    assert audited(connection) == [(AT, "officer:treasurer", "grant", "reward_budget")]
    details = connection.scalar(select(AUDIT_RECORD.c.details))
    assert details == (
        f'{{"act_id":"{act.id}","cents":10000,"grant_id":"0x{act.id}",'
        f'"partner":"0x{CHAIN_ID.hex()}","period":2026}}'
    )


def test_acted__of_an_act_that_is_not_known__is_kept_and_audited_once(
    connection: Connection, contracts: Contracts
) -> None:
    """As after a restore, or from another tool."""
    act = grant(connection, contracts)
    connection.execute(delete(ACT))

    for _ in range(2):
        onchain.observe(contracts, connection, acted(contracts, act), AT)

    kept = service.find(connection, act.id)
    assert (kept.actor, kept.kind, kept.state, kept.created_at) == ("treasurer", "grant", "done", AT)
    assert len(audited(connection)) == 1


def test_acted__of_a_delayed_act__is_scheduled(connection: Connection, contracts: Contracts) -> None:
    act = sign(connection, contracts, limit(connection, contracts))

    onchain.observe(contracts, connection, acted(contracts, act), AT)

    assert state(connection, act) == "scheduled"
    assert audited(connection) == [(AT, "officer:treasurer", "set_mint_limit.scheduled", "reward_budget")]


def test_scheduled__twice__is_carried_out_by_one_intent_when_its_time_has_come(
    connection: Connection, contracts: Contracts
) -> None:
    act = sign(connection, contracts, limit(connection, contracts))
    onchain.observe(contracts, connection, acted(contracts, act), AT)
    event, before = scheduled(contracts, act, 1, AT + 500), int(time.time())

    for _ in range(2):
        onchain.observe(contracts, connection, event, AT)

    row = waiting(connection, "carry_out")
    assert (row.event_name, row.event_key) == ("OperationExecuted", event.key)
    assert before + 500 <= row.not_before <= int(time.time()) + 500
    assert state(connection, act) == "scheduled"


@pytest.mark.parametrize(
    ("event", "end"), [("OperationExecuted", "done"), ("OperationCanceled", "cancelled")]
)
def test_operation__when_it_ended__ends_its_act(
    connection: Connection, contracts: Contracts, event: str, end: str
) -> None:
    act = sign(connection, contracts, limit(connection, contracts))
    onchain.observe(contracts, connection, acted(contracts, act), AT)
    onchain.observe(contracts, connection, scheduled(contracts, act, 1, AT), AT)

    for _ in range(2):
        onchain.observe(contracts, connection, ended(contracts, act, event, 1), AT + 1)

    assert state(connection, act) == end
    onchain.observe(contracts, connection, acted(contracts, act), AT)
    assert state(connection, act) == end, "heard again"
    assert len(audited(connection)) == 1


def test_operation__cancelled_and_scheduled_again__is_told_apart(
    connection: Connection, contracts: Contracts
) -> None:
    first = sign(connection, contracts, limit(connection, contracts))
    onchain.observe(contracts, connection, acted(contracts, first), AT)
    onchain.observe(contracts, connection, scheduled(contracts, first, 1, AT), AT)
    onchain.observe(contracts, connection, ended(contracts, first, "OperationCanceled", 1), AT)
    second = sign(connection, contracts, limit(connection, contracts))
    onchain.observe(contracts, connection, acted(contracts, second), AT + 1)
    onchain.observe(contracts, connection, scheduled(contracts, second, 2, AT + 1), AT + 1)

    onchain.observe(contracts, connection, ended(contracts, second, "OperationExecuted", 2), AT + 2)

    assert (state(connection, first), state(connection, second)) == ("cancelled", "done")


def test_relay__of_a_signed_act__calls_the_officers_account(
    connection: Connection, contracts: Contracts
) -> None:
    act = sign(connection, contracts, grant(connection, contracts))
    intent = Intent(act.id, "officer_act", {"act": act.id}, Outcome("Acted", f"0x{act.id}"), act.id)

    call = RelayOfficerAct(contracts).build(connection, [intent])

    assert (call.contract, call.address) == (OFFICER_ACCOUNT, contracts.officer("treasurer").account)
    told = contracts.codec.function_of(OFFICER_ACCOUNT, call.data)
    assert told is not None
    assert told[0] == "act"
    assert told[1] == {
        "target": contracts.address(BUDGET).lower(),
        "data": act.typed_data["message"]["data"],
        "clientId": f"0x{act.id}",
        "deadline": act.deadline,
        "signature": f"0x{signed(act).hex()}",
    }


def test_refusal__of_a_signed_act__fails_it_with_the_contracts_reason(
    connection: Connection, contracts: Contracts
) -> None:
    act = sign(connection, contracts, grant(connection, contracts))
    intent = Intent(act.id, "officer_act", {"act": act.id}, Outcome("Acted", f"0x{act.id}"), act.id)

    RelayOfficerAct(contracts).fail(connection, intent, Refusal("RewardBudgetClosed", {"budget": "0x01"}))

    failed = service.find(connection, act.id)
    assert failed.state == "failed"
    assert failed.refusal == {"name": "RewardBudgetClosed", "arguments": {"budget": "0x01"}}


def test_acted__after_it_was_taken_for_failed__is_done_without_a_refusal(
    connection: Connection, contracts: Contracts
) -> None:
    act = sign(connection, contracts, grant(connection, contracts))
    onchain.fail(connection, act.id, Refusal("RewardBudgetClosed", {}))

    onchain.observe(contracts, connection, acted(contracts, act), AT)

    assert (state(connection, act), service.find(connection, act.id).refusal) == ("done", None)


def test_refusal__of_what_was_scheduled__fails_its_act(connection: Connection, contracts: Contracts) -> None:
    act = sign(connection, contracts, limit(connection, contracts))
    onchain.observe(contracts, connection, acted(contracts, act), AT)
    event = scheduled(contracts, act, 1, AT)
    onchain.observe(contracts, connection, event, AT)
    row = waiting(connection, "carry_out")
    intent = Intent(row.id, row.kind, row.payload, Outcome(row.event_name, row.event_key), row.bundle)

    CarryOut(contracts).fail(connection, intent, Refusal("AccessManagerExpired", {}))

    assert state(connection, act) == "failed"

"""Intents that cannot be carried out now, or of which no event tells: tried again until they are done."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import update

from heitje_chain.chain import outbox
from heitje_chain.chain.ids import new_client_id, participant_of
from heitje_chain.chain.intents import OWN_RECEIPT, Outcome
from heitje_chain.chain.model import INTENT
from heitje_chain.db import transaction

from .city import RESIDENT, Bench, new_wallet, pause_first


def test_intent__when_its_refusal_passes__waits_and_is_tried_again(bench: Bench) -> None:
    bench.later = {"ParticipantRegistryPaused"}
    snapshot = bench.rpc("evm_snapshot")
    pause_first(bench)
    wallet = new_wallet()
    intent = bench.admit(wallet)
    before = int(time.time())

    assert bench.opened().step() == 0
    assert bench.state_and_refusal(intent) == ("waiting", None)
    attempts, not_before = bench.attempts(intent)
    assert attempts == 1
    assert before + 2 <= not_before <= int(time.time()) + 2

    bench.end_waiting()
    assert bench.sender().step() == 0
    assert bench.attempts(intent)[0] == 2

    bench.rpc("evm_revert", snapshot)  # The pause is over.
    bench.end_waiting()
    assert bench.sender().step() == 1
    bench.catch_up()
    assert bench.state(intent) == "done"
    assert bench.admissions(wallet) == 1


@pytest.mark.parametrize(
    ("attempts", "wait"), [(0, 2), (1, 4), (2, 8), (10, 2048), (11, 3600), (12, 3600), (5000, 3600)]
)
def test_try_later__each_time__waits_twice_as_long_up_to_an_hour(
    bench: Bench, attempts: int, wait: int
) -> None:
    intent = bench.admit(new_wallet())
    before = int(time.time())

    with transaction(bench.engine) as connection:
        connection.execute(update(INTENT).values(attempts=attempts))
        outbox.try_later(connection, intent.id)

    now_attempts, not_before = bench.attempts(intent)
    assert now_attempts == attempts + 1
    assert before + wait <= not_before <= int(time.time()) + wait


@pytest.mark.parametrize("state", ["done", "failed"])
def test_try_later__of_an_intent_that_ended__changes_nothing(bench: Bench, state: str) -> None:
    intent = bench.admit(new_wallet())

    with transaction(bench.engine) as connection:
        connection.execute(update(INTENT).values(state=state))
        outbox.try_later(connection, intent.id)

    assert bench.state(intent) == state
    assert bench.attempts(intent) == (0, 0)


def test_take__before_its_time__leaves_the_intent(bench: Bench) -> None:
    soon, later, now = new_client_id(), new_client_id(), int(time.time())
    outcome = Outcome("ParticipantAdmitted", "0x00", {"kind": 1})

    with transaction(bench.engine) as connection:
        outbox.put(connection, "admit_resident", soon, {}, outcome, not_before=now)
        outbox.put(connection, "admit_resident", later, {}, outcome, not_before=now + 3600)

        assert [intent.id for intent in outbox.take(connection, "main", "worker-1", 10)] == [soon.hex()]


def test_intent__when_its_final_transaction_brought_no_event__is_tried_again(bench: Bench) -> None:
    wallet = new_wallet()
    participant = "0x" + participant_of(wallet).hex()
    intent = bench.look(Outcome("ParticipantAdmitted", participant, {"kind": RESIDENT}))

    assert bench.opened().step() == 1
    bench.catch_up()
    assert bench.state_and_refusal(intent) == ("waiting", None)
    assert bench.attempts(intent)[0] == 1

    bench.end_waiting()
    assert bench.sender().step() == 1
    bench.catch_up()
    assert bench.attempts(intent)[0] == 2
    assert bench.transactions() == 2

    bench.admit(wallet)
    bench.sender().step()
    bench.catch_up()
    assert bench.state(intent) == "done"


def test_intent__that_no_event_tells__is_done_by_its_receipt_once_final(bench: Bench) -> None:
    bench.finality_depth = 4
    intent = bench.look(OWN_RECEIPT)
    bench.opened().step()
    bench.catch_up()
    assert bench.state(intent) == "signed", "not final yet"

    bench.rpc("anvil_mine", "0x4")
    bench.catch_up()

    assert bench.state(intent) == "done"
    assert bench.attempts(intent)[0] == 0
    assert bench.transactions() == 1


def test_intents__that_no_event_tells__are_done_each_by_its_own_receipt(bench: Bench) -> None:
    first = bench.look(OWN_RECEIPT)
    bench.opened().step()
    bench.catch_up()
    second = bench.look(OWN_RECEIPT)
    bench.catch_up()

    assert [bench.state(intent) for intent in (first, second)] == ["done", "waiting"]


def test_intent__whose_receipt_the_chain_lost__is_open_until_it_is_mined_again(bench: Bench) -> None:
    bench.opened()
    snapshot = bench.rpc("evm_snapshot")
    intent = bench.look(OWN_RECEIPT)
    bench.sender().step()
    bench.catch_up()
    assert bench.state(intent) == "done"

    bench.rpc("evm_revert", snapshot)
    bench.rpc("anvil_mine", "0x1")
    bench.catch_up()
    assert bench.state(intent) == "signed"

    bench.sender().step()
    bench.catch_up()
    assert bench.state(intent) == "done"
    assert bench.transactions() == 1

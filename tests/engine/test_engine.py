"""An intent reaches the chain once and is finished by its event, whatever happens on the way."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import update

from heitje_chain import db
from heitje_chain.chain import outbox
from heitje_chain.chain.codec import Refusal
from heitje_chain.chain.ids import ClientId, new_client_id
from heitje_chain.chain.intents import IntentChanged, Outcome
from heitje_chain.chain.model import INTENT, SENDING_ACCOUNT
from heitje_chain.chain.node import Header, Node, NodeUnavailable
from heitje_chain.chain.sender import SendingKeyUsedElsewhere
from heitje_chain.db import transaction
from tests.databases import copy_of

from .city import MERCHANT, Bench, new_wallet, pause_first
from .dying_worker import Moment, run_until_killed


def test_intent__when_sent_and_final__is_finished_by_its_event(bench: Bench) -> None:
    wallet = new_wallet()
    intent = bench.admit(wallet)

    assert bench.opened().step() == 1
    assert bench.state(intent) == "signed"
    bench.catch_up()

    assert bench.state(intent) == "done"
    assert bench.booked(intent) is not None
    assert bench.admissions(wallet) == 1


def test_intent__ended_by_its_event_while_the_contract_is_asked__is_not_failed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another worker reads the event after this one took the intent, and before it notes the refusal."""

    class Late(Node):
        def head(self) -> Header:
            if bench.state(intent) == "waiting":
                bench.catch_up()
            return super().head()

    intent = bench.admit(new_wallet())
    sender = bench.opened(Late(bench.url))
    sender.step()
    with transaction(bench.engine) as connection:  # as if it had been sent by another hand
        connection.execute(update(INTENT).values(state="waiting", transaction_id=None))
    monkeypatch.setattr("heitje_chain.chain.sender.ALREADY_DONE", frozenset())

    assert sender.step() == 0

    assert bench.state_and_refusal(intent) == ("done", None)


def test_put__when_the_same_again__changes_nothing(bench: Bench) -> None:
    client_id, outcome = new_client_id(), Outcome("ParticipantAdmitted", "0x00", {"kind": 1})

    with transaction(bench.engine) as connection:
        first = outbox.put(connection, "admit_resident", client_id, {"wallet": "a"}, outcome)
        again = outbox.put(connection, "admit_resident", client_id, {"wallet": "a"}, outcome)

    assert again == first


def test_put__when_the_id_was_for_something_else__refuses(bench: Bench) -> None:
    client_id, outcome = ClientId(b"\x01" * 32), Outcome("ParticipantAdmitted", "0x00", {"kind": 1})

    with transaction(bench.engine) as connection:
        outbox.put(connection, "admit_resident", client_id, {"wallet": "a"}, outcome)
        with pytest.raises(IntentChanged) as changed:
            outbox.put(connection, "admit_resident", client_id, {"wallet": "b"}, outcome)

    assert str(changed.value) == f"The id {'01' * 32} was used before for something else."


def test_batch__with_a_bad_one__sends_the_others_in_one_transaction(bench: Bench) -> None:
    taken = bench.record.contracts["JobEscrow"].address
    good = [bench.admit(new_wallet()) for _ in range(9)]
    bad = bench.admit("0x" + "00" * 20)
    also_bad = bench.admit(taken, MERCHANT)

    assert bench.opened().step() == 9
    bench.catch_up()

    assert [bench.state(intent) for intent in good] == ["done"] * 9
    assert bench.transactions() == 1
    assert bench.state_and_refusal(bad) == (
        "failed",
        Refusal("ParticipantRegistryInvalidWallet", {"wallet": "0x" + "00" * 20}),
    )
    # Refused as already bound: open until every block is read and none admits anybody under this key.
    assert bench.state(also_bad) == "waiting"
    bench.sender().step()
    assert bench.state_and_refusal(also_bad) == (
        "failed",
        Refusal("ParticipantRegistryWalletBound", {"wallet": taken.lower()}),
    )


def test_intent__when_the_chain_recorded_something_else__fails(bench: Bench) -> None:
    wallet = new_wallet()
    bench.admit(wallet)
    bench.opened().step()
    bench.catch_up()

    other = bench.admit(wallet, MERCHANT)
    assert bench.sender().step() == 0
    bench.catch_up()

    assert bench.state_and_refusal(other) == (
        "failed",
        Refusal("ParticipantRegistryWalletBound", {"wallet": wallet.lower()}),
    )


def test_intent__when_done_before_by_other_hands__is_finished_without_sending(bench: Bench) -> None:
    wallet = new_wallet()
    bench.admit(wallet)
    bench.opened().step()
    bench.catch_up()

    again = bench.admit(wallet)
    assert bench.sender().step() == 0
    bench.catch_up()

    assert bench.state(again) == "done"
    assert bench.admissions(wallet) == 1


def test_node__when_down__keeps_what_waits(bench: Bench) -> None:
    intent = bench.admit(new_wallet())
    sender = bench.opened()
    sender._node = Node("http://127.0.0.1:9", timeout_seconds=1)

    with pytest.raises(NodeUnavailable):
        sender.step()
    assert bench.state(intent) == "waiting"

    bench.sender().step()
    bench.catch_up()
    assert bench.state(intent) == "done"


class Silent(Node):
    """Takes a transaction and never answers."""

    def send(self, raw: bytes) -> None:
        super().send(raw)
        raise NodeUnavailable("eth_sendRawTransaction", "ReadTimeout")


class Deaf(Node):
    """Never gets a transaction."""

    def send(self, raw: bytes) -> None:
        raise NodeUnavailable("eth_sendRawTransaction", "ConnectionError")


@pytest.mark.parametrize("fault", [Silent, Deaf])
def test_send__when_unanswered__has_one_effect(bench: Bench, fault: type[Node]) -> None:
    wallet = new_wallet()
    intent = bench.admit(wallet)

    assert bench.opened(fault(bench.url)).step() == 1
    bench.sender().step()
    bench.sender().step()
    bench.catch_up()

    assert bench.state(intent) == "done"
    assert bench.admissions(wallet) == 1
    assert bench.transactions() == 1


def test_database__when_restored_from_a_backup__finishes_by_events_and_sends_nothing_twice(
    bench: Bench, tmp_path: Path
) -> None:
    wallet = new_wallet()
    intent = bench.admit(wallet)
    bench.opened()
    backup = copy_of(str(bench.engine.url), tmp_path)
    bench.sender().step()
    bench.catch_up()

    bench.engine = db.open_engine(backup)
    assert bench.state(intent) == "waiting"
    with pytest.raises(SendingKeyUsedElsewhere, match="Its key is used elsewhere, or"):
        bench.opened()
    bench.sender().open_lane(adopt=True)
    bench.sender().step()
    bench.catch_up()

    assert bench.state(intent) == "done"
    assert bench.admissions(wallet) == 1
    assert bench.transactions() == 0
    bench.engine.dispose()


def test_sender__after_adopting__sends_with_the_chains_nonce(bench: Bench) -> None:
    bench.opened()
    with transaction(bench.engine) as connection:
        connection.execute(update(SENDING_ACCOUNT).values(next_nonce=0))

    bench.sender().open_lane(adopt=True)
    intent = bench.admit(new_wallet())
    bench.sender().step()
    bench.catch_up()

    assert bench.state(intent) == "done"


def test_transaction__when_reverted_on_chain__goes_singly_and_is_refused_with_its_reason(
    bench: Bench,
) -> None:
    snapshot = bench.rpc("evm_snapshot")
    intents = [bench.admit(new_wallet()) for _ in range(3)]
    sender = bench.opened()

    # The coin is paused in the same block, before what was tried and found good.
    bench.rpc("evm_setAutomine", False)
    assert sender.step() == 3
    pause_first(bench)
    bench.rpc("evm_mine")
    bench.rpc("evm_setAutomine", True)
    bench.catch_up()
    assert [bench.state(intent) for intent in intents] == ["waiting"] * 3

    assert bench.sender().step() == 0
    paused = ("failed", Refusal("ParticipantRegistryPaused", {}))
    assert [bench.state_and_refusal(intent) for intent in intents] == [paused] * 3
    bench.rpc("evm_revert", snapshot)


def test_senders__when_two_at_once__send_each_intent_once(bench: Bench) -> None:
    wallets = [new_wallet() for _ in range(40)]
    intents = [bench.admit(wallet) for wallet in wallets]
    bench.opened()
    senders = [bench.sender(owner=f"worker-{number}") for number in range(2)]

    with ThreadPoolExecutor(2) as pool:
        signed = sum(pool.map(lambda sender: sender.step(), senders))
    bench.catch_up()

    assert signed == 40
    assert {bench.state(intent) for intent in intents} == {"done"}
    assert {bench.admissions(wallet) for wallet in wallets} == {1}


def test_lease__when_it_ran_out__is_fenced(bench: Bench) -> None:
    bench.admit(new_wallet())
    with transaction(bench.engine) as connection:
        late = outbox.take(connection, "main", "late", 10)
        connection.execute(update(INTENT).values(lease_until=0))
        in_time = outbox.take(connection, "main", "in time", 10)

        assert not outbox.sign_off(connection, late, "late", 1)
        assert [intent.fence for intent in (*late, *in_time)] == [1, 2]


@pytest.mark.parametrize("moment", ["signing", "saved", "sent"])
def test_worker__when_killed__ends_in_one_effect(bench: Bench, moment: Moment) -> None:
    wallet = new_wallet()
    intent = bench.admit(wallet)
    bench.opened()

    assert run_until_killed(bench, moment) == signal.SIGKILL
    assert bench.state(intent) == ("waiting" if moment == "signing" else "signed")

    # The dead worker's lease ends by itself; a test does not wait for it.
    with transaction(bench.engine) as connection:
        connection.execute(update(INTENT).values(lease_until=0))
    bench.opened().step()
    bench.catch_up()

    assert bench.state(intent) == "done"
    assert bench.admissions(wallet) == 1
    assert bench.transactions() == 1

"""An intent reaches the chain once and is finished by its event, whatever happens on the way."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from heitje_chain import db
from heitje_chain.chain import outbox
from heitje_chain.chain.codec import Refusal
from heitje_chain.chain.ids import ClientId, new_client_id, participant_of
from heitje_chain.chain.intents import OWN_RECEIPT, Intent, IntentChanged, Outcome
from heitje_chain.chain.model import INTENT, SENDING_ACCOUNT, TRANSACTION
from heitje_chain.chain.node import Header, Node, NodeUnavailable
from heitje_chain.chain.sender import SendingKeyUsedElsewhere
from heitje_chain.chain.watcher import WrongChain
from heitje_chain.db import transaction
from tests.databases import copy_of, new_database

from .city import MERCHANT, RESIDENT, Bench, new_wallet, pause_first
from .dying_worker import Moment, run_until_killed


def transactions(bench: Bench) -> int:
    with transaction(bench.engine) as connection:
        return connection.scalar(select(func.count()).select_from(TRANSACTION)) or 0


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
    assert transactions(bench) == 1
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
    assert transactions(bench) == 1


def send_until_done(bench: Bench, intent: Intent) -> None:
    """The node takes its time between taking a transaction and mining it."""
    deadline = time.monotonic() + 30
    while bench.state(intent) != "done":
        assert time.monotonic() < deadline
        bench.sender().step()
        bench.rpc("anvil_mine", "0x4")
        bench.catch_up()


def test_chain__when_restored_to_an_older_state__replays_what_it_lost(bench: Bench) -> None:
    early, late = new_wallet(), new_wallet()
    first = bench.admit(early)
    sender = bench.opened()
    sender.step()
    bench.catch_up()
    snapshot = bench.rpc("evm_snapshot")
    second = bench.admit(late)
    sender.step()
    bench.catch_up()
    assert bench.state(second) == "done"

    bench.rpc("evm_revert", snapshot)
    assert bench.admissions(late) == 0
    bench.catch_up()
    assert [bench.state(intent) for intent in (first, second)] == ["done", "signed"]

    send_until_done(bench, second)
    assert [bench.admissions(wallet) for wallet in (early, late)] == [1, 1]
    assert None not in (bench.booked(first), bench.booked(second))


def test_reorg__when_it_drops_a_transaction__sends_the_same_bytes_again(bench: Bench) -> None:
    bench.finality_depth = 4
    wallet = new_wallet()
    intent = bench.admit(wallet)
    bench.opened().step()
    bench.catch_up()
    assert bench.state(intent) == "signed", "not final yet"

    bench.rpc("anvil_reorg", 1, [])
    assert bench.admissions(wallet) == 0
    bench.catch_up()
    send_until_done(bench, intent)

    assert bench.admissions(wallet) == 1
    assert transactions(bench) == 1


def test_chain__when_another__is_refused(bench: Bench) -> None:
    bench.record = bench.record.model_copy(update={"chain_id": 5})
    with pytest.raises(WrongChain) as wrong:
        bench.watcher().check_chain()
    assert str(wrong.value) == "The node is on chain 31337, but the contracts are on chain 5."

    bench.record = bench.record.model_copy(update={"chain_id": 31337, "genesis_hash": "0x00"})
    with pytest.raises(WrongChain) as wrong:
        bench.watcher().check_chain()
    assert str(wrong.value).startswith("The node's chain does not start with block 0x00,")


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
    assert transactions(bench) == 0
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
    assert transactions(bench) == 1


# ---------------------------------------------------------------- not now, but later


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
    assert transactions(bench) == 2

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
    assert transactions(bench) == 1


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
    assert transactions(bench) == 1


# ---------------------------------------------------------------- listeners


def test_listener__of_an_event__hears_it_once_with_its_blocks_time(bench: Bench) -> None:
    intent = bench.admit(new_wallet())
    bench.opened().step()
    bench.catch_up()
    bench.catch_up()

    assert bench.heard(intent) == 1
    assert bench.booked(intent) == bench.node().head().timestamp


def test_listener__before_the_event_is_final__hears_nothing(bench: Bench) -> None:
    bench.finality_depth = 4
    intent = bench.admit(new_wallet())
    bench.opened().step()
    bench.catch_up()
    assert bench.heard(intent) == 0

    bench.rpc("anvil_mine", "0x4")
    bench.catch_up()
    assert bench.heard(intent) == 1


def test_listener__of_an_event_without_intent__hears_it(bench: Bench, tmp_path: Path) -> None:
    """As after a restore: the chain knows more than the database."""
    intent = bench.admit(new_wallet())
    bench.opened().step()

    bench.engine = db.open_engine(new_database(tmp_path))
    db.METADATA.create_all(bench.engine)
    bench.catch_up()

    assert bench.heard(intent) == 1
    bench.engine.dispose()


def test_late_intent__of_an_event_that_was_final__is_finished_and_heard_again(bench: Bench) -> None:
    wallet = new_wallet()
    first = bench.admit(wallet)
    bench.opened().step()
    bench.catch_up()
    booked = bench.booked(first)

    late = bench.admit(wallet)
    bench.catch_up()
    bench.catch_up()

    assert [bench.state(intent) for intent in (first, late)] == ["done", "done"]
    assert bench.heard(late) == 2
    assert bench.booked(late) == booked is not None
    assert transactions(bench) == 1

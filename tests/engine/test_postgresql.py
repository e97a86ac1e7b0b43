"""What befalls the sender when its connection to PostgreSQL is cut, and how two of them share an outbox."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError

from heitje_chain.chain import outbox
from heitje_chain.chain.intents import Call, Intent
from heitje_chain.db import transaction
from heitje_chain.http.transaction import is_unavailable
from tests.databases import only_postgresql

from .city import Admission, Bench, new_wallet

pytestmark = only_postgresql


class Cut(Admission):
    """An admission while whose call is built the server ends the connection."""

    def build(self, connection: Connection, bundle: Sequence[Intent]) -> Call:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return super().build(connection, bundle)


def test_connection__cut_while_a_call_is_built__postpones_nothing_and_the_next_round_sends(
    bench: Bench,
) -> None:
    sender, intent = bench.opened(), bench.admit(new_wallet())
    sender._kinds = {Cut.kind: Cut(bench.codec)}
    with pytest.raises(OperationalError) as cut:
        sender.step()
    assert is_unavailable(cut.value), "Worker.run waits and goes on"
    assert bench.attempts(intent) == (0, 0)

    sender._kinds = bench.kinds()
    assert sender.step() == 1
    bench.catch_up()
    assert bench.state(intent) == "done"


def test_take__while_another_takes__takes_what_is_left_and_waits_for_nobody(bench: Bench) -> None:
    bench.opened()
    asked = [bench.admit(new_wallet()).id for _ in range(5)]
    with transaction(bench.engine) as first, transaction(bench.engine) as second:
        taken = outbox.take(first, "main", "worker-1", 2)
        others = outbox.take(second, "main", "worker-2", 10)

    assert (len(taken), len(others)) == (2, 3)
    assert sorted(one.id for one in taken + others) == sorted(asked)


def test_take__of_a_bundle_that_another_takes__leaves_it_whole(bench: Bench) -> None:
    bench.opened()
    ids = [bench.admit(new_wallet()).id for _ in range(4)]
    with transaction(bench.engine) as connection:
        connection.execute(text("UPDATE intent SET bundle = 'one'"))
    with transaction(bench.engine) as first, transaction(bench.engine) as second:
        taken = outbox.take(first, "main", "worker-1", 1)
        others = outbox.take(second, "main", "worker-2", 1)

    assert (sorted(one.id for one in taken), others) == (sorted(ids), [])


def test_intent__whose_event_another_worker_reads_while_it_is_asked_for__is_done_and_not_failed(
    bench: Bench,
) -> None:
    """The contract says "already done"; whether our books know that yet is asked in two statements."""
    sender, intent = bench.opened(), bench.admit(new_wallet())
    sender.step()
    with transaction(bench.engine) as connection:  # as if it had been sent by another hand
        connection.execute(text("UPDATE intent SET state = 'waiting', transaction_id = NULL"))
    armed = [True]

    @event.listens_for(bench.engine, "after_cursor_execute")
    def between(_: Connection, __: object, statement: str, *___: object) -> None:
        if armed and ("max(block.number)" in statement or "event.arguments" in statement):
            armed.clear()
            bench.catch_up()

    sender.step()

    assert not armed
    assert bench.state_and_refusal(intent) == ("done", None)

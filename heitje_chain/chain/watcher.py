"""Follows the chain: blocks, events, receipts; finishes intents by final events; survives a step back.

The chain that was seen is kept as block hashes. Where the node's hashes differ, or its head is lower, the
blocks since the common ancestor are forgotten: their transactions count as unsent again, and intents that
their events had finished are open again. The same events come back in other blocks, and finishing twice
changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, func, select, update

from heitje_chain.db import transaction
from heitje_chain.tracing import tracing

from . import attempts, meters, outbox
from .attempts import Attempt
from .codec import ChainEvent, Codec, Refusal
from .deployment import DeploymentRecord
from .events import event_of
from .intents import OWN_RECEIPT, IntentKind
from .model import BLOCK, EVENT, FINAL, MINED, REVERTED, SIGNED, TRANSACTION
from .node import Header, Node, Receipt

log = logging.getLogger(__name__)

ONE_WORKER = "worker"
"""Several workers may run: what follows the chain, and what puts work that is due, one does at a time."""

MOST_BLOCKS = 200
"""How many blocks one round reads."""

Listener = Callable[[Connection, ChainEvent, int], None]
"""Called for every final event with the block's time in seconds, and again for one that an intent waited for
which was written later; must change nothing when called again."""


class WrongChain(Exception):
    """The node is on another chain than the contracts were deployed to."""


@dataclass(frozen=True)
class Progress:
    """How far a round came."""

    head: int
    seen: int
    final: int

    @property
    def caught_up(self) -> bool:
        return self.seen >= self.head


class Watcher:
    def __init__(
        self,
        engine: Engine,
        node: Node,
        codec: Codec,
        record: DeploymentRecord,
        kinds: Mapping[str, IntentKind],
        finality_depth: int,
        listeners: Sequence[Listener] = (),
    ) -> None:
        """`finality_depth` 1 makes the newest block final at once."""
        self._engine = engine
        self._node = node
        self._codec = codec
        self._record = record
        self._kinds = kinds
        self._depth = finality_depth
        self._listeners = listeners

    def check_chain(self) -> None:
        """Refuse a node on another chain.

        Raises:
            WrongChain: chain id or genesis block differ from the deployment record's.
        """
        chain_id, genesis = self._node.chain_id(), self._node.header(0)
        if chain_id != self._record.chain_id:
            raise WrongChain(
                f"The node is on chain {chain_id}, but the contracts are on chain {self._record.chain_id}."
            )
        if genesis is None or genesis.hash != self._record.genesis_hash:
            raise WrongChain(
                f"The node's chain does not start with block {self._record.genesis_hash}, on which the "
                "contracts are. It is another chain, or the devnet was made anew."
            )

    def step(self) -> Progress:
        """Read on, finish what is final, and look after transactions.

        Raises:
            NodeUnavailable: the node is down; the next round goes on from here.
            WrongChain: the node is on another chain now; nothing is forgotten.
        """
        head = self._node.head()
        seen = self._read_on(head, self._step_back())
        final = self._finish(head.number)
        self._look_after_transactions()
        return Progress(head.number, seen, final)

    # ---------------------------------------------------------------- stepping back

    def _step_back(self) -> int | None:
        """Forget the blocks that the node does not have; return the last one that is left."""
        with transaction(self._engine, alone=ONE_WORKER) as connection:
            last: int | None = connection.scalar(select(func.max(BLOCK.c.number)))
            ancestor = last
            while ancestor is not None and not self._has(connection, ancestor):
                ancestor = connection.scalar(
                    select(func.max(BLOCK.c.number)).where(BLOCK.c.number < ancestor)
                )
            if last is not None and ancestor != last:
                self.check_chain()  # what another chain has not is no step back of ours
                self._forget_after(connection, -1 if ancestor is None else ancestor)
        return ancestor

    def _has(self, connection: Connection, number: int) -> bool:
        """Whether the node has this block of ours now. What it said of its head does not tell: another worker
        may have read on since."""
        header = self._node.header(number)
        ours = connection.scalar(select(BLOCK.c.hash).where(BLOCK.c.number == number))
        return header is not None and header.hash == ours

    def _forget_after(self, connection: Connection, number: int) -> None:
        keys = list(
            connection.scalars(
                select(EVENT.c.key).where((EVENT.c.block_number > number) & (EVENT.c.key != "")).distinct()
            )
        )
        reopened = outbox.reopen(connection, keys) + outbox.reopen_carried_out_after(connection, number)
        connection.execute(delete(EVENT).where(EVENT.c.block_number > number))
        connection.execute(delete(BLOCK).where(BLOCK.c.number > number))
        connection.execute(
            update(TRANSACTION)
            .where(TRANSACTION.c.block_number > number)
            .values(state=SIGNED, block_number=None, block_hash=None)
        )
        meters.STEPS_BACK.inc()
        log.warning("chain_stepped_back", extra={"to_block": number, "reopened": reopened})

    # ---------------------------------------------------------------- reading on

    def _read_on(self, head: Header, last: int | None) -> int:
        """Store the blocks after the last one and their events; return the last block stored."""
        first = self._record.first_block if last is None else last + 1
        until = min(head.number, first + MOST_BLOCKS - 1)
        if first > until:
            return first - 1
        headers = [self._node.header(number) for number in range(first, until + 1)]
        logs = self._node.logs(first, until, self._codec.watched)
        hashes = {header.number: header.hash for header in headers if header is not None}
        if len(hashes) != len(headers) or any(
            entry.block_hash != hashes[entry.block_number] for entry in logs
        ):
            return first - 1  # The chain moved between the questions: the next round asks again.
        events = self._codec.events(logs)
        with transaction(self._engine, alone=ONE_WORKER) as connection:
            if connection.scalar(select(func.max(BLOCK.c.number))) != last:
                return first - 1  # Another worker stored them meanwhile.
            connection.execute(
                BLOCK.insert(),
                [
                    {"number": h.number, "hash": h.hash, "timestamp": h.timestamp, "final": False}
                    for h in headers
                    if h is not None
                ],
            )
            if events:
                connection.execute(EVENT.insert(), [_row(event) for event in events])
        return until

    # ---------------------------------------------------------------- finishing

    def _finish(self, head: int) -> int:
        """Make blocks final that are deep enough, one commit each; return the last final one."""
        final = head - self._depth + 1
        with transaction(self._engine) as connection:
            due = connection.execute(
                select(BLOCK.c.number, BLOCK.c.hash, BLOCK.c.timestamp)
                .where((BLOCK.c.number <= final) & BLOCK.c.final.is_(False))
                .order_by(BLOCK.c.number)
            ).all()
        for block in due:
            with transaction(self._engine, alone=ONE_WORKER) as connection:
                this = (BLOCK.c.number == block.number) & (BLOCK.c.hash == block.hash)
                made = connection.execute(
                    update(BLOCK).where(this & BLOCK.c.final.is_(False)).values(final=True)
                )
                # Another worker may have made it final, or forgotten it, since it was looked up.
                for event in _events(connection, block.number) if made.rowcount else ():
                    self.tell(connection, event, block.timestamp)
        self._finish_late()
        return final

    def tell(self, connection: Connection, event: ChainEvent, occurred_at: int) -> None:
        """End the intents that waited for this event, and let every slice take it in.

        What follows from it has the id of the request that wanted it.
        """
        trace = self._finish_by(connection, event)
        with tracing(trace):
            for listener in self._listeners:
                listener(connection, event, occurred_at)

    def _finish_by(self, connection: Connection, event: ChainEvent) -> str | None:
        """End what waited for this; return the request's id."""
        waited = outbox.waiting_for(connection, event) if event.key else []
        for intent in waited:
            if outbox.says_the_same(intent, event):
                outbox.mark_done(connection, intent)
            else:
                refusal = Refusal("IdUsedForSomethingElse", {"event": event.name})
                outbox.mark_failed(connection, intent, refusal)
                self._kinds[intent.kind].fail(connection, intent, refusal)
        return waited[0].trace if waited else None

    def _finish_late(self) -> None:
        """Finish intents whose event was final before they were written: a restored database asks again."""
        with transaction(self._engine, alone=ONE_WORKER) as connection:
            for event, occurred_at in outbox.final_events_waited_for(connection):
                self.tell(connection, event, occurred_at)

    # ---------------------------------------------------------------- transactions

    def _look_after_transactions(self) -> None:
        """Note in which block a transaction is, whether it reverted, and when it is final."""
        with transaction(self._engine) as connection:
            open_ones = connection.execute(
                select(TRANSACTION).where(TRANSACTION.c.state.in_((SIGNED, MINED)))
            ).all()
            final = connection.scalar(select(func.max(BLOCK.c.number)).where(BLOCK.c.final.is_(True)))
            tried = attempts.of(connection, [row.id for row in open_ones])
        for row in open_ones:
            mined = self._mined(tried[row.id])
            if mined is None:
                continue
            attempt, receipt = mined
            is_final = final is not None and receipt.block_number <= final
            state = FINAL if is_final and receipt.succeeded else MINED
            if is_final and not receipt.succeeded:
                state = REVERTED
            with transaction(self._engine, alone=ONE_WORKER) as connection:
                noted = connection.execute(
                    update(TRANSACTION)
                    .where((TRANSACTION.c.id == row.id) & TRANSACTION.c.state.in_((SIGNED, MINED)))
                    .values(
                        state=state,
                        hash=attempt.hash,
                        raw=attempt.raw,
                        block_number=receipt.block_number,
                        block_hash=receipt.block_hash,
                    )
                )
                if not noted.rowcount:
                    continue  # Another worker was first.
                if state == REVERTED:
                    outbox.send_alone(connection, row.id)
                for intent in outbox.not_ended_by(connection, row.id) if state == FINAL else ():
                    if intent.outcome == OWN_RECEIPT:
                        outbox.mark_done(connection, intent)
                    else:
                        outbox.try_later(connection, intent.id, "not_ended")
            if state != row.state:
                _tell(state, attempt, receipt)

    def _mined(self, tried: Sequence[Attempt]) -> tuple[Attempt, Receipt] | None:
        """Return which of the bytes for one nonce is in a block."""
        for attempt in tried:
            receipt = self._node.receipt(attempt.hash)
            if receipt is not None:
                return attempt, receipt
        return None


def _tell(state: str, attempt: Attempt, receipt: Receipt) -> None:
    if state == REVERTED:
        meters.REVERTS.inc()
    level = logging.WARNING if state == REVERTED else logging.INFO
    told = {"hash": attempt.hash, "state": state, "block": receipt.block_number}
    log.log(level, "transaction_moved", extra=told)


def _events(connection: Connection, block: int) -> list[ChainEvent]:
    rows = connection.execute(
        select(EVENT).where(EVENT.c.block_number == block).order_by(EVENT.c.log_index)
    ).all()
    return [event_of(row) for row in rows]


def _row(event: ChainEvent) -> dict[str, object]:
    return {
        "block_number": event.block_number,
        "log_index": event.log_index,
        "transaction_hash": event.transaction_hash,
        "contract": event.contract,
        "name": event.name,
        "key": event.key,
        "arguments": dict(event.arguments),
    }

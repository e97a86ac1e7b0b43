"""Carries intents to the chain: batches, tries, signs, saves nonce, bytes and hash in one commit, then sends.

Sending is a separate step that can be repeated at any time: the same bytes have the same hash and nonce. So
whatever happens between two lines of this file, a restart ends in one effect.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Engine, Row, select, update

from heitje_chain.db import transaction
from heitje_chain.http.transaction import is_unavailable

from . import attempts, lane, meters, outbox
from .account import SendingAccount
from .attempts import Attempt
from .codec import Codec, Refusal
from .fees import MOST_FEE, Advice, bumped, is_too_low
from .intents import Call, Intent, IntentKind
from .model import ACTIVE, LOST, PAUSED, RESUMING, SENDING_ACCOUNT, SIGNED, TRANSACTION
from .node import CallReverted, Node, NodeError, NodeRefused

log = logging.getLogger(__name__)

MOST_GAS = 16_000_000
"""A transaction stays under the cap of EIP-7825."""

ALREADY_DONE = frozenset(
    {
        "ParticipantRegistryWalletBound",
        "ERC3009UsedAuthorization",
        "JobEscrowJobExists",
        "JobEscrowClaimExists",
        "JobEscrowUnexpectedState",
        "JobEscrowAlreadyClosed",
        "RedemptionExists",
        "RedemptionUnexpectedState",
        "OfficerAccountIdUsed",
        "OfficerAccountNotScheduled",
        "RewardBudgetIdUsed",
        "RedemptionUnexpectedBatch",
        "RedemptionBatchSettled",
    }
)
"""Refusals that may mean that the same thing was done before, as after restoring an old database."""

MOST_BUNDLES = 100
"""How many bundles one round takes."""


class SendingKeyUsedElsewhere(Exception):
    """The chain has transactions of the sending account that this database never signed."""

    def __init__(self, address: str, on_chain: int, ours: int) -> None:
        super().__init__(
            f"The sending account {address} has {on_chain} transactions on the chain, but only {ours} were "
            "signed here. Its key is used elsewhere, or the database is an old one. Sending has stopped."
        )


class Sender:
    def __init__(
        self,
        engine: Engine,
        node: Node,
        codec: Codec,
        kinds: Mapping[str, IntentKind],
        account: SendingAccount,
        owner: str,
        most_fee: int = MOST_FEE,
    ) -> None:
        """`owner` names this process; `kinds` maps an intent's kind to who builds and fails it.

        Args:
            most_fee: wei per gas that no transaction offers more than
        """
        self._engine = engine
        self._node = node
        self._codec = codec
        self._kinds = kinds
        self._account = account
        self._owner = owner
        self._most_fee = most_fee
        self._chain_id = node.chain_id()

    def open_lane(self, *, adopt: bool = False) -> None:
        """Know the lane's account and its next nonce; does nothing when they are known.

        Args:
            adopt: go on when the lane is paused, or the chain's nonce is ahead: after a database was
                restored from a backup, and only when nobody else has the key

        Raises:
            SendingKeyUsedElsewhere: the chain is ahead of what was signed here.
        """
        on_chain = self._node.transaction_count(self._account.address)
        with transaction(self._engine, alone="lane") as connection:
            row = lane.find(connection, self._account.lane)
            if row is None:
                connection.execute(
                    SENDING_ACCOUNT.insert().values(
                        lane=self._account.lane, address=self._account.address, next_nonce=on_chain
                    )
                )
        if row is not None and adopt:
            self._resume()
        elif row is not None and on_chain > row.next_nonce:
            raise SendingKeyUsedElsewhere(self._account.address, on_chain, row.next_nonce)

    def step(self) -> int:
        """Send what is signed, then sign and send what waits. Return how many intents were signed.

        Raises:
            NodeUnavailable: the node is down; what was taken is given back, and nothing is lost.
        """
        if not self.send_signed():
            return 0
        with transaction(self._engine) as connection:
            taken = outbox.take(connection, self._account.lane, self._owner, MOST_BUNDLES)
        if not taken:
            return 0
        try:
            return sum(self._carry_out(batch) for batch in self._batches(self._build(taken)))
        finally:
            with transaction(self._engine) as connection:
                outbox.give_back(connection, taken, self._owner)

    def send_signed(self) -> bool:
        """Send again whatever is signed and in no block, in the order of nonces. Safe at any time.

        Bytes whose nonce another transaction used up can never be mined, and whoever did that has the key.
        The lane then pauses, and nothing is sent, until an operator says so.

        Returns:
            whether the lane sends.
        """
        with transaction(self._engine) as connection:
            state = lane.find(connection, self._account.lane)
        if state is not None and state.state == RESUMING:
            self._resume()
        elif state is not None and state.state == PAUSED:
            return False
        unmined, tried = self._unmined()
        used = self._node.transaction_count(self._account.address)
        with transaction(self._engine) as connection:
            now = lane.find(connection, self._account.lane)
        if now is not None and used > now.next_nonce:
            return self._pause(used)
        advice = self._node.fees() if unmined else None
        for row in unmined:
            known = [attempt for attempt in tried[row.id] if self._node.knows(attempt.hash)]
            if row.nonce < used and not known:
                return self._pause(used)
            if advice is not None and row.nonce >= used:
                self._look_after(row, tried[row.id], known, advice)
        return True

    # ---------------------------------------------------------------- what is signed and in no block

    def _look_after(self, row: Row[Any], tried: list[Attempt], known: list[Attempt], advice: Advice) -> None:
        """Have a transaction lie in the node's pool, and offer more when fees have risen above its own.

        Whether the node takes it is told by the hash, never by the node's words.
        """
        newest, now = tried[0], int(time.time())
        if newest not in known:
            if row.not_before > now:
                return
            if self._send(newest):
                return
            with transaction(self._engine) as connection:
                attempts.refused(connection, row.id, row.refusals)
        # An older attempt that lies in the pool makes the node ask more for the newer one.
        if is_too_low(newest.fees, advice, now - newest.created_at) or (known and newest not in known):
            self._offer_more(row, newest, advice)

    def _offer_more(self, row: Row[Any], newest: Attempt, advice: Advice) -> None:
        fees = bumped(newest.fees, advice, self._most_fee)
        if fees is None:
            meters.AT_CEILING.inc()
            log.warning("fee_at_its_ceiling", extra={"hash": newest.hash, "nonce": row.nonce})
            return
        attempt = attempts.sign_again(newest, fees, self._account.private_key)
        with transaction(self._engine) as connection:
            is_ours = attempts.add(connection, row.id, newest, attempt)
        if is_ours:
            meters.BUMPS.inc()
            log.info("more_offered", extra={"hash": attempt.hash, "nonce": row.nonce, "wei": fees.most})
            self._send(attempt)

    def _unmined(self) -> tuple[Sequence[Row[Any]], dict[int, list[Attempt]]]:
        with self._engine.begin() as connection:
            rows = connection.execute(
                select(TRANSACTION)
                .where((TRANSACTION.c.lane == self._account.lane) & (TRANSACTION.c.state == SIGNED))
                .order_by(TRANSACTION.c.nonce)
            ).all()
            return rows, attempts.of(connection, [row.id for row in rows])

    def _pause(self, used: int) -> bool:
        """Stop sending, since somebody else sends with our key; return that it does not send."""
        with transaction(self._engine) as connection:
            if lane.pause(connection, self._account.lane, lane.KEY_USED_ELSEWHERE):
                log.error("sending_paused", extra={"lane": self._account.lane, "transactions_on_chain": used})
        return False

    def _resume(self) -> None:
        """Settle by the chain which of our bytes are gone, have what they carried signed anew, and go on.

        What is signed and can still be mined stays; so do bytes that are in a block.
        """
        unmined, tried = self._unmined()
        used = self._node.transaction_count(self._account.address)
        gone = [
            row
            for row in unmined
            if row.nonce < used and not any(self._node.knows(attempt.hash) for attempt in tried[row.id])
        ]
        with transaction(self._engine) as connection:
            for row in gone:
                this = (TRANSACTION.c.id == row.id) & (TRANSACTION.c.state == SIGNED)
                connection.execute(update(TRANSACTION).where(this).values(state=LOST))
                outbox.wait_again(connection, row.id)
            lane.resume(connection, self._account.lane, used)
        log.warning(
            "sending_resumed",
            extra={"lane": self._account.lane, "next_nonce": used, "lost": [row.hash for row in gone]},
        )

    # ---------------------------------------------------------------- from intents to calls

    def _build(self, taken: Sequence[Intent]) -> list[Call]:
        """Make a call of each bundle, in the order of `taken`."""
        bundles: dict[str, list[Intent]] = {}
        for intent in taken:
            bundles.setdefault(intent.bundle, []).append(intent)
        calls = []
        with transaction(self._engine) as connection:
            for name, bundle in bundles.items():
                try:
                    with connection.begin_nested():
                        calls.append(self._kinds[bundle[0].kind].build(connection, bundle))
                except Exception as error:
                    if is_unavailable(error):
                        raise
                    # A damaged wallet, say: its owner's acts wait, everybody else's go on.
                    meters.NOT_BUILT.inc(len(bundle))
                    log.exception("intent_not_built", extra={"bundle": name, "trace": bundle[0].trace})
                    for intent in bundle:
                        outbox.try_later(connection, intent.id, "not_built")
        return calls

    def _batches(self, calls: Sequence[Call]) -> list[list[Call]]:
        """Calls of one contract and one kind share a transaction: payments never ride with approvals."""
        groups: dict[tuple[str, str, str], list[Call]] = {}
        for call in calls:
            first = call.intents[0]
            own = first.id if first.alone else ""
            groups.setdefault((self._target(call), first.kind, own), []).append(call)
        return list(groups.values())

    def _carry_out(self, calls: Sequence[Call]) -> int:
        """Sign and send those calls that the contract takes, in as few transactions as fit."""
        good, gas = self._taken_by_contract(calls)
        if not good:
            return 0
        if gas > MOST_GAS and len(good) > 1:
            half = len(good) // 2
            return self._carry_out(good[:half]) + self._carry_out(good[half:])
        return self._sign_and_send(good, gas)

    def _taken_by_contract(self, calls: Sequence[Call]) -> tuple[list[Call], int]:
        """Try the calls together; on a refusal halve, until the bad ones stand alone and are failed."""
        if not calls:
            return [], 0
        target, data = self._joined(calls)
        try:
            return list(calls), self._node.gas_for(self._account.address, target, data)
        except CallReverted as reverted:
            if len(calls) == 1:
                self._fail(calls[0], self._codec.refusal(reverted.data))
                return [], 0
        except NodeRefused:
            # More gas than a block has, in words that differ from node to node: fewer at a time.
            if len(calls) == 1:
                raise
            return self._taken_by_contract(calls[: len(calls) // 2])
        meters.BISECTIONS.inc()
        half = len(calls) // 2
        good = self._taken_by_contract(calls[:half])[0] + self._taken_by_contract(calls[half:])[0]
        if len(good) == len(calls):
            # Each half is fine, but not both together: two calls want the same thing. One after the other.
            return self._taken_by_contract(good[:half])
        return self._taken_by_contract(good)

    def _joined(self, calls: Sequence[Call]) -> tuple[str, bytes]:
        target = self._target(calls[0])
        if len(calls) == 1:
            return target, calls[0].data
        return target, self._codec.call(calls[0].contract, "multicall", [call.data for call in calls])

    def _target(self, call: Call) -> str:
        return call.address or self._codec.addresses[call.contract]

    # ---------------------------------------------------------------- from calls to the chain

    def _sign_and_send(self, calls: Sequence[Call], gas: int) -> int:
        target, data = self._joined(calls)
        intents = [intent for call in calls for intent in call.intents]
        advice = self._node.fees()
        if advice.base > self._most_fee:
            meters.AT_CEILING.inc()
            log.warning("fee_above_ceiling", extra={"wei": advice.base, "ceiling": self._most_fee})
            return 0
        with self._engine.connect() as connection, connection.begin() as commit:
            row = lane.find(connection, self._account.lane, locked=True)
            if row is None:
                raise LookupError(f"The lane {self._account.lane} was not opened.")
            if row.state != ACTIVE:
                return 0
            attempt = attempts.sign(
                {
                    "chainId": self._chain_id,
                    "nonce": row.next_nonce,
                    "to": target,
                    "data": data,
                    "value": 0,
                    "gas": min(gas + gas // 4, MOST_GAS),
                },
                advice.fees.within(self._most_fee),
                self._account.private_key,
            )
            transaction_id = attempts.add_first(connection, row.lane, row.next_nonce, attempt)
            connection.execute(
                update(SENDING_ACCOUNT)
                .where(SENDING_ACCOUNT.c.lane == self._account.lane)
                .values(next_nonce=row.next_nonce + 1)
            )
            if not outbox.sign_off(connection, intents, self._owner, transaction_id):
                commit.rollback()
                return 0
        for intent in intents:
            told = {"intent": intent.id, "kind": intent.kind, "trace": intent.trace}
            log.info("intent_signed", extra={**told, "hash": attempt.hash, "nonce": row.next_nonce})
        self._send(attempt)
        return len(intents)

    def _send(self, attempt: Attempt) -> bool:
        """Hand the bytes to the node; return False when it does not take them.

        Its words say nothing: the hash does.
        """
        try:
            self._node.send(attempt.raw)
        except NodeRefused as error:
            if not self._node.knows(attempt.hash):
                meters.SENDS.labels("refused").inc()
                log.warning("transaction_not_taken", extra={"hash": attempt.hash, "reason": str(error)})
                return False
        except NodeError as error:
            # It may have arrived. It stays signed, and is looked up and sent again in the next round.
            meters.SENDS.labels("unanswered").inc()
            log.warning("transaction_unanswered", extra={"hash": attempt.hash, "reason": str(error)})
            return True
        meters.SENDS.labels("taken").inc()
        log.info("transaction_sent", extra={"hash": attempt.hash})
        return True

    def _fail(self, call: Call, refusal: Refusal) -> None:
        head = self._node.head().number
        with transaction(self._engine) as connection:
            if refusal.name in ALREADY_DONE and all(
                outbox.may_be_done(connection, intent, head) for intent in call.intents
            ):
                return  # The watcher finishes them by the event that the chain recorded.
            for intent in call.intents:
                if not outbox.hold(connection, intent, self._owner):
                    continue  # The watcher of another worker has ended it meanwhile.
                kind = self._kinds[intent.kind]
                if refusal.name in kind.later:
                    outbox.try_later(connection, intent.id, refusal.name)
                else:
                    outbox.mark_failed(connection, intent, refusal)
                    kind.fail(connection, intent, refusal)

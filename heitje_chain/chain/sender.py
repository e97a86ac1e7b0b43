"""Carries intents to the chain: batches, tries, signs, saves nonce, bytes and hash in one commit, then sends.

Sending is a separate step that can be repeated at any time: the same bytes have the same hash and nonce. So
whatever happens between two lines of this file, a restart ends in one effect.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eth_account import Account
from sqlalchemy import Connection, Engine, select, update

from heitje_chain.db import transaction

from . import outbox
from .codec import Codec, Refusal
from .model import REVERTED, SENDING_ACCOUNT, SIGNED, TRANSACTION
from .node import CallReverted, Node, NodeError, NodeRefused
from .outbox import Call, Intent, IntentKind

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


@dataclass(frozen=True)
class SendingAccount:
    """A lane's key. One process at a time sends for a lane."""

    lane: str
    private_key: bytes

    @property
    def address(self) -> str:
        return str(Account.from_key(self.private_key).address)

    def __repr__(self) -> str:
        return f"SendingAccount(lane={self.lane!r}, address={self.address!r})"


class Sender:
    def __init__(
        self,
        engine: Engine,
        node: Node,
        codec: Codec,
        kinds: Mapping[str, IntentKind],
        account: SendingAccount,
        owner: str,
    ) -> None:
        """`owner` names this process; `kinds` maps an intent's kind to who builds and fails it."""
        self._engine = engine
        self._node = node
        self._codec = codec
        self._kinds = kinds
        self._account = account
        self._owner = owner
        self._chain_id = node.chain_id()

    def open_lane(self, *, adopt: bool = False) -> None:
        """Know the lane's account and its next nonce; does nothing when they are known.

        Args:
            adopt: go on from the chain's nonce when it is ahead: after a database was restored from a backup,
                and only when nobody else has the key

        Raises:
            SendingKeyUsedElsewhere: the chain is ahead of what was signed here.
        """
        on_chain = self._node.transaction_count(self._account.address)
        with transaction(self._engine) as connection:
            row = self._lane(connection)
            if row is None:
                connection.execute(
                    SENDING_ACCOUNT.insert().values(
                        lane=self._account.lane, address=self._account.address, next_nonce=on_chain
                    )
                )
            elif on_chain > row.next_nonce:
                if not adopt:
                    raise SendingKeyUsedElsewhere(self._account.address, on_chain, row.next_nonce)
                log.warning("nonce_adopted", extra={"ours": row.next_nonce, "on_chain": on_chain})
                connection.execute(
                    update(SENDING_ACCOUNT)
                    .where(SENDING_ACCOUNT.c.lane == self._account.lane)
                    .values(next_nonce=on_chain)
                )

    def step(self) -> int:
        """Send what is signed, then sign and send what waits. Return how many intents were signed.

        Raises:
            NodeUnavailable: the node is down; what was taken is given back, and nothing is lost.
        """
        self.send_signed()
        with transaction(self._engine) as connection:
            taken = outbox.take(connection, self._account.lane, self._owner, MOST_BUNDLES)
        try:
            return sum(self._carry_out(batch) for batch in self._batches(self._build(taken)))
        finally:
            with transaction(self._engine) as connection:
                outbox.give_back(connection, taken, self._owner)

    def send_signed(self) -> None:
        """Send again whatever is signed and in no block, in the order of nonces. Safe at any time.

        Bytes whose nonce another transaction used up can never be mined: what they carried waits again, since
        the contracts take it once.
        """
        with self._engine.begin() as connection:
            unmined = connection.execute(
                select(TRANSACTION.c.id, TRANSACTION.c.nonce, TRANSACTION.c.hash, TRANSACTION.c.raw)
                .where((TRANSACTION.c.lane == self._account.lane) & (TRANSACTION.c.state == SIGNED))
                .order_by(TRANSACTION.c.nonce)
            ).all()
        used = self._node.transaction_count(self._account.address) if unmined else 0
        for row in unmined:
            if self._node.knows(row.hash):
                continue
            if row.nonce >= used:
                self._send(row.hash, row.raw)
                continue
            log.error("nonce_used_elsewhere", extra={"hash": row.hash, "nonce": row.nonce})
            with transaction(self._engine) as connection:
                this = TRANSACTION.c.id == row.id
                connection.execute(update(TRANSACTION).where(this).values(state=REVERTED))
                outbox.send_alone(connection, row.id)

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
                except Exception:
                    # A damaged wallet, say: its owner's acts wait, everybody else's go on.
                    log.exception("intent_not_built", extra={"bundle": name})
                    for intent in bundle:
                        outbox.try_later(connection, intent.id)
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
        fees = self._node.fees()
        with self._engine.connect() as connection, connection.begin() as commit:
            row = self._lane(connection)
            if row is None:
                raise LookupError(f"The lane {self._account.lane} was not opened.")
            signed = Account.sign_transaction(
                {
                    "chainId": self._chain_id,
                    "nonce": row.next_nonce,
                    "to": target,
                    "data": data,
                    "value": 0,
                    "gas": min(gas + gas // 4, MOST_GAS),
                    **fees,
                },
                self._account.private_key,
            )
            tx_hash, raw = "0x" + bytes(signed.hash).hex(), bytes(signed.raw_transaction)
            transaction_id = connection.execute(
                TRANSACTION.insert()
                .values(
                    lane=self._account.lane,
                    nonce=row.next_nonce,
                    hash=tx_hash,
                    raw=raw,
                    state=SIGNED,
                    created_at=int(time.time()),
                )
                .returning(TRANSACTION.c.id)
            ).scalar_one()
            connection.execute(
                update(SENDING_ACCOUNT)
                .where(SENDING_ACCOUNT.c.lane == self._account.lane)
                .values(next_nonce=row.next_nonce + 1)
            )
            if not outbox.sign_off(connection, intents, self._owner, transaction_id):
                commit.rollback()
                return 0
        self._send(tx_hash, raw)
        return len(intents)

    def _send(self, tx_hash: str, raw: bytes) -> None:
        """Hand the bytes to the node. An error says nothing yet: the hash does."""
        try:
            self._node.send(raw)
        except NodeRefused as error:
            if not self._node.knows(tx_hash):
                log.warning("transaction_not_taken", extra={"hash": tx_hash, "reason": str(error)})
        except NodeError as error:
            # It may have arrived. It stays signed, and is looked up and sent again in the next round.
            log.warning("transaction_unanswered", extra={"hash": tx_hash, "reason": str(error)})

    def _fail(self, call: Call, refusal: Refusal) -> None:
        head = self._node.head().number
        with transaction(self._engine) as connection:
            if refusal.name in ALREADY_DONE and all(
                outbox.may_be_done(connection, intent, head) for intent in call.intents
            ):
                return  # The watcher finishes them by the event that the chain recorded.
            for intent in call.intents:
                kind = self._kinds[intent.kind]
                if refusal.name in kind.later:
                    outbox.try_later(connection, intent.id)
                else:
                    outbox.mark_failed(connection, intent, refusal)
                    kind.fail(connection, intent, refusal)

    def _lane(self, connection: Connection) -> SendingAccountRow | None:
        row = connection.execute(
            select(SENDING_ACCOUNT).where(SENDING_ACCOUNT.c.lane == self._account.lane)
        ).one_or_none()
        return None if row is None else SendingAccountRow(row.address, row.next_nonce)


@dataclass(frozen=True)
class SendingAccountRow:
    address: str
    next_nonce: int

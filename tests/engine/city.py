"""What the tests of the engine stand on: a node, a database, two kinds of intents, and a listener."""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_account import Account
from sqlalchemy import Column, Connection, Engine, Integer, String, Table, func, insert, select, update

from heitje_chain.chain import outbox, typed_data
from heitje_chain.chain.account import SendingAccount
from heitje_chain.chain.codec import ChainEvent, Codec, Refusal
from heitje_chain.chain.deployment import DeploymentRecord
from heitje_chain.chain.ids import new_client_id, participant_of
from heitje_chain.chain.intents import Call, Intent, IntentKind, Outcome
from heitje_chain.chain.model import INTENT, TRANSACTION
from heitje_chain.chain.node import Node
from heitje_chain.chain.sender import Sender
from heitje_chain.chain.watcher import Progress, Watcher
from heitje_chain.db import METADATA, transaction
from tests.mining import mined

# Accounts 9 (the devnet's sender), 7 and 0 of the public test mnemonic.
SENDER_KEY = bytes.fromhex("2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6")

ENFORCER_KEY = bytes.fromhex("4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356")
PAYER_KEY = bytes.fromhex("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")

ADMITTED = Table(
    "test_admitted",
    METADATA,
    Column("participant", String(42), primary_key=True),
    Column("occurred_at", Integer, nullable=False),
    Column("heard", Integer, nullable=False),
)
"""What `listen` books: once per participant, however often it is told; and how often that was."""

REFUSED = Table("test_refused", METADATA, Column("intent", String(64), primary_key=True))

RESIDENT, MERCHANT = 1, 2

MINED_SECONDS = 10


class Admission:
    """Admits one resident."""

    kind = "admit_resident"

    def __init__(self, codec: Codec, later: Collection[str] = ()) -> None:
        self._codec = codec
        self.later = later

    def build(self, connection: Connection, bundle: Sequence[Intent]) -> Call:
        wallets = [intent.payload["wallet"] for intent in bundle]
        data = self._codec.call("ParticipantRegistry", "admitResidents", wallets)
        return Call("ParticipantRegistry", data, tuple(bundle))

    def fail(self, connection: Connection, intent: Intent, refusal: Refusal) -> None:
        connection.execute(insert(REFUSED).values(intent=intent.id))


class Look:
    """Calls a view: its transaction succeeds and brings no event."""

    kind = "look"
    later: Collection[str] = ()

    def __init__(self, codec: Codec) -> None:
        self._codec = codec

    def build(self, connection: Connection, bundle: Sequence[Intent]) -> Call:
        return Call("HeitjeToken", self._codec.call("HeitjeToken", "totalSupply"), tuple(bundle))

    def fail(self, connection: Connection, intent: Intent, refusal: Refusal) -> None:
        connection.execute(insert(REFUSED).values(intent=intent.id))


def listen(connection: Connection, event: ChainEvent, occurred_at: int) -> None:
    """Book an admission once, and count how often it was told."""
    if event.name != "ParticipantAdmitted":
        return
    known = ADMITTED.c.participant == event.key
    again = connection.execute(update(ADMITTED).where(known).values(heard=ADMITTED.c.heard + 1))
    if again.rowcount == 0:
        connection.execute(insert(ADMITTED).values(participant=event.key, occurred_at=occurred_at, heard=1))


def new_wallet() -> str:
    return str(Account.from_key(secrets.token_bytes(32)).address)


def pause_first(bench: Bench) -> None:
    """Have the enforcer pause the coin by a transaction that goes before all others of the next block."""
    enforcer = bench.record.officers["enforcer"]
    token, data = bench.record.contracts["HeitjeToken"].address, bench.codec.call("HeitjeToken", "pause")
    client_id, deadline = new_client_id(), 2**48 - 1
    domain = typed_data.Domain.of_officer_account(bench.record.chain_id, enforcer.account)
    message = typed_data.act(domain, token, data, client_id, deadline)
    call = bench.codec.call(
        "OfficerAccount", "act", token, data, client_id, deadline, message.signed_by(ENFORCER_KEY)
    )
    node, payer = bench.node(), Account.from_key(PAYER_KEY)
    signed = payer.sign_transaction(
        {
            "chainId": bench.record.chain_id,
            "nonce": node.transaction_count(payer.address),
            "to": enforcer.account,
            "data": call,
            "value": 0,
            "gas": 500_000,
            "gasPrice": 100 * node.gas_price(),
        }
    )
    node.send(bytes(signed.raw_transaction))
    if bench.rpc("anvil_getAutomine"):  # else the test makes the block
        assert mined(node, "0x" + bytes(signed.hash).hex())


@dataclass
class Bench:
    url: str
    record: DeploymentRecord
    record_path: Path
    engine: Engine
    finality_depth: int = 1
    later: Collection[str] = ()
    """Refusals of an admission after which it is tried again."""

    @property
    def codec(self) -> Codec:
        return Codec(self.record)

    def node(self) -> Node:
        return Node(self.url)

    def sender(self, node: Node | None = None, owner: str = "worker-1") -> Sender:
        account = SendingAccount("main", SENDER_KEY)
        return Sender(self.engine, node or self.node(), self.codec, self.kinds(), account, owner)

    def kinds(self) -> dict[str, IntentKind]:
        kinds: list[IntentKind] = [Admission(self.codec, self.later), Look(self.codec)]
        return {kind.kind: kind for kind in kinds}

    def opened(self, node: Node | None = None) -> Sender:
        sender = self.sender(node)
        sender.open_lane()
        return sender

    def watcher(self) -> Watcher:
        return Watcher(
            self.engine, self.node(), self.codec, self.record, self.kinds(), self.finality_depth, [listen]
        )

    def catch_up(self) -> Progress:
        """Read all there is, when the node has mined what it mines by itself: it takes its time for that."""
        mined_by = time.monotonic() + MINED_SECONDS
        while self._is_mining() and time.monotonic() < mined_by:
            pass
        watcher = self.watcher()
        progress = watcher.step()
        while not progress.caught_up:
            progress = watcher.step()
        return progress

    def _is_mining(self) -> bool:
        pending = self.rpc("txpool_status")["pending"]
        return int(pending, 16) > 0 and bool(self.rpc("anvil_getAutomine"))

    def admit(self, wallet: str, kind: int = RESIDENT) -> Intent:
        participant = "0x" + participant_of(wallet).hex()
        with transaction(self.engine) as connection:
            return outbox.put(
                connection,
                "admit_resident",
                new_client_id(),
                {"wallet": wallet},
                Outcome("ParticipantAdmitted", participant, {"kind": kind}),
            )

    def look(self, outcome: Outcome) -> Intent:
        with transaction(self.engine) as connection:
            return outbox.put(connection, "look", new_client_id(), {}, outcome)

    def state(self, intent: Intent) -> str:
        return self.state_and_refusal(intent)[0]

    def state_and_refusal(self, intent: Intent) -> tuple[str, Refusal | None]:
        with transaction(self.engine) as connection:
            return outbox.state_of(connection, intent.id)

    def booked(self, intent: Intent) -> int | None:
        """Return when the event of this intent happened, as the listener booked it; None when it did not."""
        booked = select(ADMITTED.c.occurred_at).where(ADMITTED.c.participant == intent.outcome.key)
        with transaction(self.engine) as connection:
            return connection.scalar(booked)

    def heard(self, intent: Intent) -> int:
        """How often the listener was told of the event of this intent."""
        heard = select(ADMITTED.c.heard).where(ADMITTED.c.participant == intent.outcome.key)
        with transaction(self.engine) as connection:
            return connection.scalar(heard) or 0

    def attempts(self, intent: Intent) -> tuple[int, int]:
        """How often the intent was tried in vain, and when it is tried again, UTC seconds."""
        with transaction(self.engine) as connection:
            row = connection.execute(select(INTENT).where(INTENT.c.id == intent.id)).one()
        return row.attempts, row.not_before

    def end_waiting(self) -> None:
        """Let whatever waits for a while be tried now."""
        with transaction(self.engine) as connection:
            connection.execute(update(INTENT).values(not_before=0))

    def transactions(self) -> int:
        """How many were signed."""
        with transaction(self.engine) as connection:
            return connection.scalar(select(func.count()).select_from(TRANSACTION)) or 0

    def admissions(self, wallet: str) -> int:
        """How often the chain admitted this wallet."""
        node = self.node()
        logs = node.logs(self.record.first_block, node.head().number, self.codec.watched)
        key = "0x" + participant_of(wallet).hex()
        events = self.codec.events(logs)
        return sum(event.name == "ParticipantAdmitted" and event.key == key for event in events)

    def rpc(self, method: str, *parameters: Any) -> Any:
        """Ask Anvil for what no contract knows: blocks, snapshots, reorgs."""
        return self.node()._ask(method, *parameters)

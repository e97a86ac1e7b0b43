"""The worker: the one process that holds keys. It makes wallets, sends intents, and follows the chain.

It stops between steps when told to, and can be killed at any moment: whatever a step had not committed is
done by the next start.
"""

from __future__ import annotations

import logging
import os
import socket
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event

from eth_account import Account
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from heitje_chain.acts import onchain as acts
from heitje_chain.acts.onchain import CarryOut, RelayStop
from heitje_chain.budgets import onchain as budgets
from heitje_chain.budgets.onchain import FreesAwards
from heitje_chain.chain.account import SendingAccount
from heitje_chain.chain.contracts import Contracts
from heitje_chain.chain.deployment import read_deployment_record
from heitje_chain.chain.intents import IntentKind
from heitje_chain.chain.meters import know_kinds
from heitje_chain.chain.node import Node, NodeError
from heitje_chain.chain.sender import Sender
from heitje_chain.chain.watcher import ONE_WORKER, Listener, Watcher, WrongChain
from heitje_chain.config import Config
from heitje_chain.custody.errors import StoreUnwritable
from heitje_chain.custody.keys import Signer
from heitje_chain.custody.master_key import read_master_key
from heitje_chain.custody.restore import restore_missing
from heitje_chain.custody.sealing import Vault
from heitje_chain.custody.store import KeyStore
from heitje_chain.custody.vault import verify_master_key
from heitje_chain.db import open_engine, transaction, upgrade
from heitje_chain.http.transaction import is_unavailable
from heitje_chain.jobs import deadlines, decisions, photos, posting
from heitje_chain.jobs import onchain as jobs
from heitje_chain.jobs import service as claims
from heitje_chain.jobs.onchain import Due, PartnerAct, ResidentAct
from heitje_chain.ledger import bookkeeper
from heitje_chain.logs import class_of
from heitje_chain.notices import onchain as notices
from heitje_chain.notices.waiting import tell_what_waits
from heitje_chain.operations import meters
from heitje_chain.operations.heartbeat import Heart, tell_other_chain
from heitje_chain.payments import onchain as payments
from heitje_chain.payments.onchain import Pay
from heitje_chain.people import onchain as people
from heitje_chain.people.onchain import AdmitResident, make_new_wallets, make_wallets
from heitje_chain.reconcile import service as reconcile
from heitje_chain.series import openings
from heitje_chain.settlement import onchain as settlement
from heitje_chain.settlement.onchain import Redeem, Release
from heitje_chain.stops import onchain as stops
from heitje_chain.webhooks import onchain as webhooks
from heitje_chain.webhooks.onchain import TellsRefusal

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.5
"""How long a round waits when there was nothing to do."""

MOST_BACK_OFF_SECONDS = 30

DEVNET_CHAIN_ID = 31337
DEVNET_SENDER_KEY = bytes.fromhex("2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6")
"""Account 9 of the public test mnemonic, the sender in scripts/networks/local.toml."""


class SenderKeyMissing(Exception):
    def __init__(self, path: Path) -> None:
        super().__init__(f"The key of the sending account is missing: put it, in hex, into {path}.")


@dataclass
class Worker:
    engine: Engine
    contracts: Contracts
    node: Node
    sender: Sender
    watcher: Watcher
    vault: Vault
    store: KeyStore
    heart: Heart
    public_url: str

    def round(self) -> bool:
        """Do what there is to do once; return whether there was anything.

        Raises:
            NodeError: the node is down; wallets were made all the same, and nothing is lost.
        """
        with transaction(self.engine, alone=ONE_WORKER) as connection:
            made = make_wallets(connection, self.vault, self.store, self.watcher.tell)
            made += make_new_wallets(connection, self.vault, self.store)
        with transaction(self.engine, alone=ONE_WORKER) as connection:
            due = deadlines.put_what_is_due(connection, self.contracts)
            due += settlement.put_what_is_due(connection)
            due += openings.open_what_is_due(connection)
            due += tell_what_waits(connection, self.public_url)
            due += photos.remove_old(connection)
        self.heart.beat()
        signed = self.sender.step()
        self.heart.beat()
        progress = self.watcher.step()
        self.heart.beat()
        compared = reconcile.run_asked(self.engine, self.node, self.contracts)
        return bool(made or due or signed or compared or not progress.caught_up)

    def run(self, stop: Event) -> None:
        """Go round until told to stop.

        While the node is down, the database is locked, full or restarting, or the second store's disk is
        full, it waits longer each time, up to 30 seconds: whatever was not committed is done then.
        """
        back_off, failed = IDLE_SECONDS, ""
        while not stop.is_set():
            try:
                with meters.ROUND_SECONDS.time():
                    busy = self.round()
                meters.ROUNDS.labels("done").inc()
                if failed:
                    log.info("going_on", extra={"after": failed})
                back_off, failed = IDLE_SECONDS, ""
                wait = 0.0 if busy else IDLE_SECONDS
            except (NodeError, SQLAlchemyError, StoreUnwritable) as error:
                if isinstance(error, SQLAlchemyError) and not is_unavailable(error):
                    raise
                what = "database_unavailable"
                if not isinstance(error, SQLAlchemyError):
                    what = "node_unavailable" if isinstance(error, NodeError) else "key_store_unavailable"
                reason = str(error) if isinstance(error, NodeError) else class_of(error)
                log.warning(what, extra={"reason": reason, "wait_seconds": back_off})
                meters.ROUNDS.labels(what).inc()
                wait, failed = back_off, what
                back_off = min(2 * back_off, MOST_BACK_OFF_SECONDS)
            except WrongChain:
                self.heart.tell_other_chain()
                raise
            stop.wait(wait)


def open_worker(config: Config, *, adopt_nonce: bool = False) -> Worker:
    """Put a worker together, and refuse to start where it could do harm.

    Raises:
        DeploymentRecordError, MasterKeyError, StoreError, SenderKeyMissing, WrongChain,
        SendingKeyUsedElsewhere: each says what is wrong.
        NodeUnavailable: the node is down; start it first.
    """
    record = read_deployment_record(config.deployment_record)
    master = read_master_key(config.master_key_file)
    store = KeyStore(config.key_store)
    account = SendingAccount("main", sending_key(config.sender_key_file, record.chain_id))
    engine = open_engine(config.database_url)
    upgrade(engine)
    with transaction(engine, alone=ONE_WORKER) as connection:
        vault = verify_master_key(connection, store, master)
        restore_missing(connection, vault, store)

    contracts, node = Contracts(record), Node(config.rpc_url)
    kinds = {kind.kind: kind for kind in intent_kinds(contracts, Signer(engine, vault))}
    know_kinds(kinds)
    watcher = Watcher(
        engine,
        node,
        contracts.codec,
        record,
        kinds,
        config.finality_depth,
        listeners(contracts, config.public_url),
    )
    owner = f"{socket.gethostname()}:{os.getpid()}"[-40:]
    try:
        watcher.check_chain()
    except WrongChain:
        tell_other_chain(engine, account.lane, owner)
        raise
    sender = Sender(engine, node, contracts.codec, kinds, account, owner, config.most_fee)
    sender.open_lane(adopt=adopt_nonce)
    heart = Heart(engine, node, account.lane, account.address, owner, config.ready_round_seconds)
    return Worker(engine, contracts, node, sender, watcher, vault, store, heart, config.public_url)


def intent_kinds(contracts: Contracts, signer: Signer) -> list[IntentKind]:
    """Return everything that the service can want of the chain."""
    return [
        AdmitResident(contracts),
        FreesAwards(contracts),
        RelayStop(contracts),
        CarryOut(contracts),
        *(
            PartnerAct(kind, contracts)
            for kind in (posting.POST, posting.CLOSE, decisions.APPROVE, decisions.REJECT)
        ),
        *(
            ResidentAct(kind, contracts, signer)
            for kind in (claims.MAKE_CLAIM, claims.WITHDRAW, claims.SUBMIT, claims.DISPUTE)
        ),
        *(Due(kind, contracts) for kind in deadlines.KINDS),
        TellsRefusal(Pay(contracts, signer)),
        Redeem(contracts, signer),
        Release(contracts),
    ]


def listeners(contracts: Contracts, public_url: str) -> list[Listener]:
    """Return who takes in the chain's events: people first, then the journal, then the slices upwards;
    who tells the world comes last."""
    return [
        people.observe,
        partial(bookkeeper.observe, contracts),
        partial(acts.observe, contracts),
        stops.observe,
        budgets.observe,
        partial(jobs.observe, contracts),
        partial(payments.observe, contracts),
        partial(settlement.observe, contracts),
        webhooks.observe,
        partial(notices.observe, contracts, public_url),
    ]


def sending_key(path: Path, chain_id: int) -> bytes:
    """Read the sending account's private key; a devnet has one that everybody knows, if there is no file.

    Raises:
        SenderKeyMissing: no file, or no key in it.
    """
    if chain_id == DEVNET_CHAIN_ID and not path.exists():
        return DEVNET_SENDER_KEY
    try:
        text = path.read_text().strip()
        Account.from_key(text)
        return bytes.fromhex(text.removeprefix("0x"))
    except (OSError, ValueError):
        # The key itself must not appear in a message.
        raise SenderKeyMissing(path) from None

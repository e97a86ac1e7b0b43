"""Participants on their way to the chain, and what the chain says of them. For the worker alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from sqlalchemy import Connection, literal, select, update

from heitje_chain.chain import outbox
from heitje_chain.chain.codec import ChainEvent, Refusal
from heitje_chain.chain.contracts import KIND_NUMBERS, REGISTRY, Contracts, wallet_text
from heitje_chain.chain.events import final_events
from heitje_chain.chain.ids import ClientId, participant_of
from heitje_chain.chain.intents import Call, Intent, Outcome
from heitje_chain.chain.model import EVENT
from heitje_chain.custody.keys import create_wallet
from heitje_chain.custody.model import mark_admitted
from heitje_chain.custody.sealing import Vault
from heitje_chain.custody.store import KeyStore
from heitje_chain.tracing import tracing

from . import recovery, signers
from .model import (
    ACTIVE,
    ADMITTING,
    ASKED,
    PARTICIPANT,
    READY,
    RECOVERY,
    RECOVERY_ASKED,
    RECOVERY_READY,
    REFUSED,
    RESIDENT,
)
from .service import ADMIT_RESIDENT

Tell = Callable[[Connection, ChainEvent, int], None]

_MOST_WALLETS = 50
"""How many wallets one commit makes."""


def make_wallets(connection: Connection, vault: Vault, store: KeyStore, tell: Tell | None = None) -> int:
    """Make the wallets that are asked for, and put residents' admissions into the outbox; return how many.

    What the chain told of somebody before they were known here is told again; `tell` tells it to all slices.

    A key is in the second store before its row; a crash anywhere ends in the same wallet at the next call.
    """
    asked = connection.execute(
        select(PARTICIPANT.c.id, PARTICIPANT.c.kind, PARTICIPANT.c.trace)
        .where(PARTICIPANT.c.state == ASKED)
        .order_by(PARTICIPANT.c.created_at, PARTICIPANT.c.id)
        .limit(_MOST_WALLETS)
    ).all()
    for row in asked:
        wallet = create_wallet(connection, row.id, vault, store)
        chain_id = participant_of(wallet)
        connection.execute(
            update(PARTICIPANT)
            .where((PARTICIPANT.c.id == row.id) & (PARTICIPANT.c.state == ASKED))
            .values(
                state=ADMITTING if row.kind == RESIDENT else READY,
                chain_id=chain_id.hex(),
                wallet=wallet.lower(),
            )
        )
        if row.kind == RESIDENT:
            with tracing(row.trace):
                outbox.put(
                    connection,
                    ADMIT_RESIDENT,
                    ClientId(bytes.fromhex(row.id).rjust(32, b"\0")),
                    {"participant": row.id, "wallet": wallet},
                    Outcome("ParticipantAdmitted", wallet_text(chain_id), {"kind": KIND_NUMBERS[RESIDENT]}),
                )
    _take_in_earlier(connection, tell or observe)
    return len(asked)


def make_new_wallets(connection: Connection, vault: Vault, store: KeyStore) -> int:
    """Make the wallets that recoveries ask for; return how many. The key is in the second store first."""
    asked = connection.scalars(
        select(RECOVERY.c.id)
        .where(RECOVERY.c.state == RECOVERY_ASKED)
        .order_by(RECOVERY.c.created_at, RECOVERY.c.id)
        .limit(_MOST_WALLETS)
    ).all()
    for recovery_id in asked:
        wallet = create_wallet(connection, recovery_id, vault, store)
        connection.execute(
            update(RECOVERY)
            .where((RECOVERY.c.id == recovery_id) & (RECOVERY.c.state == RECOVERY_ASKED))
            .values(state=RECOVERY_READY, new_wallet=wallet.lower())
        )
    return len(asked)


class AdmitResident:
    """Admits a resident's wallet by the sending account, the one thing that it may do by itself."""

    kind = ADMIT_RESIDENT
    later: Collection[str] = frozenset({"ParticipantRegistryPaused"})

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts

    def build(self, connection: Connection, bundle: Sequence[Intent]) -> Call:
        wallets = [intent.payload["wallet"] for intent in bundle]
        return Call(REGISTRY, self._contracts.codec.call(REGISTRY, "admitResidents", wallets), tuple(bundle))

    def fail(self, connection: Connection, intent: Intent, refusal: Refusal) -> None:
        connection.execute(
            update(PARTICIPANT)
            .where((PARTICIPANT.c.id == intent.payload["participant"]) & (PARTICIPANT.c.state == ADMITTING))
            .values(state=REFUSED, refusal=refusal.as_json())
        )


def observe(connection: Connection, event: ChainEvent, occurred_at: int) -> None:
    """Take in what happened to participants and their signers."""
    chain_id = event.key.removeprefix("0x")
    match event.name:
        case "ParticipantAdmitted":
            connection.execute(
                update(PARTICIPANT)
                .where(PARTICIPANT.c.chain_id == chain_id)
                .values(state=ACTIVE, refusal=None)
            )
            mark_admitted(connection, event.key)
        case "ParticipantBlocked" | "ParticipantUnblocked":
            connection.execute(
                update(PARTICIPANT)
                .where(PARTICIPANT.c.chain_id == chain_id)
                .values(blocked=event.name == "ParticipantBlocked")
            )
        case "WalletReplaced":
            connection.execute(
                update(PARTICIPANT)
                .where(PARTICIPANT.c.chain_id == chain_id)
                # Told again later, it must not bring back a wallet that was itself replaced.
                .where(PARTICIPANT.c.wallet == event.arguments["oldWallet"].lower())
                .values(wallet=event.arguments["newWallet"].lower())
            )
            mark_admitted(connection, event.arguments["newWallet"])
            recovery.seen(connection, event, occurred_at)
        case "SignerAdded" | "SignerRemoved":
            signers.seen(connection, chain_id, event.arguments["signer"], event.name == "SignerAdded")


# ---------------------------------------------------------------- details


def _take_in_earlier(connection: Connection, tell: Tell) -> None:
    """Take in what the chain told of somebody before they were known here: this database was restored."""
    known = literal("0x").concat(PARTICIPANT.c.chain_id) == EVENT.c.key
    waiting = known & PARTICIPANT.c.state.in_((READY, ADMITTING))
    missed = final_events(connection, waiting & (EVENT.c.name == "ParticipantAdmitted"))
    for admitted, _ in missed:
        of_theirs = (EVENT.c.key == admitted.key) & (EVENT.c.contract == REGISTRY)
        for event, occurred_at in final_events(connection, of_theirs):
            tell(connection, event, occurred_at)

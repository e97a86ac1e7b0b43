"""A resident's way onto the chain: a wallet, then an intent that has it admitted. For the worker alone."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from heitje_chain.chain import outbox
from heitje_chain.chain.codec import ChainEvent, Codec, Refusal
from heitje_chain.chain.ids import ClientId, participant_of
from heitje_chain.chain.outbox import Call, Intent, Outcome
from heitje_chain.custody.keys import create_wallet
from heitje_chain.custody.sealing import Vault
from heitje_chain.custody.store import KeyStore

from . import service

KIND = "admit_resident"

_RESIDENT = 1
"""ParticipantKind.Resident."""

_MOST_WALLETS = 50
"""How many wallets one commit makes."""


def make_wallets(connection: Connection, vault: Vault, store: KeyStore) -> int:
    """Make the wallets that are asked for, and put their admissions into the outbox; return how many.

    A key is in the second store before its row; a crash anywhere ends in the same wallet at the next call.
    """
    asked = service.asked_for(connection, _MOST_WALLETS)
    for participant in asked:
        wallet = create_wallet(connection, participant.id, vault, store)
        chain_id = participant_of(wallet).hex()
        service.wallet_made(connection, participant.id, chain_id)
        outbox.put(
            connection,
            KIND,
            ClientId(bytes.fromhex(participant.id).rjust(32, b"\0")),
            {"participant": participant.id, "wallet": wallet},
            Outcome("ParticipantAdmitted", f"0x{chain_id}", {"kind": _RESIDENT}),
        )
    return len(asked)


class AdmitResident:
    """Admits a resident's wallet by the sending account, the one thing that it may do by itself."""

    kind = KIND

    def __init__(self, codec: Codec) -> None:
        self._codec = codec

    def build(self, connection: Connection, bundle: Sequence[Intent]) -> Call:
        wallets = [intent.payload["wallet"] for intent in bundle]
        data = self._codec.call("ParticipantRegistry", "admitResidents", wallets)
        return Call("ParticipantRegistry", data, tuple(bundle))

    def finish(self, connection: Connection, intent: Intent, event: ChainEvent, occurred_at: int) -> None:
        service.admitted(connection, intent.payload["participant"])

    def fail(self, connection: Connection, intent: Intent, refusal: Refusal) -> None:
        service.refused(
            connection,
            intent.payload["participant"],
            {"name": refusal.name, "arguments": dict(refusal.arguments)},
        )

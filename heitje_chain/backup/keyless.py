"""Wallets that the chain knows and that nobody can sign with here: what is lost when both places are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from heitje_chain import money
from heitje_chain.chain.contracts import KIND_NUMBERS
from heitje_chain.chain.events import final_events
from heitje_chain.chain.ids import ParticipantId
from heitje_chain.chain.model import EVENT
from heitje_chain.custody.model import WALLET
from heitje_chain.ledger import accounts
from heitje_chain.ledger import service as ledger
from heitje_chain.people import service as people
from heitje_chain.people.model import PARTNER


@dataclass(frozen=True)
class Keyless:
    kind: str
    wallet: str
    """Its address in lower case."""
    cents: int
    participant: str | None
    """The id in `people`, when somebody here has this wallet."""

    def __str__(self) -> str:
        who = self.participant or "somebody unknown here"
        return (
            f"The wallet {self.wallet} of {who} ({self.kind}) holds {money.to_euros(self.cents)} Heitje and "
            "has no key here: find it in a copy of the second store, or have the wallet replaced."
        )


def keyless_wallets(connection: Connection) -> list[Keyless]:
    """Return every present wallet on the chain without a key here, in the order of their admission."""
    of_wallets = EVENT.c.name.in_(("ParticipantAdmitted", "WalletReplaced"))
    kinds, present = {number: kind for kind, number in KIND_NUMBERS.items()}, dict[str, tuple[str, str]]()
    for event, _ in final_events(connection, of_wallets):
        if event.name == "ParticipantAdmitted":
            present[event.key] = (kinds[event.arguments["kind"]], event.key.lower())
        else:
            present[event.key] = (present[event.key][0], event.arguments["newWallet"].lower())
    ours = {address.lower() for address in connection.scalars(select(WALLET.c.address))}
    return [
        _keyless(connection, participant, kind, wallet)
        for participant, (kind, wallet) in present.items()
        if kind != PARTNER and wallet not in ours
    ]


def _keyless(connection: Connection, participant: str, kind: str, wallet: str) -> Keyless:
    on_chain = ParticipantId(bytes.fromhex(participant.removeprefix("0x")))
    known = people.by_chain_id(connection, participant)
    cents = ledger.balance(connection, accounts.wallet(on_chain))
    return Keyless(kind, wallet, cents, known.id if known else None)

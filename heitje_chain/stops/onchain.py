"""What the chain says of freezes and pauses. For the worker alone."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, update

from heitje_chain.chain.codec import ChainEvent
from heitje_chain.chain.contracts import TOKEN
from heitje_chain.chain.model import EVENT
from heitje_chain.people import service as people

from .model import FREEZE, PAUSE


def observe(connection: Connection, event: ChainEvent, occurred_at: int) -> None:
    """Note what is frozen, and whether the coin is paused; noting it again changes nothing.

    A recovery tells of the old wallet that nothing is frozen, and then of the new one what is: both are the
    same participant's.
    """
    told = event.arguments
    if event.contract != TOKEN:
        return
    match event.name:
        case "Frozen":
            _frozen(connection, _holder(connection, told["account"]), told["amount"], occurred_at)
        case "Paused" | "Unpaused":
            values = {"paused": event.name == "Paused", "since": occurred_at}
            if connection.execute(update(PAUSE).values(**values)).rowcount == 0:
                connection.execute(PAUSE.insert().values(id=1, **values))


def _frozen(connection: Connection, participant: str, cents: int, occurred_at: int) -> None:
    this = FREEZE.c.participant == participant
    if cents == 0:
        connection.execute(delete(FREEZE).where(this))
        return
    values = {"cents": cents, "since": occurred_at}
    if connection.execute(update(FREEZE).where(this).values(**values)).rowcount == 0:
        connection.execute(FREEZE.insert().values(participant=participant, **values))


def _holder(connection: Connection, wallet: str) -> str:
    """Return the ParticipantId, in hex, of whoever has or had this wallet, known here or not."""
    known = people.holder_of(connection, wallet)
    if known is not None and known.chain_id is not None:
        return known.chain_id
    rows = connection.execute(select(EVENT.c.key, EVENT.c.arguments).where(EVENT.c.name == "WalletReplaced"))
    replaced = {row.arguments["newWallet"]: row.key for row in rows}
    return str(replaced.get(wallet, wallet)).removeprefix("0x")

"""What stands behind the coins: the euros that the auditor attested, and what they must cover."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from heitje_chain.budgets import service as budgets
from heitje_chain.budgets.model import ATTESTATION
from heitje_chain.ledger import service as ledger


@dataclass(frozen=True)
class Reserve:
    """All in cents, but for the statement."""

    attested: int
    """Euros on the newest bank statement, less what was payable then; 0 when none was read."""
    as_of: int | None
    """The moment that the statement speaks of, UTC seconds."""
    statement_hash: str | None
    """64 hex digits, as the chain has it."""
    left: int
    """Attested less what was burned since."""
    supply: int
    """Coins in being."""
    outstanding: int
    """Granted to partners and not minted yet."""
    payable: int
    """What the bank sent back after the burn, to be paid anew."""

    @property
    def owed(self) -> int:
        return self.supply + self.payable

    @property
    def room(self) -> int:
        """What can still be granted; below 0 when the statement does not cover what was promised."""
        return self.left - self.supply - self.outstanding


def read(connection: Connection) -> Reserve:
    """Return the reserve as it is known now."""
    last = connection.execute(select(ATTESTATION).order_by(ATTESTATION.c.as_of.desc()).limit(1)).first()
    books = ledger.books(connection)
    return Reserve(
        attested=last.cents if last else 0,
        as_of=last.as_of if last else None,
        statement_hash=last.statement_hash if last else None,
        left=budgets.reserve_left(connection),
        supply=books.supply,
        outstanding=books.outstanding,
        payable=books.payable,
    )

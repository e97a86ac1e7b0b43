"""Who else hears what the bank did after the burn, which no event of the chain tells.

Who that is lies above this slice, so the application puts it into `app.state.bank_listener`. It is told in
the commit that notes it, and once more when the same is said again, which must change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from .redemptions import Redemption


class BankListener(Protocol):
    def returned(
        self, connection: Connection, redemption: Redemption, end_to_end_id: str, occurred_at: int
    ) -> None:
        """Take in that the bank sent a payment back.

        Args:
            end_to_end_id: of the payment that came back
            occurred_at: UTC seconds, as the bank's statement says
        """

    def repaid(
        self, connection: Connection, redemption: Redemption, end_to_end_id: str, occurred_at: int
    ) -> None:
        """Take in that the bank paid anew.

        Args:
            end_to_end_id: of the new payment
            occurred_at: UTC seconds, as the bank's statement says
        """


@dataclass(frozen=True)
class TellsEach:
    """A listener that tells several, in this order."""

    listeners: Sequence[BankListener]

    def returned(
        self, connection: Connection, redemption: Redemption, end_to_end_id: str, occurred_at: int
    ) -> None:
        for listener in self.listeners:
            listener.returned(connection, redemption, end_to_end_id, occurred_at)

    def repaid(
        self, connection: Connection, redemption: Redemption, end_to_end_id: str, occurred_at: int
    ) -> None:
        for listener in self.listeners:
            listener.repaid(connection, redemption, end_to_end_id, occurred_at)

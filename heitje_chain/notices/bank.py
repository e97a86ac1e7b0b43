"""Which mails follow from what the bank did after the burn; `settlement/telling.py` says when."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from heitje_chain.settlement.redemptions import Redemption

from . import words
from .rules import PAYOUT
from .service import tell


@dataclass(frozen=True)
class MailsMerchants:
    """A `BankListener`."""

    address: str
    """Of the pages, such as https://heitje.example."""

    def returned(
        self, connection: Connection, redemption: Redemption, end_to_end_id: str, occurred_at: int
    ) -> None:
        """Tell a merchant that a payment came back, and will be made anew."""
        subject, letter = f"{redemption.id}|{end_to_end_id}|returned", words.returned(redemption.cents)
        tell(connection, self.address, redemption.merchant, PAYOUT, subject, letter, occurred_at)

    def repaid(
        self, connection: Connection, redemption: Redemption, end_to_end_id: str, occurred_at: int
    ) -> None:
        """Tell a merchant that what came back was paid anew."""
        subject = f"{redemption.id}|{end_to_end_id}|repaid"
        letter = words.repaid(redemption.cents, end_to_end_id)
        tell(connection, self.address, redemption.merchant, PAYOUT, subject, letter, occurred_at)

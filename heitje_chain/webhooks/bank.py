"""Which webhooks follow from what the bank did after the burn; `settlement/telling.py` says when.

The chain knows nothing of it, so this is told by the request that notes it, in the same commit.
"""

from __future__ import annotations

from sqlalchemy import Connection

from heitje_chain.settlement.redemptions import Redemption

from . import rules
from .deliveries import tell


def returned(connection: Connection, redemption: Redemption, end_to_end_id: str, occurred_at: int) -> None:
    """Tell a merchant that a payment came back, and will be made anew. It can come back more than once."""
    _tell(
        connection,
        rules.REDEMPTION_RETURNED,
        redemption,
        end_to_end_id,
        redemption.return_reason,
        occurred_at,
    )


def repaid(connection: Connection, redemption: Redemption, end_to_end_id: str, occurred_at: int) -> None:
    """Tell a merchant that what came back was paid anew."""
    _tell(connection, rules.REDEMPTION_REPAID, redemption, end_to_end_id, None, occurred_at)


def _tell(
    connection: Connection,
    type_: str,
    redemption: Redemption,
    end_to_end_id: str,
    reason: str | None,
    occurred_at: int,
) -> None:
    data = {
        "redemption": redemption.id,
        "cents": redemption.cents,
        "batch": redemption.batch,
        "end_to_end_id": end_to_end_id,
        "reason": reason,
    }
    subject = f"{redemption.id}|{end_to_end_id}"
    tell(connection, redemption.merchant, type_, subject, data, occurred_at)

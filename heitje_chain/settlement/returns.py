"""What the bank sends back after it was paid and burned. A caller opens the transaction and commits it."""

from __future__ import annotations

from sqlalchemy import Connection, update

from heitje_chain.audit import service as audit
from heitje_chain.chain.ids import RedemptionId
from heitje_chain.ledger import rules as entries
from heitje_chain.ledger import service as ledger
from heitje_chain.ledger.accounts import PAYABLE

from . import redemptions, repayments
from .errors import NotItsPayment, RedemptionNotBooked, ReturnGiven
from .model import BOOKED, REDEMPTION, RETURN_FILED, RETURN_PAYABLE
from .redemptions import Redemption


def record_return(
    connection: Connection,
    officer: str,
    redemption: str,
    end_to_end_id: str,
    occurred_at: int,
    reason: str,
) -> Redemption:
    """Note that the bank returned a payment after its coins were burned: it is payable, nothing is minted.

    What was paid anew can come back too. The same again changes nothing.

    Args:
        end_to_end_id: of the payment that came back
        occurred_at: UTC seconds, as the bank's statement says
        reason: ISO 20022 external return reason code

    Raises:
        RedemptionUnknown, RedemptionNotBooked, NotItsPayment, ReturnGiven
    """
    found = redemptions.for_change(connection, redemption)
    if found.state != BOOKED:
        raise RedemptionNotBooked(redemption, found.state)
    if repayments.newest_payment(connection, found) != end_to_end_id:
        raise NotItsPayment(redemption, end_to_end_id)
    if found.return_state in (RETURN_PAYABLE, RETURN_FILED):
        if found.return_reason == reason:
            return found
        raise ReturnGiven(redemption, found.return_reason or "")
    entry = entries.bank_return(
        occurred_at,
        redemption=RedemptionId(bytes.fromhex(redemption)),
        end_to_end_id=end_to_end_id,
        amount=found.cents,
    )
    ledger.book(connection, entry)
    connection.execute(
        update(REDEMPTION)
        .where(REDEMPTION.c.id == redemption)
        .values(returned_at=occurred_at, return_reason=reason, return_state=RETURN_PAYABLE)
    )
    details = {"end_to_end_id": end_to_end_id.lower(), "reason": reason.lower()}
    audit.record_by_officer(connection, officer, "record_return", redemption, details)
    return redemptions.find(connection, redemption)


def payable(connection: Connection) -> list[Redemption]:
    """Return what the bank sent back after the burn and was not paid anew, by the journal, oldest first."""
    owed = [
        account.partition(":")[2] for account, cents in ledger.balances(connection, PAYABLE).items() if cents
    ]
    rows = connection.execute(
        redemptions.redemptions_query(REDEMPTION.c.id.in_(owed)).order_by(
            REDEMPTION.c.created_at, REDEMPTION.c.id
        )
    )
    return [redemptions.redemption_of(row) for row in rows]

"""What merchants do with redemptions, and reading them. A caller opens the transaction and commits it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, or_, select, update

from heitje_chain.chain import outbox
from heitje_chain.chain.clock import chain_now
from heitje_chain.chain.contracts import wallet_text
from heitje_chain.chain.ids import ClientId, redemption_id
from heitje_chain.chain.intents import IntentChanged, Outcome
from heitje_chain.payments import spending
from heitje_chain.payments.errors import PaymentIdTaken
from heitje_chain.people import service as people
from heitje_chain.people.model import MERCHANT, MERCHANT_DETAILS, PARTICIPANT

from . import rules
from .errors import RedemptionUnknown
from .model import ASKED, BATCH, BATCHED, LOCKED, REDEMPTION, REJECTED, RETURN_PAYABLE

REDEEM, RELEASE = "redeem", "release_line"


@dataclass(frozen=True)
class BankAccount:
    iban: str
    holder: str


@dataclass(frozen=True)
class Redemption:
    id: str
    """RedemptionId, 64 hex digits."""
    merchant: str
    """ParticipantId in hex."""
    merchant_name: str | None
    cents: int
    state: str
    """asked, locked, batched, booked (paid, for good), rejected, released or refused."""
    pending: str | None
    """release_line while rejected coins are on their way back."""
    held: bool
    """Whether it is not paid until settlement confirms the merchant's account."""
    account: BankAccount | None
    """Where it is paid to; None when only the chain told of it and nobody confirmed an account."""
    present_account: BankAccount | None
    """The merchant's."""
    account_confirmed: bool
    batch: int | None
    end_to_end_id: str
    """The bank's name for its payment."""
    bank_outcome: str | None
    """booked or rejected, as the bank said."""
    bank_reason: str | None
    return_reason: str | None
    """Why the bank sent it back after it was booked, the last time."""
    return_state: str | None
    """payable, filed (a further bank file names it) or repaid; None when it never came back."""
    refusal: Mapping[str, Any] | None
    created_at: int
    locked_at: int | None


# An account that is missing on either side differs: "-" is nobody's.
CHANGED = or_(
    func.coalesce(REDEMPTION.c.iban, "") != func.coalesce(MERCHANT_DETAILS.c.iban, "-"),
    func.coalesce(REDEMPTION.c.account_holder, "") != func.coalesce(MERCHANT_DETAILS.c.account_holder, "-"),
)

HELD = (
    REDEMPTION.c.state.in_((LOCKED, BATCHED)) & BATCH.c.file.is_(None)
    | (func.coalesce(REDEMPTION.c.return_state, "") == RETURN_PAYABLE)
) & CHANGED
"""On rows of `redemptions_query`: coins wait here, or euros that came back, no bank file names them yet, and
the merchant's account is another than when they were redeemed or an account was confirmed."""


def redeem(connection: Connection, merchant_id: str, cents: int, client_id: ClientId) -> Redemption:
    """Ask that a merchant's coins are locked, to be paid in euros. The same client id again is the same one.

    It is paid to the account that the merchant has now.

    Raises:
        ParticipantUnknown, ParticipantNotActive, CoinPaused, BalanceTooLow
        PaymentIdTaken: the client id was used for another amount, or something else.
    """
    merchant = people.active(connection, merchant_id, MERCHANT)
    chain_id = merchant.on_chain
    new_id = redemption_id(chain_id, client_id).hex()
    known = find_redemption(connection, new_id)
    if known is not None:
        if known.cents != cents:
            raise PaymentIdTaken
        return known
    spending.check_spendable(connection, merchant, cents)
    details = people.details_of(connection, merchant_id)
    connection.execute(
        REDEMPTION.insert().values(
            id=new_id,
            client_id=client_id.hex(),
            merchant=chain_id.hex(),
            cents=cents,
            state=ASKED,
            iban=details and details.iban,
            account_holder=details and details.account_holder,
            account_confirmed=False,
            end_to_end_id=rules.end_to_end_id(new_id),
            created_at=chain_now(connection),
        )
    )
    spending.hold(connection, new_id, chain_id.hex(), cents)
    content = {"merchant": wallet_text(chain_id), "cents": cents}
    payload = {"wallet_of": merchant.id, "client_id": client_id.hex(), "redemption": new_id, **content}
    try:
        outbox.put(
            connection, REDEEM, client_id, payload, Outcome("RedemptionLocked", f"0x{new_id}", content)
        )
    except IntentChanged as error:
        raise PaymentIdTaken from error
    return find(connection, new_id)


def release_again(connection: Connection, redemption: str) -> bool:
    """Have rejected coins, which the contract did not give back, wait for it again.

    Returns:
        False when the line is not rejected any more, or nobody asked to release it.
    """
    still = (REDEMPTION.c.id == redemption) & (REDEMPTION.c.state == REJECTED)
    again = connection.execute(
        update(REDEMPTION).where(still & (REDEMPTION.c.pending == RELEASE)).values(refusal=None)
    )
    return again.rowcount == 1


# ---------------------------------------------------------------- reading


def redemptions_query(*where: Any) -> Select[Any]:
    """Return the statement whose rows `redemption_of` reads; HELD can be named in `where`."""
    return (
        select(
            REDEMPTION,
            HELD.label("held"),
            PARTICIPANT.c.name.label("merchant_name"),
            MERCHANT_DETAILS.c.iban.label("present_iban"),
            MERCHANT_DETAILS.c.account_holder.label("present_holder"),
        )
        .outerjoin(PARTICIPANT, PARTICIPANT.c.chain_id == REDEMPTION.c.merchant)
        .outerjoin(MERCHANT_DETAILS, MERCHANT_DETAILS.c.participant == PARTICIPANT.c.id)
        .outerjoin(BATCH, BATCH.c.number == REDEMPTION.c.batch)
        .where(*where)
    )


def find(connection: Connection, redemption: str, *where: Any) -> Redemption:
    """Return a redemption, if it fulfils the conditions.

    Raises:
        RedemptionUnknown
    """
    found = find_redemption(connection, redemption, *where)
    if found is None:
        raise RedemptionUnknown
    return found


def find_redemption(connection: Connection, redemption: str, *where: Any) -> Redemption | None:
    row = connection.execute(redemptions_query(REDEMPTION.c.id == redemption, *where)).one_or_none()
    return None if row is None else redemption_of(row)


def for_change(connection: Connection, redemption: str) -> Redemption:
    """Return a redemption and keep others from changing it until the transaction ends.

    Raises:
        RedemptionUnknown
    """
    connection.execute(select(REDEMPTION.c.id).where(REDEMPTION.c.id == redemption).with_for_update())
    return find(connection, redemption)


def redemption_of(row: Row[Any]) -> Redemption:
    """Return a row of `redemptions_query` as a redemption."""
    return Redemption(
        id=row.id,
        merchant=row.merchant,
        merchant_name=row.merchant_name,
        cents=row.cents,
        state=row.state,
        pending=row.pending,
        held=bool(row.held),
        account=_account(row.iban, row.account_holder),
        present_account=_account(row.present_iban, row.present_holder),
        account_confirmed=row.account_confirmed,
        batch=row.batch,
        end_to_end_id=row.end_to_end_id,
        bank_outcome=row.bank_outcome,
        bank_reason=row.bank_reason,
        return_reason=row.return_reason,
        return_state=row.return_state,
        refusal=row.refusal,
        created_at=row.created_at,
        locked_at=row.locked_at,
    )


def _account(iban: str | None, holder: str | None) -> BankAccount | None:
    return None if iban is None or holder is None else BankAccount(iban, holder)

"""Books what the chain tells: from each final event to its entry, by the events alone.

Whatever an event leaves unsaid (whose job a claim is on, who holds a wallet) was told by an earlier event,
which is kept. So the journal follows from the chain, whatever the other tables say, and can be compared with
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eth_utils.crypto import keccak
from sqlalchemy import Connection, func, select

from heitje_chain.chain.codec import ChainEvent, bytes_of
from heitje_chain.chain.contracts import KIND_NUMBERS, Contracts
from heitje_chain.chain.ids import (
    BudgetId,
    ClaimId,
    JobId,
    ParticipantId,
    RedemptionId,
    budget_id,
)
from heitje_chain.chain.model import EVENT

from . import rules, service
from .entry import Entry, Kind, Seen

_KINDS = {number: kind for kind, number in KIND_NUMBERS.items()}
_NOBODY = "0x" + "00" * 20

_TRANSFERS: Mapping[tuple[str, str], rules.Transfer] = {
    ("resident", "merchant"): Kind.PAY,
    ("association", "merchant"): Kind.PAY,
    ("resident", "association"): Kind.DONATE,
    ("merchant", "resident"): Kind.REFUND,
    ("merchant", "association"): Kind.REFUND,
}


class EventMissing(LookupError):
    """An event speaks of something that no earlier event told: blocks were skipped."""

    def __init__(self, name: str, key: str) -> None:
        super().__init__(f"No {name} of {key} was seen before the event that needs it.")


def observe(contracts: Contracts, connection: Connection, event: ChainEvent, occurred_at: int) -> None:
    """Book the entry that follows from this event, if it moves anything. Booking it again changes nothing.

    Raises:
        LedgerError: the journal holds something else under the same id.
        EventMissing
    """
    entry = entry_of(contracts, connection, event, occurred_at)
    if entry is not None:
        service.book(connection, entry)


def entry_of(
    contracts: Contracts, connection: Connection, event: ChainEvent, occurred_at: int
) -> Entry | None:
    """Return the entry that follows from this event; None when it moves nothing."""
    seen = Seen(occurred_at, event.block_number, event.transaction_hash, event.log_index)
    told = event.arguments
    match event.name:
        case "BudgetGranted":
            return rules.grant(
                seen,
                grant_id=bytes_of(told["grantId"]),
                budget_id=BudgetId(bytes_of(told["budget"])),
                amount=told["cents"],
            )
        case "BudgetClosed":
            return rules.close_budget(
                seen, budget_id=BudgetId(bytes_of(told["budget"])), amount=told["cents"]
            )
        case "JobPosted":
            return rules.post(
                seen,
                job=JobId(bytes_of(told["job"])),
                budget_id=_budget_of(told),
                reward=told["reward"],
                slots=told["slots"],
            )
        case "SlotsReleased" if told["slots"]:
            job = _earlier(connection, "JobPosted", told["job"])
            return rules.release_slots(
                seen,
                release_id=_place(connection, event),
                budget_id=_budget_of(job),
                reward=job["reward"],
                slots=told["slots"],
            )
        case "ClaimApproved" | "ClaimAwarded":
            return _mint(connection, seen, event)
        case "AwardMinted":
            return rules.award(
                seen,
                award_id=bytes_of(told["awardId"]),
                budget_id=BudgetId(bytes_of(told["budget"])),
                resident=ParticipantId(bytes_of(told["resident"])),
                amount=told["cents"],
            )
        case "Transfer":
            return _transfer(contracts, connection, seen, event)
        case "RedemptionLocked":
            return rules.lock(seen, **_line(told))
        case "RedemptionReleased":
            return rules.release_line(seen, **_line(told))
        case "BatchSettled" if told["bookedCents"]:
            return rules.burn(seen, batch=told["batch"], amount=told["bookedCents"])
    return None


# ---------------------------------------------------------------- details


def _mint(connection: Connection, seen: Seen, event: ChainEvent) -> Entry:
    claim = _earlier(connection, "ClaimMade", event.key)
    job = _earlier(connection, "JobPosted", claim["job"])
    return rules.mint(
        seen,
        kind=Kind.APPROVE if event.name == "ClaimApproved" else Kind.DECIDE,
        claim=ClaimId(bytes_of(event.key)),
        budget_id=_budget_of(job),
        resident=ParticipantId(bytes_of(claim["resident"])),
        amount=event.arguments["cents"],
        reward=job["reward"],
    )


def _transfer(contracts: Contracts, connection: Connection, seen: Seen, event: ChainEvent) -> Entry | None:
    """A payment, a refund, a donation, or what the enforcer moved.

    Minting, burning, locking and releasing are told by events of their own, a recovery moves nothing between
    participants, and a transfer of 0 cents needs nobody's consent.
    """
    told = event.arguments
    sides = (told["from"], told["to"])
    if told["value"] == 0 or _NOBODY in sides or any(map(contracts.is_redemption, sides)):
        return None
    payer, payee = (_holder(connection, wallet) for wallet in sides)
    if payer == payee:
        return None
    before = _just_before(connection, event)
    is_signed = before is not None and before.name == "AuthorizationUsed"
    nonce = bytes_of(before.arguments["nonce"]) if before and is_signed else _place(connection, event)
    kind: rules.Transfer = Kind.FORCE
    if is_signed or not _is_forced(connection, event):
        kinds = (_kind(connection, payer), _kind(connection, payee))
        kind = _TRANSFERS.get(kinds, Kind.FORCE)
    return rules.transfer(seen, kind=kind, payer=payer, payee=payee, nonce=nonce, amount=told["value"])


def _line(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "redemption": RedemptionId(bytes_of(told["redemption"])),
        "merchant": ParticipantId(bytes_of(told["merchant"])),
        "amount": told["cents"],
    }


def _budget_of(job: Mapping[str, Any]) -> BudgetId:
    return budget_id(ParticipantId(bytes_of(job["partner"])), job["period"])


def _holder(connection: Connection, wallet: str) -> ParticipantId:
    """Return whose wallet this is, or was: its first holder's id is the wallet itself."""
    if _find(connection, "ParticipantAdmitted", wallet) is not None:
        return ParticipantId(bytes_of(wallet))
    replaced = connection.execute(
        select(EVENT.c.key, EVENT.c.arguments).where(EVENT.c.name == "WalletReplaced")
    )
    for row in replaced:
        if row.arguments["newWallet"] == wallet:
            return ParticipantId(bytes_of(row.key))
    raise EventMissing("ParticipantAdmitted", wallet)


def _kind(connection: Connection, participant: ParticipantId) -> str:
    return _KINDS[_earlier(connection, "ParticipantAdmitted", f"0x{participant.hex()}")["kind"]]


def _earlier(connection: Connection, name: str, key: str) -> Mapping[str, Any]:
    found = _find(connection, name, key)
    if found is None:
        raise EventMissing(name, key)
    return found


def _find(connection: Connection, name: str, key: str) -> Mapping[str, Any] | None:
    arguments: Mapping[str, Any] | None = connection.scalar(
        select(EVENT.c.arguments).where((EVENT.c.key == key) & (EVENT.c.name == name)).limit(1)
    )
    return arguments


def _just_before(connection: Connection, event: ChainEvent) -> Any | None:
    """Return the event that the same transaction told directly before this one."""
    return connection.execute(
        select(EVENT).where(
            (EVENT.c.block_number == event.block_number)
            & (EVENT.c.log_index == event.log_index - 1)
            & (EVENT.c.transaction_hash == event.transaction_hash)
        )
    ).one_or_none()


def _is_forced(connection: Connection, event: ChainEvent) -> bool:
    """Whether the enforcer's ForcedTransfer of the same coins stands in the same transaction."""
    told = connection.execute(
        select(EVENT.c.arguments).where(
            (EVENT.c.block_number == event.block_number)
            & (EVENT.c.transaction_hash == event.transaction_hash)
            & (EVENT.c.name == "ForcedTransfer")
        )
    ).scalars()
    moved = event.arguments
    return any(
        (one["from"], one["to"], one["amount"]) == (moved["from"], moved["to"], moved["value"])
        for one in told
    )


def _place(connection: Connection, event: ChainEvent) -> bytes:
    """Return 32 bytes that name an event which has no id: its transaction and its place in it.

    The place is counted within the transaction, so that it stays when the transaction is mined anew in
    another block.
    """
    before = connection.scalar(
        select(func.count())
        .select_from(EVENT)
        .where(
            (EVENT.c.block_number == event.block_number)
            & (EVENT.c.transaction_hash == event.transaction_hash)
            & (EVENT.c.log_index < event.log_index)
        )
    )
    return keccak(bytes_of(event.transaction_hash) + (before or 0).to_bytes(8, "big"))

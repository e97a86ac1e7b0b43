"""Redemptions on their way to the chain, and what it says of them and of batches. For the worker alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, func, select, update

from heitje_chain.chain import outbox, typed_data
from heitje_chain.chain.clock import latest_now
from heitje_chain.chain.codec import ChainEvent, Refusal
from heitje_chain.chain.contracts import REDEMPTION as REDEMPTION_CONTRACT
from heitje_chain.chain.contracts import Contracts
from heitje_chain.chain.ids import RedemptionId, new_client_id
from heitje_chain.chain.intents import Call, Intent, Outcome
from heitje_chain.custody.keys import Signer
from heitje_chain.payments import spending
from heitje_chain.people import service as people

from . import model, redemptions, rules
from .model import BATCH, REDEMPTION
from .redemptions import RELEASE

SIGNATURE_SECONDS = 24 * 3600
"""How long a merchant's signature is good, made by the worker when it sends: long enough for an outage."""

_MOST = 100
"""How many releases one round asks for."""


class Redeem:
    """Locks a merchant's coins, by the wallet that the service keeps for the merchant.

    What the contract refuses (paused, frozen, not enough) ends there, and the coins can be spent again.
    """

    kind = redemptions.REDEEM
    # The merchant's wallet was replaced a moment ago: it is signed anew by the new one.
    later: Collection[str] = frozenset({"RedemptionUnknownWallet", "HeitjeTokenReplacedWallet"})

    def __init__(self, contracts: Contracts, signer: Signer) -> None:
        self._contracts = contracts
        self._signer = signer

    def build(self, connection: Connection, bundle: Sequence[Intent]) -> Call:
        [intent] = bundle
        told = intent.payload
        wallet = people.wallet_of(connection, told["wallet_of"])
        valid_before = latest_now(connection) + SIGNATURE_SECONDS
        message = typed_data.receive_with_authorization(
            self._contracts.token_domain,
            wallet,
            self._contracts.address(REDEMPTION_CONTRACT),
            told["cents"],
            0,
            valid_before,
            RedemptionId(bytes.fromhex(told["redemption"])),
        )
        signature = self._signer.sign(wallet, message.digest())
        v, r, s = signature[64], signature[:32], signature[32:64]
        client_id = bytes.fromhex(told["client_id"])
        arguments = (wallet, told["cents"], 0, valid_before, client_id, v, r, s)
        data = self._contracts.codec.call(REDEMPTION_CONTRACT, "redeem", *arguments)
        return Call(REDEMPTION_CONTRACT, data, tuple(bundle))

    def fail(self, connection: Connection, intent: Intent, refusal: Refusal) -> None:
        this = intent.payload["redemption"]
        connection.execute(
            update(REDEMPTION)
            .where((REDEMPTION.c.id == this) & (REDEMPTION.c.state == model.ASKED))
            .values(state=model.REFUSED, refusal=refusal.as_json())
        )
        spending.release_hold(connection, this)


class Release:
    """Gives a line that the bank rejected back to its merchant, which anyone may do.

    It waits while the coin is paused or the merchant is blocked.
    """

    kind = RELEASE
    later: Collection[str] = frozenset({"EnforcedPause", "ERC7943CannotReceive", "ERC7943CannotTransfer"})

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts

    def build(self, connection: Connection, bundle: Sequence[Intent]) -> Call:
        [intent] = bundle
        line = bytes.fromhex(intent.payload["redemption"])
        data = self._contracts.codec.call(REDEMPTION_CONTRACT, "release", line)
        return Call(REDEMPTION_CONTRACT, data, tuple(bundle))

    def fail(self, connection: Connection, intent: Intent, refusal: Refusal) -> None:
        """Keep what the contract said. It stays pending: asking again by itself would be refused for ever."""
        connection.execute(
            update(REDEMPTION)
            .where((REDEMPTION.c.id == intent.payload["redemption"]) & (REDEMPTION.c.state == model.REJECTED))
            .values(refusal=refusal.as_json())
        )


def put_what_is_due(connection: Connection) -> int:
    """Put an intent for every rejected line whose coins are not yet on their way back; return how many."""
    due = connection.execute(
        select(REDEMPTION.c.id, REDEMPTION.c.merchant, REDEMPTION.c.cents)
        .where((REDEMPTION.c.state == model.REJECTED) & REDEMPTION.c.pending.is_(None))
        .order_by(REDEMPTION.c.locked_at, REDEMPTION.c.id)
        .limit(_MOST)
    ).all()
    for row in due:
        connection.execute(update(REDEMPTION).where(REDEMPTION.c.id == row.id).values(pending=RELEASE))
        content = {"merchant": f"0x{row.merchant}", "cents": row.cents}
        outcome = Outcome("RedemptionReleased", f"0x{row.id}", content)
        outbox.put(connection, RELEASE, new_client_id(), {"redemption": row.id}, outcome)
    return len(due)


def observe(contracts: Contracts, connection: Connection, event: ChainEvent, occurred_at: int) -> None:
    """Take in what happened to redemptions and batches; a row that is missing is made from the event."""
    this = REDEMPTION.c.id == event.key.removeprefix("0x")
    match event.name:
        case "RedemptionLocked":
            _locked(connection, event, occurred_at)
        case "BatchClosed":
            _closed(connection, event, occurred_at)
        case "RedemptionRejected":
            _move(connection, this, model.REJECTED)
            _tell_outcome(connection, this, model.REJECTED)
        case "BatchSettled":
            _settled(connection, event, occurred_at)
        case "RedemptionReleased":
            _move(connection, this, model.RELEASED)


# ---------------------------------------------------------------- details


def _locked(connection: Connection, event: ChainEvent, occurred_at: int) -> None:
    this = event.key.removeprefix("0x")
    told = event.arguments
    row = connection.execute(select(REDEMPTION).where(REDEMPTION.c.id == this)).one_or_none()
    if row is None:
        # Asked for before this database was restored. The account that is known here may be an older one than
        # the merchant had then, so none is taken over: the line is held until settlement confirms one.
        connection.execute(
            REDEMPTION.insert().values(
                id=this,
                merchant=told["merchant"].removeprefix("0x"),
                cents=told["cents"],
                state=model.LOCKED,
                account_confirmed=False,
                end_to_end_id=rules.end_to_end_id(this),
                created_at=occurred_at,
                locked_at=occurred_at,
            )
        )
    elif rules.moves_on(row.state, model.LOCKED):
        # The chain's amount counts, and the refusal stays to say why it is another than was asked.
        is_same = row.cents == told["cents"]
        connection.execute(
            update(REDEMPTION)
            .where(REDEMPTION.c.id == this)
            .values(
                state=model.LOCKED,
                cents=told["cents"],
                locked_at=occurred_at,
                refusal=None if is_same else row.refusal,
            )
        )
    spending.release_hold(connection, this)


def _closed(connection: Connection, event: ChainEvent, occurred_at: int) -> None:
    told = event.arguments
    number, ids = told["batch"], [one.removeprefix("0x") for one in told["redemptions"]]
    if connection.scalar(select(BATCH.c.number).where(BATCH.c.number == number)) is None:
        connection.execute(
            BATCH.insert().values(
                number=number,
                cents=told["cents"],
                lines=len(ids),
                state=model.CLOSED,
                closed_at=occurred_at,
            )
        )
    lines = REDEMPTION.c.id.in_(ids)
    connection.execute(update(REDEMPTION).where(lines).values(batch=number))
    _move(connection, lines, model.BATCHED)


def _settled(connection: Connection, event: ChainEvent, occurred_at: int) -> None:
    told = event.arguments
    connection.execute(
        update(BATCH)
        .where((BATCH.c.number == told["batch"]) & (BATCH.c.state != model.SETTLED))
        .values(
            state=model.SETTLED,
            settled_at=occurred_at,
            booked_cents=told["bookedCents"],
            rejected_cents=told["rejectedCents"],
        )
    )
    lines = REDEMPTION.c.batch == told["batch"]
    _move(connection, lines, model.BOOKED)
    _tell_outcome(connection, lines & (REDEMPTION.c.state == model.BOOKED), model.BOOKED)


def _move(connection: Connection, lines: ColumnElement[bool], state: str) -> None:
    """Move those lines on that are not so far yet."""
    connection.execute(
        update(REDEMPTION)
        .where(lines & REDEMPTION.c.state.in_(rules.states_before(state)))
        .values(state=state, pending=None, refusal=None)
    )


def _tell_outcome(connection: Connection, lines: ColumnElement[bool], said: str) -> None:
    """Note what the bank must have said, where this database was restored and forgot it."""
    connection.execute(
        update(REDEMPTION).where(lines).values(bank_outcome=func.coalesce(REDEMPTION.c.bank_outcome, said))
    )

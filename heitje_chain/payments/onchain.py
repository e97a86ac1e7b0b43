"""Payments on their way to the chain, and what the chain says of them. For the worker alone."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, update

from heitje_chain.chain import outbox, typed_data
from heitje_chain.chain.clock import latest_now
from heitje_chain.chain.codec import ChainEvent, Refusal
from heitje_chain.chain.contracts import TOKEN, Contracts
from heitje_chain.chain.events import final_events
from heitje_chain.chain.ids import ClientId
from heitje_chain.chain.intents import Call, Intent
from heitje_chain.chain.model import EVENT
from heitje_chain.custody.keys import Signer
from heitje_chain.people import service as people

from . import records, rules, service
from .model import PAID, PAYMENT, PAYMENT_REQUEST, PENDING, REFUND, REFUSED

log = logging.getLogger(__name__)

SIGNATURE_SECONDS = 24 * 3600
"""How long a payment's signature is good, which the worker makes when it sends: long enough for an outage."""


class Pay:
    """A payment, a donation or a refund, signed by the wallet that the service keeps for the payer.

    What the contract refuses (paused, frozen, not enough) ends there: nobody is charged later for what they
    were told did not happen.
    """

    kind = service.PAYMENT_INTENT
    # The payer's wallet was replaced a moment ago: it is signed anew by the new one.
    later: Collection[str] = frozenset({"HeitjeTokenReplacedWallet"})

    def __init__(self, contracts: Contracts, signer: Signer) -> None:
        self._contracts = contracts
        self._signer = signer

    def build(self, connection: Connection, bundle: Sequence[Intent]) -> Call:
        [intent] = bundle
        told = intent.payload
        sides = (people.wallet_of(connection, told["payer"]), people.wallet_of(connection, told["payee"]))
        # ERC-3009 as OpenZeppelin has it takes a bit 47 for block numbers; seconds stay below it for ages.
        valid_before = latest_now(connection) + SIGNATURE_SECONDS
        arguments = (*sides, told["cents"], 0, valid_before, bytes.fromhex(intent.id))
        message = typed_data.transfer_with_authorization(self._contracts.token_domain, *arguments)
        signature = self._signer.sign(sides[0], message.digest())
        v, r, s = signature[64], signature[:32], signature[32:64]
        data = self._contracts.codec.call(TOKEN, "transferWithAuthorization", *arguments, v, r, s)
        return Call(TOKEN, data, tuple(bundle))

    def fail(self, connection: Connection, intent: Intent, refusal: Refusal) -> None:
        told = refusal.as_json()
        failed = connection.execute(
            update(PAYMENT)
            .where((PAYMENT.c.id == intent.id) & (PAYMENT.c.state == PENDING))
            .values(state=REFUSED, refusal=told)
        )
        if failed.rowcount:
            connection.execute(
                update(PAYMENT_REQUEST).where(PAYMENT_REQUEST.c.payment == intent.id).values(payment=None)
            )


def observe(contracts: Contracts, connection: Connection, event: ChainEvent, occurred_at: int) -> None:
    """Take in that a payment is final; a row that is missing is made from the event."""
    told = event.arguments
    if event.name == "ParticipantAdmitted":
        _take_in_earlier(contracts, connection, event)
    if event.name == "WalletReplaced":
        _aim_anew(connection, event)
    if event.name != "AuthorizationUsed" or "to" not in told or contracts.is_redemption(told["to"]):
        return
    payer, payee = people.holder_of(connection, told["authorizer"]), people.holder_of(connection, told["to"])
    kind = payer and payee and rules.find_kind(payer.kind, payee.kind)
    if payer is None or payee is None or kind is None or told["value"] == 0:
        log.info("payment_of_nobody", extra={"transaction": event.transaction_hash})
        return
    payment_id = told["nonce"].removeprefix("0x")
    facts = {"payer": payer.chain_id, "payee": payee.chain_id, "cents": told["value"], "kind": kind}
    row = connection.execute(select(PAYMENT).where(PAYMENT.c.id == payment_id)).one_or_none()
    if row is None:
        _made(connection, payment_id, facts, occurred_at)
    elif row.payer != payer.chain_id:
        # A nonce is used once per participant; ids of ours are unique, so this one came from elsewhere.
        log.warning("payment_id_of_another", extra={"payment": payment_id})
    elif row.state != PAID:
        _paid(connection, row, facts, occurred_at)


# ---------------------------------------------------------------- details


def _aim_anew(connection: Connection, replaced: ChainEvent) -> None:
    """Let payments under way from or to a replaced wallet wait for the event that the new one will bring.

    Events come in the chain's order, so whatever the old wallet did is told before this.
    """
    holder = replaced.key.removeprefix("0x")
    under_way = connection.execute(
        select(PAYMENT).where(
            (PAYMENT.c.state == PENDING) & ((PAYMENT.c.payer == holder) | (PAYMENT.c.payee == holder))
        )
    ).all()
    for row in under_way:
        payer = people.by_chain_id(connection, row.payer)
        payee = people.by_chain_id(connection, row.payee)
        if payer is not None and payer.wallet and payee is not None and payee.wallet:
            client_id = ClientId(bytes.fromhex(row.id))
            outbox.wait_for(
                connection, row.id, service.outcome_of(payer.wallet, payee.wallet, row.cents, client_id)
            )


def _take_in_earlier(contracts: Contracts, connection: Connection, admitted: ChainEvent) -> None:
    """Take in the payments of somebody whose admission is told late: this database was restored."""
    since = (EVENT.c.block_number > admitted.block_number) & (EVENT.c.name == "AuthorizationUsed")
    for event, occurred_at in final_events(connection, since):
        if admitted.key in (event.arguments["authorizer"], event.arguments.get("to")):
            observe(contracts, connection, event, occurred_at)


def _made(connection: Connection, payment_id: str, facts: dict[str, Any], occurred_at: int) -> None:
    """A refund that only the chain tells of is taken for one of a payment that it fits; else it alarms."""
    refund_of = None
    if facts["kind"] == REFUND:
        refund_of = records.refundable(connection, facts["payee"], facts["payer"], facts["cents"])
        if refund_of is None:
            log.warning("refund_without_payment", extra={"payment": payment_id})
    connection.execute(
        PAYMENT.insert().values(
            id=payment_id,
            state=PAID,
            refund_of=refund_of,
            created_at=occurred_at,
            paid_at=occurred_at,
            **facts,
        )
    )


def _paid(connection: Connection, row: Row[Any], facts: dict[str, Any], occurred_at: int) -> None:
    """The chain's word ends it, also after a refusal: a signature that was out may still have been used."""
    changed: dict[str, Any] = {"state": PAID, "paid_at": occurred_at, "refusal": None}
    this_request = PAYMENT_REQUEST.c.id == row.request
    if any(row._mapping[name] != value for name, value in facts.items()):
        # Asked before a database was restored: the same id has paid something else, and pays nothing more.
        changed |= {**facts, "request": None, "till": None, "refund_of": None, "refusal": row.refusal}
        freed = this_request & (PAYMENT_REQUEST.c.payment == row.id)
        connection.execute(update(PAYMENT_REQUEST).where(freed).values(payment=None))
        log.warning("payment_differs", extra={"payment": row.id})
    else:
        free = this_request & PAYMENT_REQUEST.c.payment.is_(None)
        connection.execute(update(PAYMENT_REQUEST).where(free).values(payment=row.id))
    connection.execute(update(PAYMENT).where(PAYMENT.c.id == row.id).values(**changed))

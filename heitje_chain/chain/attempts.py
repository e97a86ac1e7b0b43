"""The bytes that were signed for a nonce: one attempt, and one more each time that more is offered for it.

They carry the same calls under the same nonce, so at most one of them is ever mined; each is kept, since any
may be. A caller opens the transaction.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_account import Account
from sqlalchemy import Connection, select, update

from .fees import Fees, read
from .model import ATTEMPT, SIGNED, TRANSACTION

MOST_BACK_OFF_SECONDS = 60


@dataclass(frozen=True)
class Attempt:
    hash: str
    raw: bytes
    created_at: int
    """UTC seconds."""

    @property
    def fees(self) -> Fees:
        return read(self.raw)[0]


def sign(fields: Mapping[str, Any], fees: Fees, private_key: bytes) -> Attempt:
    """Sign a transaction."""
    signed = Account.sign_transaction({**fields, **fees.as_fields()}, private_key)
    return Attempt("0x" + bytes(signed.hash).hex(), bytes(signed.raw_transaction), int(time.time()))


def sign_again(former: Attempt, fees: Fees, private_key: bytes) -> Attempt:
    """Sign the same transaction, nonce and all, with other fees."""
    _, fields = read(former.raw)
    return sign(fields, fees, private_key)


def add_first(connection: Connection, lane: str, nonce: int, attempt: Attempt) -> int:
    """Write a transaction with its first bytes; return its id."""
    transaction_id: int = connection.execute(
        TRANSACTION.insert()
        .values(
            lane=lane,
            nonce=nonce,
            hash=attempt.hash,
            raw=attempt.raw,
            state=SIGNED,
            created_at=attempt.created_at,
        )
        .returning(TRANSACTION.c.id)
    ).scalar_one()
    _keep(connection, transaction_id, attempt)
    return transaction_id


def add(connection: Connection, transaction_id: int, former: Attempt, attempt: Attempt) -> bool:
    """Keep bytes that offer more; return False when another worker did so meanwhile, or it was mined."""
    taken = connection.execute(
        update(TRANSACTION)
        .where(
            (TRANSACTION.c.id == transaction_id)
            & (TRANSACTION.c.hash == former.hash)
            & (TRANSACTION.c.state == SIGNED)
        )
        .values(hash=attempt.hash, raw=attempt.raw)
    )
    if taken.rowcount == 1:
        _keep(connection, transaction_id, attempt)
    return taken.rowcount == 1


def of(connection: Connection, transaction_ids: Sequence[int]) -> dict[int, list[Attempt]]:
    """Return transaction -> its attempts, the newest first."""
    if not transaction_ids:
        return {}
    found: dict[int, list[Attempt]] = {one: [] for one in transaction_ids}
    rows = connection.execute(
        select(ATTEMPT).where(ATTEMPT.c.transaction_id.in_(transaction_ids)).order_by(ATTEMPT.c.id.desc())
    )
    for row in rows:
        found[row.transaction_id].append(Attempt(row.hash, row.raw, row.created_at))
    return found


def refused(connection: Connection, transaction_id: int, refusals: int) -> None:
    """Note that the node did not take it: the first time it is sent again at once, then ever later."""
    wait = min(2**refusals - 1, MOST_BACK_OFF_SECONDS) if refusals < 10 else MOST_BACK_OFF_SECONDS
    connection.execute(
        update(TRANSACTION)
        .where(TRANSACTION.c.id == transaction_id)
        .values(refusals=refusals + 1, not_before=int(time.time()) + wait)
    )


def _keep(connection: Connection, transaction_id: int, attempt: Attempt) -> None:
    fees = attempt.fees
    connection.execute(
        ATTEMPT.insert().values(
            transaction_id=transaction_id,
            hash=attempt.hash,
            raw=attempt.raw,
            most_fee=fees.most,
            tip=fees.tip,
            created_at=attempt.created_at,
        )
    )

"""What was sent and is in no block yet: Anvil answers before it has mined."""

from __future__ import annotations

from sqlalchemy import Engine, select

from heitje_chain.chain.model import SIGNED, TRANSACTION
from heitje_chain.chain.node import Node
from heitje_chain.db import transaction
from tests.devnet.home import wait_for


def mined(node: Node, sent: str) -> bool:
    """Wait until a transaction is in a block; return whether the contract took it."""
    wait_for(lambda: node.receipt(sent) is not None, "a block")
    receipt = node.receipt(sent)
    assert receipt is not None
    return receipt.succeeded


def is_sending(engine: Engine) -> bool:
    """Whether a worker's transaction is in no block yet, which is something to do for it."""
    with transaction(engine) as connection:
        unmined = select(TRANSACTION.c.id).where(TRANSACTION.c.state == SIGNED)
        return connection.execute(unmined.limit(1)).first() is not None

"""The table by which the worker tells everybody else that it is alive, and how the node is."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table

from heitje_chain.db import METADATA

HEARTBEAT = Table(
    "heartbeat",
    METADATA,
    Column("lane", String(20), primary_key=True),  # one row, however many workers send for it
    Column("owner", String(40), nullable=False),  # which process wrote it last
    Column("round_at", BigInteger, nullable=False),  # UTC seconds by the database's clock, like node_at
    Column("node_at", BigInteger),  # when the node last answered
    Column("node_error", String(40)),  # the error's class, when it does not
    Column("head", BigInteger),  # the node's newest block
    Column("head_time", BigInteger),  # that block's own time, UTC seconds
    Column("seen", BigInteger),  # the newest block that was read
    Column("final", BigInteger),
    Column("chain_nonce", BigInteger),  # how many transactions of the lane's account are in blocks
    Column("balance_gwei", BigInteger),  # what that account can pay for gas
    Column("fee_wei", BigInteger),  # what a transaction offers at most per gas, as the node advises
)

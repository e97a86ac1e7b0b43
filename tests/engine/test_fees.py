"""Fees rise, a pool is full, a node refuses: more is offered or it waits; at most one of the bytes counts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from heitje_chain.chain import fees
from heitje_chain.chain.fees import GWEI, Advice, Fees, bumped, is_too_low
from heitje_chain.chain.model import ATTEMPT, INTENT, TRANSACTION
from heitje_chain.chain.node import Node, NodeRefused
from heitje_chain.db import transaction

from .city import SENDER_KEY, Bench, new_wallet, pause_first

DYNAMIC = {
    "chainId": 31337,
    "nonce": 7,
    "gas": 21_000,
    "to": to_checksum_address("0x" + "ab" * 20),
    "value": 0,
    "data": b"\x01\x02",
}


@pytest.fixture
def pool(bench: Bench) -> Iterator[Bench]:
    """A node that mines when it is told to, with the fees of before afterwards."""
    snapshot = bench.rpc("evm_snapshot")
    bench.rpc("evm_setAutomine", False)
    yield bench
    bench.rpc("anvil_dropAllTransactions")
    bench.rpc("evm_revert", snapshot)
    bench.rpc("evm_setAutomine", True)


def hashes(bench: Bench) -> list[str]:
    """Return all that was ever signed, in its order."""
    with transaction(bench.engine) as connection:
        return list(connection.scalars(select(ATTEMPT.c.hash).order_by(ATTEMPT.c.id)))


def offers(bench: Bench) -> list[int]:
    with transaction(bench.engine) as connection:
        return list(connection.scalars(select(ATTEMPT.c.most_fee).order_by(ATTEMPT.c.id)))


def nonces(bench: Bench) -> int:
    with transaction(bench.engine) as connection:
        return connection.scalar(select(func.count()).select_from(TRANSACTION)) or 0


def raise_base_fee(bench: Bench, wei: int) -> None:
    """Have the newest block, and so the next, cost this."""
    bench.rpc("anvil_setNextBlockBaseFeePerGas", hex(wei))
    bench.rpc("evm_mine")


# ---------------------------------------------------------------- rules


@pytest.mark.parametrize(
    ("offer", "fields"),
    [
        (Fees(3 * GWEI, GWEI), {"maxFeePerGas": 3 * GWEI, "maxPriorityFeePerGas": GWEI}),
        (Fees(2 * GWEI, None), {"gasPrice": 2 * GWEI}),
        (Fees(0, None), {"gasPrice": 0}),
    ],
)
def test_read__of_signed_bytes__is_what_was_signed(offer: Fees, fields: dict[str, int]) -> None:
    assert offer.as_fields() == fields
    signed = Account.sign_transaction({**DYNAMIC, **offer.as_fields()}, SENDER_KEY)

    found, rest = fees.read(bytes(signed.raw_transaction))

    assert found == offer
    assert rest == DYNAMIC


@given(
    most=st.integers(0, 10**12),
    tip=st.none() | st.integers(0, 10**12),
    base=st.integers(0, 10**12),
    advised=st.integers(0, 10**12),
)
def test_bumped__is_an_eighth_more_within_the_ceiling_or_nothing(
    most: int, tip: int | None, base: int, advised: int
) -> None:
    offered = Fees(max(most, tip or 0), tip)
    advice = Advice(base, Fees(2 * base + advised, None if tip is None else advised))

    found = bumped(offered, advice, 500 * GWEI)

    if found is None:
        assert offered.most == 0 or 9 * offered.most + 8 > 8 * 500 * GWEI
        return
    assert 8 * found.most >= 9 * offered.most
    assert offered.most < found.most <= 500 * GWEI
    assert (found.tip is None) == (tip is None)
    assert found.tip is None or 8 * found.tip >= 9 * (tip or 0)


@pytest.mark.parametrize(
    ("offered", "age", "low"),
    [
        (Fees(9, 1), 0, True),
        (Fees(10, 1), 0, False),
        (Fees(10, 1), 60, True),
        (Fees(10, 2), 60, False),
        (Fees(9, None), 0, True),
        (Fees(10, None), 60, True),
        (Fees(22, None), 60, False),
    ],
)
def test_offer__below_the_base_or_long_below_the_tip__is_too_low(offered: Fees, age: int, low: bool) -> None:
    tip = None if offered.tip is None else 2
    assert is_too_low(offered, Advice(10, Fees(22, tip)), age) is low


# ---------------------------------------------------------------- on a node


def test_transaction__when_fees_rise_above_it__is_replaced_under_its_nonce(pool: Bench) -> None:
    wallet = new_wallet()
    intent, sender = pool.admit(wallet), pool.opened()
    sender.step()
    [first] = hashes(pool)
    raise_base_fee(pool, 2 * offers(pool)[0])
    assert pool.node().receipt(first) is None

    sender.step()
    assert len(hashes(pool)) == 2
    assert 8 * offers(pool)[1] >= 9 * offers(pool)[0]
    sender.step()
    assert len(hashes(pool)) == 2, "enough was offered"
    pool.rpc("evm_mine")
    pool.catch_up()

    assert (pool.state(intent), pool.admissions(wallet), nonces(pool)) == ("done", 1, 1)
    with transaction(pool.engine) as connection:
        row = connection.execute(select(TRANSACTION)).one()
    assert (row.hash, row.state) == (hashes(pool)[1], "final")


def test_transaction__whose_first_bytes_were_mined_after_all__is_found(pool: Bench) -> None:
    wallet = new_wallet()
    intent, sender = pool.admit(wallet), pool.opened()
    sender.step()
    [first] = hashes(pool)
    before = offers(pool)[0]
    raise_base_fee(pool, 2 * before)
    sender.step()
    pool.rpc("anvil_dropAllTransactions")
    with transaction(pool.engine) as connection:
        raw = connection.scalar(select(ATTEMPT.c.raw).where(ATTEMPT.c.hash == first))
    assert raw is not None
    pool.rpc("anvil_setNextBlockBaseFeePerGas", hex(before // 4))
    pool.rpc("evm_mine")
    pool.rpc("anvil_setNextBlockBaseFeePerGas", hex(before // 4))
    pool.node().send(raw)
    pool.rpc("evm_mine")
    pool.catch_up()

    assert (pool.state(intent), pool.admissions(wallet)) == ("done", 1)
    with transaction(pool.engine) as connection:
        row = connection.execute(select(TRANSACTION)).one()
    assert (row.hash, row.state) == (first, "final")


def test_transaction__when_fees_pass_the_ceiling__waits_with_what_it_has(pool: Bench) -> None:
    wallet = new_wallet()
    intent, sender = pool.admit(wallet), pool.opened()
    sender.step()
    most = offers(pool)[0]
    sender._most_fee = most
    raise_base_fee(pool, 2 * most)
    late = pool.admit(new_wallet())

    for _ in range(3):
        assert sender.step() == 0
    assert (offers(pool), pool.state(late)) == ([most], "waiting")

    raise_base_fee(pool, most // 4)
    pool.rpc("evm_setAutomine", True)
    with transaction(pool.engine) as connection:
        connection.execute(update(TRANSACTION).values(not_before=0))
    sender.step()
    pool.catch_up()
    assert (pool.state(intent), pool.state(late), pool.admissions(wallet)) == ("done", "done", 1)


class Full(Node):
    """Takes nothing."""

    def send(self, raw: bytes) -> None:
        raise NodeRefused("eth_sendRawTransaction", "txpool is full")


def test_transaction__that_a_full_pool_refuses__is_sent_ever_later_as_it_was(bench: Bench) -> None:
    intent = bench.admit(new_wallet())
    sender = bench.opened(Full(bench.url))
    for _ in range(4):
        sender.step()

    with transaction(bench.engine) as connection:
        row = connection.execute(select(TRANSACTION)).one()
    assert row.refusals == 2, "the second time it waits a second"
    assert row.not_before > row.created_at
    assert len(hashes(bench)) == 1

    with transaction(bench.engine) as connection:
        connection.execute(update(TRANSACTION).values(not_before=0))
    bench.sender().step()
    bench.catch_up()
    assert (bench.state(intent), len(hashes(bench))) == ("done", 1)


def test_intent__that_reverts_alone_on_chain__waits_longer_each_time(bench: Bench) -> None:
    snapshot = bench.rpc("evm_snapshot")
    intent, sender = bench.admit(new_wallet()), bench.opened()
    with transaction(bench.engine) as connection:
        connection.execute(update(INTENT).values(alone=True))
    bench.rpc("evm_setAutomine", False)
    sender.step()
    pause_first(bench)
    bench.rpc("evm_mine")
    bench.rpc("evm_setAutomine", True)
    bench.catch_up()

    attempts, not_before = bench.attempts(intent)
    assert (bench.state(intent), attempts) == ("waiting", 1)
    assert not_before > 0
    assert sender.step() == 0
    bench.rpc("evm_revert", snapshot)

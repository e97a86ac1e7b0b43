"""What the chain tells of redemptions and batches is taken in once, and into an empty database too."""

from __future__ import annotations

from itertools import permutations

import pytest
from sqlalchemy import select

from heitje_chain.chain.codec import ChainEvent
from heitje_chain.db import transaction
from heitje_chain.ledger import service as ledger
from heitje_chain.payments.model import COIN_HOLD
from heitje_chain.settlement import batches, model, onchain, rules
from tests.settlement.city import CONTRACTS, City, word

STATES = model.REDEMPTION_STATES


def test_observe__a_whole_life__ends_booked_and_released(city: City) -> None:
    shop = city.merchant(100_00)
    paid, refused = city.locked(shop, 15_00), city.locked(shop, 5_00)
    city.filed(1, paid, refused)
    assert (city.read(paid).state, city.read(paid).batch) == ("batched", 1)

    city.settled(1, 15_00, refused)
    city.tell("RedemptionReleased", redemption=refused.id, merchant=shop.chain_id, cents=5_00)

    batch = city.batch(1)
    assert (batch.state, batch.booked_cents, batch.rejected_cents) == ("settled", 15_00, 5_00)
    assert (city.read(paid).state, city.read(paid).bank_outcome) == ("booked", "booked")
    assert (city.read(refused).state, city.read(refused).bank_outcome) == ("released", "rejected")
    with transaction(city.engine) as connection:
        books = ledger.books(connection)
    assert (books.supply, books.wallets, books.redemption) == (85_00, 85_00, 0)


def test_observe__every_event_again__changes_nothing(city: City) -> None:
    shop = city.merchant(100_00)
    asked = city.asked(shop, 15_00)
    told = [
        city.tell("RedemptionLocked", redemption=asked.id, merchant=shop.chain_id, cents=15_00),
        city.tell("BatchClosed", batch=1, cents=15_00, redemptions=[f"0x{asked.id}"]),
        city.tell("RedemptionRejected", redemption=asked.id, batch=1),
        city.tell("BatchSettled", batch=1, bookedCents=0, rejectedCents=15_00),
        city.tell("RedemptionReleased", redemption=asked.id, merchant=shop.chain_id, cents=15_00),
    ]
    before = (city.read(asked), city.batch(1))

    for event in [*told, *reversed(told)]:
        city.tell_again(event)

    assert (city.read(asked), city.batch(1)) == before
    assert before[0].state == "released"


@pytest.mark.parametrize("order", permutations(range(4)))
def test_observe__in_any_order_once_the_line_is_known__ends_the_same(
    city: City, order: tuple[int, ...]
) -> None:
    line = city.locked(city.merchant())
    city.closed(1, line)
    key = f"0x{line.id}"
    events = [
        ChainEvent(90, 0, f"0x{word(90)}", "Redemption", "RedemptionRejected", key, {"redemption": key}),
        ChainEvent(90, 1, f"0x{word(90)}", "Redemption", "BatchSettled", "1", {"batch": 1, "bookedCents": 0}),
        ChainEvent(91, 0, f"0x{word(91)}", "Redemption", "RedemptionReleased", key, {}),
        ChainEvent(92, 0, f"0x{word(92)}", "Redemption", "BatchClosed", "1", {"batch": 1}),
    ]
    events[1].arguments["rejectedCents"] = line.cents  # type: ignore[index]
    events[3].arguments.update(cents=line.cents, redemptions=[key])  # type: ignore[attr-defined]

    for place in order:
        with transaction(city.engine) as connection:
            onchain.observe(CONTRACTS, connection, events[place], 1_700_000_000)

    assert (city.read(line).state, city.read(line).batch) == ("released", 1)
    assert city.batch(1).state == "settled"


def test_observe__locked__ends_the_hold(city: City) -> None:
    line = city.locked(city.merchant())

    assert line.state == "locked"
    assert line.locked_at is not None
    with transaction(city.engine) as connection:
        assert connection.execute(select(COIN_HOLD)).all() == []


def test_observe__another_amount_than_asked__the_chain_counts(city: City) -> None:
    shop = city.merchant()
    asked = city.asked(shop, 15_00)

    city.tell("RedemptionLocked", redemption=asked.id, merchant=shop.chain_id, cents=14_00)

    assert (city.read(asked).state, city.read(asked).cents) == ("locked", 14_00)


def test_observe__a_row_that_is_missing__is_made_and_held(city: City) -> None:
    shop = city.merchant(100_00)
    lost = city.asked(shop, 15_00)
    city.forget_redemptions()

    city.tell("RedemptionLocked", redemption=lost.id, merchant=shop.chain_id, cents=15_00)

    made = city.read(lost)
    assert (made.state, made.cents, made.merchant) == ("locked", 15_00, shop.chain_id)
    assert made.end_to_end_id == lost.end_to_end_id
    assert (made.account, made.account_confirmed, made.held) == (None, False, True)
    with transaction(city.engine) as connection:
        assert connection.execute(select(COIN_HOLD)).all() == []
        assert [one.id for one in batches.held(connection)] == [lost.id]


def test_observe__the_whole_chain_into_an_empty_database__makes_batches_too(city: City) -> None:
    shop = city.merchant(100_00)
    paid, refused = "a" * 64, "b" * 64
    for one in (paid, refused):
        city.tell("RedemptionLocked", redemption=one, merchant=shop.chain_id, cents=10_00)
    city.tell("BatchClosed", batch=1, cents=20_00, redemptions=[f"0x{paid}", f"0x{refused}"])
    city.settled(1, 10_00, city.read(refused))

    assert (city.read(paid).state, city.read(paid).bank_outcome) == ("booked", "booked")
    assert (city.read(refused).state, city.read(refused).bank_outcome) == ("rejected", "rejected")
    assert city.batch(1).state == "settled"


@pytest.mark.parametrize("told", STATES)
def test_moves_on__never_back_nor_in_place(told: str) -> None:
    assert not rules.moves_on(told, told)
    assert not any(rules.moves_on(told, earlier) for earlier in STATES if rules.moves_on(earlier, told))

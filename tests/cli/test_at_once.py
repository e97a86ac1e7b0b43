"""Two `heitje` processes at the same time: one order is one, two orders are two, whoever is first."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from tests.service.town import EARNED, Person

from .counter import Counter, Said

AT_ONCE = 4


def said_by(counter: Counter, who: str | Person, orders: Sequence[Sequence[str]]) -> list[Said]:
    """Start a process for each order, all at once, while the worker works; return what each said."""
    counter.environment(who)  # writes the key file
    with counter.at_work(), ThreadPoolExecutor(len(orders)) as pool:
        return list(pool.map(lambda words: counter.process(who, *words, "--yes", "--json"), orders))


def transfers(counter: Counter) -> list[tuple[str, int]]:
    """Every payment that the chain has recorded: its id and cents, in order of amounts."""
    events = counter.town.events("AuthorizationUsed")
    return sorted(((one["nonce"].removeprefix("0x"), one["value"]) for one in events), key=lambda one: one[1])


def test_pay__the_same_order_under_one_key__is_paid_once_and_both_are_told_so(
    counter: Counter, anna: Person, shop: Person
) -> None:
    order = "pay", counter.town.code_of(shop), "2,50", "--idempotency-key", "lunch-2026-11-24"

    said = said_by(counter, anna, [order] * AT_ONCE)

    assert [one.code for one in said] == [0] * AT_ONCE, said
    [payment] = {one.json["id"] for one in said}
    assert transfers(counter) == [(payment, 2_50)]
    assert [one["state"] for one in counter.asked(anna, "payment", "list")] == ["paid"]
    assert (counter.town.spendable(anna), counter.town.spendable(shop)) == (EARNED - 2_50, 2_50)
    assert counter.town.differences() == ()


def test_pay__two_orders_under_two_keys__are_both_paid(counter: Counter, anna: Person, shop: Person) -> None:
    code = counter.town.code_of(shop)
    orders = [
        ("pay", code, cents, "--idempotency-key", f"till-lunch-{cents[0]}") for cents in ("2,50", "4,00")
    ]

    said = said_by(counter, anna, orders)

    assert [one.code for one in said] == [0, 0], said
    assert transfers(counter) == [(said[0].json["id"], 2_50), (said[1].json["id"], 4_00)]
    assert counter.town.spendable(anna) == EARNED - 6_50
    assert counter.town.differences() == ()


def test_pay__two_orders_of_more_than_there_is__one_is_paid_and_one_refused(
    counter: Counter, anna: Person, shop: Person
) -> None:
    code = counter.town.code_of(shop)
    orders = [
        ("pay", code, cents, "--idempotency-key", f"till-lunch-{cents[0]}") for cents in ("8,00", "9,00")
    ]

    said = said_by(counter, anna, orders)

    assert sorted(one.code for one in said) == [0, 1], said
    [paid] = [one.json for one in said if one.code == 0]
    [refused] = [one.problem for one in said if one.code == 1]
    assert (refused["type"], refused["status"]) == ("/problems/balance-too-low", 409)
    assert transfers(counter) == [(paid["id"], paid["cents"])]
    assert counter.town.spendable(anna) == EARNED - paid["cents"]
    assert counter.town.differences() == ()


def test_pay__another_order_under_the_same_key__one_is_paid_and_one_refused(
    counter: Counter, anna: Person, shop: Person
) -> None:
    code = counter.town.code_of(shop)
    orders = [("pay", code, cents, "--idempotency-key", "lunch-2026-11-24") for cents in ("2,50", "4,00")]

    said = said_by(counter, anna, orders)

    assert sorted(one.code for one in said) == [0, 1], said
    [paid] = [one.json for one in said if one.code == 0]
    [refused] = [one.problem for one in said if one.code == 1]
    assert (refused["type"], refused["status"]) == ("/problems/idempotency-key-reused", 409)
    assert transfers(counter) == [(paid["id"], paid["cents"])]


def test_mint__the_same_order_under_one_key__is_minted_once(
    counter: Counter, partner: Person, anna: Person
) -> None:
    order = "mint", "Alcander", "Anna Jansen", "5", "--reason", "Dank", "--idempotency-key", "thanks-anna-1"

    said = said_by(counter, "treasurer", [order] * 2)

    assert [one.code for one in said] == [0, 0], said
    [act] = {one.json["id"] for one in said}
    assert [one["cents"] for one in counter.town.events("AwardMinted")] == [5_00]
    assert counter.asked("treasurer", "act", "show", act)["state"] == "done"
    assert counter.town.spendable(anna) == EARNED + 5_00

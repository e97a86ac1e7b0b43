"""Booking, reading and paging on a real database."""

from __future__ import annotations

import dataclasses
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine

from heitje_chain.db import transaction
from heitje_chain.ledger import rules
from heitje_chain.ledger.accounts import SUPPLY, Account, UnknownAccount, payable, wallet
from heitje_chain.ledger.entry import (
    DifferentEntry,
    Entry,
    EventTaken,
    Kind,
    Line,
    Unbalanced,
    UnsoundEntry,
)
from heitje_chain.ledger.service import Booking, balance, balances, book, books, entries, find
from tests.ledger import facts

RESIDENT, MERCHANT = wallet(facts.RESIDENT), wallet(facts.MERCHANT)


def entry_of(*lines: tuple[str, int], kind: Kind = Kind.PAY) -> Entry:
    seen = facts.seen(1)
    return Entry(
        "transfer:1", kind, seen.occurred_at, seen, tuple(Line(Account(name), cents) for name, cents in lines)
    )


def test_book__writes_an_entry_that_is_found(engine: Engine) -> None:
    before = int(time.time())
    with transaction(engine) as connection:
        assert book(connection, facts.payment(1, 25)) is Booking.NEW

    with transaction(engine) as connection:
        found = find(connection, facts.payment(1, 25).id)
        assert found is not None
        assert found.entry == facts.payment(1, 25)
        assert before <= found.booked_at <= time.time()
        assert (balance(connection, RESIDENT), balance(connection, MERCHANT)) == (-25, 25)


def test_book__what_the_bank_told__has_no_place_on_the_chain(engine: Engine) -> None:
    back = rules.bank_return(9, redemption=facts.redemption(1), end_to_end_id="E1", amount=25)
    again = rules.bank_return(9, redemption=facts.redemption(2), end_to_end_id="E2", amount=5)
    with transaction(engine) as connection:
        assert [book(connection, each) for each in (back, again, back)] == [
            Booking.NEW,
            Booking.NEW,
            Booking.SAME,
        ]
        read = books(connection)
        assert (read.supply, read.payable, read.owed) == (0, 30, 30)
        assert find(connection, "bank_return:nothing") is None


def test_book__the_same_again__says_so_and_writes_nothing(engine: Engine) -> None:
    payment = facts.payment(1, 25)
    turned = dataclasses.replace(payment, lines=payment.lines[::-1])
    with transaction(engine) as connection:
        assert [book(connection, each) for each in (payment, payment, turned)] == [
            Booking.NEW,
            Booking.SAME,
            Booking.SAME,
        ]
    with transaction(engine) as connection:
        assert balance(connection, MERCHANT) == 25
        assert len(entries(connection, MERCHANT)) == 1


def test_book__the_same_in_another_block__says_moved_and_keeps_the_first(engine: Engine) -> None:
    payment = facts.payment(1, 25)
    anew = dataclasses.replace(payment, seen=facts.seen(2), occurred_at=facts.seen(2).occurred_at)
    with transaction(engine) as connection:
        assert [book(connection, payment), book(connection, anew)] == [Booking.NEW, Booking.MOVED]
        found = find(connection, payment.id)
        assert found is not None
        assert found.entry.seen == facts.seen(1)


def test_book__the_same_id_with_other_cents__names_both(engine: Engine) -> None:
    booked, offered = facts.payment(1, 25), facts.payment(1, 26)
    with transaction(engine) as connection:
        book(connection, booked)
        with pytest.raises(DifferentEntry) as caught:
            book(connection, offered)
        assert (caught.value.booked, caught.value.offered) == (booked, offered)
        place = f"in 0x{1:064x} log 0"
        assert str(caught.value) == (
            f"Booked is {booked.id} (pay at 1700000005 {place}: {RESIDENT} -25, {MERCHANT} +25); "
            f"offered under the same id is {booked.id} (pay at 1700000005 {place}: "
            f"{RESIDENT} -26, {MERCHANT} +26)."
        )
        # The transaction goes on: what was booked before and after is kept.
        assert book(connection, facts.payment(2, 1)) is Booking.NEW
    with transaction(engine) as connection:
        assert balance(connection, MERCHANT) == 26


def test_book__the_same_id_as_another_kind__is_refused(engine: Engine) -> None:
    booked = facts.payment(1, 25)
    with transaction(engine) as connection:
        book(connection, booked)
        with pytest.raises(DifferentEntry):
            book(connection, dataclasses.replace(booked, kind=Kind.DONATE))


def test_book__one_event_under_two_ids__names_both(engine: Engine) -> None:
    booked = facts.payment(1, 25)
    offered = dataclasses.replace(booked, id="transfer:other")
    with transaction(engine) as connection:
        book(connection, booked)
        with pytest.raises(EventTaken) as caught:
            book(connection, offered)
        assert (caught.value.booked, caught.value.offered) == (booked, offered)
        assert str(caught.value).startswith(
            f"Booked is {booked}; offered for the same event is transfer:other"
        )


def test_book__lines_that_do_not_balance__are_refused(engine: Engine) -> None:
    with transaction(engine) as connection:
        with pytest.raises(Unbalanced) as caught:
            book(connection, entry_of((RESIDENT, -25), (MERCHANT, 24)))
        assert (caught.value.family, caught.value.cents) == ("coins", -1)
        assert str(caught.value).startswith("The lines on coins sum to -1 cents, not 0: transfer:1 (pay at ")
        assert balances(connection) == {}


def test_book__cents_that_change_family__are_refused(engine: Engine) -> None:
    """The sum is 0, but coins became a payable."""
    with transaction(engine) as connection, pytest.raises(Unbalanced) as caught:
        book(connection, entry_of((RESIDENT, -25), (payable(facts.redemption(1)), 25)))
    assert caught.value.family == "coins"


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (entry_of(), "An entry needs lines"),
        (dataclasses.replace(facts.payment(1, 1), id=""), "An entry needs an id"),
        (
            dataclasses.replace(facts.payment(1, 1), occurred_at=5),
            "An entry occurred when its block was made",
        ),
        (entry_of((RESIDENT, -2), (MERCHANT, 1), (MERCHANT, 1)), "An account has one line at most"),
        (entry_of((RESIDENT, 0), (MERCHANT, 0)), "A line moves at least 1 cent and fits into 63 bits"),
        (
            entry_of((RESIDENT, -(2**63)), (MERCHANT, 2**63)),
            "A line moves at least 1 cent and fits into 63 bits",
        ),
    ],
)
def test_book__an_unsound_entry__is_refused(engine: Engine, entry: Entry, reason: str) -> None:
    with transaction(engine) as connection:
        with pytest.raises(UnsoundEntry) as caught:
            book(connection, entry)
        assert caught.value.reason == reason
        assert str(caught.value) == f"{reason}: {entry}."
        assert find(connection, entry.id) is None


def test_book__the_widest_cents__are_kept(engine: Engine) -> None:
    widest = 2**63 - 1
    with transaction(engine) as connection:
        book(connection, entry_of((RESIDENT, -widest), (MERCHANT, widest)))
        assert (balance(connection, RESIDENT), balance(connection, MERCHANT)) == (-widest, widest)


def test_book__an_account_outside_the_chart__is_refused(engine: Engine) -> None:
    with transaction(engine) as connection, pytest.raises(UnknownAccount, match=r"^'purse' is not in the"):
        book(connection, entry_of(("purse", -25), (MERCHANT, 25)))


def test_book__by_two_at_once__writes_one(engine: Engine) -> None:
    start = Barrier(2)

    def write(_: int) -> list[Booking]:
        outcomes = []
        for number in range(1, 21):
            start.wait()
            with transaction(engine) as connection:
                outcomes.append(book(connection, facts.payment(number, 25)))
        return outcomes

    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(write, range(2)))

    assert [set(pair) for pair in zip(*both, strict=True)] == [{Booking.NEW, Booking.SAME}] * 20
    with transaction(engine) as connection:
        assert balance(connection, MERCHANT) == 500


def test_balance__of_an_unused_account__is_zero(engine: Engine) -> None:
    with transaction(engine) as connection:
        assert balance(connection, SUPPLY) == 0
        with pytest.raises(UnknownAccount):
            balance(connection, Account("wallet"))


def test_balances__of_a_group__leave_others_out(engine: Engine) -> None:
    grants = [
        rules.grant(facts.seen(number), grant_id=facts.word(number), budget_id=facts.budget(number), amount=9)
        for number in (1, 2)
    ]
    with transaction(engine) as connection:
        for entry in (*grants, facts.payment(3, 25), facts.approval(4, 5, 9)):
            book(connection, entry)
        one = "01".rjust(64, "0")

        assert balances(connection, "wallet") == {RESIDENT: -20, MERCHANT: 25}
        assert balances(connection, RESIDENT) == {RESIDENT: -20}
        assert balances(connection, "supply") == {SUPPLY: -5}
        assert balances(connection, f"budget:{one}") == {
            f"budget:{one}:available": 13,
            f"budget:{one}:granted": -9,
            f"budget:{one}:minted": 5,
            f"budget:{one}:reserved": -9,
        }
        assert len(balances(connection, "budget")) == 6
        assert balances(connection, "payable") == {}
        assert sum(balances(connection).values()) == 0
        assert balances(connection, "wallet", at_block=3) == {RESIDENT: -25, MERCHANT: 25}
        assert balances(connection, "wallet", at_block=2) == {}


def test_balances__of_no_group__is_refused(engine: Engine) -> None:
    with (
        transaction(engine) as connection,
        pytest.raises(UnknownAccount, match=r"^'wal' is not in the chart"),
    ):
        balances(connection, "wal")


def test_books__of_an_empty_journal__are_empty(engine: Engine) -> None:
    with transaction(engine) as connection:
        read = books(connection)
    assert (read.supply, read.wallets, read.redemption, read.payable, read.owed) == (0, 0, 0, 0, 0)
    assert (read.budgets, read.outstanding) == ({}, 0)


def test_entries__are_paged_newest_first(engine: Engine) -> None:
    with transaction(engine) as connection:
        for number in range(1, 8):
            book(connection, facts.payment(number, number))
        book(connection, facts.approval(8, 5, 9))

        first = entries(connection, MERCHANT, limit=3)
        book(connection, facts.payment(9, 9))
        second = entries(connection, MERCHANT, after=first[-1].number, limit=3)
        third = entries(connection, MERCHANT, after=second[-1].number, limit=3)

        assert [[each.entry for each in page] for page in (first, second, third)] == [
            [facts.payment(number, number) for number in page] for page in ([7, 6, 5], [4, 3, 2], [1])
        ]
        assert entries(connection, MERCHANT, after=third[-1].number) == []
        assert [each.entry.kind for each in entries(connection, SUPPLY)] == [Kind.APPROVE]
        with pytest.raises(UnknownAccount):
            entries(connection, Account("wallet"))

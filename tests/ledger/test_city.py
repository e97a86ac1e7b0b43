"""Any rightful sequence of facts keeps the books as the contracts define them, on paper and in a database."""

from __future__ import annotations

import dataclasses
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import invariant, rule

from heitje_chain.chain.ids import BudgetId
from heitje_chain.db import transaction
from heitje_chain.ledger import books, service
from heitje_chain.ledger.accounts import PAYABLE, REDEMPTION, SUPPLY, WALLET, Account, wallet
from heitje_chain.ledger.books import Books
from heitje_chain.ledger.entry import DifferentEntry, Entry, Kind, require_sound
from heitje_chain.ledger.service import Booking
from heitje_chain.ledger.verification import unbalanced
from tests.databases import new_database
from tests.ledger import facts
from tests.ledger.city import EVERYBODY, City, any_one
from tests.ledger.databases import with_books


def check(balances: dict[Account, int], read: Books, city: City) -> None:
    paper = city.paper
    assert read == paper.books()
    assert sum(balances.values()) == 0
    assert read.supply == paper.minted - paper.burned == read.wallets + read.redemption
    assert read.owed == read.supply + read.payable
    assert read.payable == sum(cents for name, cents in balances.items() if name.startswith(f"{PAYABLE}:"))
    for each in read.budgets.values():
        assert 0 <= each.reserved + each.minted <= each.granted
        assert not each.closed or each.available == 0
    assert read.outstanding == sum(purse.granted - purse.minted for purse in paper.purses.values())
    assert {who: balances.get(wallet(who), 0) for who in EVERYBODY} == paper.held
    assert all(cents >= 0 for name, cents in balances.items() if name.startswith(f"{WALLET}:"))


class CityOnPaper(City):
    """The rules alone: entries are added up in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.balances: Counter[Account] = Counter()
        self.closed: set[BudgetId] = set()

    def book(self, entry: Entry) -> None:
        require_sound(entry)
        for line in entry.lines:
            self.balances[line.account] += line.cents
        if entry.kind is Kind.CLOSE_BUDGET:
            self.closed.add(BudgetId(bytes.fromhex(entry.id.partition(":")[2])))

    @invariant()
    def the_books_are_the_contracts(self) -> None:
        check(dict(self.balances), books.read(self.balances, self.closed), self)


class CityInDatabase(City):
    """The journal: what was booked stays, once, whatever is offered again."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.engine = with_books(new_database(Path(self.folder.name), tables=False))
        self.booked: list[Entry] = []
        self.at_block: dict[int, Books] = {}

    def teardown(self) -> None:
        with transaction(self.engine) as connection:
            assert unbalanced(connection) == []
        self.engine.dispose()
        self.folder.cleanup()

    def book(self, entry: Entry) -> None:
        with transaction(self.engine) as connection:
            assert service.book(connection, entry) is Booking.NEW
        self.booked.append(entry)
        self.at_block[self.block] = self.paper.books()

    @rule(which=any_one)
    def offer_again(self, which: int) -> None:
        with transaction(self.engine) as connection:
            assert service.book(connection, self.booked[which % len(self.booked)]) is Booking.SAME

    @rule(which=any_one)
    def offer_what_was_mined_anew(self, which: int) -> None:
        entry = self.booked[which % len(self.booked)]
        if entry.seen is None:
            return
        seen = dataclasses.replace(entry.seen, block_number=entry.seen.block_number + 100, occurred_at=5)
        with transaction(self.engine) as connection:
            anew = dataclasses.replace(entry, seen=seen, occurred_at=5)
            assert service.book(connection, anew) is Booking.MOVED

    @rule(which=any_one)
    def offer_other_content(self, which: int) -> None:
        entry = self.booked[which % len(self.booked)]
        doubled = tuple(dataclasses.replace(line, cents=2 * line.cents) for line in entry.lines)
        if not doubled:
            return
        with transaction(self.engine) as connection, pytest.raises(DifferentEntry):
            service.book(connection, dataclasses.replace(entry, lines=doubled))

    @rule()
    def fail_before_the_commit(self) -> None:
        with self.engine.begin() as connection:
            service.book(connection, facts.payment(1_000_000, 1))
            connection.rollback()

    @rule(which=any_one)
    def look_back(self, which: int) -> None:
        """At an earlier block; what the bank told has no block and counts always."""
        block = list(self.at_block)[which % len(self.at_block)]
        with transaction(self.engine) as connection:
            then = service.books(connection, at_block=block)
        now = self.paper.books()
        assert then == dataclasses.replace(self.at_block[block], payable=now.payable)

    @invariant()
    def the_books_are_the_contracts(self) -> None:
        with transaction(self.engine) as connection:
            balances = service.balances(connection)
            check(balances, service.books(connection), self)
            assert service.balance(connection, SUPPLY) == balances.get(SUPPLY, 0)
            assert service.balance(connection, REDEMPTION) == balances.get(REDEMPTION, 0)
            assert unbalanced(connection) == []


TestCityOnPaper = CityOnPaper.TestCase
TestCityOnPaper.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)

TestCityInDatabase = CityInDatabase.TestCase
TestCityInDatabase.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)

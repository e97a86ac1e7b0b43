"""A life of years at random, in which the guard and an independent model must say the same at every act."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import Engine, delete, func, select, update

from heitje_chain.allowance import limits, records, rules, service
from heitje_chain.allowance.model import ENTRY, LIMITS
from heitje_chain.allowance.months import Month
from heitje_chain.allowance.rules import Limits, Work
from heitje_chain.chain.ids import BudgetId, ClaimId, ParticipantId
from heitje_chain.chain.model import BLOCK
from heitje_chain.db import METADATA, open_engine
from heitje_chain.http.problems import Refused
from heitje_chain.ledger import accounts as ledger_accounts
from heitje_chain.ledger import rules as entries
from heitje_chain.ledger import service as ledger
from heitje_chain.ledger.entry import Kind, Seen
from heitje_chain.people import service as people
from heitje_chain.people.model import PARTICIPANT
from tests.databases import new_database

from .model import COUNTED, FREED, OPEN, SUBMITTED, Account, Item, Model, Row

HERE = ZoneInfo("Europe/Amsterdam")
BEGIN = datetime(2050, 1, 1, tzinfo=HERE)
"""Later than any machine's clock, which the service takes when the chain's is behind."""

GRACE = 3
PEOPLE = 4
BUDGET = BudgetId(b"\1" * 32)

who = st.integers(0, PEOPLE - 1)
which = st.integers(0, 40)


class Life(RuleBasedStateMachine):
    acts = 0
    """Of all lives."""
    accepted = refused = 0

    def __init__(self) -> None:
        super().__init__()
        self.connection = _engine().connect()  # which keeps nothing
        self.model = Model(PEOPLE)
        self.now = BEGIN
        self.events: list[tuple[str, Item, int]] = []
        self.blocks = 0

    # ------------------------------------------------------------ the frame

    @initialize(hour=st.integers(1, 7_00), month=st.integers(20_00, 250_00))
    def begin(self, hour: int, month: int) -> None:
        self.connection.execute(delete(LIMITS))
        self.ids = [uuid.uuid4().hex for _ in range(PEOPLE)]
        for number, one in enumerate(self.ids):
            chain_id = f"{number:08x}{one}"
            self.connection.execute(
                PARTICIPANT.insert().values(
                    id=one,
                    kind="resident",
                    name="Anna",
                    state="active",
                    blocked=False,
                    chain_id=chain_id,
                    created_at=1,
                )
            )
        self.connection.execute(
            BLOCK.insert().values(number=1, hash="0x1", timestamp=self.seconds, final=True)
        )
        self.residents = [people.participant(self.connection, one) for one in self.ids]
        for one in self.ids:
            records.record(self.connection, "registrar", one, True, False, None)
        self._enter(2049, date(2049, 1, 1), hour, hour // 2, month, 10 * month, None)

    @property
    def seconds(self) -> int:
        return int(self.now.timestamp())

    @property
    def today(self) -> date:
        return self.now.date()

    def months_until(self, seconds: int) -> list[tuple[int, int]]:
        """Every month of a day from now until then, in Amsterdam."""
        day, last = self.today, datetime.fromtimestamp(seconds, UTC).astimezone(HERE).date()
        found: list[tuple[int, int]] = []
        while day <= last:
            if (day.year, day.month) not in found:
                found.append((day.year, day.month))
            day += timedelta(days=1)
        return found

    # ------------------------------------------------------------ time and limits

    @rule(hours=st.integers(1, 24 * 60))
    def time_passes(self, hours: int) -> None:
        """Up to two months; over new years and summer times."""
        Life.acts += 1
        self.now = (self.now.astimezone(UTC) + timedelta(hours=hours)).astimezone(HERE)
        self.connection.execute(update(BLOCK).values(timestamp=self.seconds))

    @rule(
        ahead=st.integers(-1, 1),
        day=st.integers(0, 364),
        hour=st.integers(0, 8_00),
        month=st.integers(0, 250_00),
        months=st.integers(1, 12),
        city=st.none() | st.integers(0, 1_000_00),
    )
    def limits_are_entered(
        self, ahead: int, day: int, hour: int, month: int, months: int, city: int | None
    ) -> None:
        """For this year, the last or the next: also lower ones while claims are open, also zero."""
        Life.acts += 1
        year = self.now.year + ahead
        whole = month * months
        self._enter(
            year,
            date(year, 1, 1) + timedelta(days=day),
            hour,
            hour // 2,
            month,
            whole,
            None if city is None else min(city, whole),
        )

    @rule(
        one=who,
        confirmed=st.booleans(),
        band=st.sampled_from(["adult", "young", "unknown"]),
        days=st.integers(1, 500),
    )
    def registrar_records(self, one: int, confirmed: bool, band: str, days: int) -> None:
        Life.acts += 1
        turns = self.today + timedelta(days=days) if band == "young" else None
        under = {"adult": False, "young": True, "unknown": None}[band]
        records.record(self.connection, "registrar", self.ids[one], confirmed or days < 400, under, turns)
        person = self.model.accounts[one]
        person.confirmed = confirmed or days < 400
        person.band_known, person.turns_21 = band != "unknown", turns

    @rule(closed=who, kept=who, chance=st.integers(0, 9))
    def accounts_are_merged(self, closed: int, kept: int, chance: int) -> None:
        Life.acts += 1
        one, other = self.model.accounts[closed], self.model.accounts[kept]
        if chance:  # seldom: there are only so many accounts
            return
        fits = closed != kept and one.goes_on_as is None and other.goes_on_as is None and other.confirmed
        said_before = closed != kept and one.goes_on_as == kept
        try:
            records.merge(self.connection, "registrar", self.ids[closed], self.ids[kept])
        except Refused:
            assert not fits
            assert not said_before
            return
        assert fits or said_before
        if not fits:
            return
        for account in self.model.accounts:
            if account.goes_on_as == closed:
                account.goes_on_as = kept
        one.goes_on_as = kept
        other.stop_month = _lower(one.stop_month, other.stop_month)
        other.stop_year = _lower(one.stop_year, other.stop_year)
        for month, cents in one.elsewhere.items():
            other.elsewhere[month] = other.elsewhere.get(month, 0) + cents
        self.model.accounts[closed] = Account(one.confirmed, one.turns_21, one.band_known, kept)

    # ------------------------------------------------------------ what people say

    @rule(one=who, month=st.none() | st.integers(0, 300_00), year=st.none() | st.integers(0, 2_000_00))
    def own_stop(self, one: int, month: int | None, year: int | None) -> None:
        Life.acts += 1
        person = self.model.accounts[one]
        try:
            records.set_stop(self.connection, self.ids[one], month, year)
        except Refused:
            assert person.goes_on_as is not None
            return
        person.stop_month, person.stop_year = month, year

    @rule(one=who, ahead=st.integers(-2, 2), cents=st.integers(0, 100_00))
    def earns_elsewhere(self, one: int, ahead: int, cents: int) -> None:
        """0 takes it back."""
        Life.acts += 1
        person = self.model.accounts[one]
        index = self.now.year * 12 + self.now.month - 1 + ahead
        year, number = index // 12, index % 12 + 1
        try:
            if cents:
                records.set_elsewhere(self.connection, self.ids[one], Month(year, number), cents)
                person.elsewhere[year, number] = cents
            else:
                records.delete_elsewhere(self.connection, self.ids[one], Month(year, number))
                del person.elsewhere[year, number]
        except Refused:
            assert person.goes_on_as is not None or (not cents and (year, number) not in person.elsewhere)

    # ------------------------------------------------------------ claims and awards

    @rule(one=who, reward=st.integers(1, 60_00), minutes=st.integers(1, 900), days=st.integers(0, 45))
    def claim(self, one: int, reward: int, minutes: int, days: int) -> None:
        self._claim(one, reward, minutes, days)

    @rule(one=who, days=st.integers(0, 45), over=st.integers(-1, 1))
    def claim_the_last_cent(self, one: int, days: int, over: int) -> None:
        """Exactly what is left, a cent less, a cent more."""
        until = self.seconds + days * 86_400 + GRACE
        found = service.situation(self.connection, self.ids[one])
        work = Work(1, 60, self.seconds, until)
        try:
            left = min(b.left for b in rules.barriers(found, *work.months, self.today))
        except Refused:
            left = 0
        self._claim(one, max(left + over, 1), 60_000, days)

    def _claim(self, one: int, reward: int, minutes: int, days: int) -> None:
        Life.acts += 1
        until = self.seconds + days * 86_400 + GRACE
        months = self.months_until(until)
        expected = self.model.offered(one, reward, minutes, months, self.today)
        claim_id = uuid.uuid4().hex * 2
        work = Work(reward, minutes, self.seconds, until)
        offer = rules.offer(service.situation(self.connection, self.ids[one]), work)
        try:
            cents = service.reserve_claim(self.connection, self.residents[one], claim_id, work)
        except Refused:
            Life.refused += 1
            assert expected is None, "blocked what is allowed"
            assert offer.obstacles
            return
        Life.accepted += 1
        assert cents == expected == offer.cents, "took what is not allowed, or another amount"
        assert not offer.obstacles
        self._take(Item(claim_id, one, cents, months))
        self.events.append(("until", self.model.items[-1], until))

    @rule(one=who, cents=st.integers(1, 100_00))
    def award(self, one: int, cents: int) -> None:
        Life.acts += 1
        until = self.seconds + 86_400
        months = self.months_until(until)
        award_id = uuid.uuid4().hex * 2
        expected = self.model.may_award(one, cents, months, self.today)
        try:
            service.reserve_award(self.connection, self.residents[one], award_id, cents, self.seconds, until)
        except Refused:
            assert not expected
            return
        assert expected
        self._take(Item(award_id, one, cents, months))
        service.awarded(self.connection, award_id, self.chain_id(one), cents, self.seconds)
        self._submitted(self.model.items[-1])
        self.events.append(("award", self.model.items[-1], self.seconds))
        self._count(self.model.items[-1])

    @precondition(lambda self: any(item.state == OPEN for item in self.model.items))
    @rule(number=which)
    def hand_in_or_lapse(self, number: int) -> None:
        """As long as the contract takes it; else it lapses."""
        Life.acts += 1
        item = self._one(number, OPEN)
        [until] = [at for told, one, at in self.events if told == "until" and one is item]
        self._told("made", item)
        if self.seconds <= until:
            service.submitted(self.connection, item.id, self.seconds)
            self.events.append(("submitted", item, self.seconds))
            self._submitted(item)
        else:
            self._free(item)

    @precondition(lambda self: any(item.state in (OPEN, SUBMITTED) for item in self.model.items))
    @rule(number=which)
    def end_unpaid(self, number: int) -> None:
        """Withdrawn, denied, or rejected for good."""
        Life.acts += 1
        item = self._one(number, OPEN, SUBMITTED)
        self._told("made", item)
        self._free(item)

    @precondition(lambda self: any(item.state == OPEN for item in self.model.items))
    @rule(number=which, made_after_all=st.booleans())
    def contract_refuses(self, number: int, made_after_all: bool) -> None:
        Life.acts += 1
        item = self._one(number, OPEN)
        if any(told == "made" and one is item for told, one, _ in self.events):
            return
        service.refused(self.connection, item.id)
        if made_after_all:
            self._told("made", item)
        else:
            item.state = FREED

    @precondition(lambda self: any(item.state == SUBMITTED for item in self.model.items))
    @rule(number=which)
    def pay(self, number: int) -> None:
        """Approved, or awarded by the arbiter, however late."""
        Life.acts += 1
        self._count(self._one(number, SUBMITTED))

    @precondition(lambda self: self.events)
    @rule(number=which)
    def told_again(self, number: int) -> None:
        """An event that was told before: nothing changes."""
        Life.acts += 1
        self._tell(*self.events[number % len(self.events)])

    # ------------------------------------------------------------ what always holds

    @rule(one=who)
    def totals_are_the_same(self, one: int) -> None:
        """Of this month and year, in the service, in the model and in the journal."""
        Life.acts += 1
        found = service.situation(self.connection, self.ids[one])
        year = self.now.year
        for months in ([(year, self.now.month)], [(year, number) for number in range(1, 13)]):
            wanted = [Month(*month) for month in months]
            used = sum(e.cents for e in found.entries if any(e.first <= m <= e.last for m in wanted))
            assert used == self.model.heitjes(one, months)
        resident = self.chain_id(one)
        counted = self.connection.scalar(
            select(func.coalesce(func.sum(ENTRY.c.cents), 0)).where(
                (ENTRY.c.resident == resident) & (ENTRY.c.state == "counted")
            )
        )
        booked = ledger.balance(
            self.connection, ledger_accounts.wallet(ParticipantId(bytes.fromhex(resident)))
        )
        paid = sum(i.cents for i in self.model.items if i.account == one and i.state == COUNTED)
        assert counted == booked == paid

    def teardown(self) -> None:
        try:
            self._events_alone_bring_it_back()
        finally:
            self.connection.rollback()
            self.connection.close()

    def _events_alone_bring_it_back(self) -> None:
        """As on a database restored from before all of it: what the chain knows is there again."""
        told = {item.id for event, item, _ in self.events if event != "until"}
        here = ENTRY.c.id.in_(told)
        before = sorted(map(tuple, self.connection.execute(select(ENTRY).where(here)).all()))
        self.connection.execute(delete(ENTRY))
        for event in self.events:
            self._tell(*event)
        assert sorted(map(tuple, self.connection.execute(select(ENTRY)).all())) == before

    # ------------------------------------------------------------ details

    def chain_id(self, one: int) -> str:
        return self.residents[one].chain_id or ""

    def _enter(
        self, year: int, since: date, hour: int, under: int, month: int, whole: int, city: int | None
    ) -> None:
        if since.year != year:
            return
        row = limits.propose(
            self.connection, "treasurer", Limits(year, since, hour, under, month, whole, city)
        )
        limits.confirm(self.connection, "registrar", row.number)
        self.model.rows.append(Row(year, since, hour, under, month, whole, city))

    def _take(self, item: Item) -> None:
        for month in item.months:
            row = self.model.row_for(month, self.today)
            assert row is not None
            item.limit[month] = row.month
        self.model.items.append(item)

    def _one(self, number: int, *states: str) -> Item:
        found = [item for item in self.model.items if item.state in states]
        return found[number % len(found)]

    def _told(self, event: str, item: Item) -> None:
        """Tell an event of now, unless it was told."""
        if item.state == SUBMITTED or any(told == event and one is item for told, one, _ in self.events):
            return
        self.events.append((event, item, self.seconds))
        self._tell(event, item, self.seconds)
        item.months = [month for month in item.months if month >= (self.now.year, self.now.month)] or [
            (self.now.year, self.now.month)
        ]

    def _tell(self, event: str, item: Item, at: int) -> None:
        match event:
            case "made":
                [until] = [when for told, one, when in self.events if told == "until" and one is item]
                service.claimed(self.connection, item.id, self.chain_id(item.account), item.cents, at, until)
            case "submitted":
                service.submitted(self.connection, item.id, at)
            case "freed":
                service.freed(self.connection, item.id)
            case "counted":
                service.counted(self.connection, item.id)
            case "award":
                service.awarded(self.connection, item.id, self.chain_id(item.account), item.cents, at)

    def _submitted(self, item: Item) -> None:
        """It counts this month, and what counts there of this account is below what the last one found."""
        month = (self.now.year, self.now.month)
        item.state, item.months = SUBMITTED, [month]
        same = [
            one
            for one in self.model.items
            if one.account == item.account and one.state in (SUBMITTED, COUNTED) and one.months == [month]
        ]
        assert sum(one.cents for one in same) <= same[-1].limit[month]

    def _free(self, item: Item) -> None:
        service.freed(self.connection, item.id)
        self.events.append(("freed", item, self.seconds))
        item.state = FREED

    def _count(self, item: Item) -> None:
        service.counted(self.connection, item.id)
        self.events.append(("counted", item, self.seconds))
        item.state = COUNTED
        self.blocks += 1
        seen = Seen(self.seconds, self.blocks + 1, f"0x{self.blocks:064x}", 0)
        ledger.book(
            self.connection,
            entries.mint(
                seen,
                kind=Kind.APPROVE,
                claim=ClaimId(bytes.fromhex(item.id)),
                budget_id=BUDGET,
                resident=ParticipantId(bytes.fromhex(self.chain_id(item.account))),
                amount=item.cents,
                reward=item.cents,
            ),
        )


def _lower(one: int | None, other: int | None) -> int | None:
    return min((bound for bound in (one, other) if bound is not None), default=None)


@cache
def _engine() -> Engine:
    engine = open_engine(new_database(None, keep=True))
    METADATA.create_all(engine)
    return engine


__all__: list[Any] = ["Life"]

"""A city on paper: what each fact should do, kept in the contracts' own terms and without any journal.

It draws rightful facts only, and hands each one's entry to `book`. Blocks count up, one event each.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from heitje_chain.chain.ids import BudgetId, ClaimId, JobId, ParticipantId
from heitje_chain.ledger import rules
from heitje_chain.ledger.books import Books, BudgetBooks
from heitje_chain.ledger.entry import Entry, Kind, Seen
from tests.ledger import facts

RESIDENTS = [facts.participant(number) for number in (11, 12)]
MERCHANTS = [facts.participant(number) for number in (21, 22)]
ASSOCIATION = facts.participant(31)
EVERYBODY = [*RESIDENTS, *MERCHANTS, ASSOCIATION]
MATRIX: list[tuple[rules.Transfer, ParticipantId, ParticipantId]] = [
    *((Kind.PAY, resident, merchant) for resident in RESIDENTS for merchant in MERCHANTS),
    *((Kind.DONATE, resident, ASSOCIATION) for resident in RESIDENTS),
    *((Kind.PAY, ASSOCIATION, merchant) for merchant in MERCHANTS),
    *((Kind.REFUND, merchant, resident) for resident in RESIDENTS for merchant in MERCHANTS),
]
FORCED: list[tuple[rules.Transfer, ParticipantId, ParticipantId]] = [
    (Kind.FORCE, payer, payee) for payer in EVERYBODY for payee in EVERYBODY if payer != payee
]

any_cents = st.integers(1, 5_000)
any_one = st.integers(0, 10_000)
"""Which of the possible ones: an index, wrapped around."""


@dataclass
class Purse:
    """contracts/RewardBudget.sol: Budget."""

    granted: int = 0
    reserved: int = 0
    minted: int = 0
    closed: bool = False

    @property
    def available(self) -> int:
        return self.granted - self.reserved - self.minted

    def give_back(self, cents: int) -> None:
        """What `_returnIfClosed` does with cents that are not reserved any more."""
        if self.closed:
            self.granted -= cents


@dataclass
class Slots:
    """A job's slots that are neither paid nor released."""

    budget: BudgetId
    reward: int
    left: int


@dataclass
class Line:
    """A merchant's redemption; `payments` counts what the bank booked of it."""

    merchant: ParticipantId
    cents: int
    state: str = "locked"
    payments: int = 0


@dataclass
class Paper:
    purses: dict[BudgetId, Purse] = field(default_factory=dict)
    jobs: list[Slots] = field(default_factory=list)
    held: dict[ParticipantId, int] = field(default_factory=lambda: dict.fromkeys(EVERYBODY, 0))
    lines: dict[int, Line] = field(default_factory=dict)
    minted: int = 0
    burned: int = 0

    def in_state(self, state: str) -> list[int]:
        return [number for number, line in self.lines.items() if line.state == state]

    def books(self) -> Books:
        """As the contracts have it: supply from what was minted and burned, the rest from who holds what."""
        in_redemption = sum(
            line.cents for line in self.lines.values() if line.state in ("locked", "rejected")
        )
        return Books(
            supply=self.minted - self.burned,
            wallets=sum(self.held.values()),
            redemption=in_redemption,
            payable=sum(self.lines[number].cents for number in self.in_state("payable")),
            budgets={
                budget_id: BudgetBooks(purse.granted, purse.reserved, purse.minted, purse.closed)
                for budget_id, purse in self.purses.items()
            },
        )


class City(RuleBasedStateMachine):
    """Facts in any rightful order; where their entries go is the subclass's `book`."""

    def __init__(self) -> None:
        super().__init__()
        self.paper = Paper()
        self.numbers = count(1)
        self.block = 0

    def book(self, entry: Entry) -> None:
        raise NotImplementedError

    @initialize()
    def first_round(self) -> None:
        """From grant to bank, so that every fact can follow: one line is booked, one refused, one locked."""
        self.grant(0, 20_000)
        self.post(0, 1_000, 3)
        self.pay_claim(0, 1_000, Kind.APPROVE, 0)
        self.transfer(0, 900)
        self.lock(0, 300)
        self.lock(0, 200)
        self.settle({1})
        self.lock(0, 100)

    # ------------------------------------------------------------ promises

    @rule(which=any_one, cents=any_cents)
    def grant(self, which: int, cents: int) -> None:
        budget_id = facts.budget(which % 3)
        purse = self.paper.purses.setdefault(budget_id, Purse())
        if purse.closed:
            return
        purse.granted += cents
        self.book(rules.grant(self._seen(), grant_id=self._id(), budget_id=budget_id, amount=cents))

    @rule(which=any_one, reward=any_cents, slots=st.integers(1, 4))
    def post(self, which: int, reward: int, slots: int) -> None:
        budget_id = self._budget(which)
        purse = self.paper.purses[budget_id]
        if purse.closed or reward * slots > purse.available:
            return
        purse.reserved += reward * slots
        self.paper.jobs.append(Slots(budget_id, reward, slots))
        job = JobId(self._id())
        self.book(rules.post(self._seen(), job=job, budget_id=budget_id, reward=reward, slots=slots))

    @precondition(lambda self: self._open_jobs())
    @rule(which=any_one, slots=st.integers(1, 4))
    def release_slots(self, which: int, slots: int) -> None:
        job = self._job(which)
        slots = min(slots, job.left)
        job.left -= slots
        self.paper.purses[job.budget].reserved -= job.reward * slots
        self.paper.purses[job.budget].give_back(job.reward * slots)
        self.book(
            rules.release_slots(
                self._seen(), release_id=self._id(), budget_id=job.budget, reward=job.reward, slots=slots
            )
        )

    @rule(which=any_one)
    def close_budget(self, which: int) -> None:
        budget_id = self._budget(which)
        purse = self.paper.purses[budget_id]
        if purse.closed:
            return
        unpromised = purse.available
        purse.granted -= unpromised
        purse.closed = True
        self.book(rules.close_budget(self._seen(), budget_id=budget_id, amount=unpromised))

    # ------------------------------------------------------------ coins

    @precondition(lambda self: self._open_jobs())
    @rule(which=any_one, cents=any_cents, kind=st.sampled_from([Kind.APPROVE, Kind.DECIDE]), who=any_one)
    def pay_claim(self, which: int, cents: int, kind: rules.Mint, who: int) -> None:
        job, resident = self._job(which), RESIDENTS[who % len(RESIDENTS)]
        cents = min(cents, job.reward)
        job.left -= 1
        purse = self.paper.purses[job.budget]
        purse.reserved -= job.reward
        purse.minted += cents
        purse.give_back(job.reward - cents)
        self._mint(resident, cents)
        self.book(
            rules.mint(
                self._seen(),
                kind=kind,
                claim=ClaimId(self._id()),
                budget_id=job.budget,
                resident=resident,
                amount=cents,
                reward=job.reward,
            )
        )

    @rule(which=any_one, cents=any_cents, who=any_one)
    def award(self, which: int, cents: int, who: int) -> None:
        budget_id, resident = self._budget(which), RESIDENTS[who % len(RESIDENTS)]
        purse = self.paper.purses[budget_id]
        if purse.closed or cents > purse.available:
            return
        purse.minted += cents
        self._mint(resident, cents)
        award_id = self._id()
        self.book(
            rules.award(self._seen(), award_id=award_id, budget_id=budget_id, resident=resident, amount=cents)
        )

    @rule(which=any_one, cents=any_cents)
    def transfer(self, which: int, cents: int) -> None:
        self._transfer(MATRIX, which, cents)

    @rule(which=any_one, cents=any_cents)
    def force(self, which: int, cents: int) -> None:
        self._transfer(FORCED, which, cents)

    # ------------------------------------------------------------ redemption

    @rule(which=any_one, cents=any_cents)
    def lock(self, which: int, cents: int) -> None:
        merchant = MERCHANTS[which % len(MERCHANTS)]
        cents = min(cents, self.paper.held[merchant])
        if cents == 0:
            return
        number = next(self.numbers)
        self.paper.held[merchant] -= cents
        self.paper.lines[number] = Line(merchant, cents)
        redemption = facts.redemption(number)
        self.book(rules.lock(self._seen(), redemption=redemption, merchant=merchant, amount=cents))

    @precondition(lambda self: self.paper.in_state("locked"))
    @rule(rejected=st.sets(any_one, max_size=2))
    def settle(self, rejected: set[int]) -> None:
        """A batch of all that is locked; the bank refuses some of it."""
        batch = self.paper.in_state("locked")
        refused = {batch[which % len(batch)] for which in rejected}
        for number in batch:
            line = self.paper.lines[number]
            line.state = "rejected" if number in refused else "booked"
            line.payments += line.state == "booked"
        booked = sum(self.paper.lines[number].cents for number in batch if number not in refused)
        self.paper.burned += booked
        if booked:
            self.book(rules.burn(self._seen(), batch=next(self.numbers), amount=booked))

    @precondition(lambda self: self.paper.in_state("rejected"))
    @rule(which=any_one)
    def release_line(self, which: int) -> None:
        number, line = self._line("rejected", which)
        line.state = "released"
        self.paper.held[line.merchant] += line.cents
        redemption = facts.redemption(number)
        entry = rules.release_line(
            self._seen(), redemption=redemption, merchant=line.merchant, amount=line.cents
        )
        self.book(entry)

    @precondition(lambda self: self.paper.in_state("booked"))
    @rule(which=any_one)
    def bank_return(self, which: int) -> None:
        number, line = self._line("booked", which)
        line.state = "payable"
        reference = f"HTJ{number}-{line.payments}"
        redemption = facts.redemption(number)
        self.book(rules.bank_return(1, redemption=redemption, end_to_end_id=reference, amount=line.cents))

    @precondition(lambda self: self.paper.in_state("payable"))
    @rule(which=any_one)
    def pay_payable(self, which: int) -> None:
        """After which the bank may return it once more."""
        number, line = self._line("payable", which)
        line.state = "booked"
        line.payments += 1
        reference = f"HTJ{number}-{line.payments}"
        redemption = facts.redemption(number)
        self.book(rules.pay_payable(2, redemption=redemption, end_to_end_id=reference, amount=line.cents))

    # ------------------------------------------------------------ details

    def _seen(self) -> Seen:
        self.block += 1
        return facts.seen(self.block)

    def _id(self) -> bytes:
        return facts.word(next(self.numbers))

    def _transfer(
        self, moves: list[tuple[rules.Transfer, ParticipantId, ParticipantId]], which: int, cents: int
    ) -> None:
        possible = [move for move in moves if self.paper.held[move[1]] > 0]
        if not possible:
            return
        kind, payer, payee = possible[which % len(possible)]
        cents = min(cents, self.paper.held[payer])
        self.paper.held[payer] -= cents
        self.paper.held[payee] += cents
        nonce = self._id()
        self.book(
            rules.transfer(self._seen(), kind=kind, payer=payer, payee=payee, nonce=nonce, amount=cents)
        )

    def _mint(self, resident: ParticipantId, cents: int) -> None:
        self.paper.held[resident] += cents
        self.paper.minted += cents

    def _budget(self, which: int) -> BudgetId:
        known = list(self.paper.purses)
        return known[which % len(known)]

    def _open_jobs(self) -> list[Slots]:
        return [job for job in self.paper.jobs if job.left]

    def _job(self, which: int) -> Slots:
        known = self._open_jobs()
        return known[which % len(known)]

    def _line(self, state: str, which: int) -> tuple[int, Line]:
        known = self.paper.in_state(state)
        number = known[which % len(known)]
        return number, self.paper.lines[number]

"""Comparing what the chain, the books and the bank say. No I/O; all amounts in cents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from heitje_chain.chain.state import BudgetState, LineState
from heitje_chain.http.language import Language, Words
from heitje_chain.ledger.books import Books, BudgetBooks
from heitje_chain.money import to_euros


@dataclass(frozen=True)
class ChainSide:
    supply: int
    burned: int
    redemption: int
    wallets: Mapping[str, int]
    """ParticipantId in hex -> what the present wallet holds."""
    budgets: Mapping[str, BudgetState]
    lines: Mapping[str, LineState]
    """Redemption in hex -> its line, of those that are not paid yet."""
    last_batch: int


@dataclass(frozen=True)
class BooksSide:
    books: Books
    burned: int
    wallets: Mapping[str, int]
    """ParticipantId in hex -> cents."""
    budgets: Mapping[str, BudgetBooks]


@dataclass(frozen=True)
class BatchSide:
    """A batch as the payout tables have it."""

    closed: int
    booked: int
    """Sum of the lines that the bank booked, as it was told here."""
    rejected: int
    settled_booked: int | None
    """What the chain burned; None until it is settled."""
    settled_rejected: int | None
    burned_in_books: int


@dataclass(frozen=True)
class PayoutSide:
    lines: Mapping[str, LineState]
    """Redemption in hex -> its line, of those whose coins lie in the redemption: locked, in a batch, or
    refused by the bank."""
    last_batch: int
    batches: Mapping[int, BatchSide]
    payable: int


@dataclass(frozen=True)
class Figures:
    """The equation: supply = minted - burned = balances; owed = supply + payable."""

    minted: int
    burned: int
    supply: int
    wallets: int
    redemption: int
    payable: int
    reserved: int
    granted: int

    @property
    def owed(self) -> int:
        return self.supply + self.payable


def figures(chain: ChainSide, books: BooksSide) -> Figures:
    """Return the figures as the chain has them, and what only the books know."""
    return Figures(
        minted=chain.supply + chain.burned,
        burned=chain.burned,
        supply=chain.supply,
        wallets=sum(chain.wallets.values()),
        redemption=chain.redemption,
        payable=books.books.payable,
        reserved=sum(budget.reserved for budget in chain.budgets.values()),
        granted=sum(budget.granted for budget in chain.budgets.values()),
    )


def differences(chain: ChainSide, books: BooksSide, payouts: PayoutSide) -> list[Words]:
    """Return a sentence for each row that differs; empty when all is equal. No name is in them."""
    return [
        *_totals(chain, books, payouts),
        *_wallets(chain, books),
        *_budgets(chain, books),
        *_lines(chain, payouts),
        *_batches(payouts),
    ]


_JOURNAL: Words = {"nl": "het dagboek", "en": "the journal"}
_OWN_SUPPLY: Words = {"nl": "wat er in omloop is", "en": "its supply"}
_REDEMPTION: Words = {
    "nl": "Wat op de keten is ingewisseld en nog niet betaald",
    "en": "The redemption's balance on the chain",
}


def _totals(chain: ChainSide, books: BooksSide, payouts: PayoutSide) -> Iterator[Words]:
    held = sum(chain.wallets.values()) + chain.redemption
    all_on_chain: Words = {
        "nl": "Alle saldi op de keten samen",
        "en": "All balances on the chain together",
    }
    yield from _unless(held, chain.supply, all_on_chain, _OWN_SUPPLY)
    supply: Words = {"nl": "Wat op de keten in omloop is", "en": "The supply on the chain"}
    yield from _unless(chain.supply, books.books.supply, supply, _JOURNAL)
    burned: Words = {"nl": "Wat op de keten vernietigd is", "en": "What was burned on the chain"}
    yield from _unless(chain.burned, books.burned, burned, _JOURNAL)
    in_books = books.books.wallets + books.books.redemption
    all_in_books: Words = {
        "nl": "Alle portemonnees in het dagboek samen",
        "en": "All wallets in the journal together",
    }
    yield from _unless(in_books, books.books.supply, all_in_books, _OWN_SUPPLY)
    yield from _unless(chain.redemption, books.books.redemption, _REDEMPTION, _JOURNAL)
    waiting: Words = {"nl": "de regels die wachten", "en": "the lines that wait"}
    of_lines = sum(line.cents for line in payouts.lines.values())
    yield from _unless(chain.redemption, of_lines, _REDEMPTION, waiting)
    payable: Words = {"nl": "Wat volgens het dagboek nog te betalen is", "en": "The payable in the journal"}
    of_payouts: Words = {"nl": "de regels van de uitbetalingen", "en": "the payout lines"}
    yield from _unless(books.books.payable, payouts.payable, payable, of_payouts)
    if chain.last_batch != payouts.last_batch:
        yield {
            "nl": f"De laatste uitbetaling is op de keten {chain.last_batch}, en hier {payouts.last_batch}.",
            "en": f"The last batch is {chain.last_batch} on the chain, and {payouts.last_batch} here.",
        }


def _wallets(chain: ChainSide, books: BooksSide) -> Iterator[Words]:
    for participant in sorted({*chain.wallets, *books.wallets}):
        on_chain, booked = chain.wallets.get(participant, 0), books.wallets.get(participant, 0)
        what: Words = {
            "nl": f"Portemonnee van deelnemer {participant} op de keten",
            "en": f"Wallet of participant {participant} on the chain",
        }
        yield from _unless(on_chain, booked, what, _JOURNAL)


_OF_BUDGET: Mapping[str, str] = {"granted": "toegekend", "reserved": "toegezegd", "minted": "uitbetaald"}


def _budgets(chain: ChainSide, books: BooksSide) -> Iterator[Words]:
    for budget in sorted({*chain.budgets, *books.budgets}):
        there = chain.budgets.get(budget, BudgetState(0, 0, 0, False))
        here = books.budgets.get(budget, BudgetBooks(0, 0, 0, False))
        for name, dutch in _OF_BUDGET.items():
            what: Words = {
                "nl": f"Budget {budget}, {dutch}, op de keten",
                "en": f"Budget {budget}, {name}, on the chain",
            }
            yield from _unless(getattr(there, name), getattr(here, name), what, _JOURNAL)


_STATES: Mapping[str, str] = {
    "locked": "ingewisseld",
    "batched": "in een uitbetaling",
    "rejected": "geweigerd",
    "booked": "betaald",
    "released": "teruggegeven",
    "none": "onbekend",
}


def _lines(chain: ChainSide, payouts: PayoutSide) -> Iterator[Words]:
    for redemption, here in sorted(payouts.lines.items()):
        there = chain.lines[redemption]
        if there != here:
            yield {
                "nl": f"Inwisseling {redemption} is op de keten {_nl(there)}, en hier {_nl(here)}.",
                "en": f"Redemption {redemption} is {_en(there)} on the chain, and {_en(here)} here.",
            }


def _nl(line: LineState) -> str:
    state = _STATES.get(line.state, line.state)
    return f"{state}, {_euros(line.cents, 'nl')} van {line.merchant} in uitbetaling {line.batch}"


def _en(line: LineState) -> str:
    return f"{line.state}, {_euros(line.cents, 'en')} of {line.merchant} in batch {line.batch}"


def _batches(payouts: PayoutSide) -> Iterator[Words]:
    for number, batch in sorted(payouts.batches.items()):
        if batch.settled_booked is None or batch.settled_rejected is None:
            continue
        burned: Words = {"nl": f"Uitbetaling {number}, vernietigd", "en": f"Batch {number}, burned"}
        booked: Words = {"nl": "wat de bank betaalde", "en": "what the bank booked"}
        yield from _unless(batch.settled_booked, batch.booked, burned, booked)
        yield from _unless(batch.settled_booked, batch.burned_in_books, burned, _JOURNAL)
        refused: Words = {"nl": f"Uitbetaling {number}, geweigerd", "en": f"Batch {number}, refused"}
        by_bank: Words = {"nl": "wat de bank weigerde", "en": "what the bank refused"}
        yield from _unless(batch.settled_rejected, batch.rejected, refused, by_bank)
        both: Words = {
            "nl": f"Uitbetaling {number}, vernietigd en geweigerd",
            "en": f"Batch {number}, burned and refused",
        }
        closed: Words = {"nl": "wat erin gesloten werd", "en": "what was closed in"}
        yield from _unless(batch.settled_booked + batch.settled_rejected, batch.closed, both, closed)


def _unless(one: int, other: int, what: Words, where: Words) -> Iterator[Words]:
    if one != other:
        yield {
            "nl": f"{what['nl']}: {_euros(one, 'nl')}; {where['nl']}: {_euros(other, 'nl')}; "
            f"verschil {_euros(one - other, 'nl')}.",
            "en": f"{what['en']}: {_euros(one, 'en')}; {where['en']}: {_euros(other, 'en')}; "
            f"off by {_euros(one - other, 'en')}.",
        }


def _euros(cents: int, language: Language) -> str:
    text = to_euros(cents)
    return text.replace(".", ",") if language == "nl" else text

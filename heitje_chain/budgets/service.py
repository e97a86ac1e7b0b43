"""Use cases about budgets. A caller opens the transaction and commits it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from heitje_chain.acts import service as acts
from heitje_chain.acts.model import PREPARED
from heitje_chain.acts.service import Act, OfficerCall
from heitje_chain.allowance import service as allowance
from heitje_chain.chain.clock import latest_now
from heitje_chain.chain.contracts import BUDGET as BUDGET_CONTRACT
from heitje_chain.chain.contracts import Contracts
from heitje_chain.chain.ids import BudgetId, ClientId, budget_id
from heitje_chain.documents import service as documents
from heitje_chain.ledger import service as ledger
from heitje_chain.ledger.books import BudgetBooks
from heitje_chain.ledger.entry import Kind
from heitje_chain.ledger.model import JOURNAL_ENTRY, JOURNAL_LINE
from heitje_chain.money import Cents
from heitje_chain.people import service as people
from heitje_chain.people.model import PARTICIPANT, PARTNER, RESIDENT

from . import rules
from .errors import BudgetUnknown
from .model import ATTESTATION, BUDGET, MINT_LIMIT

GRANT, CLOSE, AWARD = "grant", "close_budget", "award"
ATTEST, LIMIT = "attest_reserve", "set_mint_limit"


@dataclass(frozen=True)
class Budget:
    """A partner's budget in one period, in cents, as the final chain has it."""

    id: BudgetId
    partner: str
    """The partner's id in `people`."""
    partner_name: str
    period: int
    books: BudgetBooks


# ---------------------------------------------------------------- officers' acts


def prepare_grant(
    connection: Connection, contracts: Contracts, officer: str, partner_id: str, period: int, cents: Cents
) -> Act:
    """Prepare that a partner may promise `cents` more in a period.

    Raises:
        ParticipantUnknown, ParticipantNotActive, BudgetClosed, NotCovered, OfficerMissing
    """
    partner = people.active(connection, partner_id, PARTNER)
    books = ledger.books(connection)
    known = books.budgets.get(budget_id(partner.on_chain, period))
    if known is not None:
        rules.check_promise(known, period, 0, 0)
    rules.check_grant(books, reserve_left(connection), cents)
    content = {"partner": partner_id, "period": period, "cents": cents}

    def call(act_id: ClientId) -> OfficerCall:
        arguments = (partner.on_chain, period, cents, act_id)
        return OfficerCall(BUDGET_CONTRACT, "grant", arguments, "TREASURER")

    return acts.prepare_officer_act(connection, contracts, officer, GRANT, content, call)


def prepare_closing(
    connection: Connection, contracts: Contracts, officer: str, partner_id: str, period: int
) -> Act:
    """Prepare that nothing more can be promised from a budget; what nobody was promised is the city's again.

    Raises:
        ParticipantUnknown, BudgetUnknown, BudgetClosed, OfficerMissing
    """
    partner = people.of_kind(connection, partner_id, PARTNER)
    rules.check_promise(books_of(connection, budget_id(partner.on_chain, period), period), period, 0, 0)
    content = {"partner": partner_id, "period": period}
    call = OfficerCall(BUDGET_CONTRACT, "closeBudget", (partner.on_chain, period), "TREASURER")
    return acts.prepare_officer_act(connection, contracts, officer, CLOSE, content, lambda _: call)


def prepare_award(
    connection: Connection,
    contracts: Contracts,
    officer: str,
    partner_id: str,
    period: int,
    resident_id: str,
    cents: Cents,
    reason: str,
) -> Act:
    """Prepare that a resident gets coins at once, from what nobody was promised.

    It is how a promise is kept that no claim can carry.

    Raises:
        ParticipantUnknown, ParticipantNotActive, BudgetUnknown, BudgetClosed, BudgetExceeded, OfficerMissing
        AccountMerged, ResidentUnconfirmed, LimitsUnknown, AwardPassesLimit
    """
    partner = people.of_kind(connection, partner_id, PARTNER)
    resident = people.active(connection, resident_id, RESIDENT)
    rules.check_promise(books_of(connection, budget_id(partner.on_chain, period), period), period, 0, cents)
    content = {
        "partner": partner_id,
        "period": period,
        "resident": resident_id,
        "cents": cents,
    }

    def call(act_id: ClientId) -> OfficerCall:
        reason_hash = documents.keep(connection, {"reason": reason})
        arguments = (partner.on_chain, period, resident.on_chain, cents, reason_hash, act_id)
        return OfficerCall(BUDGET_CONTRACT, "award", arguments, "TREASURER")

    act = acts.prepare_officer_act(connection, contracts, officer, AWARD, content, call, words=reason)
    if act.state == PREPARED:
        allowance.check_award(connection, resident, cents, latest_now(connection), act.deadline)
    return act


def sign_award(
    connection: Connection, contracts: Contracts, officer: str, act_id: str, signature: bytes
) -> Act:
    """Take the treasurer's signature over an award, whose room is taken from now on.

    Raises:
        ActUnknown, ActExpired, SignatureWrong, SignatureMalformed, OfficerMissing
        AccountMerged, ResidentUnconfirmed, LimitsUnknown, AwardPassesLimit
    """
    act = acts.sign_officer_act(connection, contracts, act_id, AWARD, officer, signature)
    if act.typed_data:  # else it was signed before this database was restored, and its event counts it
        resident = people.participant(connection, act.content["resident"])
        now, cents = latest_now(connection), act.content["cents"]
        allowance.reserve_award(connection, resident, act.id, cents, now, act.deadline)
    return act


def prepare_attestation(
    connection: Connection,
    contracts: Contracts,
    officer: str,
    cents: int,
    as_of: int,
    statement_sha256: str,
) -> Act:
    """Prepare the auditor's word on the euros in the bank.

    Args:
        cents: balance of the reserve account less what is payable; may be 0
        as_of: the moment that the statement speaks of, UTC seconds
        statement_sha256: of the statement's file, 64 hex digits

    Raises:
        StatementTooOld, OfficerMissing
    """
    previous = connection.scalar(select(func.max(ATTESTATION.c.as_of)))
    # A chain without traffic stands still: what is later than its newest block is the contract's to judge.
    rules.check_statement(as_of, previous, latest_now(connection))
    content = {"cents": cents, "as_of": as_of, "statement_sha256": statement_sha256}

    def call(_: ClientId) -> OfficerCall:
        statement_hash = documents.keep(connection, content)
        return OfficerCall(BUDGET_CONTRACT, "attestReserve", (cents, as_of, statement_hash), "AUDITOR")

    return acts.prepare_officer_act(connection, contracts, officer, ATTEST, content, call)


def prepare_mint_limit(
    connection: Connection,
    contracts: Contracts,
    officer: str,
    partner_id: str,
    capacity: Cents,
    window: int,
) -> Act:
    """Prepare how much a partner's approvals can mint in a while; a delayed act.

    Args:
        capacity: cents that the full bucket holds
        window: seconds in which an empty bucket fills

    Raises:
        ParticipantUnknown, ParticipantNotActive, LimitInvalid, OfficerMissing
    """
    partner = people.active(connection, partner_id, PARTNER)
    rules.check_limit(capacity, window, contracts.parameters.max_reward_cents)
    content = {"partner": partner_id, "capacity": capacity, "window": window}
    arguments = (partner.on_chain, capacity, window)
    call = OfficerCall(BUDGET_CONTRACT, "setMintLimit", arguments, "LIMIT_SETTER")
    return acts.prepare_officer_act(connection, contracts, officer, LIMIT, content, lambda _: call)


# ---------------------------------------------------------------- reading


def budgets_query(partner_id: str | None = None, period: int | None = None) -> Select[Any]:
    """Return the statement whose rows `budget_of` reads: all budgets, or one partner's, or one period's."""
    statement = select(BUDGET, PARTICIPANT.c.id.label("partner_id"), PARTICIPANT.c.name).join(
        PARTICIPANT, PARTICIPANT.c.chain_id == BUDGET.c.partner
    )
    given = {PARTICIPANT.c.id: partner_id, BUDGET.c.period: period}
    return statement.where(*(column == wish for column, wish in given.items() if wish is not None))


def budget_of(connection: Connection, row: Row[Any]) -> Budget:
    """Return a budget with its cents from the journal; nothing is in it before its first grant is final."""
    budget = BudgetId(bytes.fromhex(row.id))
    books = ledger.budget_books(connection, budget) or BudgetBooks(0, 0, 0, False)
    return Budget(budget, row.partner_id, row.name, row.period, books)


@dataclass(frozen=True)
class MintLimit:
    """How much a partner's approvals can mint in a while."""

    partner: str
    """The partner's id in `people`."""
    partner_name: str
    capacity: int
    """Cents that the full bucket holds."""
    window: int
    """Seconds in which an empty bucket fills."""


def mint_limits_query(partner_id: str | None = None) -> Select[Any]:
    """Return the statement whose rows `mint_limit_of` reads: all limits, or one partner's."""
    statement = select(MINT_LIMIT, PARTICIPANT.c.id, PARTICIPANT.c.name).join(
        PARTICIPANT, PARTICIPANT.c.chain_id == MINT_LIMIT.c.partner
    )
    return statement if partner_id is None else statement.where(PARTICIPANT.c.id == partner_id)


def mint_limit_of(row: Row[Any]) -> MintLimit:
    return MintLimit(row.id, row.name, row.capacity, row.window)


def books_of(connection: Connection, budget: BudgetId, period: int) -> BudgetBooks:
    """Return one budget's cents; `period` is for the sentence.

    Raises:
        BudgetUnknown: nothing was ever granted, or not finally.
    """
    found = ledger.budget_books(connection, budget)
    if found is None:
        raise BudgetUnknown(period)
    return found


def reserve_left(connection: Connection) -> int:
    """Return the euros in the bank as far as known, in cents: the last statement less what was burned since.

    0 when no statement was read.
    """
    last = connection.execute(select(ATTESTATION).order_by(ATTESTATION.c.as_of.desc()).limit(1)).first()
    if last is None:
        return 0
    burned = connection.scalar(
        select(func.coalesce(func.sum(JOURNAL_LINE.c.cents), 0))
        .join(JOURNAL_ENTRY, JOURNAL_ENTRY.c.number == JOURNAL_LINE.c.entry_number)
        .where(
            (JOURNAL_ENTRY.c.kind == Kind.BURN.value)
            & (JOURNAL_ENTRY.c.occurred_at >= last.as_of)
            & (JOURNAL_LINE.c.cents > 0)
        )
    )
    return max(int(last.cents) - int(burned or 0), 0)

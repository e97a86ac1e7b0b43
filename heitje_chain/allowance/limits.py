"""Rows of limits: one officer proposes, another confirms. A caller opens the transaction and commits it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from heitje_chain.audit import service as audit
from heitje_chain.chain.clock import latest_now
from heitje_chain.days import day_of
from heitje_chain.http.language import Words

from . import rules, words
from .errors import ProposalDecided, ProposalOfAnother, ProposalOwn, ProposalUnknown
from .model import CONFIRMED, LIMITS, PROPOSED, REJECTED, WITHDRAWN
from .months import month_at
from .rules import Limits


@dataclass(frozen=True)
class Proposal:
    """A row of limits with who proposed and decided it."""

    number: int
    limits: Limits
    state: str
    """proposed, confirmed, rejected or withdrawn."""
    proposed_by: str
    """An officer's name; "law" for what came with Heitje."""
    proposed_at: int
    """UTC seconds, like the last."""
    decided_by: str | None
    decided_at: int | None


@dataclass(frozen=True)
class Current:
    """What holds now."""

    year: int
    limits: Limits | None
    warning: Words | None
    """None when this year has limits of its own."""


# ---------------------------------------------------------------- four eyes


def propose(connection: Connection, officer: str, limits: Limits) -> Proposal:
    """Put limits before another officer.

    Raises:
        LimitsInvalid
    """
    rules.check_limits(limits)
    number = connection.execute(
        LIMITS.insert()
        .values(
            year=limits.year,
            effective_from=limits.effective_from.isoformat(),
            hour_cents=limits.hour,
            hour_cents_under_21=limits.hour_under_21,
            month_cents=limits.month,
            year_cents=limits.year_total,
            city_year_cents=limits.city_year,
            state=PROPOSED,
            proposed_by=officer,
            proposed_at=latest_now(connection),
        )
        .returning(LIMITS.c.number)
    ).scalar_one()
    return _note(connection, officer, "propose", number)


def confirm(connection: Connection, officer: str, number: int) -> Proposal:
    """Let another officer's proposal hold from its day on. Confirmed twice by one officer, it is the same.

    Raises:
        ProposalUnknown, ProposalOwn, ProposalDecided
    """
    return _decide(connection, officer, number, CONFIRMED, "confirm")


def reject(connection: Connection, officer: str, number: int) -> Proposal:
    """Refuse another officer's proposal.

    Raises:
        ProposalUnknown, ProposalOwn, ProposalDecided
    """
    return _decide(connection, officer, number, REJECTED, "reject")


def withdraw(connection: Connection, officer: str, number: int) -> Proposal:
    """Take back one's own proposal.

    Raises:
        ProposalUnknown, ProposalOfAnother, ProposalDecided
    """
    return _decide(connection, officer, number, WITHDRAWN, "withdraw")


# ---------------------------------------------------------------- reading


def limits_query() -> Select[Any]:
    """Return the statement whose rows `proposal_of` reads."""
    return select(LIMITS)


def find(connection: Connection, number: int) -> Proposal:
    """Raises:
    ProposalUnknown
    """
    row = connection.execute(select(LIMITS).where(LIMITS.c.number == number)).one_or_none()
    if row is None:
        raise ProposalUnknown
    return proposal_of(row)


def confirmed_rows(connection: Connection) -> list[Limits]:
    """Return the limits that two officers agreed on, in the order in which they were proposed."""
    statement = select(LIMITS).where(LIMITS.c.state == CONFIRMED)
    return [limits_of(row) for row in connection.execute(statement.order_by(LIMITS.c.number))]


def current(connection: Connection, now: int) -> Current:
    """Return what holds at a moment, UTC seconds, with a warning when it is an earlier year's."""
    month = month_at(now)
    found = rules.limits_for(confirmed_rows(connection), month, day_of(now))
    if found is None:
        return Current(month.year, None, words.missing())
    warning = words.carried_over(month.year, found.year) if rules.is_carried_over(found, month) else None
    return Current(month.year, found, warning)


def proposal_of(row: Row[Any]) -> Proposal:
    return Proposal(
        row.number,
        limits_of(row),
        row.state,
        row.proposed_by,
        row.proposed_at,
        row.decided_by,
        row.decided_at,
    )


def limits_of(row: Row[Any]) -> Limits:
    return Limits(
        row.year,
        date.fromisoformat(row.effective_from),
        row.hour_cents,
        row.hour_cents_under_21,
        row.month_cents,
        row.year_cents,
        row.city_year_cents,
    )


# ---------------------------------------------------------------- details


def _decide(connection: Connection, officer: str, number: int, state: str, act: str) -> Proposal:
    row = connection.execute(select(LIMITS).where(LIMITS.c.number == number).with_for_update()).one_or_none()
    if row is None:
        raise ProposalUnknown
    own = row.proposed_by == officer
    if own and state != WITHDRAWN:
        raise ProposalOwn
    if not own and state == WITHDRAWN:
        raise ProposalOfAnother
    if row.state != PROPOSED:
        if (row.state, row.decided_by) == (state, officer):
            return proposal_of(row)
        raise ProposalDecided(row.state)
    connection.execute(
        update(LIMITS)
        .where(LIMITS.c.number == number)
        .values(state=state, decided_by=officer, decided_at=latest_now(connection))
    )
    return _note(connection, officer, act, number)


def _note(connection: Connection, officer: str, act: str, number: int) -> Proposal:
    """Write what an officer did into the audit log, and return the row."""
    found = find(connection, number)
    limits = found.limits
    audit.record_by_officer(
        connection,
        officer,
        f"{act}_allowance_limits",
        f"allowance_limits:{number}",
        {
            "year": limits.year,
            "effective_from": limits.effective_from.isoformat(),
            "hour": limits.hour,
            "hour_under_21": limits.hour_under_21,
            "month": limits.month,
            "year_total": limits.year_total,
            **({} if limits.city_year is None else {"city_year": limits.city_year}),
        },
    )
    return found

"""What the municipality keeps an eye on: twelve months' payments, and contracts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from heitje_chain import days
from heitje_chain.allowance import service as allowance
from heitje_chain.chain.clock import latest_now
from heitje_chain.payments.model import PAID, PAY, PAYMENT
from heitje_chain.people import contracts
from heitje_chain.people.contracts import Acceptance

from . import thresholds
from .thresholds import Threshold


@dataclass(frozen=True)
class Volume:
    """What was paid to merchants in the twelve months that end today, by local days.

    Refunds are not taken off: a payment that was given back was a payment.
    """

    since: date
    until: date
    """Today; both days count."""
    cents: int
    payments: int
    threshold: Threshold

    @property
    def share(self) -> float:
        return self.cents / self.threshold.cents

    @property
    def percent(self) -> int:
        """Whole percents of the threshold, rounded down."""
        return self.cents * 100 // self.threshold.cents

    @property
    def level(self) -> int | None:
        """The highest percentage to warn at that was reached, 100 when the threshold was; None before the
        first."""
        reached = [one for one in (*self.threshold.warn_at, 100) if one <= self.percent]
        return max(reached, default=None)


@dataclass(frozen=True)
class Meters:
    volume: Volume
    without_contract: Sequence[Acceptance]
    """Merchants that take part and accept no Heitjes today, by name."""
    ending: Sequence[Acceptance]
    """Those that accept them for 90 days more at most, the first to end first."""
    residents_near_limit: int
    """How many have at least four fifths of a limit behind them, this month or this year; nobody's name."""


def read(connection: Connection, known: Sequence[Threshold]) -> Meters:
    """Return how it stands now."""
    merchants = contracts.acceptances(connection)
    soon = [one for one in merchants if one.until is not None and one.ends_soon]
    return Meters(
        volume(connection, known),
        [one for one in merchants if one.until is None],
        sorted(soon, key=lambda one: (one.until or date.max, one.name)),
        allowance.near_limit(connection, latest_now(connection)),
    )


def volume(connection: Connection, known: Sequence[Threshold]) -> Volume:
    """Return the twelve months' payments to merchants that are final."""
    today = contracts.today(connection)
    since = days.year_before(today)
    paid = (PAYMENT.c.kind == PAY) & (PAYMENT.c.state == PAID) & (PAYMENT.c.paid_at >= days.start_of(since))
    cents, payments = connection.execute(
        select(func.coalesce(func.sum(PAYMENT.c.cents), 0), func.count()).where(paid)
    ).one()
    return Volume(since, today, int(cents), payments, thresholds.at(known, today))

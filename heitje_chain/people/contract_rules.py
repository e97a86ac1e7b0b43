"""When a merchant's contracts with the municipality hold, and for how long Heitjes are accepted. No I/O.

Dates are local (Europe/Amsterdam); the first and the last day both count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from .errors import ContractDaysInvalid, ContractEndInvalid, ContractOver, ContractsOverlap

WARNING_DAYS = 90
"""So many days before Heitjes are accepted no longer, everybody concerned is told."""

COMING, VALID, OVER = "coming", "valid", "over"

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class MerchantContract:
    id: str
    """32 hex digits."""
    merchant: str
    """The merchant's id in `people`."""
    valid_from: date
    valid_until: date
    """As it was agreed."""
    last_day: date
    """valid_until, or earlier when it was ended; before valid_from when it never held."""

    def state(self, today: date) -> str:
        """Return coming, valid or over."""
        if self.last_day < max(today, self.valid_from):
            return OVER
        return COMING if today < self.valid_from else VALID


def check_days(valid_from: date, valid_until: date) -> None:
    """Raises:
    ContractDaysInvalid
    """
    if valid_until < valid_from:
        raise ContractDaysInvalid


def check_apart(valid_from: date, valid_until: date, others: Iterable[MerchantContract]) -> None:
    """Refuse a contract on days that another one of the merchant's has.

    Raises:
        ContractsOverlap
    """
    for one in others:
        if max(valid_from, one.valid_from) <= min(valid_until, one.last_day):
            raise ContractsOverlap(one.id, one.valid_from.isoformat(), one.last_day.isoformat())


def check_end(contract: MerchantContract, last_day: date, today: date) -> None:
    """Refuse to end a contract that is over, or on a day that is over or lies behind its end.

    Raises:
        ContractOver, ContractEndInvalid
    """
    if contract.state(today) == OVER:
        raise ContractOver(contract.last_day.isoformat())
    earliest = today - _DAY
    if not earliest <= last_day <= contract.last_day:
        raise ContractEndInvalid(earliest.isoformat(), contract.last_day.isoformat())


def accepted_until(contracts: Iterable[MerchantContract], today: date) -> date | None:
    """Return the last day of all contracts that follow one another without a gap from today on; None when
    none holds today."""
    until = today - _DAY
    for one in sorted(contracts, key=lambda one: one.valid_from):
        if one.valid_from <= until + _DAY:
            until = max(until, one.last_day)
    return until if until >= today else None


def ends_soon(until: date | None, today: date) -> bool:
    """Whether it is time to warn that Heitjes are accepted until then."""
    return until is not None and (until - today).days <= WARNING_DAYS

"""Merchants' contracts with the municipality: without a valid one, nobody pays them. A caller opens the
transaction and commits it.

The chain knows of no contract: only this service signs payments (docs/decisions/0036).
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from heitje_chain import days
from heitje_chain.audit import service as audit
from heitje_chain.chain.clock import latest_now

from . import contract_rules, service
from .contract_rules import MerchantContract
from .errors import ContractUnknown, ParticipantExists
from .model import ACTIVE, MERCHANT, MERCHANT_CONTRACT, PARTICIPANT


@dataclass(frozen=True)
class Acceptance:
    """Whether, and for how long, a merchant accepts Heitjes by its contracts."""

    merchant: str
    name: str
    until: date | None
    """The last day; None when no contract holds today."""
    days_left: int | None
    """After today; 0 on the last day."""
    ends_soon: bool


def enter(
    connection: Connection,
    officer: str,
    contract_id: str,
    merchant_id: str,
    valid_from: date,
    valid_until: date,
) -> MerchantContract:
    """Write down what was agreed with a merchant.

    Args:
        officer: who enters it, for the audit log
        contract_id: 32 hex digits that follow from the request

    Raises:
        ParticipantUnknown, ContractDaysInvalid, ContractsOverlap
    """
    contract_rules.check_days(valid_from, valid_until)
    _lock(connection, merchant_id)
    merchant = service.of_kind(connection, merchant_id, MERCHANT)
    contract_rules.check_apart(valid_from, valid_until, of_merchant(connection, merchant.id))
    connection.execute(
        MERCHANT_CONTRACT.insert().values(
            id=contract_id,
            merchant=merchant.id,
            valid_from=valid_from.isoformat(),
            valid_until=valid_until.isoformat(),
            last_day=valid_until.isoformat(),
            entered_at=latest_now(connection),
        )
    )
    about = {"valid_from": valid_from.isoformat(), "valid_until": valid_until.isoformat()}
    audit.record_by_officer(connection, officer, "enter_contract", f"merchant:{merchant.id}", about)
    return find(connection, contract_id)


def enter_first(
    connection: Connection, officer: str, merchant_id: str, valid_from: date, valid_until: date
) -> None:
    """Write down the contract with which a merchant is added. The same again changes nothing.

    Raises:
        ParticipantExists: the merchant was added with other days.
        ContractDaysInvalid
    """
    known = of_merchant(connection, merchant_id)
    if any((one.valid_from, one.valid_until) == (valid_from, valid_until) for one in known):
        return
    if known:
        raise ParticipantExists
    contract_id = hashlib.sha256(f"first contract of {merchant_id}".encode()).hexdigest()[:32]
    enter(connection, officer, contract_id, merchant_id, valid_from, valid_until)


def end(connection: Connection, officer: str, contract_id: str, last_day: date) -> MerchantContract:
    """End a contract earlier than was agreed. Payments that were ordered until then still go through.

    Raises:
        ContractUnknown, ContractOver, ContractEndInvalid
    """
    _lock(connection, find(connection, contract_id).merchant)
    found = find(connection, contract_id)
    if found.last_day == last_day:
        return found
    now = latest_now(connection)
    contract_rules.check_end(found, last_day, days.day_of(now))
    connection.execute(
        update(MERCHANT_CONTRACT)
        .where(MERCHANT_CONTRACT.c.id == contract_id)
        .values(last_day=last_day.isoformat(), ended_at=now)
    )
    about = {"contract": contract_id, "last_day": last_day.isoformat()}
    audit.record_by_officer(connection, officer, "end_contract", f"merchant:{found.merchant}", about)
    return find(connection, contract_id)


# ---------------------------------------------------------------- reading


def is_accepting(connection: Connection, merchant_id: str) -> bool:
    """Whether a contract of this merchant holds now."""
    return acceptance(connection, merchant_id).until is not None


def acceptance(connection: Connection, merchant_id: str) -> Acceptance:
    """Return for how long a merchant accepts Heitjes.

    Raises:
        ParticipantUnknown
    """
    merchant = service.of_kind(connection, merchant_id, MERCHANT)
    return _acceptance(merchant.id, merchant.name, of_merchant(connection, merchant.id), today(connection))


def acceptances(connection: Connection) -> list[Acceptance]:
    """Return the same of all merchants that take part, by name."""
    this_day, by_merchant = today(connection), _by_merchant(connection)
    merchants = connection.execute(
        select(PARTICIPANT.c.id, PARTICIPANT.c.name)
        .where((PARTICIPANT.c.kind == MERCHANT) & (PARTICIPANT.c.state == ACTIVE))
        .order_by(PARTICIPANT.c.name, PARTICIPANT.c.id)
    ).all()
    return [_acceptance(row.id, row.name, by_merchant.get(row.id, []), this_day) for row in merchants]


def today(connection: Connection) -> date:
    """Return the local day that it is, by the later of the chain's and the machine's clock."""
    return days.day_of(latest_now(connection))


def contracts_query(merchant_id: str | None = None) -> Select[Any]:
    """Return the statement whose rows `contract_of` reads, of one merchant or of all."""
    statement = select(MERCHANT_CONTRACT, PARTICIPANT.c.name.label("merchant_name")).join(
        PARTICIPANT, PARTICIPANT.c.id == MERCHANT_CONTRACT.c.merchant
    )
    return statement if merchant_id is None else statement.where(MERCHANT_CONTRACT.c.merchant == merchant_id)


def of_merchant(connection: Connection, merchant_id: str) -> list[MerchantContract]:
    """Return a merchant's contracts, the first first."""
    rows = connection.execute(contracts_query(merchant_id).order_by(MERCHANT_CONTRACT.c.valid_from))
    return [contract_of(row) for row in rows]


def find(connection: Connection, contract_id: str) -> MerchantContract:
    """Raises:
    ContractUnknown
    """
    row = connection.execute(contracts_query().where(MERCHANT_CONTRACT.c.id == contract_id)).one_or_none()
    if row is None:
        raise ContractUnknown
    return contract_of(row)


def contract_of(row: Row[Any]) -> MerchantContract:
    """Return a row of `contracts_query` as a contract."""
    return MerchantContract(
        row.id,
        row.merchant,
        date.fromisoformat(row.valid_from),
        date.fromisoformat(row.valid_until),
        date.fromisoformat(row.last_day),
    )


# ---------------------------------------------------------------- details


def _lock(connection: Connection, merchant_id: str) -> None:
    """Keep others from changing this merchant's contracts until the transaction ends."""
    connection.execute(select(PARTICIPANT.c.id).where(PARTICIPANT.c.id == merchant_id).with_for_update())


def _by_merchant(connection: Connection) -> Mapping[str, list[MerchantContract]]:
    found = defaultdict(list)
    for row in connection.execute(contracts_query()):
        found[row.merchant].append(contract_of(row))
    return found


def _acceptance(merchant: str, name: str, held: list[MerchantContract], this_day: date) -> Acceptance:
    until = contract_rules.accepted_until(held, this_day)
    left = None if until is None else (until - this_day).days
    return Acceptance(merchant, name, until, left, contract_rules.ends_soon(until, this_day))

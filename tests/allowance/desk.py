"""People and moments for tests of the service without a chain."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import Connection

from heitje_chain.allowance import limits, records, rules, service
from heitje_chain.allowance.months import month_at
from heitje_chain.allowance.rules import Limits, Work
from heitje_chain.days import day_of
from heitje_chain.people import service as people
from heitje_chain.people.model import PARTICIPANT
from heitje_chain.people.service import Participant

DAY = 86_400
LAW = Limits(2025, date(2025, 1, 1), 560, 330, 210_00, 2_100_00, None)


def at(*when: int) -> int:
    """A moment in UTC as seconds."""
    return int(datetime(*when, tzinfo=UTC).timestamp())  # type: ignore[arg-type, misc]


NOW = at(2025, 6, 10)


def new_id() -> str:
    return uuid.uuid4().hex * 2


def add_resident(
    connection: Connection, *, confirmed: bool = True, under_21: bool | None = False
) -> Participant:
    """Add somebody who takes part, as the registrar recorded it."""
    one = uuid.uuid4().hex
    connection.execute(
        PARTICIPANT.insert().values(
            id=one,
            kind="resident",
            name="Anna Jansen",
            state="active",
            blocked=False,
            chain_id=(uuid.uuid4().hex + "00000000")[:40],
            created_at=1,
        )
    )
    records.record(connection, "registrar", one, confirmed, under_21, None)
    return people.participant(connection, one)


def enter_limits(connection: Connection, **changed: object) -> None:
    """Have limits proposed by one officer and confirmed by another."""
    row = limits.propose(connection, "treasurer", replace(LAW, **changed))  # type: ignore[arg-type]
    limits.confirm(connection, "registrar", row.number)


def work(reward: int = 15_00, now: int = NOW, until: int | None = None, minutes: int = 180) -> Work:
    return Work(reward, minutes, now, now + DAY if until is None else until)


def used(connection: Connection, who: Participant, now: int = NOW) -> int:
    """Cents that take room of this moment's month."""
    month = month_at(now)
    found = rules.barriers(service.situation(connection, who.id), month, month, day_of(now))
    return next(one.used for one in found if one.code == "month")


def claim(connection: Connection, who: Participant, **about: int) -> str:
    claim_id = new_id()
    service.reserve_claim(connection, who, claim_id, work(**about))
    return claim_id

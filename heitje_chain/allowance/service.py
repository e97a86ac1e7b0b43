"""The guard: whoever promises or gives Heitjes asks here. A caller opens the transaction and commits it.

An order reserves under the lock of the person's record; events move an entry on, and write it when it is
missing. So two orders at once never pass a limit together, and a restored database counts again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, or_, select, update

from heitje_chain.days import day_of
from heitje_chain.people.model import PARTICIPANT
from heitje_chain.people.service import Participant

from . import rules
from .errors import AwardPassesLimit
from .limits import confirmed_rows
from .model import (
    AWARD,
    CLAIM,
    COUNTED,
    ELSEWHERE,
    ENTRY,
    FREED,
    RECORD,
    REFUSED,
    RESERVED,
    STOP,
    SUBMITTED,
)
from .months import Month, month, month_at
from .records import record_of
from .rules import Barrier, Entry, Own, Situation, Work

_TAKES_ROOM = (RESERVED, SUBMITTED, COUNTED)

_ACCOUNTS = (
    select(PARTICIPANT.c.chain_id)
    .outerjoin(RECORD, RECORD.c.participant == PARTICIPANT.c.id)
    .where(or_(PARTICIPANT.c.id == bindparam("person"), RECORD.c.same_as == bindparam("person")))
)
_OF_PERSON: Select[Any] = select(ENTRY.c.cents, ENTRY.c.first_month, ENTRY.c.last_month).where(
    ENTRY.c.resident.in_(_ACCOUNTS) & ENTRY.c.state.in_(_TAKES_ROOM)
)
"""Built once: to build it for each question takes three times as long as the question."""


# ---------------------------------------------------------------- looking


def situation(connection: Connection, participant_id: str) -> Situation:
    """Return all that decides what a person may still earn, the Heitjes of all its accounts included."""
    row = connection.execute(select(RECORD).where(RECORD.c.participant == participant_id)).one_or_none()
    return Situation(
        rows=confirmed_rows(connection),
        record=record_of(row),
        entries=_entries(connection, participant_id),
        own=own(connection, participant_id),
    )


def own(connection: Connection, participant_id: str) -> Own:
    """Return what a person said of itself."""
    elsewhere = connection.execute(
        select(ELSEWHERE.c.month, ELSEWHERE.c.cents).where(ELSEWHERE.c.participant == participant_id)
    )
    stop = connection.execute(select(STOP).where(STOP.c.participant == participant_id)).one_or_none()
    return Own(
        {month(one.month): one.cents for one in elsewhere},
        None if stop is None else stop.month_cents,
        None if stop is None else stop.year_cents,
    )


def warnings(connection: Connection, claims: Sequence[str], now: int) -> dict[str, list[Barrier]]:
    """Return claim -> the limits of law and city that are passed where it counts; only those with any.

    A claim stays payable when limits were lowered after it, or when accounts turned out to be one person's.

    Args:
        claims: ids of claims that are handed in
        now: UTC seconds: the limits of this day
    """
    rows = confirmed_rows(connection)
    found: dict[str, list[Barrier]] = {}
    entries = connection.execute(_entries_query().where(ENTRY.c.id.in_(claims)).order_by(ENTRY.c.id)).all()
    for row in entries:
        entry = _entry_of(row)
        if rules.limits_for(rows, entry.first, day_of(now)) is None:
            continue
        of_all = _entries(connection, row.person)
        passed = rules.over(Situation(rows, entries=of_all), entry, day_of(now))
        if passed:
            found[row.id] = passed
    return found


def near_limit(connection: Connection, now: int, percent: int = 80) -> int:
    """Return how many people have this much of a limit of law or city behind them, this month or this year.

    A count for the municipality: it knows nobody's name, and nothing of what people said of themselves.

    Args:
        now: UTC seconds
        percent: 80 is four fifths of a limit
    """
    rows, day, this = confirmed_rows(connection), day_of(now), month_at(now)
    if rules.limits_for(rows, this, day) is None:
        return 0
    found = connection.execute(
        _entries_query().where(
            ENTRY.c.state.in_(_TAKES_ROOM)
            & (ENTRY.c.last_month >= f"{this.year:04}-01")
            & (ENTRY.c.first_month <= f"{this.year:04}-12")
        )
    )
    of_person: dict[str, list[Entry]] = {}
    for row in found:
        of_person.setdefault(row.person, []).append(_entry_of(row))
    return sum(
        any(
            100 * one.used >= percent * one.limit
            for one in rules.barriers(Situation(rows, entries=entries), this, this, day)
        )
        for entries in of_person.values()
    )


# ---------------------------------------------------------------- ordering


def reserve_claim(connection: Connection, resident: Participant, claim_id: str, work: Work) -> int:
    """Take the room for a claim; return its cents: the reward, or what the hour limit leaves of it.

    Raises:
        AccountMerged, ResidentUnconfirmed, LimitsUnknown, AgeBandUnknown, HoursUnknown, NothingToEarn
        AllowanceReached
    """
    _lock(connection, resident.id)
    cents = rules.check_claim(situation(connection, resident.id), work)
    _put(connection, claim_id, CLAIM, resident.on_chain.hex(), cents, *work.months, RESERVED)
    return cents


def check_award(connection: Connection, resident: Participant, cents: int, now: int, until: int) -> None:
    """Refuse an award that would take somebody over a limit, without saying which.

    Args:
        now, until: UTC seconds: when it can be minted

    Raises:
        AccountMerged, ResidentUnconfirmed, LimitsUnknown, AwardPassesLimit
    """
    found = situation(connection, resident.id)
    rules.check_record(found.record)
    if rules.would_pass(found, cents, month_at(now), month_at(until), day_of(now)):
        raise AwardPassesLimit


def reserve_award(
    connection: Connection, resident: Participant, award_id: str, cents: int, now: int, until: int
) -> None:
    """Take the room for an award that was signed. The same award again changes nothing.

    Raises:
        AccountMerged, ResidentUnconfirmed, LimitsUnknown, AwardPassesLimit
    """
    _lock(connection, resident.id)
    if _state_of(connection, award_id) is not None:
        return
    check_award(connection, resident, cents, now, until)
    _put(
        connection,
        award_id,
        AWARD,
        resident.on_chain.hex(),
        cents,
        month_at(now),
        month_at(until),
        RESERVED,
    )


# ---------------------------------------------------------------- what became of it


def claimed(connection: Connection, claim_id: str, resident: str, cents: int, at: int, until: int) -> None:
    """ClaimMade: it can count from its block on.

    Args:
        resident: ParticipantId in hex
        at: the block's time, UTC seconds
        until: the last moment at which the contract takes the work
    """
    first = month_at(at)
    last = max(first, month_at(until))  # a pause lets the contract take claims for longer
    if _state_of(connection, claim_id) is None:
        _put(connection, claim_id, CLAIM, resident, cents, first, last, RESERVED)
    else:
        told = {"state": RESERVED, "first_month": str(first), "last_month": str(last)}
        _change(connection, claim_id, (RESERVED, REFUSED), **told)


def submitted(connection: Connection, claim_id: str, at: int) -> None:
    """ClaimSubmitted: it counts in this month, whenever it is decided."""
    this = str(month_at(at))
    _change(connection, claim_id, (RESERVED,), state=SUBMITTED, first_month=this, last_month=this)


def counted(connection: Connection, claim_id: str) -> None:
    """ClaimApproved or ClaimAwarded: coins were made of it."""
    _change(connection, claim_id, (RESERVED, SUBMITTED), state=COUNTED)


def freed(connection: Connection, entry_id: str) -> None:
    """Withdrawn, lapsed, denied or rejected for good: its room is free again."""
    _change(connection, entry_id, (RESERVED, SUBMITTED), state=FREED)


def refused(connection: Connection, entry_id: str) -> None:
    """The contract did not take it."""
    _change(connection, entry_id, (RESERVED,), state=REFUSED)


def awarded(connection: Connection, award_id: str, resident: str, cents: int, at: int) -> None:
    """AwardMinted: it counts in its block's month.

    Args:
        resident: ParticipantId in hex
        at: the block's time, UTC seconds
    """
    this = month_at(at)
    if _state_of(connection, award_id) is None:
        _put(connection, award_id, AWARD, resident, cents, this, this, COUNTED)
    else:
        told = {"state": COUNTED, "first_month": str(this), "last_month": str(this)}
        _change(connection, award_id, (RESERVED, REFUSED), **told)


# ---------------------------------------------------------------- details


def _lock(connection: Connection, participant_id: str) -> None:
    """Keep others from reserving for this person until the transaction ends."""
    connection.execute(
        select(RECORD.c.participant).where(RECORD.c.participant == participant_id).with_for_update()
    )


def _entries_query() -> Select[Any]:
    """Return the statement of entries, each with the account that goes on for its `person`."""
    return (
        select(ENTRY, func.coalesce(RECORD.c.same_as, PARTICIPANT.c.id).label("person"))
        .join(PARTICIPANT, PARTICIPANT.c.chain_id == ENTRY.c.resident)
        .outerjoin(RECORD, RECORD.c.participant == PARTICIPANT.c.id)
    )


def _entries(connection: Connection, participant_id: str) -> list[Entry]:
    """Return what takes room of a person, in all accounts that were merged into this one."""
    return [_entry_of(row) for row in connection.execute(_OF_PERSON, {"person": participant_id})]


def _entry_of(row: Row[Any]) -> Entry:
    return Entry(row.cents, month(row.first_month), month(row.last_month))


def _state_of(connection: Connection, entry_id: str) -> str | None:
    state: str | None = connection.scalar(select(ENTRY.c.state).where(ENTRY.c.id == entry_id))
    return state


def _put(
    connection: Connection,
    entry_id: str,
    kind: str,
    resident: str,
    cents: int,
    first: Month,
    last: Month,
    state: str,
) -> None:
    values: Mapping[str, Any] = {
        "id": entry_id,
        "kind": kind,
        "resident": resident,
        "cents": cents,
        "first_month": str(first),
        "last_month": str(last),
        "state": state,
    }
    connection.execute(ENTRY.insert().values(values))


def _change(connection: Connection, entry_id: str, states: Sequence[str], **values: str) -> None:
    """Move an entry on from one of these states; from any other it is where it is for good."""
    this = (ENTRY.c.id == entry_id) & ENTRY.c.state.in_(states)
    connection.execute(update(ENTRY).where(this).values(**values))

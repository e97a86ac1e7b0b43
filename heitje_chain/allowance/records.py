"""What the registrar records of residents, and what residents say of themselves. A caller commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from heitje_chain.audit import service as audit
from heitje_chain.chain.clock import latest_now
from heitje_chain.days import day_of
from heitje_chain.people import service as people
from heitje_chain.people.model import RESIDENT

from .errors import AccountMerged, BandInvalid, ElsewhereUnknown, MergerInvalid
from .model import ELSEWHERE, RECORD, STOP
from .months import Month
from .rules import Record

MOST_YEARS = 21
"""Nobody is under 21 for longer."""


@dataclass(frozen=True)
class RecordOf:
    """What the registrar recorded of a resident."""

    participant: str
    """The resident's id in `people`."""
    confirmed_by: str | None
    confirmed_at: int | None
    """UTC seconds."""
    under_21: bool | None
    changes_on: date | None
    same_as: str | None
    """The account that goes on for the same person."""


# ---------------------------------------------------------------- the registrar


def record(
    connection: Connection,
    officer: str,
    resident_id: str,
    confirmed: bool,
    under_21: bool | None,
    changes_on: date | None,
) -> RecordOf:
    """Record that a resident lives here and has no other account, and on which side of 21 it is.

    Args:
        confirmed: residence and uniqueness were seen
        under_21: None leaves it open
        changes_on: of somebody under 21: the first day on which that is over

    Raises:
        ParticipantUnknown, BandInvalid
    """
    people.of_kind(connection, resident_id, RESIDENT)
    today = day_of(latest_now(connection))
    if bool(under_21) != (changes_on is not None):
        raise BandInvalid
    if changes_on is not None and not today < changes_on <= _years_later(today):
        raise BandInvalid
    row = _locked(connection, resident_id)
    values = {
        "under_21": under_21,
        "changes_on": None if changes_on is None else changes_on.isoformat(),
        "confirmed_by": officer if confirmed else None,
        "confirmed_at": latest_now(connection) if confirmed else None,
    }
    if confirmed and row.confirmed_by is not None:  # who saw it first stands
        values |= {"confirmed_by": row.confirmed_by, "confirmed_at": row.confirmed_at}
    connection.execute(update(RECORD).where(RECORD.c.participant == resident_id).values(values))
    details = {"confirmed": int(confirmed)} | ({} if under_21 is None else {"under_21": int(under_21)})
    audit.record_by_officer(connection, officer, "record_resident", f"resident:{resident_id}", details)
    return find(connection, resident_id)


def merge(connection: Connection, officer: str, closed_id: str, kept_id: str) -> RecordOf:
    """Say that two accounts are one person's: Heitjes of both count together, and one claims no more.

    What was promised stays payable, even if the sum is above a limit now. Of what the person said of itself,
    the lower stops and the sum of what it gets elsewhere hold.

    Raises:
        ParticipantUnknown, MergerInvalid
    """
    for one in (closed_id, kept_id):
        people.of_kind(connection, one, RESIDENT)
    if closed_id == kept_id:
        raise MergerInvalid
    rows = {one: _locked(connection, one) for one in sorted((closed_id, kept_id))}
    if rows[closed_id].same_as == kept_id:
        return find(connection, closed_id)
    if rows[closed_id].same_as or rows[kept_id].same_as or rows[kept_id].confirmed_by is None:
        raise MergerInvalid
    merged = (RECORD.c.participant == closed_id) | (RECORD.c.same_as == closed_id)
    connection.execute(update(RECORD).where(merged).values(same_as=kept_id))
    _move_own(connection, closed_id, kept_id)
    subject, into = f"resident:{closed_id}", {"into": f"resident:{kept_id}"}
    audit.record_by_officer(connection, officer, "merge_residents", subject, into)
    return find(connection, closed_id)


def find(connection: Connection, resident_id: str) -> RecordOf:
    """Return what is recorded of a resident; nothing yet when no row is there.

    Raises:
        ParticipantUnknown
    """
    people.of_kind(connection, resident_id, RESIDENT)
    row = connection.execute(select(RECORD).where(RECORD.c.participant == resident_id)).one_or_none()
    if row is None:
        return RecordOf(resident_id, None, None, None, None, None)
    return RecordOf(
        resident_id,
        row.confirmed_by,
        row.confirmed_at,
        row.under_21,
        None if row.changes_on is None else date.fromisoformat(row.changes_on),
        row.same_as,
    )


def record_of(row: Row[Any] | None) -> Record:
    """Return a row of RECORD as the rules take it."""
    if row is None:
        return Record()
    return Record(
        confirmed=row.confirmed_by is not None,
        under_21=row.under_21,
        changes_on=None if row.changes_on is None else date.fromisoformat(row.changes_on),
        merged=row.same_as is not None,
    )


# ---------------------------------------------------------------- the resident


def set_stop(connection: Connection, resident_id: str, month: int | None, year: int | None) -> None:
    """Set one's own limits, cents; None is none. They hold for claims from now on.

    Raises:
        AccountMerged
    """
    _own_locked(connection, resident_id)
    connection.execute(delete(STOP).where(STOP.c.participant == resident_id))
    if month is not None or year is not None:
        connection.execute(STOP.insert().values(participant=resident_id, month_cents=month, year_cents=year))


def set_elsewhere(connection: Connection, resident_id: str, month: Month, cents: int) -> None:
    """Say what one gets elsewhere in a month, cents, in place of what one said before.

    Raises:
        AccountMerged
    """
    _own_locked(connection, resident_id)
    this = (ELSEWHERE.c.participant == resident_id) & (ELSEWHERE.c.month == str(month))
    connection.execute(delete(ELSEWHERE).where(this))
    connection.execute(ELSEWHERE.insert().values(participant=resident_id, month=str(month), cents=cents))


def delete_elsewhere(connection: Connection, resident_id: str, month: Month) -> None:
    """Take back what one said of a month.

    Raises:
        ElsewhereUnknown
    """
    this = (ELSEWHERE.c.participant == resident_id) & (ELSEWHERE.c.month == str(month))
    if connection.execute(delete(ELSEWHERE).where(this)).rowcount == 0:
        raise ElsewhereUnknown


# ---------------------------------------------------------------- details


def _locked(connection: Connection, resident_id: str) -> Row[Any]:
    """Return a resident's record for change; an empty one is made when there is none."""
    this = select(RECORD).where(RECORD.c.participant == resident_id).with_for_update()
    row = connection.execute(this).one_or_none()
    if row is None:
        connection.execute(RECORD.insert().values(participant=resident_id))
        row = connection.execute(this).one()
    return row


def _own_locked(connection: Connection, resident_id: str) -> None:
    """Raises:
    AccountMerged: what one says there would count for nobody.
    """
    if _locked(connection, resident_id).same_as is not None:
        raise AccountMerged


def _move_own(connection: Connection, closed_id: str, kept_id: str) -> None:
    stops = connection.execute(select(STOP).where(STOP.c.participant.in_((closed_id, kept_id)))).all()
    connection.execute(delete(STOP).where(STOP.c.participant == closed_id))
    if stops:
        set_stop(
            connection,
            kept_id,
            min((one.month_cents for one in stops if one.month_cents is not None), default=None),
            min((one.year_cents for one in stops if one.year_cents is not None), default=None),
        )
    both = connection.execute(
        select(ELSEWHERE).where(ELSEWHERE.c.participant.in_((closed_id, kept_id)))
    ).all()
    connection.execute(delete(ELSEWHERE).where(ELSEWHERE.c.participant.in_((closed_id, kept_id))))
    sums: dict[str, int] = {}
    for one in both:
        sums[one.month] = sums.get(one.month, 0) + one.cents
    for month, cents in sums.items():
        connection.execute(ELSEWHERE.insert().values(participant=kept_id, month=month, cents=cents))


def _years_later(day: date) -> date:
    """Return the same day 21 years later; 1 March for a day that the year does not have."""
    try:
        return day.replace(year=day.year + MOST_YEARS)
    except ValueError:
        return date(day.year + MOST_YEARS, 3, 1)

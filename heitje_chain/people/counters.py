"""Counter sessions: an employee acts for somebody without a phone, for a quarter of an hour.

A counter session belongs to one session of one employee's browser and names one resident. Its id stands in
the address of every page that is shown under it, so that a page, however old, acts for the resident for whom
it was shown and for nobody else; when it is over, the page acts for nobody. The employee stays who it is: it
can order nothing from which it, or a shop or an organisation for which it acts, would have something.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    String,
    Table,
    select,
    update,
)

from heitje_chain.audit import service as audit
from heitje_chain.chain.clock import latest_now
from heitje_chain.db import METADATA

from . import identity, service
from .accounts import Account
from .errors import ParticipantNotActive
from .login_errors import CounterOver, CounterOwn, NotLoggedIn
from .model import RESIDENT
from .roles import PARTICIPANT_ROLES
from .sessions import WEB_SESSION

ROLE = "registrar"
"""Of employees at a counter."""

SECONDS = 15 * 60

COUNTER_SESSION = Table(
    "counter_session",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("session", String(32), ForeignKey("web_session.id"), nullable=False),
    Column("account", String(32), ForeignKey("account.id"), nullable=False),  # the employee's
    Column("officer", String(40), nullable=False),  # as whom the employee acts
    Column("resident", String(32), ForeignKey("participant.id"), nullable=False),
    Column("identity", String(16), nullable=False),  # how it was seen who the resident is
    Column("created_at", BigInteger, nullable=False),  # UTC seconds, like the next two
    Column("expires_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Index("ix_counter_session_session", "session", "ended_at"),
)


@dataclass(frozen=True)
class Counter:
    """An employee who acts for a resident now."""

    id: str
    """32 hex digits; no secret."""
    officer: str
    account: str
    """The employee's."""
    resident: str
    """The id in `people`."""
    name: str
    """The resident's."""
    expires_at: int
    """UTC seconds."""


def begin(
    connection: Connection, account: Account, session_id: str, resident_id: str, way: str, counter_id: str
) -> Counter:
    """Let an employee act for a resident from now on; what it did for another before ends.

    Args:
        session_id: of the employee's browser
        way: how it was seen who the resident is, one of `identity.WAYS`
        counter_id: 32 hex digits that follow from the request

    Raises:
        NotLoggedIn: not, or no longer, an employee at a counter.
        IdentityMissing, ParticipantUnknown
        ParticipantNotActive: not admitted, or blocked.
        CounterOwn: the employee itself.
    """
    officer = account.subject(ROLE)
    if officer is None:
        raise NotLoggedIn
    seen_by = identity.check(way)
    found = service.of_kind(connection, resident_id, RESIDENT)
    if not found.is_active:
        raise ParticipantNotActive(found.id)
    check_other(account, found.id)
    # Held: of two that begin at once in one browser the second ends the first.
    connection.execute(select(WEB_SESSION.c.id).where(WEB_SESSION.c.id == session_id).with_for_update())
    now = latest_now(connection)
    _end(connection, COUNTER_SESSION.c.session == session_id, now)
    connection.execute(
        COUNTER_SESSION.insert().values(
            id=counter_id,
            session=session_id,
            account=account.id,
            officer=officer,
            resident=found.id,
            identity=seen_by,
            created_at=now,
            expires_at=now + SECONDS,
        )
    )
    about = {"counter": counter_id, "account": account.id, "identity": seen_by}
    audit.record_by_officer(connection, officer, "begin_counter", f"resident:{found.id}", about)
    return find(connection, account, session_id, counter_id)


def find(connection: Connection, account: Account, session_id: str, counter_id: str) -> Counter:
    """Return what an employee does now in this browser.

    Raises:
        CounterOver: nothing by this id, another browser's or another person's; or its time is over.
    """
    this = (COUNTER_SESSION.c.id == counter_id) & (COUNTER_SESSION.c.session == session_id)
    own = (COUNTER_SESSION.c.account == account.id) & _lasts(connection)
    row = connection.execute(select(COUNTER_SESSION).where(this & own)).one_or_none()
    if row is None or account.subject(ROLE) != row.officer:
        raise CounterOver
    name = service.participant(connection, row.resident).name
    return Counter(row.id, row.officer, row.account, row.resident, name, row.expires_at)


def present(connection: Connection, account: Account, session_id: str) -> Counter | None:
    """Return for whom an employee acts now in this browser; None when for nobody."""
    this = (COUNTER_SESSION.c.session == session_id) & (COUNTER_SESSION.c.account == account.id)
    counter_id = connection.scalar(select(COUNTER_SESSION.c.id).where(this & _lasts(connection)))
    return None if counter_id is None else find(connection, account, session_id, counter_id)


def end(connection: Connection, account: Account, session_id: str) -> None:
    """Act for nobody any more in this browser; ending it again changes nothing."""
    found = present(connection, account, session_id)
    _end(connection, COUNTER_SESSION.c.session == session_id, latest_now(connection))
    if found is not None:
        about = {"counter": found.id, "account": found.account}
        audit.record_by_officer(connection, found.officer, "end_counter", f"resident:{found.resident}", about)


def note(connection: Connection, counter: Counter, act: str, thing: str) -> None:
    """Write into the audit log what an employee did for a resident.

    Args:
        act: such as `pay`
        thing: the id of what came of it
    """
    about = {"counter": counter.id, "account": counter.account, "thing": thing}
    subject = f"resident:{counter.resident}"
    audit.record_by_officer(connection, counter.officer, f"counter_{act}", subject, about)


def check_other(account: Account, participant_id: str) -> None:
    """Refuse what an employee would have something from: itself, its shop, its organisation.

    Raises:
        CounterOwn
    """
    own = {subject for role, subject in account.roles if role in PARTICIPANT_ROLES}
    if participant_id in own:
        raise CounterOwn


# ---------------------------------------------------------------- details


def _lasts(connection: Connection) -> ColumnElement[bool]:
    return COUNTER_SESSION.c.ended_at.is_(None) & (COUNTER_SESSION.c.expires_at > latest_now(connection))


def _end(connection: Connection, where: ColumnElement[bool], now: int) -> None:
    connection.execute(
        update(COUNTER_SESSION).where(where & COUNTER_SESSION.c.ended_at.is_(None)).values(ended_at=now)
    )

"""Telling people once, and letting them switch it off.

A caller opens the transaction and commits it, with what is told of.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.exc import IntegrityError

from heitje_chain.chain.clock import database_now
from heitje_chain.mail import service as mail
from heitje_chain.people import accounts
from heitje_chain.people import service as people

from .model import NOTICE, NOTICE_CHOICE, RESTORED
from .rules import GOOD_FOR_SECONDS, KINDS
from .words import Letter


def tell(
    connection: Connection,
    address: str,
    chain_id: str,
    kind: str,
    subject: str,
    letter: Letter,
    occurred_at: int,
) -> None:
    """Mail everybody who uses the pages as this ParticipantId (hex) and did not switch the kind off.

    Telling it again changes nothing.

    Args:
        address: of the pages, such as https://heitje.example
        subject: what tells this from others of its kind
        occurred_at: UTC seconds
    """
    told = people.by_chain_id(connection, chain_id)
    if note(connection, kind, subject, occurred_at) and told is not None:
        send(connection, address, told.kind, told.id, kind, letter)


def send(
    connection: Connection, address: str, role: str, participant_id: str, kind: str, letter: Letter
) -> None:
    """Mail everybody who acts as a participant and did not switch the kind off."""
    for account in accounts.of_subject(connection, role, participant_id):
        if kind not in switched_off(connection, account.id):
            language = account.language
            body = letter.body(language, address)
            mail.put(connection, kind, account.email, letter.subject[language], body, GOOD_FOR_SECONDS)


def note(connection: Connection, kind: str, subject: str, occurred_at: int) -> bool:
    """Note that something is told; False when it was told before, or may have been.

    Args:
        occurred_at: UTC seconds; what happened before a backup was restored may have been told since then
    """
    if occurred_at <= _restored_at(connection):
        return False
    this = (NOTICE.c.kind == kind) & (NOTICE.c.subject == subject)
    if connection.scalar(select(NOTICE.c.told_at).where(this)) is not None:
        return False
    row = _row(connection, kind, subject)
    try:
        with connection.begin_nested():  # another process may be telling it at this moment
            connection.execute(NOTICE.insert().values(row))
    except IntegrityError:
        return False
    return True


def begin_anew(connection: Connection) -> None:
    """After a backup was restored: tell nothing that may have been told before, and drop the mail that waited
    then."""
    mail.give_up_waiting(connection)
    connection.execute(delete(NOTICE).where(NOTICE.c.kind == RESTORED))
    connection.execute(NOTICE.insert().values(_row(connection, RESTORED, RESTORED)))


# ---------------------------------------------------------------- choosing


def switched_off(connection: Connection, account_id: str) -> frozenset[str]:
    """Return the kinds that a person does not want."""
    own = select(NOTICE_CHOICE.c.kind).where(NOTICE_CHOICE.c.account == account_id)
    return frozenset(connection.scalars(own))


def choose(connection: Connection, account_id: str, wanted: Collection[str], among: Collection[str]) -> None:
    """Note which kinds a person wants.

    Args:
        among: which it could choose from; others stay as they are
    """
    off = switched_off(connection, account_id)
    on = [kind for kind in among if kind in wanted and kind in off]
    own = NOTICE_CHOICE.c.account == account_id
    connection.execute(delete(NOTICE_CHOICE).where(own & NOTICE_CHOICE.c.kind.in_(on)))
    for kind in KINDS:
        if kind in among and kind not in wanted and kind not in off:
            row = {"account": account_id, "kind": kind, "off_since": database_now(connection)}
            connection.execute(NOTICE_CHOICE.insert().values(row))


# ---------------------------------------------------------------- details


def _row(connection: Connection, kind: str, subject: str) -> dict[str, str | int]:
    return {"kind": kind, "subject": subject, "told_at": database_now(connection)}


def _restored_at(connection: Connection) -> int:
    at = connection.scalar(select(func.max(NOTICE.c.told_at)).where(NOTICE.c.kind == RESTORED))
    return -1 if at is None else int(at)

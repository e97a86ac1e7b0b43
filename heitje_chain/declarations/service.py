"""Declaring, ending, and reading the public register. A caller opens the transaction and commits it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select

from heitje_chain.chain.clock import latest_now
from heitje_chain.people import service as people
from heitje_chain.people.model import PARTICIPANT, PARTNER

from .errors import DeclarationMissing, KindNotDeclared
from .model import DECLARATION, DECLARED, ENDED

_NEXT = DECLARATION.alias("next_declaration")


@dataclass(frozen=True)
class Declaration:
    id: str
    partner: str
    """The partner's id in `people`."""
    partner_name: str
    kind: str
    version: int
    words: str
    declared_by: str
    declared_at: int
    """UTC seconds."""
    ended_at: int | None
    """When it was ended, or another took its place; None while it is in force."""
    reason: str | None
    """Why it was ended, if that was said."""

    @property
    def in_force(self) -> bool:
        return self.ended_at is None


def declare(
    connection: Connection, partner_id: str, kinds: Sequence[str], words: str, declared_by: str
) -> list[Declaration]:
    """Write down that jobs of these kinds replace no paid work. What is in force with the same words stays.

    Args:
        declared_by: who stands for it, as the public may read it

    Raises:
        ParticipantUnknown, ParticipantNotActive
    """
    people.active(connection, partner_id, PARTNER)  # and nobody else writes a version meanwhile
    for kind in dict.fromkeys(kinds):
        newest = _newest(connection, partner_id, kind)
        if newest is None or (newest.act, newest.words, newest.declared_by) != (DECLARED, words, declared_by):
            _write(connection, partner_id, kind, newest, DECLARED, words, declared_by)
    return in_force(connection, partner_id, kinds)


def end(
    connection: Connection, partner_id: str, kinds: Sequence[str], reason: str, ended_by: str
) -> list[Declaration]:
    """End the declarations for these kinds: no job of them is posted any more. Those that are open go on.

    Raises:
        ParticipantUnknown, ParticipantNotActive, DeclarationMissing
    """
    people.active(connection, partner_id, PARTNER)
    ended = in_force(connection, partner_id, kinds)
    for kind in dict.fromkeys(kinds):
        newest = _newest(connection, partner_id, kind)
        if newest is None or newest.act == ENDED:
            raise DeclarationMissing(kind)
        _write(connection, partner_id, kind, newest, ENDED, reason, ended_by)
    rows = connection.execute(register_query(DECLARATION.c.id.in_([one.id for one in ended])))
    return sorted(map(declaration_of, rows), key=lambda one: one.kind)


def check_in_force(connection: Connection, partner_id: str, kind: str) -> None:
    """Raises:
    KindNotDeclared
    """
    newest = _newest(connection, partner_id, kind)
    if newest is None or newest.act != DECLARED:
        raise KindNotDeclared(kind)


# ---------------------------------------------------------------- the register


def register_query(*where: ColumnElement[bool]) -> Select[Any]:
    """Return the statement whose rows `declaration_of` reads: every declaration that was ever made."""
    follows = (
        (_NEXT.c.partner == DECLARATION.c.partner)
        & (_NEXT.c.kind == DECLARATION.c.kind)
        & (_NEXT.c.version == DECLARATION.c.version + 1)
    )
    return (
        select(
            DECLARATION,
            PARTICIPANT.c.name.label("partner_name"),
            _NEXT.c.at.label("ended_at"),
            _NEXT.c.act.label("ended_by_act"),
            _NEXT.c.words.label("ended_words"),
        )
        .join(PARTICIPANT, PARTICIPANT.c.id == DECLARATION.c.partner)
        .outerjoin(_NEXT, follows)
        .where(DECLARATION.c.act == DECLARED, *where)
    )


def wanted(
    partner_id: str | None = None, kind: str | None = None, in_force: bool | None = None
) -> list[ColumnElement[bool]]:
    """Return conditions on `register_query`; None is whatever it is."""
    given = {DECLARATION.c.partner: partner_id, DECLARATION.c.kind: kind}
    found: list[ColumnElement[bool]] = [column == wish for column, wish in given.items() if wish is not None]
    if in_force is not None:
        found.append(_NEXT.c.id.is_(None) if in_force else _NEXT.c.id.is_not(None))
    return found


def in_force(connection: Connection, partner_id: str, kinds: Sequence[str]) -> list[Declaration]:
    """Return a partner's declarations for these kinds that are in force, by kind."""
    where = wanted(partner_id, in_force=True)
    rows = connection.execute(
        register_query(*where, DECLARATION.c.kind.in_(set(kinds))).order_by(DECLARATION.c.kind)
    )
    return [declaration_of(row) for row in rows]


def of_partner(connection: Connection, partner_id: str) -> list[Declaration]:
    """Return all of a partner's that are in force, the newest first."""
    return whole_register(connection, wanted(partner_id, in_force=True))


def whole_register(connection: Connection, where: Sequence[ColumnElement[bool]]) -> list[Declaration]:
    """Return all that fulfil the conditions, the newest first."""
    newest_first = register_query(*where).order_by(DECLARATION.c.at.desc(), DECLARATION.c.id.desc())
    return [declaration_of(row) for row in connection.execute(newest_first)]


def declaration_of(row: Row[Any]) -> Declaration:
    """Return a row of `register_query` as a declaration."""
    return Declaration(
        id=row.id,
        partner=row.partner,
        partner_name=row.partner_name,
        kind=row.kind,
        version=row.version,
        words=row.words,
        declared_by=row.declared_by,
        declared_at=row.at,
        ended_at=row.ended_at,
        reason=(row.ended_words or None) if row.ended_by_act == ENDED else None,
    )


# ---------------------------------------------------------------- details


def _newest(connection: Connection, partner_id: str, kind: str) -> Row[Any] | None:
    of_kind = (DECLARATION.c.partner == partner_id) & (DECLARATION.c.kind == kind)
    newest = select(DECLARATION).where(of_kind).order_by(DECLARATION.c.version.desc()).limit(1)
    return connection.execute(newest).first()


def _write(
    connection: Connection,
    partner_id: str,
    kind: str,
    newest: Row[Any] | None,
    act: str,
    words: str,
    declared_by: str,
) -> None:
    version = 1 if newest is None else newest.version + 1
    made_of = f"declaration {partner_id} {version} {kind}"
    connection.execute(
        DECLARATION.insert().values(
            id=hashlib.sha256(made_of.encode()).hexdigest()[:32],
            partner=partner_id,
            kind=kind,
            version=version,
            act=act,
            words=words,
            declared_by=declared_by,
            at=latest_now(connection),
        )
    )

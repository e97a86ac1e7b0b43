"""The audit log, for the auditor to read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection, Row, select

from heitje_chain.audit.model import AUDIT_RECORD
from heitje_chain.desks.entry import At
from heitje_chain.desks.exports import MOMENT, NUMBER, Column, SavedAs, Table, all_rows, save
from heitje_chain.desks.frame import Desk
from heitje_chain.desks.words import role_name
from heitje_chain.http.paging import Listing, Wanted

from .log_words import SCHEDULED, WORDS

router = APIRouter(include_in_schema=False, prefix="/city/log")

RECORDS = Listing("audit", (AUDIT_RECORD.c.number,))

_PEOPLE = ("resident", "merchant", "partner", "association")
_OFFICER = "officer"


@dataclass(frozen=True)
class Line:
    """A record as it is read."""

    number: int
    occurred_at: int
    """UTC seconds."""
    actor: str
    """A role in words; else as it stands in the log."""
    words: str
    act: str
    """The code, as it stands in the log."""
    later: bool
    """Whether it was signed, and happened only after a delay."""
    subject: str
    person: str | None
    """The id of the participant to whom it was done."""
    details: tuple[tuple[str, str], ...]


@router.get("")
def read_log(desk: Annotated[Desk, At("auditor")], wanted: Wanted, saved: SavedAs = None) -> Response:
    """List what was done by people with rights, newest first."""
    if saved is not None:
        return save(desk, saved, desk.read(lambda c: _table(c, desk)))

    def found(connection: Connection) -> dict[str, Any]:
        page = RECORDS.page(connection, select(AUDIT_RECORD), wanted)
        return {"lines": [_line(desk, row) for row in page.rows], "next": page.next_address(desk.request)}

    return desk.page("city/log.html", **desk.read(found))


# ---------------------------------------------------------------- details


def _line(desk: Desk, row: Row[Any]) -> Line:
    kind, _, subject_id = row.subject.partition(":")
    told = tuple((name, _shown(value)) for name, value in json.loads(row.details).items())
    person = subject_id if kind in _PEOPLE and len(subject_id) == 32 else None
    act = row.act.removesuffix(SCHEDULED)
    words = desk.text(WORDS[act]) if act in WORDS else act
    later = act != row.act
    actor = _actor(desk, row.actor)
    return Line(row.number, row.occurred_at, actor, words, row.act, later, row.subject, person, told)


def _actor(desk: Desk, actor: str) -> str:
    kind, _, role = actor.partition(":")
    return role_name(role, desk.language) if kind == _OFFICER else actor


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _table(connection: Connection, desk: Desk) -> Table:
    """Return the whole log as it stands, so that its hashes can be computed again from the file."""
    columns = (
        Column(desk.text("No."), NUMBER),
        Column(desk.text("When"), MOMENT),
        Column(desk.text("What")),
        Column("actor"),
        Column("act"),
        Column("subject"),
        Column("details"),
        Column("occurred_at", NUMBER),
        Column("previous"),
        Column("hash"),
    )
    rows = []
    for row in all_rows(connection, RECORDS, select(AUDIT_RECORD)):
        line = _line(desk, row)
        as_it_stands = (row.actor, row.act, row.subject, row.details, row.occurred_at, row.previous, row.hash)
        rows.append((line.number, line.occurred_at, line.words, *as_it_stands))
    return Table("log", columns, rows)

"""The audit log, for the auditor to read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection, Row, select

from heitje_chain.audit.model import AUDIT_RECORD
from heitje_chain.desks.entry import At
from heitje_chain.desks.frame import Desk
from heitje_chain.http.paging import Listing, Wanted

router = APIRouter(include_in_schema=False, prefix="/city/log")

RECORDS = Listing("audit", (AUDIT_RECORD.c.number,))

_PEOPLE = ("resident", "merchant", "partner", "association")


@dataclass(frozen=True)
class Line:
    """A record as it is read."""

    number: int
    occurred_at: int
    """UTC seconds."""
    actor: str
    act: str
    subject: str
    person: str | None
    """The id of the participant to whom it was done."""
    details: tuple[tuple[str, str], ...]


@router.get("")
def read_log(desk: Annotated[Desk, At("auditor")], wanted: Wanted) -> Response:
    """List what was done by people with rights, newest first."""

    def found(connection: Connection) -> dict[str, Any]:
        page = RECORDS.page(connection, select(AUDIT_RECORD), wanted)
        return {"lines": [_line(row) for row in page.rows], "next": page.next_address(desk.request)}

    return desk.page("city/log.html", **desk.read(found))


def _line(row: Row[Any]) -> Line:
    kind, _, subject_id = row.subject.partition(":")
    told = tuple((name, _shown(value)) for name, value in json.loads(row.details).items())
    person = subject_id if kind in _PEOPLE and len(subject_id) == 32 else None
    return Line(row.number, row.occurred_at, row.actor, row.act, row.subject, person, told)


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

"""Jobs that a partner keeps, to go on with later or post again. A caller opens the transaction and commits.

Nothing of them is on the chain and nothing is promised: whether one can be posted is looked at when it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, select, update

from heitje_chain.chain.clock import latest_now
from heitje_chain.people import service as people
from heitje_chain.people.model import PARTNER

from .errors import TemplatesTooMany, TemplateUnknown
from .model import TEMPLATE

MOST_TEMPLATES = 100
"""How many one partner keeps."""


@dataclass(frozen=True)
class Template:
    id: str
    """32 hex digits."""
    words: Mapping[str, str]
    """What people read, as it was typed: by the names of `posting.Description`."""
    terms: Mapping[str, str]
    """What is promised, as it was typed."""
    updated_at: int
    """UTC seconds."""


def keep(
    connection: Connection,
    partner_id: str,
    template_id: str,
    words: Mapping[str, str],
    terms: Mapping[str, str],
) -> Template:
    """Keep a job under an id of its own, or write it over what was kept under this one.

    Raises:
        ParticipantUnknown, ParticipantNotActive
        TemplateUnknown: the id is another partner's
        TemplatesTooMany
    """
    people.active(connection, partner_id, PARTNER)  # and nobody else counts meanwhile
    values = {"words": dict(words), "terms": dict(terms), "updated_at": latest_now(connection)}
    owner = connection.scalar(select(TEMPLATE.c.partner).where(TEMPLATE.c.id == template_id))
    if owner is None:
        _check_room(connection, partner_id)
        connection.execute(TEMPLATE.insert().values(id=template_id, partner=partner_id, **values))
    elif owner == partner_id:
        connection.execute(update(TEMPLATE).where(TEMPLATE.c.id == template_id).values(**values))
    return find(connection, partner_id, template_id)


def throw_away(connection: Connection, partner_id: str, template_id: str) -> None:
    """Keep it no longer. What is gone already is gone."""
    own = (TEMPLATE.c.id == template_id) & (TEMPLATE.c.partner == partner_id)
    connection.execute(delete(TEMPLATE).where(own))


def find(connection: Connection, partner_id: str, template_id: str) -> Template:
    """Raises:
    TemplateUnknown: no such one, or another partner's.
    """
    row = connection.execute(query(partner_id).where(TEMPLATE.c.id == template_id)).one_or_none()
    if row is None:
        raise TemplateUnknown
    return template_of(row)


def query(partner_id: str) -> Select[Any]:
    """Return the statement whose rows `template_of` reads: those of one partner."""
    return select(TEMPLATE).where(TEMPLATE.c.partner == partner_id)


def template_of(row: Row[Any]) -> Template:
    """Return a row of `query` as a template."""
    return Template(row.id, row.words, row.terms, row.updated_at)


def _check_room(connection: Connection, partner_id: str) -> None:
    kept = connection.scalar(
        select(func.count()).select_from(TEMPLATE).where(TEMPLATE.c.partner == partner_id)
    )
    if int(kept or 0) >= MOST_TEMPLATES:
        raise TemplatesTooMany(MOST_TEMPLATES)

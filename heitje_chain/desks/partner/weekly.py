"""A job that comes again each week: its weeks, which of them are signed, and calling some off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection, func, select

from heitje_chain.acts import service as acts
from heitje_chain.chain.clock import chain_now
from heitje_chain.desks.entry import At
from heitje_chain.desks.forms import Form
from heitje_chain.desks.frame import Desk
from heitje_chain.documents import service as documents
from heitje_chain.http.fields import Hex16Path
from heitje_chain.http.problems import KINDS, Refused, filled
from heitje_chain.series import rules, service
from heitje_chain.series.model import DRAFT, PREPARED, SERIES
from heitje_chain.series.service import Draft, Series

router = APIRouter(prefix="/partner/weekly")

MOST_LISTED = 20


@dataclass(frozen=True)
class Unsigned:
    """A series of which weeks wait to be signed."""

    id: str
    title: str | None
    weeks: int
    """How many wait."""


@router.get("/{series_id}")
def read_series(series_id: Hex16Path, desk: Annotated[Desk, At("partner")]) -> Response:
    """Show the weeks of a job, each with what is to be done for it."""
    return _page(desk, series_id, None)


@router.post("/{series_id}/cancel")
def cancel(series_id: Hex16Path, form: Form, desk: Annotated[Desk, At("partner")]) -> Response:
    """Call one week off, or all that were not opened yet."""
    typed = form.raw("week")
    numbers = [int(typed)] if typed.isascii() and typed.isdecimal() and len(typed) < 4 else None
    try:
        return desk.submit(
            form,
            lambda c, _: service.cancel(c, desk.subject, series_id, numbers).id,
            "/partner/weekly/{}",
        )
    except Refused as error:
        return _page(desk, series_id, desk.refusal(error))


# ---------------------------------------------------------------- shared


def unsigned(connection: Connection, partner_id: str) -> list[Unsigned]:
    """Return the series of which weeks wait to be signed and can still be opened, the newest first."""
    rows = connection.execute(
        select(SERIES.c.id, func.count().label("weeks"), func.min(DRAFT.c.act).label("act"))
        .join(DRAFT, DRAFT.c.series == SERIES.c.id)
        .where(
            SERIES.c.partner == partner_id,
            DRAFT.c.state == PREPARED,
            DRAFT.c.claim_by > chain_now(connection),
        )
        .group_by(SERIES.c.id, SERIES.c.created_at)
        .order_by(SERIES.c.created_at.desc(), SERIES.c.id)
        .limit(MOST_LISTED)
    ).all()
    return [Unsigned(row.id, _about(connection, row.act).get("title"), row.weeks) for row in rows]


# ---------------------------------------------------------------- details


def _page(desk: Desk, series_id: str, error: str | None) -> Response:
    def found(connection: Connection) -> tuple[Series, dict[str, Any], int]:
        series = service.find(connection, desk.subject, series_id)
        return series, _about(connection, series.drafts[0].act), chain_now(connection)

    series, about, now = desk.read(found)
    return desk.page(
        "partner/weekly.html",
        200 if error is None else 409,
        series=series,
        title=about.get("title"),
        weeks=[
            (one, rules.is_over(one.state, one.claim_by, now), _reason(desk, one)) for one in series.drafts
        ],
        to_sign=next(
            (one.act for one in series.drafts if one.state == PREPARED and one.claim_by > now), None
        ),
        error=error,
    )


def _about(connection: Connection, act_id: str) -> dict[str, Any]:
    """Return what people read about a week's job."""
    act = acts.find(connection, act_id)
    hashed = act.typed_data.get("message", {}).get("documentHash")
    return (documents.find(connection, hashed) if hashed else None) or {}


def _reason(desk: Desk, draft: Draft) -> str | None:
    """Return why a week waits or was skipped, as a sentence."""
    if draft.reason is None:
        return None
    kind = next((one for one in KINDS.values() if one.slug == draft.reason["slug"]), None)
    if kind is None:
        return None
    return str(filled(kind, draft.reason["members"], desk.language)["detail"])

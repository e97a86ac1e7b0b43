"""Disputes: what both sides said, and the arbiter's decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.desks.exports import EUROS, MOMENT, Column, SavedAs, Table, all_rows, save
from heitje_chain.desks.forms import Form, FormData, TextMissing
from heitje_chain.desks.frame import Desk
from heitje_chain.desks.words import reasons
from heitje_chain.http.fields import Hex32Path
from heitje_chain.http.paging import Listing, Wanted
from heitje_chain.http.problems import Refused
from heitje_chain.jobs import decisions, photos, reading, service
from heitje_chain.jobs.model import AWARDED, CLAIM, DENIED, DISPUTED
from heitje_chain.reasons import codes

from .readers import AnyOfficer, Arbiter

router = APIRouter(include_in_schema=False, prefix="/city/disputes")

OPEN = Listing("city-disputes", (CLAIM.c.since, CLAIM.c.id), descending=False)
DECIDED = Listing("city-decisions", (CLAIM.c.since, CLAIM.c.id))

MOST_DECIDED = 10
MOST_WORDS = 2000

AWARD: Mapping[str, bool] = {"award": True, "deny": False}


@router.get("")
def list_disputes(desk: AnyOfficer, wanted: Wanted, saved: SavedAs = None) -> Response:
    """List the disputes that wait for the arbiter, the oldest first, and those decided last."""
    open_ones = service.claims_query(CLAIM.c.state == DISPUTED)
    if saved is not None:
        return save(desk, saved, desk.read(lambda c: _table(c, desk)))

    def found(connection: Connection) -> dict[str, Any]:
        page = OPEN.page(connection, open_ones, wanted)
        over = service.claims_query(CLAIM.c.state.in_((AWARDED, DENIED)))
        last = connection.execute(over.order_by(CLAIM.c.since.desc(), CLAIM.c.id).limit(MOST_DECIDED))
        return {
            "disputes": [service.claim_of(row) for row in page.rows],
            "next": page.next_address(desk.request),
            "decided": [service.claim_of(row) for row in last],
        }

    return desk.page("city/disputes.html", **desk.read(found))


@router.get("/{claim_id}")
def read_dispute(claim_id: Hex32Path, desk: AnyOfficer) -> Response:
    """Show what was asked, what was handed in and what both said."""
    return _page(desk, claim_id, FormData({}), None)


@router.post("/{claim_id}")
def decide(claim_id: Hex32Path, form: Form, desk: Arbiter) -> Response:
    """Prepare a decision, to be signed."""

    def prepare(connection: Connection) -> str:
        if form.raw("decision") not in AWARD:
            raise TextMissing
        reason = form.number("reason", 0, 2**16 - 1)
        return decisions.prepare_decision(
            connection,
            desk.onchain,
            desk.subject,
            claim_id,
            AWARD[form.raw("decision")],
            reason,
            form.lines("words", MOST_WORDS),
        ).id

    try:
        return desk.submit(form, lambda c, _: prepare(c), "/acts/{}")
    except Refused as error:
        return _page(desk, claim_id, form, desk.refusal(error))


# ---------------------------------------------------------------- details


def _page(desk: Desk, claim_id: str, form: FormData, error: str | None) -> Response:
    def found(connection: Connection) -> dict[str, Any]:
        told = reading.find(connection, claim_id, CLAIM.c.state.in_((DISPUTED, AWARDED, DENIED)))
        may_see = desk.has("arbiter") and told.claim.state == DISPUTED  # as desks/photos.py gives them
        return {
            "told": told,
            "job": service.find_job(connection, told.claim.job),
            "photos": photos.of_claim(connection, claim_id) if may_see else [],
        }

    listed = reasons(codes.DECIDE, desk.language)
    status = 200 if error is None else 409
    return desk.page("city/dispute.html", status, form=form, error=error, reasons=listed, **desk.read(found))


def _table(connection: Connection, desk: Desk) -> Table:
    columns = (
        Column(desk.text("Since"), MOMENT),
        Column(desk.text("Job")),
        Column(desk.text("Amount"), EUROS),
        Column(desk.text("State")),
        Column(desk.text("Reason")),
    )
    states = {
        DISPUTED: desk.text("waits for the arbiter"),
        AWARDED: desk.text("awarded"),
        DENIED: desk.text("denied"),
    }
    rows = []
    for row in all_rows(connection, DECIDED, service.claims_query(CLAIM.c.state.in_(tuple(states)))):
        one = service.claim_of(row)
        of = codes.REJECT if one.state == DISPUTED else codes.DECIDE
        meaning = None if one.reason is None else codes.meaning_of(of, one.reason)
        told = None if meaning is None else meaning.told(desk.language)
        rows.append((one.since, one.job_title, one.cents, states[one.state], told))
    return Table("disputes", columns, rows)

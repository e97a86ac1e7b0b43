"""The reserve: which euros the auditor saw in the bank, what they must cover, and what is left to grant."""

from __future__ import annotations

import hashlib
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection, select

from heitje_chain.budgets import service
from heitje_chain.budgets.errors import StatementHashMissing
from heitje_chain.budgets.model import ATTESTATION
from heitje_chain.desks.exports import EUROS, MOMENT, Column, SavedAs, Table, all_rows, save
from heitje_chain.desks.forms import FormData, Upload, UploadData
from heitje_chain.desks.frame import Desk
from heitje_chain.http.paging import Listing, Wanted
from heitje_chain.http.problems import Refused
from heitje_chain.reports import reserve

from .readers import AnyOfficer, Auditor

router = APIRouter(include_in_schema=False, prefix="/city/reserve")

ATTESTATIONS = Listing("city-attestations", (ATTESTATION.c.as_of, ATTESTATION.c.statement_hash))

UPLOADS = {r"/city/reserve/attest": 10_000_000}
"""How many bytes a form with a bank statement's file may have."""

NOTHING = ("0", "0,00", "0.00")
"""What can be in the bank, too."""


@router.get("")
def read_reserve(desk: AnyOfficer, wanted: Wanted, saved: SavedAs = None) -> Response:
    """Show what is in the bank and what it covers, with all statements that were looked at."""
    if saved is not None:
        return save(desk, saved, desk.read(lambda c: _table(c, desk)))

    def found(connection: Connection) -> dict[str, Any]:
        page = ATTESTATIONS.page(connection, select(ATTESTATION), wanted)
        return {
            "reserve": reserve.read(connection),
            "attestations": page.rows,
            "next": page.next_address(desk.request),
        }

    return desk.page("city/reserve.html", **desk.read(found))


@router.get("/attest")
def ask_for_statement(desk: Auditor) -> Response:
    """Ask what the bank's statement says."""
    return _attest(desk, FormData({}), None)


@router.post("/attest")
def attest(desk: Auditor, form: Upload) -> Response:
    """Prepare the auditor's word on the euros in the bank, to be signed. The file itself is not kept."""

    def prepare(connection: Connection) -> str:
        cents = 0 if form.raw("amount").strip() in NOTHING else form.cents("amount")
        as_of, sha256 = form.moment("as_of"), _statement(form)
        return service.prepare_attestation(connection, desk.onchain, desk.subject, cents, as_of, sha256).id

    try:
        return desk.submit(form, lambda c, _: prepare(c), "/acts/{}")
    except Refused as error:
        return _attest(desk, form, desk.refusal(error))


# ---------------------------------------------------------------- details


def _attest(desk: Desk, form: FormData, error: str | None) -> Response:
    found = desk.read(reserve.read)
    return desk.page("city/attest.html", 200 if error is None else 409, reserve=found, form=form, error=error)


def _statement(form: UploadData) -> str:
    """Return the SHA-256 of the statement: of the file that was sent, else as it was typed.

    Raises:
        StatementHashMissing
    """
    if form.files:
        form.files[0].seek(0)
        return hashlib.file_digest(form.files[0], "sha256").hexdigest()  # type: ignore[arg-type]
    typed = form.raw("typed").strip().lower()
    if len(typed) != 64 or not set(typed) <= set("0123456789abcdef"):
        raise StatementHashMissing
    return typed


def _table(connection: Connection, desk: Desk) -> Table:
    columns = (
        Column(desk.text("Statement of"), MOMENT),
        Column(desk.text("Euros in the bank"), EUROS),
        Column(desk.text("Mark of the statement")),
    )
    rows = all_rows(connection, ATTESTATIONS, select(ATTESTATION))
    return Table("reserve", columns, [(row.as_of, row.cents, row.statement_hash) for row in rows])

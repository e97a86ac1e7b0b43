"""A lost wallet: one employee asks for a new one, having seen who it is for; another confirms it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.chain.ids import ClientId
from heitje_chain.desks import fields
from heitje_chain.desks.entry import At
from heitje_chain.desks.forms import Form, FormData
from heitje_chain.desks.frame import Desk
from heitje_chain.desks.words import reasons
from heitje_chain.http.fields import Hex16Path
from heitje_chain.http.problems import Refused
from heitje_chain.people import recovery
from heitje_chain.people import service as people
from heitje_chain.people.model import ASSOCIATION, MERCHANT, RESIDENT
from heitje_chain.people.roles import OFFICER_ROLES
from heitje_chain.reasons import codes

from . import words
from .waiting import officers_of

router = APIRouter(include_in_schema=False, prefix="/city")

Asker = Annotated[Desk, At("registrar", "enforcer")]


@router.get("/participants/{participant_id}/recovery")
def ask_recovery(participant_id: Hex16Path, desk: Asker) -> Response:
    """Ask why a new wallet is needed, and how it was seen who it is for."""
    return _asking(desk, participant_id, FormData({}), None)


@router.post("/participants/{participant_id}/recovery")
def ask(participant_id: Hex16Path, form: Form, desk: Asker) -> Response:
    """Ask for a new wallet; a colleague goes on with it."""

    def work(connection: Connection, client_id: ClientId) -> str:
        reason, way = fields.number(form, "reason"), form.raw("identity")
        account = None if desk.account is None else desk.account.id
        return recovery.ask(
            connection, desk.subject, participant_id, reason, client_id, way=way, account=account
        ).id

    try:
        return desk.submit(form, work, "/city/recoveries/{}")
    except Refused as error:
        return _asking(desk, participant_id, form, desk.refusal(error))


@router.get("/recoveries/{recovery_id}")
def read_recovery(recovery_id: Hex16Path, desk: Annotated[Desk, At(*OFFICER_ROLES)]) -> Response:
    """Show how far a recovery is, and what comes next."""
    return _page(desk, recovery_id, None)


@router.post("/recoveries/{recovery_id}/replace")
def replace(recovery_id: Hex16Path, form: Form, desk: Annotated[Desk, At("enforcer")]) -> Response:
    """Prepare that the new wallet takes the place of the old one."""

    def work(connection: Connection, _: ClientId) -> str:
        account = None if desk.account is None else desk.account.id
        return recovery.prepare(connection, desk.onchain, desk.subject, recovery_id, account=account).id

    try:
        return desk.submit(form, work, "/acts/{}")
    except Refused as error:
        return _page(desk, recovery_id, desk.refusal(error))


# ---------------------------------------------------------------- details


def _asking(desk: Desk, participant_id: str, form: FormData, error: str | None) -> Response:
    one = desk.read(lambda c: people.of_kind(c, participant_id, RESIDENT, MERCHANT, ASSOCIATION))
    lists = {"reasons": reasons(codes.RECOVER, desk.language), "ways": words.told(desk, words.IDENTITY)}
    status = 200 if error is None else 409
    return desk.page("city/participant/recovery.html", status, one=one, form=form, error=error, **lists)


def _page(desk: Desk, recovery_id: str, error: str | None) -> Response:
    def found(connection: Connection) -> dict[str, Any]:
        one = recovery.find(connection, recovery_id)
        return {"recovery": one, "one": people.participant(connection, one.participant)}

    read = desk.read(found)
    meaning = codes.meaning_of(codes.RECOVER, read["recovery"].reason or 0)
    told = {
        "is_own": read["recovery"].asked_by in officers_of(desk),
        "reason": "" if meaning is None else meaning.told(desk.language),
        "ways": words.told(desk, words.IDENTITY),
        "states": words.told(desk, words.RECOVERY_STATES),
    }
    return desk.page("city/recovery.html", 200 if error is None else 409, error=error, **told, **read)

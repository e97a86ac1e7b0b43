"""What the enforcer does about a participant: blocks, and stops Heitjes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.acts.service import Act
from heitje_chain.desks import fields
from heitje_chain.desks.entry import At
from heitje_chain.desks.forms import Form, FormData
from heitje_chain.desks.frame import Desk
from heitje_chain.desks.words import reasons
from heitje_chain.http.fields import Hex16Path
from heitje_chain.http.problems import Refused
from heitje_chain.payments import spending
from heitje_chain.people import admission
from heitje_chain.people import service as people
from heitje_chain.reasons import codes
from heitje_chain.stops import service as stops

router = APIRouter(include_in_schema=False, prefix="/city/participants/{participant_id}")

Enforcer = Annotated[Desk, At("enforcer")]


@router.get("/block")
def ask_block(participant_id: Hex16Path, desk: Enforcer) -> Response:
    """Ask why somebody is to be blocked."""
    return _page(desk, participant_id, "block", FormData({}), None)


@router.post("/block")
def block(participant_id: Hex16Path, form: Form, desk: Enforcer) -> Response:
    """Prepare that a participant is stopped."""

    def work(connection: Connection) -> Act:
        reason = fields.number(form, "reason")
        return admission.prepare_block(connection, desk.onchain, desk.subject, participant_id, reason)

    return _submit(desk, participant_id, "block", form, work)


@router.post("/unblock")
def unblock(participant_id: Hex16Path, form: Form, desk: Enforcer) -> Response:
    """Prepare that a blocked participant takes part again."""
    return _submit(
        desk,
        participant_id,
        "block",
        form,
        lambda c: admission.prepare_unblock(c, desk.onchain, desk.subject, participant_id),
    )


@router.get("/freeze")
def ask_freeze(participant_id: Hex16Path, desk: Enforcer) -> Response:
    """Ask how many of somebody's Heitjes are to be stopped, and why."""
    return _page(desk, participant_id, "freeze", FormData({}), None)


@router.post("/freeze")
def freeze(participant_id: Hex16Path, form: Form, desk: Enforcer) -> Response:
    """Prepare that so much of somebody's balance cannot move."""

    def work(connection: Connection) -> Act:
        cents, reason = form.cents("amount"), fields.number(form, "reason")
        return stops.prepare_freeze(connection, desk.onchain, desk.subject, participant_id, cents, reason)

    return _submit(desk, participant_id, "freeze", form, work)


@router.post("/unfreeze")
def unfreeze(participant_id: Hex16Path, form: Form, desk: Enforcer) -> Response:
    """Prepare that all of somebody's Heitjes can move again."""
    return _submit(
        desk,
        participant_id,
        "freeze",
        form,
        lambda c: stops.prepare_unfreeze(c, desk.onchain, desk.subject, participant_id),
    )


# ---------------------------------------------------------------- details


def _submit(
    desk: Desk, participant_id: str, what: str, form: FormData, work: Callable[[Connection], Act]
) -> Response:
    try:
        return desk.submit(form, lambda c, _: work(c).id, "/acts/{}")
    except Refused as error:
        return _page(desk, participant_id, what, form, desk.refusal(error))


def _page(desk: Desk, participant_id: str, what: str, form: FormData, error: str | None) -> Response:
    def found(connection: Connection) -> dict[str, Any]:
        one = people.participant(connection, participant_id)
        return {"one": one, "balance": spending.balance(connection, one)}

    act = {"block": codes.BLOCK, "freeze": codes.FREEZE}[what]
    fields_of_page = {"form": form, "error": error, "reasons": reasons(act, desk.language)}
    status = 200 if error is None else 409
    return desk.page(f"city/participant/{what}.html", status, **fields_of_page, **desk.read(found))

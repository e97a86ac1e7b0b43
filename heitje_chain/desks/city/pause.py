"""Pausing the coin: no Heitje moves until the enforcer ends it."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.desks.forms import Form, FormData
from heitje_chain.desks.frame import Desk
from heitje_chain.desks.words import reasons
from heitje_chain.http.problems import Refused
from heitje_chain.reasons import codes
from heitje_chain.stops import service

from .readers import AnyOfficer, Enforcer

router = APIRouter(include_in_schema=False, prefix="/city/pause")


@router.get("")
def read_pause(desk: AnyOfficer) -> Response:
    """Show whether the coin moves."""
    return _page(desk, FormData({}), None)


@router.post("/begin")
def pause(form: Form, desk: Enforcer) -> Response:
    """Prepare that no coin moves, to be signed."""

    def prepare(connection: Connection) -> str:
        reason = form.number("reason", 0, 2**16 - 1)
        return service.prepare_pause(connection, desk.onchain, desk.subject, reason).id

    try:
        return desk.submit(form, lambda c, _: prepare(c), "/acts/{}")
    except Refused as error:
        return _page(desk, form, desk.refusal(error))


@router.post("/end")
def unpause(form: Form, desk: Enforcer) -> Response:
    """Prepare that coins move again, to be signed."""
    try:
        return desk.submit(
            form, lambda c, _: service.prepare_unpause(c, desk.onchain, desk.subject).id, "/acts/{}"
        )
    except Refused as error:
        return _page(desk, form, desk.refusal(error))


# ---------------------------------------------------------------- details


def _page(desk: Desk, form: FormData, error: str | None) -> Response:
    state = desk.read(service.pause_state)
    return desk.page(
        "city/pause.html",
        200 if error is None else 409,
        state=state,
        reasons=reasons(codes.PAUSE, desk.language),
        form=form,
        error=error,
    )

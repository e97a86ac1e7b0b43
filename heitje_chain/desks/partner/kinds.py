"""Of which kinds one's jobs are: declaring in public that they replace no paid work, and ending that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Response
from sqlalchemy import Connection

from heitje_chain.chain.ids import ClientId
from heitje_chain.declarations import service
from heitje_chain.declarations.model import MOST_BY, MOST_KIND, MOST_WORDS
from heitje_chain.desks.entry import At
from heitje_chain.desks.fields import ChoiceMissing
from heitje_chain.desks.forms import Form, FormData
from heitje_chain.desks.frame import Desk
from heitje_chain.desks.words import KIND_NAMES
from heitje_chain.http.problems import Refused

router = APIRouter(prefix="/partner/kinds")


@router.get("")
def show(desk: Annotated[Desk, At("partner")]) -> Response:
    """Show what is declared, and ask for more."""
    return _page(desk, FormData({}), None)


@router.post("")
def declare(form: Form, desk: Annotated[Desk, At("partner")]) -> Response:
    """Declare one kind or several."""

    def work(connection: Connection, _: ClientId) -> str:
        _declare(connection, desk, _chosen(form), form)
        return ""

    return _submit(desk, form, work)


@router.post("/change")
def change(form: Form, desk: Annotated[Desk, At("partner")]) -> Response:
    """Declare one kind in other words."""

    def work(connection: Connection, _: ClientId) -> str:
        kind = form.line("kind", MOST_KIND)
        service.check_in_force(connection, desk.subject, kind)
        _declare(connection, desk, [kind], form)
        return ""

    return _submit(desk, form, work)


@router.post("/end")
def end(form: Form, desk: Annotated[Desk, At("partner")]) -> Response:
    """End one kind: no more jobs of it."""

    def work(connection: Connection, _: ClientId) -> str:
        reason, by = form.lines("reason", MOST_WORDS, required=False), form.line("by", MOST_BY)
        service.end(connection, desk.subject, [form.line("kind", MOST_KIND)], reason, by)
        return ""

    return _submit(desk, form, work)


# ---------------------------------------------------------------- details


def _chosen(form: FormData) -> list[str]:
    """Return the kinds of a form: those that were ticked, and one that was typed.

    Raises:
        ChoiceMissing, TextInvalid, TextTooLong
    """
    found = [kind for kind in KIND_NAMES if form.raw(f"kind-{kind}") == "yes"]
    typed = form.line("kind", MOST_KIND, required=False)
    if typed:
        found.append(typed)
    if not found:
        raise ChoiceMissing
    return found


def _declare(connection: Connection, desk: Desk, kinds: list[str], form: FormData) -> None:
    words, by = form.lines("words", MOST_WORDS), form.line("by", MOST_BY)
    service.declare(connection, desk.subject, kinds, words, by)


def _submit(desk: Desk, form: FormData, work: Callable[[Connection, ClientId], str]) -> Response:
    try:
        return desk.submit(form, work, "/partner/kinds")
    except Refused as error:
        return _page(desk, form, desk.refusal(error))


def _page(desk: Desk, form: FormData, error: str | None) -> Response:
    declared = desk.read(lambda c: service.of_partner(c, desk.subject))
    held = {one.kind for one in declared}
    return desk.page(
        "partner/kinds.html",
        200 if error is None else 400,
        form=form,
        error=error,
        declared=sorted(declared, key=lambda one: one.kind),
        others=[kind for kind in KIND_NAMES if kind not in held],
        lengths={"kind": MOST_KIND, "words": MOST_WORDS, "by": MOST_BY},
    )

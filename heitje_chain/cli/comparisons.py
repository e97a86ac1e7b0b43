"""`heitje reconciliation`: comparisons of chain, books and bank that the worker makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .command import ordering, reading
from .desk import Desk
from .found import one_of
from .refusals import REFUSED, Refusal
from .shown import Column, short

if TYPE_CHECKING:
    from heitje_chain.client.answers import ReconciliationView

reconciliation_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@ordering(reconciliation_app, "ask")
def ask(desk: Desk) -> None:
    """Have chain, books and bank compared now. Exits 1 when they differ."""
    asked = desk.client.reconcile()
    found = desk.until(
        lambda: desk.client.reconciliations.get(asked["id"]),
        lambda one: one["state"] == "done",
        asked,
        f"heitje reconciliation show {asked['id']}",
    )
    _told(desk, found)


@reading(reconciliation_app, "list")
def list_all(desk: Desk) -> None:
    """List comparisons, newest first."""
    columns = (
        Column("Nummer", "Id", lambda one: short(one["id"])),
        Column("Stand", "State", lambda one: one["state"]),
        Column("Gelijk", "Equal", lambda one: _equal(desk, one)),
        Column("Blok", "Block", lambda one: str(one["block_number"] or "-"), right=True),
        Column("Wanneer", "When", lambda one: desk.moment(one["done_at"] or one["asked_at"])),
    )
    desk.list(columns, desk.client.reconciliations.list())


@reading(reconciliation_app, "show")
def show(
    desk: Desk, comparison: Annotated[str, typer.Argument(metavar="ID", help="Its id, or a beginning.")]
) -> None:
    """Show one comparison. Exits 1 when they differ."""
    listed = desk.client.reconciliations
    _told(desk, listed.get(one_of(desk, listed.list, comparison)))


def _told(desk: Desk, found: ReconciliationView) -> None:
    if found["equal"] is False:
        english, dutch = (
            " ".join(one[language] for one in found["differences"]) for language in ("en", "nl")
        )
        raise Refusal(
            "books-differ",
            desk.text(f"They differ: {english}", f"Er is verschil: {dutch}"),
            REFUSED,
            {"reconciliation": found},
        )
    if desk.options.as_json:
        desk.json(found)
        return
    for line in found["equation"]:
        desk.say(line, line)
    block = found["block_number"]
    if found["state"] == "done":
        desk.say(
            f"Equal on the chain, in the books and at the bank, at block {block}.",
            f"Gelijk op de keten, in de boeken en bij de bank, bij blok {block}.",
        )
    else:
        desk.say("Asked; not done yet.", "Gevraagd; nog niet klaar.")


def _equal(desk: Desk, one: ReconciliationView) -> str:
    if one["equal"] is None:
        return "-"
    return desk.text("yes", "ja") if one["equal"] else desk.text("NO", "NEE")

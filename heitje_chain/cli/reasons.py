"""`heitje reasons`: what the codes that acts take mean."""

from __future__ import annotations

from typing import Annotated

import typer

from heitje_chain.reasons import codes

from .desk import Desk
from .refusals import MISTYPED, Refusal
from .shown import Column

ReasonOption = Annotated[int, typer.Option(min=0, max=65535, help="A code that `heitje reasons` lists.")]

_ACTS = {
    codes.REJECT: ("reject work", "werk afkeuren"),
    codes.DECIDE: ("decide a dispute", "een geschil beslissen"),
    codes.BLOCK: ("block", "blokkeren"),
    codes.RECOVER: ("replace a wallet", "een portemonnee vervangen"),
    codes.FREEZE: ("freeze coins", "Heitjes bevriezen"),
    codes.PAUSE: ("pause the coin", "de Heitjes stilzetten"),
    codes.FORCE: ("move coins by force", "Heitjes gedwongen verplaatsen"),
}


def told_reason(desk: Desk, act: str, code: int) -> str:
    """Return a code with what it means."""
    meaning = codes.meaning_of(act, code)
    told = (
        desk.text("not on the list", "niet op de lijst")
        if meaning is None
        else desk.text(meaning.en, meaning.nl)
    )
    return f"{code}: {told}"


def reason_line(desk: Desk, act: str, code: int) -> tuple[str, str]:
    """Return a line of a summary, for an act whose message says nothing of its reason."""
    return desk.text("Reason", "Reden"), told_reason(desk, act, code)


def reasons(
    desk: Desk, act: Annotated[str, typer.Argument(help="One of: " + ", ".join(codes.LISTS) + ".")] = ""
) -> None:
    """List the reason codes, of one act or of all."""
    if act and act not in codes.LISTS:
        known = ", ".join(codes.LISTS)
        told = desk.text(f"Choose one of: {known}.", f"Kies uit: {known}.")
        raise Refusal("act-unknown", told, MISTYPED)
    columns = (
        Column("Handeling", "Act", lambda one: desk.text(*_ACTS.get(one["act"], (one["act"], one["act"])))),
        Column("Code", "Code", lambda one: str(one["code"]), right=True),
        Column("Reden", "Reason", lambda one: one[desk.options.language]),
    )
    desk.list(columns, [one for one in desk.client.reasons() if act in ("", one["act"])])

"""`heitje act`: what was signed and how far it is. And what every signed order does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from .command import reading, signing
from .desk import Desk
from .found import one_of
from .refusals import REFUSED, Refusal
from .shown import Column, short
from .signing import Asked, ShownSigner

if TYPE_CHECKING:
    from heitje_chain.client import Signer
    from heitje_chain.client.answers import ActView

act_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

PENDING = ("signed", "posting", "pending", "asked", "closing")
ENDED = ("done", "failed", "cancelled")


@reading(act_app, "list")
def list_acts(desk: Desk) -> None:
    """List what was signed or is to be signed, newest first."""
    columns = (
        Column("Nummer", "Id", lambda one: short(one["id"])),
        Column("Wat", "What", lambda one: one["kind"]),
        Column("Wie", "Who", lambda one: one["actor"]),
        Column("Stand", "State", lambda one: one["state"]),
        Column("Geldt tot", "Counts until", lambda one: desk.moment(one["deadline"])),
    )
    desk.list(columns, desk.client.acts.list())


@reading(act_app, "show")
def show(desk: Desk, act: Annotated[str, typer.Argument(help="Its id, or a beginning of it.")]) -> None:
    """Show what was signed, and whether it is final on the chain."""
    found = desk.client.acts.get(one_of(desk, desk.client.acts.list, act))
    facts = [("Id", found["id"]), (desk.text("What", "Wat"), found["kind"])]
    facts += [(desk.text("Who", "Wie"), found["actor"]), (desk.text("State", "Stand"), found["state"])]
    facts += [(name, str(value)) for name, value in found["content"].items()]
    if found["refusal"]:
        facts.append((desk.text("Refused", "Geweigerd"), refusal_of(found)))
    desk.show(found, facts)


@signing(act_app, "cancel")
def cancel(desk: Desk, act: Annotated[str, typer.Argument(help="Its id, or a beginning of it.")]) -> None:
    """Stop an act whose delay is running. Its own officer signs, or the guardian."""
    from heitje_chain.client.meaning import meaning_of

    own_id = one_of(desk, desk.client.acts.list, act)
    found = desk.client.acts.get(own_id)
    if found["typed_data"]:
        waiting = meaning_of(found["typed_data"])
        said = {"cancelled": waiting.act, **waiting.arguments}
    else:  # Sent from elsewhere: its kind is all that can be compared.
        said = {"cancelled": re.sub("_(.)", lambda letter: letter[1].upper(), found["kind"])}
    asked = Asked(("cancel",), said, more=[(desk.text("Act", "Handeling"), own_id)])
    done = (f"{short(own_id)} is cancelled.", f"{short(own_id)} is ingetrokken.")
    order(desk, lambda signer: desk.client.acts.cancel(own_id, signer, desk.key), asked, done)


def act_final(desk: Desk, act: ActView) -> ActView:
    """Wait until an act is final; a delayed one until it is scheduled, or longer with --wait.

    Raises:
        Refusal: the contract refused it, or it was not final in time.
    """
    ends = ENDED if desk.options.wait is not None else (*ENDED, "scheduled")

    def ask() -> ActView:
        found = dict(desk.client.acts.get(act["id"]))
        found.pop("typed_data", None)
        return cast("ActView", found)

    found = desk.until(ask, lambda one: one["state"] in ends, act, f"heitje act show {act['id']}")
    if found["state"] in ("failed", "cancelled"):
        raise refused(desk, found)
    return found


def order(desk: Desk, give: Callable[[Signer], ActView], asked: Asked, done: tuple[str, str]) -> None:
    """Have an order shown and signed whose answer is an act, wait, and tell what came of it."""
    act = act_final(desk, give(ShownSigner(desk, asked)))
    tell(desk, act, act["state"], done)


def tell(desk: Desk, thing: Mapping[str, Any], state: str, done: tuple[str, str]) -> None:
    """Tell that an order is done, or how far it is."""
    en, nl = done
    if state == "scheduled":
        en, nl = f"{en} It takes effect by itself when its delay is over.", f"{nl} Het gaat vanzelf later in."
    elif state in PENDING:
        en, nl = f"Asked: {en} It is not final yet.", f"Gevraagd: {nl} Het is nog niet definitief."
    desk.done(thing, en, nl)


def refused(desk: Desk, thing: Mapping[str, Any]) -> Refusal:
    """Return the refusal that tells that the contract would not do it."""
    why = refusal_of(thing)
    return Refusal(
        "contract-refused",
        desk.text(f"The contract refused: {why}.", f"Het contract weigerde: {why}."),
        REFUSED,
        {"refused": dict(thing)},
    )


def refusal_of(thing: Mapping[str, Any]) -> str:
    """Return the contract's error by its name and arguments."""
    refusal = thing.get("refusal") or {}
    arguments = ", ".join(f"{name} {value}" for name, value in (refusal.get("arguments") or {}).items())
    return f"{refusal.get('name', thing.get('state'))}" + (f" ({arguments})" if arguments else "")

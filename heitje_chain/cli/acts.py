"""`heitje act`: what was signed and how far it is. And what every signed order does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from .command import reading
from .desk import Desk
from .found import one_of
from .refusals import REFUSED, Refusal
from .shown import Column, short
from .signing import Asked, ShownSigner

act_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

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
    desk.list(columns, desk.client.every("/acts"))


@reading(act_app, "show")
def show(desk: Desk, act: Annotated[str, typer.Argument(help="Its id, or a beginning of it.")]) -> None:
    """Show what was signed, and whether it is final on the chain."""
    found = desk.client.get(f"/acts/{one_of(desk, '/acts', act)}")
    facts = [("Id", found["id"]), (desk.text("What", "Wat"), found["kind"])]
    facts += [(desk.text("Who", "Wie"), found["actor"]), (desk.text("State", "Stand"), found["state"])]
    facts += [(name, str(value)) for name, value in found["content"].items()]
    if found["refusal"]:
        facts.append((desk.text("Refused", "Geweigerd"), refusal_of(found)))
    desk.show(found, facts)


def sign(
    desk: Desk, path: str, body: Mapping[str, Any], asked: Asked, way: str | None = None
) -> Mapping[str, Any]:
    """Have an order prepared, shown, signed and sent; return the answer to the signature."""
    signer = ShownSigner(desk, asked)
    answer: Mapping[str, Any] = desk.client.act(path, body, signer, way, desk.options.idempotency_key)
    return answer


def act_final(desk: Desk, act: Mapping[str, Any]) -> Mapping[str, Any]:
    """Wait until an act is final; a delayed one until it is scheduled, or longer with --wait.

    Raises:
        Refusal: the contract refused it, or it was not final in time.
    """
    ends = ENDED if desk.options.wait is not None else (*ENDED, "scheduled")

    def ask() -> Mapping[str, Any]:
        found: Mapping[str, Any] = desk.client.get(f"/acts/{act['id']}")
        return found

    found = desk.until(ask, lambda one: one["state"] in ends, act, f"heitje act show {act['id']}")
    if found["state"] in ("failed", "cancelled"):
        raise refused(desk, found)
    return {name: value for name, value in found.items() if name != "typed_data"}


def order(
    desk: Desk,
    path: str,
    body: Mapping[str, Any],
    asked: Asked,
    done: tuple[str, str],
    way: str | None = None,
) -> None:
    """Sign an order whose answer is an act, wait, and tell what came of it."""
    act = act_final(desk, sign(desk, path, body, asked, way))
    tell(desk, act, act["state"], done)


def tell(desk: Desk, thing: Mapping[str, Any], state: str, done: tuple[str, str]) -> None:
    """Tell that an order is done, or how far it is."""
    en, nl = done
    if state == "scheduled":
        en, nl = f"{en} It takes effect by itself when its delay is over.", f"{nl} Het gaat vanzelf later in."
    elif state == "signed":
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

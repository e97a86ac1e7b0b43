"""`heitje wallet recover` and `heitje recovery`: a lost wallet is replaced, its coins come along."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from .acts import act_final, refused, tell
from .command import reading, signing
from .desk import Desk
from .found import on_chain, one_of, participant
from .options import IDS
from .payments import wallet_app
from .reasons import ReasonOption
from .shown import Column, short
from .signing import Asked, ShownSigner

recovery_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@signing(wallet_app, "recover")
def recover(
    desk: Desk,
    who: Annotated[str, typer.Argument(metavar="WHO", help=IDS)],
    reason: ReasonOption,
    kind: Annotated[
        Literal["resident", "merchant", "association"], typer.Option(help="What WHO is.")
    ] = "resident",
) -> None:
    """Give somebody a new wallet in place of a lost one, with all its coins. The enforcer signs.

    It takes effect later by itself; until then `heitje act cancel` can stop it.
    """
    found = participant(desk, kind, who)
    chain_id, name = on_chain(desk, found), found["name"]
    recoveries = desk.client.recoveries
    asked_for = recoveries.ask({"participant": found["id"], "reason": reason}, desk.key)
    ready = desk.until(
        lambda: recoveries.get(asked_for["id"]),
        lambda one: one["state"] != "asked",
        asked_for,
        f"heitje recovery show {asked_for['id']}",
    )
    if ready["new_wallet"] is None:
        en = f"The new wallet of {name} is being made; run the same again later, with --idempotency-key."
        desk.done(ready, en, f"De nieuwe portemonnee van {name} wordt gemaakt; doe het straks nog eens.")
        return
    wallets = {"newWallet": ready["new_wallet"].removeprefix("0x").lower()}
    asked = Asked(
        ("recover",), wallets, {chain_id: name}, [(desk.text("Of", "Van"), f"{name} ({found['id']})")]
    )
    act = act_final(desk, recoveries.replace(ready["id"], ShownSigner(desk, asked), desk.key))
    done = (f"{name} gets a new wallet.", f"{name} krijgt een nieuwe portemonnee.")
    tell(desk, act, act["state"], done)


@reading(recovery_app, "list")
def list_recoveries(desk: Desk) -> None:
    """List recoveries, newest first."""
    columns = (
        Column("Nummer", "Id", lambda one: short(one["id"])),
        Column("Deelnemer", "Participant", lambda one: short(one["participant"])),
        Column("Stand", "State", lambda one: one["state"]),
        Column("Gevraagd", "Asked", lambda one: desk.moment(one["created_at"])),
        Column("Vervangen", "Replaced", lambda one: desk.moment(one["replaced_at"])),
    )
    desk.list(columns, desk.client.recoveries.list())


@reading(recovery_app, "show")
def show(
    desk: Desk, recovery: Annotated[str, typer.Argument(metavar="RECOVERY", help="Its id, or a beginning.")]
) -> None:
    """Show one recovery, and how far it is."""
    found = desk.client.recoveries.get(one_of(desk, desk.client.recoveries.list, recovery))
    if found["state"] == "failed":
        raise refused(desk, found)
    desk.show(
        found,
        [
            (desk.text("Id", "Nummer"), found["id"]),
            (desk.text("Participant", "Deelnemer"), found["participant"]),
            (desk.text("State", "Stand"), found["state"]),
            (desk.text("Old wallet", "Oude portemonnee"), found["old_wallet"] or "-"),
            (desk.text("New wallet", "Nieuwe portemonnee"), found["new_wallet"] or "-"),
            (desk.text("Act", "Handeling"), found["act"] or "-"),
            (desk.text("Replaced", "Vervangen"), desk.moment(found["replaced_at"])),
        ],
    )

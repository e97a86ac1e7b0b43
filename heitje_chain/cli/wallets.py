"""`heitje wallet recover` and `heitje recovery`: one officer asks for a new wallet, another goes on."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from .acts import act_final, refused, tell
from .command import ordering, reading, signing
from .desk import Desk
from .found import on_chain, one_of, participant
from .options import IDS
from .payments import wallet_app
from .reasons import ReasonOption
from .shown import Column, short
from .signing import Asked, ShownSigner

recovery_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


KindOption = Annotated[
    Literal["resident", "merchant", "association"], typer.Option(help="What the participant is.")
]


@ordering(wallet_app, "recover")
def recover(
    desk: Desk,
    who: Annotated[str, typer.Argument(metavar="WHO", help=IDS)],
    reason: ReasonOption,
    identity: Annotated[
        Literal["passport", "id_card", "licence", "known"] | None,
        typer.Option(help="How you saw who asks for it; known: you, or a colleague, know the person."),
    ] = None,
    kind: KindOption = "resident",
) -> None:
    """Ask for a new wallet in place of a lost one. Another officer goes on, by `heitje recovery replace`."""
    found = participant(desk, kind, who)
    name, recoveries = found["name"], desk.client.recoveries
    asked_for = recoveries.ask({"participant": found["id"], "reason": reason, "identity": identity}, desk.key)
    ready = desk.until(
        lambda: recoveries.get(asked_for["id"]),
        lambda one: one["state"] != "asked",
        asked_for,
        f"heitje recovery show {asked_for['id']}",
    )
    en = f"A new wallet for {name} waits for another officer: {asked_for['id']}"
    desk.done(ready, en, f"Een nieuwe portemonnee voor {name} wacht op een collega: {asked_for['id']}")


@signing(recovery_app, "replace")
def replace(
    desk: Desk,
    recovery: Annotated[str, typer.Argument(metavar="RECOVERY", help="Its id, or a beginning.")],
    kind: KindOption = "resident",
) -> None:
    """Let the new wallet take the place of the lost one, with all its coins. The enforcer signs.

    Not by the officer who asked for it. It takes effect later by itself; until then `heitje act cancel` can
    stop it.
    """
    recoveries = desk.client.recoveries
    ready = recoveries.get(one_of(desk, recoveries.list, recovery))
    found = participant(desk, kind, ready["participant"])
    chain_id, name = on_chain(desk, found), found["name"]
    wallets = {"newWallet": (ready["new_wallet"] or "").removeprefix("0x").lower()}
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
            (desk.text("Asked by", "Gevraagd door"), found["asked_by"] or "-"),
            (desk.text("Old wallet", "Oude portemonnee"), found["old_wallet"] or "-"),
            (desk.text("New wallet", "Nieuwe portemonnee"), found["new_wallet"] or "-"),
            (desk.text("Act", "Handeling"), found["act"] or "-"),
            (desk.text("Replaced", "Vervangen"), desk.moment(found["replaced_at"])),
        ],
    )

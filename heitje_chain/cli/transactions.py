"""`heitje tx`: what an operator sees of sending to the chain."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from .command import ordering, reading
from .desk import Desk
from .shown import Column, short

tx_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@reading(tx_app, "list")
def list_transactions(
    desk: Desk,
    state: Annotated[
        Literal["signed", "mined", "final", "reverted", "lost"] | None,
        typer.Option(help="signed: in no block yet; lost: its nonce was used elsewhere."),
    ] = None,
) -> None:
    """List what was sent to the chain, newest first."""
    columns = (
        Column("Nummer", "Number", lambda one: str(one["id"]), right=True),
        Column("Baan", "Lane", lambda one: one["lane"]),
        Column("Nonce", "Nonce", lambda one: str(one["nonce"]), right=True),
        Column("Stand", "State", lambda one: one["state"]),
        Column("Blok", "Block", lambda one: str(one["block_number"] or "-"), right=True),
        Column("Ondertekend", "Signed", lambda one: desk.moment(one["created_at"])),
        Column("Hash", "Hash", lambda one: short(one["hash"])),
    )
    desk.list(columns, desk.client.transactions.list(**({"state": state} if state else {})))


@reading(tx_app, "show")
def show(desk: Desk, number: Annotated[int, typer.Argument(metavar="NUMBER", min=1)]) -> None:
    """Show one transaction: every attempt, and what it carries out."""
    found = desk.client.transactions.get(number)
    facts = [
        (desk.text("Number", "Nummer"), str(found["id"])),
        (desk.text("Lane", "Baan"), f"{found['lane']}, nonce {found['nonce']}"),
        (desk.text("State", "Stand"), found["state"]),
        (desk.text("Block", "Blok"), str(found["block_number"] or "-")),
    ]
    for attempt in found["attempts"]:
        when = desk.moment(attempt["created_at"])
        told = f"{attempt['hash']}, {when}, {attempt['most_fee']} wei/gas"
        facts.append((desk.text("Attempt", "Poging"), told))
    for act in found["acts"]:
        facts.append((desk.text("Carries out", "Voert uit"), f"{act['kind']} {act['id']}, {act['state']}"))
    desk.show(found, facts)


@reading(tx_app, "lanes")
def lanes(desk: Desk) -> None:
    """List the sending accounts, and whether they send."""
    columns = (
        Column("Baan", "Lane", lambda one: one["lane"]),
        Column("Adres", "Address", lambda one: one["address"]),
        Column("Volgende nonce", "Next nonce", lambda one: str(one["next_nonce"]), right=True),
        Column("Stand", "State", lambda one: one["state"]),
        Column("Reden", "Reason", lambda one: one["reason"] or ""),
        Column("Sinds", "Since", lambda one: desk.moment(one["since"])),
    )
    desk.list(columns, desk.client.lanes())


@ordering(tx_app, "resume")
def resume(desk: Desk, lane: Annotated[str, typer.Argument(metavar="LANE", help="Its name.")]) -> None:
    """Let a paused account send again. You vouch that nobody else has its key now."""
    summary = [(desk.text("Account that sends again", "Rekening die weer verstuurt"), lane)]
    desk.confirm(summary, "Has nobody else its key?", "Heeft niemand anders de sleutel?")
    resumed = desk.client.resume_lane(lane, desk.key)
    done = ("It goes on once its lost transactions are settled.", "Het gaat door na het opruimen.")
    desk.done(resumed, *done)

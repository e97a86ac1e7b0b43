"""`heitje whoami` and `heitje access`: who one is by one's token, and the tokens of others, over the API."""

from __future__ import annotations

from typing import Annotated, cast

import typer

from .command import ordering, reading
from .desk import Desk
from .found import Kind, one_of, participant
from .options import IDS
from .shown import Column, short

access_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

KINDS = ("partner", "merchant", "resident", "association")


def whoami(desk: Desk) -> None:
    """Tell whose token this is, what it allows and until when."""
    found = desk.client.oneself()
    desk.show(
        found,
        [
            (desk.text("You are", "Je bent"), f"{found['role']} {found['name'] or found['subject']}"),
            (desk.text("Id", "Nummer"), found["subject"]),
            (desk.text("Allows", "Mag"), ", ".join(found["scopes"])),
            (desk.text("Good until", "Geldt tot"), desk.moment(found["expires_at"])),
            (desk.text("Service", "Dienst"), desk.options.url),
        ],
    )


@ordering(access_app, "new")
def new(
    desk: Desk,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="partner, merchant, resident or association.")],
    who: Annotated[str, typer.Argument(metavar="WHO", help=IDS)],
    days: Annotated[int, typer.Option(min=1, max=366, help="How long it is good.")] = 90,
    scope: Annotated[
        list[str] | None, typer.Option(help="Less than the kind may; can be given more than once.")
    ] = None,
) -> None:
    """Make an access token for a participant's own system. It is shown this once."""
    if kind not in KINDS:
        raise typer.BadParameter(f"Choose from: {', '.join(KINDS)}.", param_hint="KIND")
    found = participant(desk, cast("Kind", kind), who)
    made = desk.client.new_token({"participant": found["id"], "days": days, "scopes": scope or None})
    until = desk.moment(made["expires_at"])
    desk.note(f"For {found['name']}, good until {until}:", f"Voor {found['name']}, geldt tot {until}:")
    desk.done(made, made["secret"], made["secret"])


@reading(access_app, "list")
def list_tokens(desk: Desk) -> None:
    """List tokens, newest first: one's own, everybody's for the registrar."""
    columns = (
        Column("Nummer", "Id", lambda one: short(one["id"])),
        Column("Rol", "Role", lambda one: one["role"]),
        Column("Houder", "Holder", lambda one: one["holder"]),
        Column("Stand", "State", lambda one: one["state"]),
        Column("Geldt tot", "Good until", lambda one: desk.moment(one["expires_at"])),
    )
    desk.list(columns, desk.client.tokens.list())


@ordering(access_app, "revoke")
def revoke(desk: Desk, token: Annotated[str, typer.Argument(metavar="TOKEN", help="Its id.")]) -> None:
    """End a token at once."""
    own_id = one_of(desk, desk.client.tokens.list, token)
    question = [(desk.text("Ended at once", "Meteen ongeldig"), own_id)]
    desk.confirm(question, "End it?", "Ongeldig maken?")
    desk.client.revoke_token(own_id)
    desk.done({"id": own_id, "state": "revoked"}, "It is revoked.", "De sleutel geldt niet meer.")


def activity(desk: Desk) -> None:
    """List what happened with one's own coins and claims, newest first."""
    columns = (
        Column("Wanneer", "When", lambda one: desk.moment(one["at"])),
        Column("Soort", "Kind", lambda one: one["kind"]),
        Column("Bedrag", "Amount", lambda one: desk.amount(one["cents"]), right=True),
        Column("Stand", "State", lambda one: one["state"]),
        Column("Wat", "What", lambda one: one["title"] or one["counterpart"] or ""),
    )
    desk.list(columns, desk.client.activity())

"""`heitje account`: who uses the pages, by e-mail address, and in which roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from .command import ordering, reading
from .desk import Desk
from .found import Kind, one_of, participant
from .shown import Column, short

if TYPE_CHECKING:
    from heitje_chain.client.orders import NewAccount

account_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

KINDS = ("resident", "merchant", "partner", "association")
OFFICERS = ("registrar", "treasurer", "auditor", "settlement", "arbiter", "enforcer", "guardian")


@ordering(account_app, "add")
def add(
    desk: Desk,
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Where the codes to log in are sent.")],
    role: Annotated[
        str, typer.Argument(metavar="ROLE", help="resident, merchant, partner, association, or an officer's.")
    ],
    who: Annotated[
        str | None,
        typer.Argument(
            metavar="WHO",
            help="The participant, by its name or its id; of an officer the name, when it is not the role's.",
        ),
    ] = None,
    language: Annotated[Literal["nl", "en"], typer.Option(help="Of the first mails.")] = "nl",
) -> None:
    """Let somebody use the pages in a role; the same again changes nothing."""
    if role not in (*KINDS, *OFFICERS):
        raise typer.BadParameter(f"Choose from: {', '.join((*KINDS, *OFFICERS))}.", param_hint="ROLE")
    if role in KINDS and who is None:
        raise typer.BadParameter(f"Say which {role} it is.", param_hint="WHO")
    if role in KINDS:
        found = participant(desk, cast("Kind", role), who or "")
        subject, name = found["id"], found["name"]
    else:
        subject = name = who or role
    desk.confirm(
        [
            (desk.text("E-mail address", "E-mailadres"), email),
            (desk.text("Role", "Rol"), role),
            (desk.text("As", "Als"), name),
        ],
        "Let whoever has this address act as this?",
        "Mag wie dit adres heeft, hiervoor handelen?",
    )
    body = cast("NewAccount", {"email": email, "role": role, "subject": subject, "language": language})
    made = desk.client.accounts.ask(body, desk.key)
    desk.done(
        made,
        f"{made['email']} can log in as {role} {name}.",
        f"{made['email']} kan inloggen als {role} {name}.",
    )


@reading(account_app, "list")
def list_accounts(
    desk: Desk, email: Annotated[str | None, typer.Option(metavar="EMAIL", help="Only this one.")] = None
) -> None:
    """List who uses the pages, newest first."""
    columns = (
        Column("Nummer", "Id", lambda one: short(one["id"])),
        Column("E-mailadres", "E-mail address", lambda one: one["email"]),
        Column("Taal", "Language", lambda one: one["language"]),
        Column(
            "Rollen",
            "Roles",
            lambda one: ", ".join(f"{held['role']} {short(held['subject'])}" for held in one["roles"]),
        ),
    )
    desk.list(columns, desk.client.accounts.list(**({} if email is None else {"email": email})))


@ordering(account_app, "forget-passkeys")
def forget_passkeys(
    desk: Desk, account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Its id, or a beginning.")]
) -> None:
    """Forget the passkeys of somebody who lost them, and log that person out everywhere."""
    own_id = one_of(desk, desk.client.accounts.list, account)
    question = [(desk.text("Passkeys forgotten", "Passkeys vergeten van"), own_id)]
    desk.confirm(question, "Forget them?", "Vergeten?")
    desk.client.forget_passkeys(own_id)
    desk.done({"id": own_id}, "They are forgotten.", "Ze zijn vergeten.")


@ordering(account_app, "remove-role")
def remove_role(
    desk: Desk,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Its id, or a beginning.")],
    role: Annotated[str, typer.Argument(metavar="ROLE", help="As `heitje account list` names it.")],
) -> None:
    """Take a role away from somebody, and log that person out everywhere."""
    if role not in (*KINDS, *OFFICERS):
        raise typer.BadParameter(f"Choose from: {', '.join((*KINDS, *OFFICERS))}.", param_hint="ROLE")
    own_id = one_of(desk, desk.client.accounts.list, account)
    desk.confirm(
        [(desk.text("Account", "Account"), own_id), (desk.text("Role", "Rol"), role)],
        "Take this role away?",
        "Deze rol wegnemen?",
    )
    desk.client.remove_role(own_id, role)
    desk.done({"id": own_id, "role": role}, "It is taken away.", "Die is weggenomen.")

"""`heitje merchant contract` and `acceptance`: what shops agreed with the municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .command import ordering, reading
from .desk import Desk
from .found import one_of, participant
from .options import IDS, day
from .people import WhoArgument
from .shown import Column, short

if TYPE_CHECKING:
    from heitje_chain.client.answers import ContractView

contract_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

FirstOption = Annotated[
    str, typer.Option("--from", metavar="DAY", parser=day, help="The first day, such as 2026-01-01.")
]
LastOption = Annotated[
    str, typer.Option("--until", metavar="DAY", parser=day, help="The last day, such as 2027-12-31.")
]


@ordering(contract_app, "add")
def add(desk: Desk, who: WhoArgument, valid_from: FirstOption, valid_until: LastOption) -> None:
    """Enter a contract with a merchant; nobody can pay it on a day without one."""
    found = participant(desk, "merchant", who)
    name = found["name"]
    summary = [
        (desk.text("Merchant", "Winkelier"), name),
        (desk.text("From", "Van"), valid_from),
        (desk.text("Until", "Tot en met"), valid_until),
    ]
    desk.confirm(summary, "Enter this contract?", "Dit contract invoeren?")
    made = desk.client.merchant_contracts.ask(
        {"merchant": found["id"], "valid_from": valid_from, "valid_until": valid_until}, desk.key
    )
    desk.done(
        made,
        f"{name} has a contract from {valid_from} to {valid_until}, id {short(made['id'])}.",
        f"{name} heeft een contract van {valid_from} tot en met {valid_until}, nummer {short(made['id'])}.",
    )


@ordering(contract_app, "end")
def end(
    desk: Desk,
    contract: Annotated[str, typer.Argument(metavar="CONTRACT", help="Its id, or a beginning of it.")],
    last_day: Annotated[
        str, typer.Option(metavar="DAY", parser=day, help="The last day; yesterday ends it now.")
    ],
) -> None:
    """End a contract earlier than was agreed. What the merchant has it can still redeem and refund."""
    contract_id = one_of(desk, desk.client.merchant_contracts.list, contract)
    desk.confirm(
        [(desk.text("Contract", "Contract"), contract_id), (desk.text("Last day", "Laatste dag"), last_day)],
        "End it?",
        "Beëindigen?",
    )
    ended = desk.client.merchant_contracts.end(contract_id, last_day, desk.key)
    desk.done(ended, f"Its last day is {last_day}.", f"De laatste dag is {last_day}.")


@reading(contract_app, "list")
def list_contracts(
    desk: Desk,
    merchant: Annotated[str | None, typer.Option(metavar="WHO", help=f"Only this merchant's. {IDS}")] = None,
) -> None:
    """List contracts, newest first; a merchant sees its own."""
    query = {} if merchant is None else {"merchant": participant(desk, "merchant", merchant)["id"]}
    columns = (
        Column("Contract", "Contract", lambda one: short(one["id"])),
        Column("Winkelier", "Merchant", lambda one: one["merchant_name"]),
        Column("Van", "From", lambda one: one["valid_from"]),
        Column("Tot en met", "Until", lambda one: one["last_day"]),
        Column("Stand", "State", lambda one: _state(desk, one)),
        Column("", "", lambda one: desk.text("ends soon", "loopt af") if one["ends_soon"] else ""),
    )
    desk.list(columns, desk.client.merchant_contracts.list(**query))


def acceptance(
    desk: Desk,
    who: Annotated[
        str | None, typer.Argument(metavar="[WHO]", help=f"{IDS} A merchant leaves it out.")
    ] = None,
) -> None:
    """Show for how long a merchant accepts Heitjes, and what to do when that ends."""
    own = desk.client.oneself()["subject"] if who is None else participant(desk, "merchant", who)["id"]
    found = desk.client.merchants.acceptance(own)
    until = found["until"] or desk.text("not now", "nu niet")
    facts = [(desk.text("Accepts Heitjes until", "Neemt Heitjes aan tot en met"), until)]
    if found["days_left"] is not None:
        facts.append((desk.text("Days left", "Dagen nog"), str(found["days_left"])))
    if found["warning"]:
        facts.append((desk.text("Mind", "Let op"), found["warning"]))
    desk.show(found, facts)


def _state(desk: Desk, one: ContractView) -> str:
    words = {"coming": ("coming", "komt nog"), "valid": ("valid", "geldig"), "over": ("over", "voorbij")}
    return desk.text(*words[one["state"]])

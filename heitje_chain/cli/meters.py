"""`heitje meters`: what the municipality keeps an eye on."""

from __future__ import annotations

from .desk import Desk
from .shown import Column, short, table


def meters(desk: Desk) -> None:
    """Show twelve months' payments against the law's threshold, and merchants' contracts that need care."""
    found = desk.client.meters()
    volume, without, ending = (
        found["volume"],
        found["merchants_without_contract"],
        found["contracts_ending"],
    )
    facts = [
        (
            desk.text("Paid to merchants", "Betaald aan winkels"),
            desk.text(
                f"{desk.amount(volume['cents'])} from {volume['since']} to {volume['until']}",
                f"{desk.amount(volume['cents'])} van {volume['since']} tot en met {volume['until']}",
            ),
        ),
        (
            desk.text("DNB's threshold", "Grens van DNB"),
            desk.text(
                f"{desk.amount(volume['threshold'])}, {volume['percent']} % of it is reached",
                f"{desk.amount(volume['threshold'])}, daarvan is {volume['percent']} % bereikt",
            ),
        ),
        (desk.text("Shops without a contract", "Winkels zonder contract"), str(len(without))),
        (desk.text("Contracts that end soon", "Contracten die aflopen"), str(len(ending))),
        (
            desk.text("Residents near a limit", "Inwoners bij een grens"),
            str(found["residents_near_limit"]),
        ),
    ]
    if volume["warning"]:
        facts.append((desk.text("Mind", "Let op"), volume["warning"]))
    desk.show(found, facts)
    if desk.options.as_json or not (without or ending):
        return
    columns = (
        Column("Winkel", "Shop", lambda one: one["merchant_name"]),
        Column("Nummer", "Id", lambda one: short(one["merchant"])),
        Column("Neemt aan tot en met", "Accepts until", lambda one: one.get("until") or "-"),
    )
    table(columns, [*without, *ending], desk.options.language)

"""`heitje budget`, `mint`, `limit` and `reserve`: the treasurer's and the auditor's orders."""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .acts import order
from .command import reading, signing
from .desk import Desk
from .found import on_chain, participant
from .options import euros, euros_or_nothing, moment_of
from .shown import Column, short
from .signing import Asked

if TYPE_CHECKING:
    from heitje_chain.client.orders import (
        AttestationBody,
        AwardBody,
        BudgetClosing,
        GrantBody,
        LimitBody,
    )

budget_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
limit_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
reserve_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

PartnerArgument = Annotated[str, typer.Argument(help="The partner's id, a beginning of it, or its name.")]
PeriodOption = Annotated[
    int, typer.Option(min=1, help="The budget's period, such as the year.", default_factory=lambda: _year())
]
AmountArgument = Annotated[
    int, typer.Argument(metavar="EUROS", parser=euros, help="Such as 1500 or 1500,00.")
]


@reading(budget_app, "list")
def list_budgets(desk: Desk) -> None:
    """List budgets: what was granted, promised, paid and is left."""
    columns = (
        Column("Partner", "Partner", lambda one: one["partner_name"]),
        Column("Nummer", "Id", lambda one: short(one["partner"])),
        Column("Periode", "Period", lambda one: str(one["period"])),
        Column("Toegekend", "Granted", lambda one: desk.amount(one["granted"]), right=True),
        Column("Beloofd", "Reserved", lambda one: desk.amount(one["reserved"]), right=True),
        Column("Uitgegeven", "Minted", lambda one: desk.amount(one["minted"]), right=True),
        Column("Over", "Left", lambda one: desk.amount(one["available"]), right=True),
        Column("", "", lambda one: desk.text("closed", "gesloten") if one["closed"] else ""),
    )
    desk.list(columns, desk.client.budgets())


@signing(budget_app, "grant")
def grant(desk: Desk, partner: PartnerArgument, amount: AmountArgument, period: PeriodOption) -> None:
    """Let a partner promise more rewards. The treasurer signs."""
    found = participant(desk, "partner", partner)
    chain_id = on_chain(desk, found)
    asked = Asked(
        ("grant",), {"partner": chain_id, "period": period, "cents": amount}, {chain_id: found["name"]}
    )
    body: GrantBody = {"partner": found["id"], "period": period, "cents": amount}
    told = desk.amount(amount), found["name"], period
    en = "{} granted to {} for {}.".format(*told)
    order(
        desk,
        desk.client.grants.of(body, desk.key),
        asked,
        (en, "{} toegekend aan {} voor {}.".format(*told)),
    )


@signing(budget_app, "close")
def close(desk: Desk, partner: PartnerArgument, period: PeriodOption) -> None:
    """Let a partner promise nothing more from a budget; what is left is the city's again."""
    found = participant(desk, "partner", partner)
    chain_id = on_chain(desk, found)
    asked = Asked(("closeBudget",), {"partner": chain_id, "period": period}, {chain_id: found["name"]})
    told = found["name"], period
    done = ("The budget of {} for {} is closed.", "Het budget van {} voor {} is gesloten.")
    body: BudgetClosing = {"partner": found["id"], "period": period}
    order(
        desk,
        desk.client.budget_closings.of(body, desk.key),
        asked,
        (done[0].format(*told), done[1].format(*told)),
    )


def mint(
    desk: Desk,
    partner: PartnerArgument,
    resident: Annotated[str, typer.Argument(help="The resident's id, a beginning of it, or the name.")],
    amount: AmountArgument,
    reason: Annotated[str, typer.Option(help="Why, in words; kept off the chain.")],
    period: PeriodOption,
) -> None:
    """Give a resident coins at once, out of what a partner's budget promised nobody. The treasurer signs."""
    giver, getter = participant(desk, "partner", partner), participant(desk, "resident", resident)
    giver_id, getter_id = on_chain(desk, giver), on_chain(desk, getter)
    arguments = {"partner": giver_id, "resident": getter_id, "period": period, "cents": amount}
    asked = Asked(
        ("award",),
        arguments,
        {giver_id: giver["name"], getter_id: getter["name"]},
        [(desk.text("Reason", "Reden"), reason)],
    )
    body: AwardBody = {
        "partner": giver["id"],
        "resident": getter["id"],
        "period": period,
        "cents": amount,
        "reason": reason,
    }
    told = desk.amount(amount), getter["name"]
    done = ("{} minted for {}.".format(*told), "{} uitgegeven aan {}.".format(*told))
    order(desk, desk.client.awards.of(body, desk.key), asked, done)


@signing(limit_app, "set")
def set_limit(
    desk: Desk,
    partner: PartnerArgument,
    amount: AmountArgument,
    hours: Annotated[int, typer.Option(min=1, max=1_000_000, help="In how many hours.")] = 24,
) -> None:
    """Set how much a partner's approvals can mint in a while. The treasurer signs; it takes effect later."""
    found = participant(desk, "partner", partner)
    chain_id, window = on_chain(desk, found), hours * 3600
    arguments = {"partner": chain_id, "capacity": amount, "window": window}
    asked = Asked(("setMintLimit",), arguments, {chain_id: found["name"]})
    body: LimitBody = {"partner": found["id"], "capacity": amount, "window": window}
    told = found["name"], desk.amount(amount), hours
    en = "The limit of {} is {} in {} hours.".format(*told)
    order(
        desk,
        desk.client.mint_limits.of(body, desk.key),
        asked,
        (en, "De limiet van {} is {} per {} uur.".format(*told)),
    )


@reading(limit_app, "list")
def list_limits(desk: Desk) -> None:
    """List partners' limits; those that still wait for their delay are not here."""
    columns = (
        Column("Partner", "Partner", lambda one: one["partner_name"]),
        Column("Nummer", "Id", lambda one: short(one["partner"])),
        Column("Hoogstens", "At most", lambda one: desk.amount(one["capacity"]), right=True),
        Column("Uren", "Hours", lambda one: f"{one['window'] / 3600:g}", right=True),
    )
    desk.list(columns, desk.client.limits())


@reading(reserve_app, "show")
def show_reserve(desk: Desk) -> None:
    """Show the euros in the bank beside what is owed and promised, and what can still be granted."""
    found = desk.client.reserve()
    desk.show(
        found,
        [
            (desk.text("Attested", "Bevestigd"), desk.amount(found["attested"])),
            (desk.text("As of", "Per datum"), desk.moment(found["as_of"])),
            (desk.text("Left of it", "Daarvan over"), desk.amount(found["left"])),
            (desk.text("Coins in circulation", "Heitjes in omloop"), desk.amount(found["supply"])),
            (
                desk.text("Promised, not minted", "Beloofd, niet uitgegeven"),
                desk.amount(found["outstanding"]),
            ),
            (desk.text("Payable anew", "Opnieuw te betalen"), desk.amount(found["payable"])),
            (desk.text("Owed", "Verschuldigd"), desk.amount(found["owed"])),
            (desk.text("Can be granted", "Nog toe te kennen"), desk.amount(found["room"])),
        ],
    )


@signing(reserve_app, "attest")
def attest(
    desk: Desk,
    amount: Annotated[
        int,
        typer.Argument(
            metavar="EUROS",
            parser=euros_or_nothing,
            help="As the bank statement says, less what is payable.",
        ),
    ],
    statement: Annotated[Path, typer.Option(help="The bank statement's file; its SHA-256 is signed.")],
    as_of: Annotated[
        int | None,
        typer.Option(
            parser=moment_of,
            metavar="MOMENT",
            help="Of the statement, local time, such as 2026-12-01 (its end). Default: now.",
        ),
    ] = None,
) -> None:
    """Attest how many euros are in the bank, so that as much can be granted. The auditor signs."""
    moment = int(time.time()) - 1 if as_of is None else as_of
    statement_hash = hashlib.sha256(statement.read_bytes()).hexdigest()
    asked = Asked(
        ("attestReserve",),
        {"cents": amount, "asOf": moment},
        more=[(desk.text("Statement SHA-256", "SHA-256 van het afschrift"), statement_hash)],
    )
    body: AttestationBody = {"cents": amount, "as_of": moment, "statement_sha256": statement_hash}
    told = desk.amount(amount), desk.moment(moment)
    done = ("{} attested as of {}.".format(*told), "{} bevestigd per {}.".format(*told))
    order(desk, desk.client.attestations.of(body, desk.key), asked, done)


def _year() -> int:
    return datetime.now(UTC).year

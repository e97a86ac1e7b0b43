"""`heitje allowance`: the limits of what residents may earn, what is recorded of them, and one's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .command import ordering, reading
from .desk import Desk
from .found import participant
from .options import IDS, day, euros, euros_or_nothing
from .shown import Column, short

if TYPE_CHECKING:
    from heitje_chain.client.answers import AllowanceView, LimitsView, ProposalView, RecordView
    from heitje_chain.client.orders import NewEarnings, NewLimits, NewRecord, OwnStop

allowance_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

NumberArgument = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="Of the proposal.")]
WhoArgument = Annotated[str, typer.Argument(metavar="RESIDENT", help=IDS)]
EurosOption = Annotated[int | None, typer.Option(metavar="EUROS", parser=euros_or_nothing)]


def _amount(description: str) -> Any:
    return typer.Option(metavar="EUROS", parser=euros_or_nothing, help=description)


# ---------------------------------------------------------------- the municipality


@reading(allowance_app, "limits")
def list_limits(desk: Desk) -> None:
    """List all limits and proposals, newest first, with a warning when this year has none of its own."""
    _warn(desk, desk.client.allowance_limits.current()["warning"])

    def cents(name: str) -> Callable[[Mapping[str, Any]], str]:
        return lambda one: "-" if one[name] is None else desk.amount(one[name])

    columns = (
        Column("Nr", "No", lambda one: str(one["number"]), right=True),
        Column("Geldt vanaf", "Holds from", lambda one: one["effective_from"]),
        Column("Uur", "Hour", cents("hour"), right=True),
        Column("Onder 21", "Under 21", cents("hour_under_21"), right=True),
        Column("Maand", "Month", cents("month"), right=True),
        Column("Jaar", "Year", cents("year_total"), right=True),
        Column("Stad", "City", cents("city_year"), right=True),
        Column("Stand", "State", lambda one: one["state"]),
        Column("Door", "By", lambda one: f"{one['proposed_by']}, {one['decided_by'] or '-'}"),
    )
    desk.list(columns, desk.client.allowance_limits.list())


@reading(allowance_app, "current")
def current(desk: Desk) -> None:
    """Show the limits that hold today."""
    found = desk.client.allowance_limits.current()
    _warn(desk, found["warning"])
    limits = found["limits"]
    facts = [(desk.text("Year", "Jaar"), str(found["year"]))]
    if limits is not None:
        facts += [
            (desk.text("Limits of", "Grenzen van"), limits["effective_from"]),
            *_of_the_law(desk, limits),
        ]
        if limits["city_year"] is not None:
            facts.append((desk.text("City, a year", "Stad, per jaar"), desk.amount(limits["city_year"])))
    desk.show(found, facts)


@ordering(allowance_app, "propose")
def propose(
    desk: Desk,
    year: Annotated[int, typer.Argument(metavar="YEAR", min=2020, max=2099)],
    hour: Annotated[int, _amount("The most for an hour, from 21 on.")],
    hour_under_21: Annotated[int, _amount("The most for an hour, under 21.")],
    month: Annotated[int, _amount("The most for a month.")],
    year_total: Annotated[int, _amount("The most for a year.")],
    city_year: Annotated[int | None, _amount("The city's own lower limit for a year.")] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DAY", parser=day, help="Default: 1 January.")
    ] = None,
) -> None:
    """Propose limits; another officer confirms them."""
    body: NewLimits = {
        "year": year,
        "effective_from": since or f"{year}-01-01",
        "hour": hour,
        "hour_under_21": hour_under_21,
        "month": month,
        "year_total": year_total,
        "city_year": city_year,
    }
    made = desk.client.allowance_limits.ask(body, desk.key)
    number = made["number"]
    desk.done(
        made,
        f"Proposal {number} waits for another officer: heitje allowance confirm {number}",
        f"Voorstel {number} wacht op een andere medewerker: heitje allowance confirm {number}",
    )


@ordering(allowance_app, "confirm")
def confirm(desk: Desk, number: NumberArgument) -> None:
    """Confirm what another officer proposed: it holds from its day on."""
    found = desk.client.allowance_limits.get(number)
    summary = [
        (desk.text("Holds from", "Geldt vanaf"), found["effective_from"]),
        *_of_the_law(desk, found),
        (
            desk.text("City, a year", "Stad, per jaar"),
            "-" if found["city_year"] is None else desk.amount(found["city_year"]),
        ),
        (desk.text("Proposed by", "Voorgesteld door"), found["proposed_by"]),
    ]
    desk.confirm(summary, "Confirm these limits?", "Deze grenzen bevestigen?")
    _decided(desk, desk.client.allowance_limits.confirm(number, desk.key))


@ordering(allowance_app, "reject")
def reject(desk: Desk, number: NumberArgument) -> None:
    """Reject what another officer proposed."""
    _decided(desk, desk.client.allowance_limits.reject(number, desk.key))


@ordering(allowance_app, "withdraw")
def withdraw(desk: Desk, number: NumberArgument) -> None:
    """Withdraw what you proposed yourself."""
    _decided(desk, desk.client.allowance_limits.withdraw(number, desk.key))


# ---------------------------------------------------------------- the registrar


@ordering(allowance_app, "record")
def record(
    desk: Desk,
    resident: WhoArgument,
    confirmed: Annotated[
        bool, typer.Option("--confirmed/--unconfirmed", help="Lives in the city, and has no other account.")
    ],
    adult: Annotated[bool, typer.Option("--adult", help="Is 21 or older.")] = False,
    under_21_until: Annotated[
        str | None,
        typer.Option(metavar="DAY", parser=day, help="Is under 21; from this day on no longer."),
    ] = None,
) -> None:
    """Record what you saw of a resident, in place of what was recorded before."""
    if adult and under_21_until:
        raise typer.BadParameter("Say --adult or --under-21-until, not both.")
    found = participant(desk, "resident", resident)
    band = None if not adult and under_21_until is None else not adult
    body: NewRecord = {"confirmed": confirmed, "under_21": band, "changes_on": under_21_until}
    made = desk.client.allowance.set_record(found["id"], body)
    desk.done(made, f"Recorded of {found['name']}.", f"Vastgelegd van {found['name']}.")


@reading(allowance_app, "recorded")
def recorded(desk: Desk, resident: WhoArgument) -> None:
    """Show what is recorded of a resident. For the registrar."""
    found = participant(desk, "resident", resident)
    told = desk.client.allowance.record(found["id"])
    desk.show(told, [(desk.text("Name", "Naam"), found["name"]), *_recorded(desk, told)])


@ordering(allowance_app, "merge")
def merge(
    desk: Desk,
    closed: Annotated[str, typer.Argument(metavar="CLOSED", help="The account that claims no more. " + IDS)],
    kept: Annotated[str, typer.Argument(metavar="KEPT", help="The account that goes on. " + IDS)],
) -> None:
    """Merge two accounts of one person: both count together from now on. It cannot be undone."""
    one, other = (participant(desk, "resident", typed) for typed in (closed, kept))
    desk.confirm(
        [
            (desk.text("Closed", "Gesloten"), f"{one['name']} ({short(one['id'])})"),
            (desk.text("Goes on", "Gaat door"), f"{other['name']} ({short(other['id'])})"),
        ],
        "Merge these accounts, for good?",
        "Deze accounts voorgoed samenvoegen?",
    )
    made = desk.client.allowance.merge(one["id"], other["id"])
    told = f"{one['name']} + {other['name']}"
    desk.done(made, f"{told}: one person, one limit.", f"{told}: een persoon, een grens.")


# ---------------------------------------------------------------- a resident


@reading(allowance_app, "show")
def show(desk: Desk) -> None:
    """Show what you may still earn."""
    _shown(desk, desk.client.allowance.read())


@ordering(allowance_app, "stop")
def stop(desk: Desk, month: EurosOption = None, year: EurosOption = None) -> None:
    """Choose limits of your own, which nobody else sees; without --month and --year you have none."""
    body: OwnStop = {"month": month, "year": year}
    _shown(desk, desk.client.allowance.set_stop(body))


@ordering(allowance_app, "elsewhere")
def elsewhere(
    desk: Desk,
    month: Annotated[str, typer.Argument(metavar="MONTH", help="Such as 2026-11.")],
    amount: Annotated[
        int | None, typer.Argument(metavar="EUROS", parser=euros, help="Leave it out to take it back.")
    ] = None,
) -> None:
    """Say what you earn elsewhere as a volunteer in a month; it counts, and nobody else sees it."""
    if amount is None:
        desk.client.allowance.delete_elsewhere(month)
    else:
        body: NewEarnings = {"month": month, "cents": amount}
        desk.client.allowance.set_elsewhere(body)
    _shown(desk, desk.client.allowance.read())


@reading(allowance_app, "explain")
def explain(desk: Desk) -> None:
    """Explain what Heitjes mean for people with benefits. It is no legal advice."""
    found = desk.client.allowance.explanation()
    if desk.options.as_json:
        desk.json(found)
        return
    language = desk.options.language
    for part in found["parts"]:
        typer.echo(f"{part['heading'][language]}\n{part['text'][language]}\n")


# ---------------------------------------------------------------- details


def _warn(desk: Desk, warning: Mapping[str, Any] | None) -> None:
    if warning is not None:
        desk.note(warning["en"], warning["nl"])


def _of_the_law(desk: Desk, limits: LimitsView | ProposalView) -> list[tuple[str, str]]:
    return [
        (desk.text("An hour", "Per uur"), desk.amount(limits["hour"])),
        (desk.text("Under 21", "Onder 21"), desk.amount(limits["hour_under_21"])),
        (desk.text("A month", "Per maand"), desk.amount(limits["month"])),
        (desk.text("A year", "Per jaar"), desk.amount(limits["year_total"])),
    ]


def _decided(desk: Desk, made: ProposalView) -> None:
    told = f"{made['number']}: {made['state']}."
    desk.done(made, f"Proposal {told}", f"Voorstel {told}")


def _recorded(desk: Desk, told: RecordView) -> list[tuple[str, str]]:
    under = {None: ("not recorded", "niet vastgelegd"), True: ("yes", "ja"), False: ("no", "nee")}
    return [
        (desk.text("Confirmed by", "Bevestigd door"), told["confirmed_by"] or "-"),
        (desk.text("Under 21", "Onder 21"), desk.text(*under[told["under_21"]])),
        (desk.text("Changes on", "Verandert op"), told["changes_on"] or "-"),
        (desk.text("Goes on as", "Gaat door als"), short(told["same_as"])),
    ]


def _shown(desk: Desk, found: AllowanceView) -> None:
    language = desk.options.language
    facts = [
        (one["words"][language], f"{desk.amount(one['used'])} / {desk.amount(one['limit'])}")
        for one in found["limits"]
    ]
    facts += [
        (desk.text(f"Elsewhere in {one['month']}", f"Elders in {one['month']}"), desk.amount(one["cents"]))
        for one in found["elsewhere"]
    ]
    desk.show(found, facts)
    if not desk.options.as_json:
        typer.echo(found["words"][language])

"""`heitje repayment`: paying anew what the bank sent back after it was burned."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from .bankfiles import OutOption, written
from .command import ordering, reading
from .desk import Desk
from .found import one_of
from .options import moment_of
from .payouts import ReasonOption, RedemptionArgument
from .shown import Column, short

if TYPE_CHECKING:
    from heitje_chain.client.answers import RepaymentLineView, RepaymentView
    from heitje_chain.client.orders import RepaymentOutcomes

repayment_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

NumberArgument = Annotated[int, typer.Argument(metavar="NUMBER", min=1, help="Its number.")]
WhenOption = Annotated[
    int | None, typer.Option(metavar="MOMENT", parser=moment_of, help="Local time. Default: now.")
]


@ordering(repayment_app, "make")
def make(
    desk: Desk,
    redemptions: Annotated[
        list[str] | None, typer.Argument(metavar="REDEMPTION...", help="Default: all that is payable.")
    ] = None,
) -> None:
    """Make a bank file of what the bank sent back, to pay it anew."""
    payable = [one for one in desk.client.redemptions.list() if one["return_state"] == "payable"]
    wanted = {one_of(desk, lambda: payable, one) for one in redemptions or ()}
    lines = [one for one in payable if not wanted or one["id"] in wanted]
    if not lines:
        desk.done([], "Nothing is payable anew.", "Er is niets opnieuw te betalen.")
        return
    summary = [
        (desk.text("Lines", "Regels"), str(len(lines))),
        (desk.text("To pay anew", "Opnieuw te betalen"), desk.amount(sum(one["cents"] for one in lines))),
    ]
    desk.confirm(summary, "Make the bank file?", "Het bankbestand maken?")
    made = desk.client.repayments.ask({"redemptions": [one["id"] for one in lines]}, desk.key)
    number = made["number"]
    desk.done(
        made,
        f"Repayment {number} is made. Write its bank file with: heitje repayment export {number}",
        f"Herbetaling {number} is gemaakt. Schrijf het bestand met: heitje repayment export {number}",
    )


@reading(repayment_app, "list")
def list_repayments(desk: Desk) -> None:
    """List repayments, newest first."""
    columns = (
        Column("Herbetaling", "Repayment", lambda one: str(one["number"]), right=True),
        Column("Bedrag", "Amount", lambda one: desk.amount(one["cents"]), right=True),
        Column("Regels", "Lines", lambda one: str(len(one["lines"])), right=True),
        Column("Stand", "State", lambda one: one["state"]),
        Column("Gemaakt", "Made", lambda one: desk.moment(one["made_at"])),
    )
    desk.list(columns, desk.client.repayments.list())


@reading(repayment_app, "show")
def show(desk: Desk, number: NumberArgument) -> None:
    """Show a repayment with what the bank did with each line."""
    found = desk.client.repayments.get(number)
    if desk.options.as_json:
        desk.json(found)
        return
    columns = (
        Column("Nummer", "Id", lambda one: short(one["redemption"])),
        Column("Bedrag", "Amount", lambda one: desk.amount(one["cents"]), right=True),
        Column("Bank", "Bank", lambda one: one["outcome"] or "-"),
        Column("Reden", "Reason", lambda one: one["reason"] or ""),
    )
    desk.list(columns, found["lines"])


@ordering(repayment_app, "export")
def export(desk: Desk, number: NumberArgument, out: OutOption = None) -> None:
    """Write a repayment's bank file, readable by you alone. The same bytes each time."""
    found = desk.client.repayments.get(number)
    content = desk.client.repayments.file(number)
    written(
        desk, out, found["message_id"], content, found["file_sha256"], found["cents"], len(found["lines"])
    )


@ordering(repayment_app, "book")
def book(desk: Desk, number: NumberArgument, when: WhenOption = None) -> None:
    """Tell that the bank paid every line that has no answer yet."""
    lines = [one for one in desk.client.repayments.get(number)["lines"] if one["outcome"] is None]
    if not lines:
        desk.done([], "No line waits for the bank's answer.", "Geen regel wacht op de bank.")
        return
    summary = [
        (desk.text("Lines", "Regels"), str(len(lines))),
        (desk.text("Booked in all", "Samen geboekt"), _sum(desk, lines)),
    ]
    desk.confirm(summary, "Did the bank pay these?", "Heeft de bank deze betaald?")
    body: RepaymentOutcomes = {
        "booked": [one["redemption"] for one in lines],
        "rejected": [],
        "occurred_at": when or int(time.time()),
    }
    _answered(desk, desk.client.repayments.record(number, body, desk.key))


@ordering(repayment_app, "reject")
def reject(
    desk: Desk,
    number: NumberArgument,
    redemption: RedemptionArgument,
    reason: ReasonOption,
    when: WhenOption = None,
) -> None:
    """Tell that the bank rejected a line; it is payable still."""
    lines = [{"id": one["redemption"]} for one in desk.client.repayments.get(number)["lines"]]
    own_id = one_of(desk, lambda: lines, redemption)
    summary = [
        (desk.text("Rejected by the bank", "Afgewezen door de bank"), own_id),
        (desk.text("Reason", "Reden"), reason),
    ]
    desk.confirm(summary, "Did the bank reject it?", "Heeft de bank dit afgewezen?")
    body: RepaymentOutcomes = {
        "booked": [],
        "rejected": [{"redemption": own_id, "reason": reason}],
        "occurred_at": when or int(time.time()),
    }
    _answered(desk, desk.client.repayments.record(number, body, desk.key))


def _sum(desk: Desk, lines: list[RepaymentLineView]) -> str:
    return desk.amount(sum(one["cents"] for one in lines))


def _answered(desk: Desk, found: RepaymentView) -> None:
    waiting = sum(one["outcome"] is None for one in found["lines"])
    en, nl = f"{waiting} lines wait for the bank.", f"{waiting} regels wachten op de bank."
    if not waiting:
        en, nl = "Every line has its answer.", "Elke regel heeft een antwoord."
    desk.done(found, en, nl)

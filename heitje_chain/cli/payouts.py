"""`heitje payout`: the week's round from redemptions to euros. The settlement officer signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .acts import act_final, tell
from .bankfiles import OutOption, written
from .command import ordering, reading, signing
from .desk import Desk
from .found import one_of
from .options import moment_of
from .refusals import Refusal
from .shown import Column, short
from .signing import Asked, ShownSigner

if TYPE_CHECKING:
    from heitje_chain.client.answers import BatchInFull, RedemptionView
    from heitje_chain.client.meaning import Meaning

payout_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

BatchArgument = Annotated[int, typer.Argument(metavar="BATCH", min=1, help="Its number.")]
RedemptionArgument = Annotated[
    str, typer.Argument(metavar="REDEMPTION", help="Its id, or a beginning of it.")
]
ReasonOption = Annotated[
    str, typer.Option(metavar="CODE", help="The bank's reason, four characters such as AC04.")
]


@reading(payout_app, "list")
def list_batches(desk: Desk) -> None:
    """List batches, newest first."""
    columns = (
        Column("Uitbetaling", "Batch", lambda one: str(one["number"]), right=True),
        Column("Bedrag", "Amount", lambda one: desk.amount(one["cents"]), right=True),
        Column("Regels", "Lines", lambda one: str(one["lines"]), right=True),
        Column("Stand", "State", lambda one: one["state"]),
        Column("Gesloten", "Closed", lambda one: desk.moment(one["closed_at"])),
        Column("Bestand", "File", lambda one: desk.moment(one["filed_at"])),
        Column("Afgerond", "Settled", lambda one: desk.moment(one["settled_at"])),
    )
    desk.list(columns, desk.client.payout_batches.list())


@reading(payout_app, "show")
def show(desk: Desk, batch: BatchArgument) -> None:
    """Show a batch with its lines and what the bank did with each."""
    found = desk.client.payout_batches.get(batch)
    if desk.options.as_json:
        desk.json(found)
        return
    about = found["batch"]
    desk.show(
        found,
        [
            (desk.text("Batch", "Uitbetaling"), str(about["number"])),
            (desk.text("Amount", "Bedrag"), desk.amount(about["cents"])),
            (desk.text("State", "Stand"), about["state"]),
            (desk.text("Bank file", "Bankbestand"), about["message_id"] or "-"),
            ("SHA-256", about["file_sha256"] or "-"),
        ],
    )
    columns = (
        Column("Nummer", "Id", lambda one: short(one["id"])),
        Column("Winkelier", "Merchant", lambda one: short(one["merchant"])),
        Column("Bedrag", "Amount", lambda one: desk.amount(one["cents"]), right=True),
        Column("Bank", "Bank", lambda one: one["bank_outcome"] or "-"),
        Column("Reden", "Reason", lambda one: one["bank_reason"] or one["return_reason"] or ""),
        Column("Stand", "State", lambda one: one["state"]),
    )
    desk.list(columns, found["redemptions"])


@signing(payout_app, "close")
def close(desk: Desk) -> None:
    """Put all that can be paid in one batch; its lines are fixed from then on."""
    known = {one["id"]: one for one in desk.client.redemptions.list(state="locked")}

    def explain(meaning: Meaning) -> list[tuple[str, str]]:
        lines = _lines_of(desk, meaning.arguments["redemptions"], known)
        return [(desk.text("To pay in all", "Samen te betalen"), _sum(desk, lines))]

    asked = Asked(("close",), {}, explain=explain)
    act = act_final(desk, desk.client.payout_batches.close(ShownSigner(desk, asked), desk.key))
    number = int(act["content"]["batch"])
    done = (
        f"Batch {number} is closed. Make its bank file with: heitje payout export {number}",
        f"Uitbetaling {number} is gesloten. Maak het bankbestand met: heitje payout export {number}",
    )
    tell(desk, act, act["state"], done)


@ordering(payout_app, "export")
def export(
    desk: Desk,
    batch: BatchArgument,
    out: OutOption = None,
) -> None:
    """Write a batch's bank file (pain.001), readable by you alone. The same bytes each time."""
    about = desk.client.payout_batches.get(batch)["batch"]
    if about["message_id"] is None:
        summary = [
            (desk.text("Bank file of batch", "Bankbestand van uitbetaling"), str(batch)),
            (desk.text("Lines", "Regels"), str(about["lines"])),
            (desk.text("To pay in all", "Samen te betalen"), desk.amount(about["cents"])),
        ]
        desk.confirm(summary, "Make it? It is made once.", "Maken? Het wordt een keer gemaakt.")
    sealed = desk.client.payout_batches.seal(batch)
    content = desk.client.payout_batches.file(batch)
    written(desk, out, sealed["message_id"], content, sealed["sha256"], sealed["cents"], sealed["lines"])


@ordering(payout_app, "book")
def book(
    desk: Desk,
    batch: BatchArgument,
    redemptions: Annotated[
        list[str] | None, typer.Argument(metavar="REDEMPTION...", help="What the bank paid.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Every line that the bank has not answered yet.")
    ] = False,
) -> None:
    """Tell that the bank paid lines of a batch."""
    if everything == bool(redemptions):
        raise typer.BadParameter("Name redemptions, or --all.")
    lines = desk.client.payout_batches.get(batch)["redemptions"]
    if everything:
        booked = [one for one in lines if one["bank_outcome"] is None]
    else:
        wanted = {one_of(desk, lambda: lines, one) for one in redemptions or ()}
        booked = [one for one in lines if one["id"] in wanted]
    if not booked:
        desk.done([], "No line waits for the bank's answer.", "Geen regel wacht op de bank.")
        return
    summary = [
        (desk.text("Batch", "Uitbetaling"), str(batch)),
        (desk.text("Lines", "Regels"), str(len(booked))),
        (desk.text("Booked in all", "Samen geboekt"), _sum(desk, booked)),
    ]
    desk.confirm(summary, "Did the bank pay these?", "Heeft de bank deze betaald?")
    ids = [one["id"] for one in booked]
    found = desk.client.payout_batches.record(batch, {"booked": ids, "rejected": []}, desk.key)
    _answered(desk, batch, found)


@ordering(payout_app, "reject")
def reject(desk: Desk, batch: BatchArgument, redemption: RedemptionArgument, reason: ReasonOption) -> None:
    """Tell that the bank rejected a line; the merchant gets its coins back when the batch is settled."""
    lines = desk.client.payout_batches.get(batch)["redemptions"]
    own_id = one_of(desk, lambda: lines, redemption)
    cents = _sum(desk, [one for one in lines if one["id"] == own_id])
    summary = [
        (desk.text("Rejected by the bank", "Afgewezen door de bank"), f"{own_id}, {cents}"),
        (desk.text("Reason", "Reden"), reason),
    ]
    desk.confirm(summary, "Did the bank reject it?", "Heeft de bank dit afgewezen?")
    body = {"redemption": own_id, "reason": reason}
    found = desk.client.payout_batches.record(
        batch, {"booked": [], "rejected": [{"redemption": body["redemption"], "reason": reason}]}, desk.key
    )
    _answered(desk, batch, found)


@signing(payout_app, "settle")
def settle(desk: Desk, batch: BatchArgument) -> None:
    """Burn what the bank booked, and give back what it rejected, once every line has its answer."""
    lines = desk.client.payout_batches.get(batch)["redemptions"]
    rejected = [one for one in lines if one["bank_outcome"] == "rejected"]
    booked = [one for one in lines if one["bank_outcome"] == "booked"]
    asked = Asked(
        ("settle",),
        {"batch": batch, "rejected": [one["id"] for one in rejected]},
        more=[
            (desk.text("Burned", "Vernietigd"), f"{len(booked)}: {_sum(desk, booked)}"),
            (desk.text("Given back", "Teruggegeven"), f"{len(rejected)}: {_sum(desk, rejected)}"),
        ],
    )
    act = act_final(desk, desk.client.payout_batches.settle(batch, ShownSigner(desk, asked), desk.key))
    burned = _sum(desk, booked)
    done = (
        f"Batch {batch} is settled: {burned} burned.",
        f"Uitbetaling {batch} is afgerond: {burned} vernietigd.",
    )
    tell(desk, act, act["state"], done)


@ordering(payout_app, "confirm-account")
def confirm_account(desk: Desk, redemption: RedemptionArgument) -> None:
    """Have a held redemption paid to the account that the merchant has now."""
    found = desk.client.redemptions.get(one_of(desk, desk.client.redemptions.list, redemption))
    now = found["present_account"]
    summary = [
        (desk.text("Merchant", "Winkelier"), found["merchant_name"] or found["merchant"]),
        (desk.text("Amount", "Bedrag"), desk.amount(found["cents"])),
        (desk.text("Account", "Rekening"), f"{now['iban']}, {now['holder']}" if now else "-"),
    ]
    desk.confirm(summary, "Pay it there?", "Daarop betalen?")
    confirmed = desk.client.redemptions.confirm_account(found["id"], desk.key)
    desk.done(confirmed, "It goes with the next batch.", "Het gaat mee met de volgende uitbetaling.")


@ordering(payout_app, "return")
def returned(
    desk: Desk,
    redemption: RedemptionArgument,
    reason: ReasonOption,
    when: Annotated[int, typer.Option(metavar="MOMENT", parser=moment_of, help="Local time.")],
) -> None:
    """Tell that the bank sent a booked payment back: it is owed again."""
    found = desk.client.redemptions.get(one_of(desk, desk.client.redemptions.list, redemption))
    summary = [
        (desk.text("Merchant", "Winkelier"), found["merchant_name"] or found["merchant"]),
        (desk.text("Sent back", "Teruggestuurd"), desk.amount(found["cents"])),
        (desk.text("Reason", "Reden"), reason),
    ]
    desk.confirm(summary, "Did the bank send it back?", "Heeft de bank het teruggestuurd?")
    back = desk.client.redemptions.returned(
        found["id"],
        {"end_to_end_id": found["end_to_end_id"], "occurred_at": when, "reason": reason},
        desk.key,
    )
    desk.done(back, "It is owed again.", "De stad is het weer verschuldigd.")


# ---------------------------------------------------------------- details


def _sum(desk: Desk, lines: list[RedemptionView]) -> str:
    return desk.amount(sum(one["cents"] for one in lines))


def _lines_of(desk: Desk, ids: list[str], known: dict[str, RedemptionView]) -> list[RedemptionView]:
    """Raises:
    Refusal: the message pays something that is not waiting to be paid.
    """
    unknown = [one for one in ids if one not in known]
    if unknown:
        listed = ", ".join(short(one) for one in unknown)
        raise Refusal(
            "message-differs",
            desk.text(
                f"What is to be signed pays redemptions that are not waiting: {listed}. Nothing was signed.",
                f"Wat getekend wordt betaalt inwisselingen die niet wachten: {listed}. Niets getekend.",
            ),
        )
    return [known[one] for one in ids]


def _answered(desk: Desk, batch: int, found: BatchInFull) -> None:
    """Tell what the bank's answers make of a batch."""
    waiting = sum(one["bank_outcome"] is None for one in found["redemptions"])
    en, nl = f"{waiting} lines wait for the bank.", f"{waiting} regels wachten op de bank."
    if not waiting:
        en = f"Every line has its answer. Settle with: heitje payout settle {batch}"
        nl = f"Elke regel heeft een antwoord. Rond af met: heitje payout settle {batch}"
    desk.done(found, en, nl)

"""`heitje wallet`, `pay`, `donate`, `refund`, `redeem` and `payment`: what holders do with their coins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .acts import refused, tell
from .command import ordering, reading
from .desk import Desk
from .found import one_of
from .options import euros
from .shown import Column, short

if TYPE_CHECKING:
    from heitje_chain.client.answers import PaymentView
    from heitje_chain.client.orders import NewPayment

wallet_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
payment_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
redemption_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

CodeArgument = Annotated[str, typer.Argument(metavar="CODE", help="What the QR says: heitje:...")]
AmountArgument = Annotated[int, typer.Argument(metavar="EUROS", parser=euros, help="Such as 3 or 3,50.")]
PaymentArgument = Annotated[str, typer.Argument(metavar="PAYMENT", help="Its id, or a beginning of it.")]


@reading(wallet_app, "show")
def show_wallet(desk: Desk) -> None:
    """Show what one has, what is under way, and what can be spent."""
    held = desk.client.wallet()
    facts = [
        (desk.text("To spend", "Te besteden"), desk.amount(held["spendable"])),
        (desk.text("Final", "Definitief"), desk.amount(held["final"])),
        (desk.text("Coming in", "Onderweg hierheen"), desk.amount(held["incoming"])),
        (desk.text("Going out", "Onderweg naar buiten"), desk.amount(held["outgoing"])),
    ]
    if held["frozen"]:
        facts.append((desk.text("Frozen", "Bevroren"), desk.amount(held["frozen"])))
    desk.show(held, [*facts, (desk.text("Code", "Code"), held["code"])] if held["code"] else facts)


def pay(
    desk: Desk,
    code: CodeArgument,
    amount: Annotated[
        int | None,
        typer.Argument(metavar="[EUROS]", parser=euros, help="Left out when a till asked for an amount."),
    ] = None,
) -> None:
    """Pay a merchant by its code, or what its till asks for."""
    summary = [(desk.text("You pay", "Je betaalt"), code)]
    body: NewPayment = {"code": code}
    if amount is not None:
        body["cents"] = amount
        summary.append((desk.text("Amount", "Bedrag"), desk.amount(amount)))
    else:
        asked = desk.client.read_request(code)
        summary.append((desk.text("Amount", "Bedrag"), desk.amount(asked["cents"])))
    desk.confirm(summary, "Pay this?", "Dit betalen?")
    _paid(desk, desk.client.payments.ask(body, desk.key))


def donate(desk: Desk, code: CodeArgument, amount: AmountArgument) -> None:
    """Donate to an association by its code."""
    summary = [
        (desk.text("You donate to", "Je geeft aan"), code),
        (desk.text("Amount", "Bedrag"), desk.amount(amount)),
    ]
    desk.confirm(summary, "Donate this?", "Dit geven?")
    _paid(desk, desk.client.payments.ask({"code": code, "cents": amount}, desk.key))


def refund(
    desk: Desk,
    payment: PaymentArgument,
    amount: Annotated[
        int | None, typer.Argument(metavar="[EUROS]", parser=euros, help="Default: all of it.")
    ] = None,
) -> None:
    """Give a payment back to whoever paid, or a part of it."""
    found = desk.client.payments.get(one_of(desk, desk.client.payments.list, payment))
    cents = found["cents"] if amount is None else amount
    summary = [
        (desk.text("Payment", "Betaling"), f"{found['id']}, {desk.amount(found['cents'])}"),
        (desk.text("You give back", "Je geeft terug"), desk.amount(cents)),
    ]
    desk.confirm(summary, "Give it back?", "Teruggeven?")
    _paid(desk, desk.client.payments.refund(found["id"], cents, desk.key))


@reading(payment_app, "list")
def list_payments(
    desk: Desk,
    state: Annotated[Literal["pending", "paid", "refused"] | None, typer.Option(help="Only these.")] = None,
) -> None:
    """List payments, refunds and donations, newest first."""
    columns = (
        Column("Nummer", "Id", lambda one: short(one["id"])),
        Column("Soort", "Kind", lambda one: one["kind"]),
        Column("Van", "From", lambda one: short(one["payer"])),
        Column("Aan", "To", lambda one: short(one["payee"])),
        Column("Bedrag", "Amount", lambda one: desk.amount(one["cents"]), right=True),
        Column("Stand", "State", lambda one: one["state"]),
        Column("Wanneer", "When", lambda one: desk.moment(one["paid_at"] or one["created_at"])),
    )
    desk.list(columns, desk.client.payments.list(**({"state": state} if state else {})))


@reading(payment_app, "show")
def show_payment(desk: Desk, payment: PaymentArgument) -> None:
    """Show one payment."""
    found = desk.client.payments.get(one_of(desk, desk.client.payments.list, payment))
    desk.show(
        found,
        [
            (desk.text("Id", "Nummer"), found["id"]),
            (desk.text("Kind", "Soort"), found["kind"]),
            (desk.text("From", "Van"), found["payer"]),
            (desk.text("To", "Aan"), found["payee"]),
            (desk.text("Amount", "Bedrag"), desk.amount(found["cents"])),
            (desk.text("State", "Stand"), found["state"]),
            (desk.text("Paid", "Betaald"), desk.moment(found["paid_at"])),
        ],
    )


@ordering(payment_app, "request")
def request(desk: Desk, amount: AmountArgument) -> None:
    """Ask for an amount at the till; a customer pays the code that is printed."""
    asked = desk.client.payments.request(amount, desk.key)
    until, cents = desk.moment(asked["expires_at"]), desk.amount(asked["cents"])
    desk.done(asked, f"{cents} until {until}: {asked['code']}", f"{cents} tot {until}: {asked['code']}")


# ---------------------------------------------------------------- redemptions


def redeem(
    desk: Desk,
    amount: Annotated[
        int | None, typer.Argument(metavar="[EUROS]", parser=euros, help="Such as 100 or 100,00.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that can be spent.")] = False,
) -> None:
    """Have coins paid out in euros, to the merchant's own account."""
    if everything == (amount is not None):
        raise typer.BadParameter("Name an amount, or --all.")
    cents = desk.client.wallet()["spendable"] if amount is None else amount
    told = desk.amount(cents)
    desk.confirm([(desk.text("You redeem", "Je wisselt in"), told)], "Redeem this?", "Dit inwisselen?")
    asked = desk.client.redemptions.ask({"cents": cents}, desk.key)
    found = desk.until(
        lambda: desk.client.redemptions.get(asked["id"]),
        lambda one: one["state"] != "asked",
        asked,
        f"heitje redemption show {asked['id']}",
    )
    if found["state"] == "refused":
        raise refused(desk, found)
    done = (
        f"{told} is to be paid out, redemption {found['id']}.",
        f"{told} wordt uitbetaald, inwisseling {found['id']}.",
    )
    tell(desk, found, found["state"], done)


@reading(redemption_app, "list")
def list_redemptions(
    desk: Desk,
    state: Annotated[str | None, typer.Option(help="Such as locked, batched, booked or rejected.")] = None,
    held: Annotated[bool, typer.Option("--held", help="Only what waits for its account.")] = False,
) -> None:
    """List redemptions, newest first; a merchant sees its own."""
    columns = (
        Column("Nummer", "Id", lambda one: short(one["id"])),
        Column("Winkelier", "Merchant", lambda one: short(one["merchant"])),
        Column("Bedrag", "Amount", lambda one: desk.amount(one["cents"]), right=True),
        Column("Stand", "State", lambda one: one["state"]),
        Column("Uitbetaling", "Batch", lambda one: str(one["batch"] or "-"), right=True),
        Column("", "", lambda one: desk.text("held", "wacht op rekening") if one["held"] else ""),
        Column("Gevraagd", "Asked", lambda one: desk.moment(one["created_at"])),
    )
    query = ({"state": state} if state else {}) | ({"held": "true"} if held else {})
    desk.list(columns, desk.client.redemptions.list(**query))


@reading(redemption_app, "show")
def show_redemption(
    desk: Desk,
    redemption: Annotated[str, typer.Argument(metavar="REDEMPTION", help="Its id, or a beginning.")],
) -> None:
    """Show one redemption, with its account for whom that concerns."""
    found = desk.client.redemptions.get(one_of(desk, desk.client.redemptions.list, redemption))
    account = found["account"]
    facts = [
        (desk.text("Id", "Nummer"), found["id"]),
        (desk.text("Merchant", "Winkelier"), found["merchant_name"] or found["merchant"]),
        (desk.text("Amount", "Bedrag"), desk.amount(found["cents"])),
        (desk.text("State", "Stand"), found["state"]),
        (desk.text("Batch", "Uitbetaling"), str(found["batch"] or "-")),
        (desk.text("Name at the bank", "Kenmerk bij de bank"), found["end_to_end_id"]),
    ]
    if account:
        facts.append((desk.text("Paid to", "Betaald op"), f"{account['iban']}, {account['holder']}"))
    for name, why in (
        (desk.text("Rejected because", "Afgewezen om"), found["bank_reason"]),
        (desk.text("Sent back because", "Teruggestuurd om"), found["return_reason"]),
    ):
        if why:
            facts.append((name, why))
    desk.show(found, facts)


# ---------------------------------------------------------------- details


def _paid(desk: Desk, payment: PaymentView) -> None:
    """Wait until a payment is final and tell it."""
    found = desk.until(
        lambda: desk.client.payments.get(payment["id"]),
        lambda one: one["state"] != "pending",
        payment,
        f"heitje payment show {payment['id']}",
    )
    if found["state"] == "refused":
        raise refused(desk, found)
    told = desk.amount(found["cents"]), found["id"]
    en, nl = {
        "pay": ("{} paid, payment {}.", "{} betaald, betaling {}."),
        "donate": ("{} donated, payment {}.", "{} gegeven, betaling {}."),
        "refund": ("{} given back, payment {}.", "{} teruggegeven, betaling {}."),
    }[found["kind"]]
    tell(desk, found, found["state"], (en.format(*told), nl.format(*told)))

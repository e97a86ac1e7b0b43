"""What the demo shows at its end: a table per role, the equation, and what lies where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from heitje_chain.money import to_euros

from .city import KEYS, TOKENS, City
from .people import Cast
from .work import Done

MOST_ROWS = 8


def show(
    console: Console,
    city: City,
    cast: Cast,
    done: Done,
    payments: Sequence[Mapping[str, Any]],
    refund: Mapping[str, Any],
    donation: Mapping[str, Any],
    batch: Mapping[str, Any],
    checked: Mapping[str, Any],
) -> None:
    console.print()
    console.print(_partners(city))
    console.print(_residents(cast))
    console.print(_merchants(cast, payments))
    console.print(_payouts(batch))
    _special(console, done, refund, donation)
    console.print()
    for line in checked["equation"]:
        console.print(line, highlight=False, soft_wrap=True)
    if checked["equal"]:
        console.print(
            "Every balance, budget and payout line is the same on the chain, in the books and at the bank.",
            soft_wrap=True,
        )
    for difference in checked["differences"]:
        console.print(f"[red]DIFFERS[/red] {difference}", highlight=False, soft_wrap=True)
    _files(console, city.home, batch["file"], str(batch["sha256"]))


# ---------------------------------------------------------------- tables


def _partners(city: City) -> Table:
    table = _table("Partners, in euros", "Partner", "Granted", "Reserved", "Minted", "Free")
    for budget in city.officers["treasurer"].budgets():
        table.add_row(
            budget["partner_name"],
            *(to_euros(budget[name]) for name in ("granted", "reserved", "minted", "available")),
        )
    return table


def _residents(cast: Cast) -> Table:
    table = _table(
        f"Residents ({MOST_ROWS} of {len(cast.residents)}), in euros", "Resident", "Jobs", "Earned", "Left"
    )
    for one in cast.residents[:MOST_ROWS]:
        client = cast.clients[one.id]
        paid = [c for c in client.claims.list() if c["state"] in ("approved", "awarded")]
        earned = sum(claim["cents"] for claim in paid)
        table.add_row(one.name, str(len(paid)), to_euros(earned), to_euros(client.wallet()["spendable"]))
    return table


def _merchants(cast: Cast, payments: Sequence[Mapping[str, Any]]) -> Table:
    table = _table("Merchants, in euros", "Merchant", "Payments", "Received", "Redeemed", "Holds now")
    for one in cast.merchants:
        own = [payment for payment in payments if payment["merchant"] == one.id]
        received = sum(payment["cents"] for payment in own)
        redeemed = sum(line["cents"] for line in cast.clients[one.id].redemptions.list())
        table.add_row(
            one.name,
            str(len(own)),
            to_euros(received),
            to_euros(redeemed),
            to_euros(cast.clients[one.id].wallet()["spendable"]),
        )
    return table


def _payouts(batch: Mapping[str, Any]) -> Table:
    table = _table("The municipality's payout", "Batch", "Lines", "Closed", "Booked and burned", "Rejected")
    table.add_row(
        str(batch["number"]),
        str(batch["lines"]),
        to_euros(batch["cents"]),
        to_euros(batch["booked_cents"]),
        to_euros(batch["rejected_cents"]),
    )
    return table


def _special(console: Console, done: Done, refund: Mapping[str, Any], donation: Mapping[str, Any]) -> None:
    rows = (
        ("jobs posted", str(done.jobs)),
        ("approved", f"{done.approved}"),
        ("rejected, disputed, awarded", f"claim {done.awarded[:12]}..."),
        ("lapsed", f"claim {done.lapsing[:12]}..."),
        ("refund", f"{to_euros(refund['cents'])} of payment {refund['refund_of'][:12]}..."),
        ("donation", f"{to_euros(donation['cents'])} to the neighbourhood association"),
    )
    for name, value in rows:
        console.print(f"  {name:<28} {value}", highlight=False)


def _files(console: Console, home: Path, file: Path, sha256: str) -> None:
    console.print(f"\nIn {home}:", highlight=False, soft_wrap=True)
    database = ("heitje.db", "the database: participants, journal, audit log, outbox")
    for name, what in (
        *([database] if (home / database[0]).exists() else []),  # or where HEITJE_DATABASE_URL says
        ("devnet/", "the chain, saved; deployment.json tells where the contracts are"),
        ("keys/", "every wallet's sealed key, the second copy"),
        (f"{KEYS}/", "key files of officers and partners, which the service never sees"),
        (f"bank/{file.name}", f"pain.001.001.09, SHA-256 {sha256[:16]}..."),
        (TOKENS, "the officers' access tokens, to try the API with"),
        ("serve.log, worker.log", "what the processes said"),
    ):
        console.print(f"  {name:<34} {what}", highlight=False, soft_wrap=True)


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table

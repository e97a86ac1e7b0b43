"""`heitje freeze` and `heitje coin`: somebody's coins, or all of them, stand still, or move by force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from heitje_chain.reasons import codes

from .acts import order
from .command import reading, signing
from .desk import Desk
from .found import LEAST, participant, people_of
from .options import IDS, euros
from .reasons import ReasonOption, reason_line
from .refusals import MISTYPED, Refusal
from .shown import Column, short
from .signing import Asked

if TYPE_CHECKING:
    from heitje_chain.client.answers import FreezeView, ParticipantView

freeze_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
coin_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@signing(freeze_app, "add")
def freeze(
    desk: Desk,
    who: Annotated[str, typer.Argument(metavar="WHO", help=IDS)],
    amount: Annotated[
        int, typer.Argument(metavar="EUROS", parser=euros, help="In all; may be above the balance.")
    ],
    reason: ReasonOption,
    kind: Annotated[
        Literal["resident", "merchant", "association"], typer.Option(help="What WHO is.")
    ] = "resident",
) -> None:
    """Freeze an amount of somebody's coins, in place of what was frozen before. The enforcer signs."""
    found = participant(desk, kind, who)
    name, told = found["name"], desk.amount(amount)
    order(
        desk,
        desk.client.freezings.of({"participant": found["id"], "cents": amount, "reason": reason}, desk.key),
        _about(desk, found, amount, [reason_line(desk, codes.FREEZE, reason)]),
        (f"{told} of {name}'s coins is frozen.", f"Van {name} is {told} bevroren."),
    )


@signing(freeze_app, "lift")
def lift(desk: Desk, who: Annotated[str, typer.Argument(metavar="WHO", help=IDS)]) -> None:
    """Let all of somebody's coins move again. The enforcer signs."""
    frozen = _frozen(desk, who)
    found = people_of(desk, frozen["kind"] or "resident").get(frozen["participant"] or "")
    name = found["name"]
    order(
        desk,
        desk.client.unfreezings.of({"participant": found["id"]}, desk.key),
        _about(desk, found, 0, [(desk.text("Frozen now", "Nu bevroren"), desk.amount(frozen["cents"]))]),
        (f"Nothing of {name}'s is frozen any more.", f"Van {name} is niets meer bevroren."),
    )


@reading(freeze_app, "list")
def list_freezes(desk: Desk) -> None:
    """List whose coins are frozen, newest first."""
    columns = (
        Column("Naam", "Name", lambda one: one["name"] or "-"),
        Column("Nummer", "Id", lambda one: short(one["participant"] or one["chain_participant"])),
        Column("Soort", "Kind", lambda one: one["kind"] or "-"),
        Column("Bevroren", "Frozen", lambda one: desk.amount(one["cents"]), right=True),
        Column("Sinds", "Since", lambda one: desk.moment(one["since"])),
    )
    desk.list(columns, desk.client.freezes())


@reading(coin_app, "status")
def status(desk: Desk) -> None:
    """Show whether coins move."""
    found = desk.client.status()
    state = ("paused", "staan stil") if found["paused"] else ("moving", "bewegen")
    facts = [(desk.text("Coins", "Heitjes"), desk.text(*state))]
    if found["since"]:
        facts.append((desk.text("Since", "Sinds"), desk.moment(found["since"])))
    desk.show(found, facts)


@signing(coin_app, "pause")
def pause(desk: Desk, reason: ReasonOption) -> None:
    """Stop all coins, at once: nobody can pay or redeem until it ends. The enforcer signs."""
    order(
        desk,
        desk.client.pauses.of({"reason": reason}, desk.key),
        Asked(("pause",), {}, more=[reason_line(desk, codes.PAUSE, reason)]),
        (
            "All coins are paused. They move again after: heitje coin unpause",
            "Alle Heitjes staan stil. Ze bewegen weer na: heitje coin unpause",
        ),
    )


@signing(coin_app, "unpause")
def unpause(desk: Desk) -> None:
    """Let coins move again. The enforcer signs; what waited goes on by itself."""
    done = ("Coins move again.", "De Heitjes bewegen weer.")
    order(desk, desk.client.unpauses.of({}, desk.key), Asked(("unpause",), {}), done)


@signing(coin_app, "force")
def force(
    desk: Desk,
    payer: Annotated[str, typer.Argument(metavar="FROM", help=IDS)],
    payee: Annotated[str, typer.Argument(metavar="TO", help=IDS)],
    amount: Annotated[int, typer.Argument(metavar="EUROS", parser=euros)],
    reason: ReasonOption,
    kind: Annotated[
        Literal["resident", "merchant", "association"], typer.Option(help="What FROM is.")
    ] = "resident",
    to_kind: Annotated[
        Literal["resident", "merchant", "association"], typer.Option(help="What TO is.")
    ] = "resident",
) -> None:
    """Take somebody's coins and give them to another, frozen or not, paused or not. The enforcer signs.

    It takes effect later by itself; until then `heitje act cancel` can stop it.
    """
    giving, taking = participant(desk, kind, payer), participant(desk, to_kind, payee)
    whose = {_wallet(desk, one): one["name"] for one in (giving, taking)}
    said = {"from": _wallet(desk, giving), "to": _wallet(desk, taking), "cents": amount}
    told = desk.amount(amount)
    order(
        desk,
        desk.client.forces.of(
            {"payer": giving["id"], "payee": taking["id"], "cents": amount, "reason": reason}, desk.key
        ),
        Asked(
            ("forcedTransfer",),
            said,
            whose,
            [reason_line(desk, codes.FORCE, reason)],
        ),
        (
            f"{told} is taken from {giving['name']} and given to {taking['name']}.",
            f"{told} gaat van {giving['name']} naar {taking['name']}.",
        ),
    )


# ---------------------------------------------------------------- details


def _about(desk: Desk, one: ParticipantView, cents: int, more: list[tuple[str, str]]) -> Asked:
    """Raises:
    Refusal: it has no wallet yet.
    """
    wallet = _wallet(desk, one)
    return Asked(("setFrozenTokens",), {"account": wallet, "amount": cents}, {wallet: one["name"]}, more)


def _wallet(desk: Desk, one: ParticipantView) -> str:
    """Raises:
    Refusal: it has no wallet yet.
    """
    if not one["wallet"]:
        raise Refusal(
            "not-on-chain",
            desk.text(
                f"{one['name']} has no wallet yet (state {one['state']}).",
                f"{one['name']} heeft nog geen portemonnee (stand {one['state']}).",
            ),
        )
    return one["wallet"].removeprefix("0x").lower()


def _frozen(desk: Desk, typed: str) -> FreezeView:
    """Return the freeze that is meant by somebody's id, a beginning of it, or the name.

    Raises:
        Refusal
    """
    wanted = typed.removeprefix("0x").lower()
    known = [one for one in desk.client.freezes() if one["participant"] is not None]
    found = [
        one
        for one in known
        if (len(wanted) >= LEAST and str(one["participant"]).startswith(wanted))
        or str(one["name"]).casefold() == typed.strip().casefold()
    ]
    if len(found) == 1:
        return found[0]
    en = f"Nothing is frozen of anybody called {typed!r}, or whose id begins so. See: heitje freeze list"
    nl = f"Van niemand die {typed!r} heet, of met zo'n nummer, is iets bevroren. Zie: heitje freeze list"
    if found:
        en = f"{len(found)} with frozen coins are called or begin like {typed!r}: type more of the id."
        nl = f"Er zijn er {len(found)} die zo heten of beginnen, {typed!r}: typ meer van het nummer."
    raise Refusal("not-found", desk.text(en, nl), MISTYPED)

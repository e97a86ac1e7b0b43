"""`heitje partner|merchant|resident|association`: who takes part."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING, Annotated, cast

import typer

from .acts import order
from .command import ordering, reading, signing
from .desk import Desk
from .found import Kind, on_chain, participant, people_of
from .options import IDS, day
from .reasons import ReasonOption
from .refusals import MISTYPED, Refusal
from .shown import Column, short
from .signing import Asked

if TYPE_CHECKING:
    from heitje_chain.client.answers import ParticipantView
    from heitje_chain.client.orders import NewMerchant

partner_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
merchant_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
resident_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
association_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
signer_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
partner_app.add_typer(signer_app, name="signer", help="Who signs for a partner.")

APPS = {
    "partner": partner_app,
    "merchant": merchant_app,
    "resident": resident_app,
    "association": association_app,
}

WhoArgument = Annotated[str, typer.Argument(metavar="WHO", help=IDS)]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="As people read it.")]
IdOption = Annotated[
    str | None, typer.Option("--id", metavar="UUID", help="Its id, when it must be a certain one.")
]
SignerArgument = Annotated[
    str, typer.Argument(metavar="SIGNER", help="The address of the key, as `heitje key show` tells it.")
]


def _register(kind: Kind) -> None:
    """Register what all four kinds have: add, list, show, block and unblock, and for three of them admit."""
    app = APPS[kind]

    if kind != "merchant":

        @ordering(app, "add")
        def add(desk: Desk, name: NameArgument, identifier: IdOption = None) -> None:
            """Add one."""
            own_id = identifier or new_id(desk, kind)
            people = {
                "partner": desk.client.partners,
                "resident": desk.client.residents,
                "association": desk.client.associations,
            }[kind]
            _added(desk, kind, people.ask({"id": own_id, "name": name}))

    @reading(app, "list")
    def list_all(
        desk: Desk,
        state: Annotated[str | None, typer.Option(help="asked, ready, admitting, active or refused.")] = None,
    ) -> None:
        """List all, newest first."""
        columns = (
            Column("Naam", "Name", lambda one: one["name"]),
            Column("Nummer", "Id", lambda one: short(one["id"])),
            Column("Stand", "State", lambda one: one["state"]),
            Column("", "", lambda one: desk.text("blocked", "geblokkeerd") if one["blocked"] else ""),
        )
        found = people_of(desk, kind).list()
        desk.list(columns, [one for one in found if state in (None, one["state"])])

    @reading(app, "show")
    def show(desk: Desk, who: WhoArgument) -> None:
        """Show one."""
        found = participant(desk, kind, who)
        desk.show(
            found,
            [
                (desk.text("Name", "Naam"), found["name"]),
                (desk.text("Id", "Nummer"), found["id"]),
                (desk.text("State", "Stand"), found["state"]),
                (desk.text("Blocked", "Geblokkeerd"), _yes(desk, found["blocked"])),
                (desk.text("On the chain", "Op de keten"), found["participant"] or "-"),
            ],
        )

    if kind != "resident":

        @signing(app, "admit")
        def admit(desk: Desk, who: Annotated[list[str], typer.Argument(metavar="WHO...", help=IDS)]) -> None:
            """Admit who is ready. The registrar signs; for merchants and partners it takes effect later."""
            found = [participant(desk, kind, one) for one in who]
            names = {on_chain(desk, one): one["name"] for one in found}
            if kind == "partner":
                asked = Asked(("admitPartner",), {"partner": next(iter(names))}, names)
            else:
                call = "admitMerchants" if kind == "merchant" else "admitAssociations"
                asked = Asked((call,), {"wallets": list(names)}, names)
            told = ", ".join(one["name"] for one in found)
            ids = [one["id"] for one in found]
            order(
                desk,
                desk.client.admissions.of({"participants": ids}, desk.key),
                asked,
                (f"{told}: admitted.", f"{told}: toegelaten."),
            )

    @signing(app, "block")
    def block(
        desk: Desk,
        who: WhoArgument,
        reason: ReasonOption,
    ) -> None:
        """Stop somebody from taking part. The enforcer signs; it takes effect at once."""
        found = participant(desk, kind, who)
        chain_id, name = on_chain(desk, found), found["name"]
        asked = Asked(("blockParticipant",), {"participant": chain_id, "reason": reason}, {chain_id: name})
        order(
            desk,
            desk.client.blocks.of({"participant": found["id"], "reason": reason}, desk.key),
            asked,
            (f"{name} is blocked.", f"{name} is geblokkeerd."),
        )

    @signing(app, "unblock")
    def unblock(desk: Desk, who: WhoArgument) -> None:
        """Let somebody who was blocked take part again. The enforcer signs."""
        found = participant(desk, kind, who)
        chain_id, name = on_chain(desk, found), found["name"]
        order(
            desk,
            desk.client.unblocks.of({"participant": found["id"]}, desk.key),
            Asked(("unblockParticipant",), {"participant": chain_id}, {chain_id: name}),
            (f"{name} is not blocked any more.", f"{name} is niet meer geblokkeerd."),
        )


for _kind in APPS:
    _register(cast(Kind, _kind))


# ---------------------------------------------------------------- merchants


@ordering(merchant_app, "add")
def add_merchant(
    desk: Desk,
    name: NameArgument,
    iban: Annotated[str, typer.Option(help="Where it is paid.")],
    category: Annotated[str, typer.Option(help="Such as horeca or speelgoed.")],
    holder: Annotated[
        str | None, typer.Option(help="Whose account it is, as the bank knows it. Default: the name.")
    ] = None,
    valid_from: Annotated[
        str | None,
        typer.Option("--from", metavar="DAY", parser=day, help="The first day of its contract."),
    ] = None,
    valid_until: Annotated[
        str | None,
        typer.Option("--until", metavar="DAY", parser=day, help="The last day of its contract."),
    ] = None,
    identifier: IdOption = None,
) -> None:
    """Add one; when its wallet is made, admit it. Nobody can pay it before it has a contract."""
    own_id = identifier or new_id(desk, "merchant")
    body: NewMerchant = {
        "id": own_id,
        "name": name,
        "iban": iban,
        "category": category,
        "account_holder": holder,
    }
    if valid_from is not None and valid_until is not None:
        body["contract"] = {"valid_from": valid_from, "valid_until": valid_until}
    elif valid_from is not None or valid_until is not None:
        en = "A contract has a first and a last day: give --from and --until, or neither."
        nl = "Een contract heeft een eerste en een laatste dag: geef --from en --until, of geen van beide."
        raise Refusal("contract-days-missing", desk.text(en, nl), MISTYPED)
    merchant = desk.client.merchants.ask(body)
    _added(desk, "merchant", merchant)


@ordering(merchant_app, "account")
def change_account(
    desk: Desk,
    who: WhoArgument,
    iban: Annotated[str, typer.Option(help="The new account.")],
    holder: Annotated[str, typer.Option(help="Whose account it is, as the bank knows it.")],
) -> None:
    """Change the account that a merchant is paid to. What it redeemed before waits to be confirmed."""
    found = participant(desk, "merchant", who)
    summary = [
        (desk.text("Merchant", "Winkelier"), found["name"]),
        (desk.text("New account", "Nieuwe rekening"), f"{iban}, {holder}"),
    ]
    desk.confirm(summary, "Change it?", "Wijzigen?")
    changed = desk.client.merchants.change_account(found["id"], {"iban": iban, "account_holder": holder})
    name = found["name"]
    desk.done(changed, f"{name} is paid to {iban} from now on.", f"{name} krijgt voortaan op {iban} betaald.")


# ---------------------------------------------------------------- who signs for a partner


@signing(signer_app, "add")
def add_signer(desk: Desk, partner: WhoArgument, address: SignerArgument) -> None:
    """Let somebody sign for a partner. The registrar signs; it takes effect later."""
    found = participant(desk, "partner", partner)
    order(
        desk,
        desk.client.signers.of({"partner": found["id"], "signer": address}, desk.key),
        _about_signer(desk, "addSigner", found, address),
        (f"{address} signs for {found['name']}.", f"{address} tekent voor {found['name']}."),
    )


@signing(signer_app, "remove")
def remove_signer(desk: Desk, partner: WhoArgument, address: SignerArgument) -> None:
    """Let somebody sign no more for a partner. The registrar signs; it takes effect at once."""
    found = participant(desk, "partner", partner)
    order(
        desk,
        desk.client.signer_removals.of({"partner": found["id"], "signer": address}, desk.key),
        _about_signer(desk, "removeSigner", found, address),
        (
            f"{address} signs no more for {found['name']}.",
            f"{address} tekent niet meer voor {found['name']}.",
        ),
    )


@reading(signer_app, "list")
def list_signers(desk: Desk, partner: WhoArgument) -> None:
    """List who signs, is to sign or signed for a partner, oldest first."""
    columns = (
        Column("Ondertekenaar", "Signer", lambda one: f"0x{one['signer'].removeprefix('0x')}"),
        Column("Stand", "State", lambda one: one["state"]),
    )
    desk.list(columns, desk.client.partners.signers(participant(desk, "partner", partner)["id"]))


# ---------------------------------------------------------------- details


def new_id(desk: Desk, kind: str) -> str:
    """Return a version 4 UUID as hex: random, or the same for the same --idempotency-key."""
    if desk.key is None:
        return uuid.uuid4().hex
    return uuid.UUID(bytes=hashlib.sha256(f"{kind} {desk.key}".encode()).digest()[:16], version=4).hex


def _added(desk: Desk, kind: Kind, one: ParticipantView) -> None:
    """Wait until somebody takes part, or waits for the registrar, and tell what comes next."""
    ends = ("active", "refused") if kind == "resident" else ("ready", "admitting", "active", "refused")
    people = people_of(desk, kind)
    found = desk.until(
        lambda: people.get(one["id"]),
        lambda now: now["state"] in ends,
        one,
        f"heitje {kind} show {one['id']}",
    )
    name, own_id = found["name"], found["id"]
    en, nl = f"{name} is added, id {own_id}.", f"{name} is toegevoegd, nummer {own_id}."
    if found["state"] == "ready":
        admit = f"heitje {kind} admit {short(own_id)}"
        en, nl = f"{en} Admit it with: {admit}", f"{nl} Laat toe met: {admit}"
    elif found["state"] == "asked":
        en, nl = f"{en} Its wallet is being made.", f"{nl} De portemonnee wordt gemaakt."
    desk.done(found, en, nl)


def _about_signer(desk: Desk, call: str, partner: ParticipantView, signer: str) -> Asked:
    chain_id = on_chain(desk, partner)
    said = {"partner": chain_id, "signer": signer.removeprefix("0x").lower()}
    return Asked((call,), said, {chain_id: partner["name"]})


def _yes(desk: Desk, so: bool) -> str:
    return desk.text("yes" if so else "no", "ja" if so else "nee")

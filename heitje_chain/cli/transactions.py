"""`heitje tx`: what an operator sees of sending to the chain, and trying again what stopped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from .command import ordering, reading
from .desk import Desk
from .found import one_of
from .refusals import MISTYPED, REFUSED, Refusal
from .shown import SHORT, Column, short

if TYPE_CHECKING:
    from heitje_chain.client.answers import IntentInFull, IntentView

tx_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

LaneOption = Annotated[str | None, typer.Option(metavar="LANE", help="Only of this sending account.")]
IntentArgument = Annotated[str, typer.Argument(metavar="INTENT", help="Its id, or a beginning of it.")]

_NEWEST = 1000
"""How many intents are looked through for the beginning of an id; by its whole id any is found."""

_HASH = re.compile(r"(0x)?[0-9a-fA-F]{64}")


@reading(tx_app, "list")
def list_transactions(
    desk: Desk,
    state: Annotated[
        Literal["signed", "mined", "final", "reverted", "lost"] | None,
        typer.Option(help="signed: in no block yet; lost: its nonce was used elsewhere."),
    ] = None,
    lane: LaneOption = None,
) -> None:
    """List what was sent to the chain, newest first."""
    wanted = {name: one for name, one in (("state", state), ("lane", lane)) if one}
    columns = (
        Column("Nummer", "Number", lambda one: str(one["id"]), right=True),
        Column("Baan", "Lane", lambda one: one["lane"]),
        Column("Nonce", "Nonce", lambda one: str(one["nonce"]), right=True),
        Column("Stand", "State", lambda one: one["state"]),
        Column("Blok", "Block", lambda one: str(one["block_number"] or "-"), right=True),
        Column("Ondertekend", "Signed", lambda one: desk.moment(one["created_at"])),
        Column("Hash", "Hash", lambda one: short(one["hash"])),
    )
    desk.list(columns, desk.client.transactions.list(**wanted))


@reading(tx_app, "show")
def show(
    desk: Desk,
    which: Annotated[
        str, typer.Argument(metavar="NUMBER|HASH", help="Its number, or the hash of an attempt.")
    ],
) -> None:
    """Show one transaction: every attempt, and what it carries out."""
    found = desk.client.transactions.get(_number_of(desk, which))
    facts = [
        (desk.text("Number", "Nummer"), str(found["id"])),
        (desk.text("Lane", "Baan"), f"{found['lane']}, nonce {found['nonce']}"),
        (desk.text("State", "Stand"), found["state"]),
        (desk.text("Block", "Blok"), str(found["block_number"] or "-")),
    ]
    for attempt in found["attempts"]:
        when = desk.moment(attempt["created_at"])
        told = f"{attempt['hash']}, {when}, {attempt['most_fee']} wei/gas"
        facts.append((desk.text("Attempt", "Poging"), told))
    for act in found["acts"]:
        facts.append((desk.text("Carries out", "Voert uit"), f"{act['kind']} {act['id']}, {act['state']}"))
    desk.show(found, facts)


@reading(tx_app, "intents")
def list_intents(
    desk: Desk,
    state: Annotated[
        Literal["waiting", "signed", "done", "failed"] | None,
        typer.Option(help="waiting: to be signed; failed: the contract refused it for good."),
    ] = None,
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="Such as payment or carry_out.")] = None,
    lane: LaneOption = None,
) -> None:
    """List what is wanted of the chain, newest first: what waits and why, what was refused."""
    given = {"state": state, "kind": kind, "lane": lane}
    columns = (
        Column("Nummer", "Id", lambda one: _name(one["id"])),
        Column("Wat", "What", lambda one: one["kind"]),
        Column("Stand", "State", lambda one: one["state"]),
        Column("Waarom", "Why", lambda one: one["refusal"] or one["waits_for"] or ""),
        Column("Uitgesteld", "Put off", lambda one: str(one["attempts"]), right=True),
        Column("Weer", "Next", lambda one: desk.moment(one["next_at"])),
        Column("Gevraagd", "Wanted", lambda one: desk.moment(one["created_at"])),
    )
    desk.list(columns, desk.client.intents.list(**{name: one for name, one in given.items() if one}))


@reading(tx_app, "intent")
def show_intent(desk: Desk, intent: IntentArgument) -> None:
    """Show what is wanted of the chain, the transaction that it is in, and whether trying again helps."""
    found = desk.client.intents.get(one_of(desk, lambda: _likely(desk), intent))
    facts = [
        (desk.text("Id", "Nummer"), found["id"]),
        (desk.text("What", "Wat"), found["kind"]),
        (desk.text("Lane", "Baan"), found["lane"]),
        (desk.text("State", "Stand"), found["state"]),
        (desk.text("Wanted", "Gevraagd"), desk.moment(found["created_at"])),
        (
            desk.text("Ends by", "Eindigt met"),
            found["event"] or desk.text("its transaction", "de transactie"),
        ),
    ]
    if found["refusal"]:
        facts.append((desk.text("Refused", "Geweigerd"), found["refusal"]))
    if found["waits_for"]:
        times = desk.text(f"put off {found['attempts']} times", f"{found['attempts']} keer uitgesteld")
        facts.append((desk.text("Waits for", "Wacht op"), f"{found['waits_for']}, {times}"))
    if found["next_at"]:
        facts.append((desk.text("Tried next", "Weer geprobeerd"), desk.moment(found["next_at"])))
    sent = found["sent_in"]
    if sent is not None:
        facts.append((desk.text("In transaction", "In transactie"), f"{sent['id']}, {sent['state']}"))
    facts.append((desk.text("Request", "Aanvraag"), found["trace"] or "-"))
    possible = desk.text("possible: heitje tx retry", "kan: heitje tx retry")
    again = f"{possible} {_name(found['id'])}" if found["retry"]["possible"] else found["retry"]["detail"]
    facts.append((desk.text("Trying again", "Opnieuw proberen"), again or "-"))
    desk.show(found, facts)


@ordering(tx_app, "retry")
def retry(desk: Desk, intent: IntentArgument) -> None:
    """Try again now what was put off, or what failed and nobody orders anew. It never happens twice."""
    own_id = one_of(desk, lambda: _likely(desk), intent)
    found = desk.client.intents.get(own_id)
    summary = [
        (desk.text("Tried again", "Opnieuw geprobeerd"), f"{found['kind']} {own_id}"),
        (desk.text("State", "Stand"), ", ".join(one for one in _how(found) if one)),
    ]
    desk.confirm(summary, "Try it now?", "Nu proberen?")
    taken = desk.client.intents.retry(own_id, desk.key)
    ended = desk.until(
        lambda: _plain(desk.client.intents.get(own_id)),
        lambda one: one["state"] in ("done", "failed") or one["attempts"] > taken["attempts"],
        taken,
        f"heitje tx intent {_name(own_id)}",
    )
    if ended["state"] == "failed":
        raise Refusal(
            "contract-refused",
            desk.text(
                f"The contract refused it again: {ended['refusal']}.",
                f"Het contract weigerde het weer: {ended['refusal']}.",
            ),
            REFUSED,
            {"refused": dict(ended)},
        )
    en, nl = f"{_name(own_id)} is done.", f"{_name(own_id)} is gedaan."
    if ended["state"] != "done":
        why, at = ended["waits_for"] or "-", desk.moment(ended["next_at"])
        en = f"{_name(own_id)} is not done yet: {ended['state']}, {why}, next {at}."
        nl = f"{_name(own_id)} is nog niet gedaan: {ended['state']}, {why}, weer {at}."
    desk.done(ended, en, nl)


@reading(tx_app, "lanes")
def lanes(desk: Desk) -> None:
    """List the sending accounts, and whether they send."""
    columns = (
        Column("Baan", "Lane", lambda one: one["lane"]),
        Column("Adres", "Address", lambda one: one["address"]),
        Column("Volgende nonce", "Next nonce", lambda one: str(one["next_nonce"]), right=True),
        Column("Stand", "State", lambda one: one["state"]),
        Column("Reden", "Reason", lambda one: one["reason"] or ""),
        Column("Sinds", "Since", lambda one: desk.moment(one["since"])),
    )
    desk.list(columns, desk.client.lanes())


@ordering(tx_app, "resume")
def resume(desk: Desk, lane: Annotated[str, typer.Argument(metavar="LANE", help="Its name.")]) -> None:
    """Let a paused account send again. You vouch that nobody else has its key now."""
    summary = [(desk.text("Account that sends again", "Rekening die weer verstuurt"), lane)]
    desk.confirm(summary, "Has nobody else its key?", "Heeft niemand anders de sleutel?")
    resumed = desk.client.resume_lane(lane, desk.key)
    done = ("It goes on once its lost transactions are settled.", "Het gaat door na het opruimen.")
    desk.done(resumed, *done)


# ---------------------------------------------------------------- details


def _number_of(desk: Desk, typed: str) -> int:
    """Return a transaction's number, also by the hash of any of its attempts.

    Raises:
        Refusal
    """
    if typed.isdecimal() and len(typed) < 10:
        return int(typed)
    if _HASH.fullmatch(typed):
        wanted = f"0x{typed.removeprefix('0x').lower()}"
        for found in desk.client.transactions.list(hash=wanted):
            return found["id"]
    raise Refusal(
        "not-found",
        desk.text(
            f"{typed!r} is no number of a transaction and no hash of one that was sent here.",
            f"{typed!r} is geen nummer van een transactie en geen hash van een die hier is verstuurd.",
        ),
        MISTYPED,
    )


def _likely(desk: Desk) -> Iterator[Mapping[str, str]]:
    """Yield what an operator means by the beginning of an id: what is not done, and the newest."""
    intents, seen = desk.client.intents, set()
    parts = [intents.list(state=state) for state in ("failed", "waiting", "signed")]
    for one in chain(*parts, islice(intents.list(), _NEWEST)):
        if one["id"] not in seen:
            seen.add(one["id"])
            yield {"id": one["id"]}


def _name(intent: str) -> str:
    """Return the beginning of an id; a resident's admission has zeros there, and is named in full."""
    return intent if intent.startswith("0" * SHORT) else short(intent)


def _how(found: IntentInFull) -> list[str]:
    return [found["state"], found["refusal"] or found["waits_for"] or ""]


def _plain(found: IntentInFull) -> IntentView:
    """Return it as a list has it."""
    left_out = ("event", "sent_in", "retry")
    return cast("IntentView", {name: one for name, one in found.items() if name not in left_out})

"""Finding a thing by what a person types: its id, a beginning of the id, or a participant's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from .desk import Desk
from .refusals import MISTYPED, Refusal

if TYPE_CHECKING:
    from heitje_chain.client.answers import ParticipantView
    from heitje_chain.client.resources import Reading

Kind = Literal["partner", "merchant", "resident", "association"]

LEAST = 6
"""How many characters of an id are enough to look for."""

_FULL = (32, 64)


def one_of(desk: Desk, everything: Callable[[], Iterable[Mapping[str, Any]]], typed: str) -> str:
    """Return the whole id of one of these things; an id in full is believed as it is.

    Raises:
        Refusal: nothing begins like that, or more than one thing does.
    """
    wanted = typed.removeprefix("0x").lower()
    if len(wanted) in _FULL and _is_hex(wanted):
        return wanted
    if len(wanted) < LEAST or not _is_hex(wanted):
        raise _not_found(desk, typed, 0)
    found = [one["id"] for one in everything() if one["id"].startswith(wanted)]
    if len(found) != 1:
        raise _not_found(desk, typed, len(found))
    return str(found[0])


def participant(desk: Desk, kind: Kind, typed: str) -> ParticipantView:
    """Return a participant of one kind by id, a beginning of it, its id on the chain, or its name in full.

    Raises:
        Refusal, Problem
    """
    wanted = typed.removeprefix("0x").lower()
    people = people_of(desk, kind)
    if len(wanted) == 32 and _is_hex(wanted):
        return people.get(wanted)
    found = [one for one in people.list() if _is_meant(one, typed.strip(), wanted)]
    if len(found) != 1:
        raise _not_found(desk, typed, len(found))
    return found[0]


def people_of(desk: Desk, kind: Kind) -> Reading[ParticipantView, ParticipantView]:
    """Return the API's part about participants of this kind."""
    client = desk.client
    people: Mapping[Kind, Reading[ParticipantView, ParticipantView]] = {
        "partner": client.partners,
        "merchant": client.merchants,
        "resident": client.residents,
        "association": client.associations,
    }
    return people[kind]


def on_chain(desk: Desk, one: ParticipantView) -> str:
    """Return a participant's id on the chain, hex without 0x.

    Raises:
        Refusal: it has none yet.
    """
    if not one["participant"]:
        raise Refusal(
            "not-on-chain",
            desk.text(
                f"{one['name']} is not on the chain yet (state {one['state']}).",
                f"{one['name']} staat nog niet op de keten (stand {one['state']}).",
            ),
        )
    return str(one["participant"]).removeprefix("0x").lower()


def _is_meant(one: ParticipantView, typed: str, wanted: str) -> bool:
    by_id = len(wanted) >= LEAST and one["id"].startswith(wanted)
    by_chain = len(wanted) == 40 and (one["participant"] or "").removeprefix("0x").lower() == wanted
    return by_id or by_chain or one["name"].casefold() == typed.casefold()


def _not_found(desk: Desk, typed: str, number: int) -> Refusal:
    if number:
        en = f"{number} things are called or begin like {typed!r}: type more of the id."
        nl = f"Er zijn er {number} die zo heten of beginnen, {typed!r}: typ meer van het nummer."
    else:
        en = f"Nothing is called or begins like {typed!r}; type at least {LEAST} characters of the id."
        nl = f"Niets heet of begint zo, {typed!r}; typ ten minste {LEAST} tekens van het nummer."
    return Refusal("not-found", desk.text(en, nl), MISTYPED)


def _is_hex(text: str) -> bool:
    return bool(text) and all(character in "0123456789abcdef" for character in text)

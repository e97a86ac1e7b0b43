"""What comes back in forms beyond texts and amounts: days, choices from a list, and ids of what is made."""

from __future__ import annotations

import uuid
from datetime import date

from heitje_chain.chain.ids import ClientId
from heitje_chain.http.problems import Refused

from .forms import FormData


class DayUnclear(
    Refused,
    slug="day-unclear",
    status=400,
    nl="Vul een dag in, bijvoorbeeld 31-12-2027.",
    en="Fill in a day, for example 31-12-2027.",
):
    """No day, or one that no calendar has."""


class ChoiceMissing(
    Refused,
    slug="choice-missing",
    status=400,
    nl="Kies iets uit de lijst.",
    en="Choose something from the list.",
):
    """Nothing was chosen, or what the list does not have."""


def day(form: FormData, name: str) -> date:
    """Return a day, as a browser's field for dates sends it or as people here write it.

    Raises:
        DayUnclear
    """
    text = form.raw(name).strip()
    parts = text.split("-")
    if len(parts) == 3 and len(parts[2]) == 4:
        text = f"{parts[2]}-{parts[1]:0>2}-{parts[0]:0>2}"
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise DayUnclear from None
    if not 2000 <= found.year <= 2199:
        raise DayUnclear
    return found


def number(form: FormData, name: str) -> int:
    """Return the code that was chosen from a list.

    Raises:
        ChoiceMissing
    """
    text = form.raw(name)
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        raise ChoiceMissing
    return int(text)


def id_of(client_id: ClientId) -> str:
    """Return the id of what a form makes: the same form makes the same."""
    return uuid.UUID(bytes=client_id[:16], version=4).hex

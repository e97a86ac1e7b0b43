"""What waits for an officer, as the first page of the city's desk shows it."""

from __future__ import annotations

from dataclasses import dataclass

from heitje_chain.desks.frame import Desk
from heitje_chain.people.roles import OFFICER_ROLES


@dataclass(frozen=True)
class Waiting:
    """One thing that waits."""

    words: str
    """In the reader's language."""
    where: str
    """The address at which one goes on with it; empty when there is none."""
    quiet: str = ""
    """What stands below it in small letters."""
    is_alarm: bool = False
    """Whether it is shown above all others."""


def officers_of(desk: Desk) -> frozenset[str]:
    """Return the names of all officers as whom this person acts."""
    held = () if desk.account is None else desk.account.roles
    return frozenset(subject for role, subject in held if role in OFFICER_ROLES)

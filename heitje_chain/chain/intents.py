"""An intent: something that the service wants done on the chain, and what the engine is told about its kind.

An intent says beforehand which event ends it and what that event must say, so that "already done" counts
only when the chain recorded the same. `outbox.py` keeps them; each slice's `onchain.py` knows its kinds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy import Connection

from .codec import Refusal


class IntentChanged(Exception):
    """The same id was used before for something else."""

    def __init__(self, intent_id: str) -> None:
        super().__init__(f"The id {intent_id} was used before for something else.")


@dataclass(frozen=True)
class Outcome:
    """The event that ends an intent: it happens once per key, and must have this content."""

    name: str
    key: str
    content: Mapping[str, Any] = field(default_factory=dict)


OWN_RECEIPT = Outcome("", "")
"""For an act that no event tells once: it is done when the transaction that carried it out is final."""


@dataclass(frozen=True)
class Intent:
    id: str
    """64 hex characters: the client id."""
    kind: str
    payload: Mapping[str, Any]
    outcome: Outcome
    bundle: str
    lane: str = "main"
    alone: bool = False
    fence: int = 0
    trace: str | None = None
    """Of the request that put it."""


@dataclass(frozen=True)
class Call:
    """A call of one of our contracts that carries out these intents, all or none."""

    contract: str
    """Its name in the deployment record."""
    data: bytes
    intents: tuple[Intent, ...]
    address: str | None = None
    """Of an officer's account, of which there are many; any other contract is found by its name."""


class IntentKind(Protocol):
    """What a slice tells the engine about one kind of intent; registered by the worker.

    What an event changes in the slice's tables is its listener's business (`watcher.Listener`), since the
    same event may come without an intent.
    """

    @property
    def kind(self) -> str:
        """The name under which intents of this kind are put."""

    @property
    def later(self) -> Collection[str]:
        """The contract's errors that pass by themselves: the intent then waits and is tried again."""

    def build(self, connection: Connection, bundle: Sequence[Intent]) -> Call:
        """Make the call for intents of one bundle, signing where a custodial key signs. Changes nothing."""

    def fail(self, connection: Connection, intent: Intent, refusal: Refusal) -> None:
        """Take back what waited for this intent: the contract refuses it for good."""

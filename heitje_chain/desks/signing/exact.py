"""What exactly is signed: the message itself, field by field, beside the words that were made of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from heitje_chain.acts.model import OFFICER
from heitje_chain.acts.service import Act
from heitje_chain.chain.contracts import MANAGER
from heitje_chain.desks.texts import marked as _

from .reader import Reader

Exact = Sequence[tuple[str, str]]
"""Names and values as they stand in the message."""

_UNTIL = "deadline"
"""Is told with the words."""


def exactly(reader: Reader, act: Act) -> Exact:
    """Return the fields of an act's message; of an officer's also the call that it holds, taken apart."""
    message = act.typed_data["message"]
    if act.actor_kind != OFFICER:
        return [(name, _shown(value)) for name, value in message.items() if name != _UNTIL]
    return [
        *_call(reader, message["target"], message["data"]),
        *((name, _shown(message[name])) for name in ("target", "data", "clientId")),
    ]


def _call(reader: Reader, target: str, data: str) -> list[tuple[str, str]]:
    found = reader.call(target, data)
    if found is None:
        return [(reader.text(_("Calls")), reader.text(_("something that we cannot read: do not sign this")))]
    contract, function, arguments = found
    calls = (reader.text(_("Calls")), f"{contract}.{function}")
    if contract == MANAGER and "data" in arguments:  # to be carried out later, or not at all
        return [calls, *_call(reader, arguments["target"], arguments["data"])]
    return [calls, *((name, _shown(value)) for name, value in arguments.items())]


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

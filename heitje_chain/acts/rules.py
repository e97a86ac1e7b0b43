"""How an act is told apart from others, and what the audit log keeps of it. No I/O."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from heitje_chain.audit.rules import Detail, is_id

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def content_hash(actor_kind: str, actor: str, kind: str, content: Mapping[str, Any], words: str = "") -> str:
    """Return hex of SHA-256 over who is to decide what: the same question asked twice is one act.

    Args:
        words: what people read of it
    """
    text = json.dumps([actor_kind, actor, kind, content, words], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def audit_code(function: str) -> str:
    """Return `admit_merchants` for `admitMerchants`."""
    return _CAPITAL.sub("_", function).lower()


def audit_details(arguments: Mapping[str, Any]) -> dict[str, Detail]:
    """Return a call's arguments as the audit log takes them: whole numbers, ids, lists of ids.

    What is too long for it, or no id by its form, is told by its hash; the whole call is in the event on the
    chain.
    """
    return {audit_code(name): _detail(value) for name, value in arguments.items()}


def _detail(value: Any) -> Detail:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value
    if isinstance(value, list):
        return [_short(str(part)) for part in value]
    return _short(str(value))


def _short(text: str) -> str:
    plain = text.lower()
    return plain if is_id(plain) else f"sha256:{hashlib.sha256(plain.encode()).hexdigest()}"
